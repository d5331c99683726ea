// What a dialer's server checks with the carrier's own SDK, unmodified. Reads requests as JSON, writes what it found.
"use strict";
const { validateRequest, validateRequestWithBody } = require("twilio");

let given = "";
process.stdin.on("data", (part) => (given += part));
process.stdin.on("end", () => {
  const genuine = JSON.parse(given).map(({ token, signature, url, params, body }) =>
    body === null
      ? validateRequest(token, signature, url, params)
      : validateRequestWithBody(token, signature, url, body),
  );
  console.log(JSON.stringify(genuine));
});
