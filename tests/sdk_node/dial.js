// A dialer that uses the carrier's own SDK, unmodified. Reads a JSON object from its arguments, writes what it met.
"use strict";
const twilio = require("twilio");

const { url, account, token, key, secret, from, open, refused, wrong } = JSON.parse(process.argv[2]);
const twiml = '<Response><Say>Hello</Say><Pause length="600"/></Response>';

function at(base, ...credentials) {
  const client = twilio(...credentials);
  client.api.baseUrl = base;
  return client;
}

async function met(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    const { reason = null, decision_id: decision = null } = error.details || {};
    return { name: error.constructor.name, status: error.status, code: error.code, reason, decision };
  }
}

async function main() {
  const client = at(url, account, token);
  const call = await client.calls.create({ to: open, from, twiml });
  const read = await client.calls(call.sid).fetch();
  const calls = await client.calls.list({ to: open });
  const ended = await client.calls(call.sid).update({ status: "canceled" });
  const campaign = at(`${url}/c/spring/transactional`, account, token);
  for (const body of ["one", "two", "three"]) await campaign.messages.create({ to: open, from, body });
  const messages = await client.messages.list({ to: open, pageSize: 2 });
  const byKey = await at(url, key, secret, { accountSid: account }).messages.create({ to: open, from, body: "four" });
  const refusals = [
    await met(client.messages.create({ to: refused, from, body: "Hello" })),
    await met(client.calls.create({ to: refused, from, twiml })),
    await met(client.calls.create({ to: "+1202555", from, twiml })),
    await met(client.calls.create({ to: open, from, applicationSid: `AP${"0".repeat(32)}` })),
    await met(client.incomingPhoneNumbers.create({ phoneNumber: from })),
    await met(at(url, account, wrong).messages.create({ to: open, from, body: "Hello" })),
    await met(client.messages(`SM${"0".repeat(32)}`).fetch()),
  ];
  console.log(
    JSON.stringify({
      call: [call.accountSid, read.to, ended.status],
      calls: calls.map((one) => one.sid === call.sid),
      messages: messages.map((one) => one.body),
      byKey: [byKey.accountSid, byKey.to],
      refusals,
    }),
  );
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
