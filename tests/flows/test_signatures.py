"""Whether the carrier really said it: both schemes, all active secrets, and everything that is not genuine."""

from __future__ import annotations

import random

import pytest

from tests.carrier_process import ACCOUNT, TOKEN
from tests.flows import wire
from tests.flows.asking import FORM, SECOND_TOKEN, Dialer
from tests.waiting import until

SMS = "/twilio/sms"
Fields = dict[str, str]


def stop(dialer: Dialer, number: str, words: str = "TD") -> Fields:
    """As the carrier sends it."""
    sid = f"SM{random.SystemRandom().getrandbits(128):032x}"
    known = {"ApiVersion": "2010-04-01", "NumMedia": "0", "SmsStatus": "received", "FromCity": ""}
    return {
        **known,
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": number,
        "To": dialer.sender,
        "Body": words,
    }


async def history(dialer: Dialer, number: str) -> list[str]:
    known = (await dialer.native("GET", f"numbers/{number}", params={"tenant": "demo"})).json
    return [event["kind"] for event in known["history"]]


@pytest.mark.parametrize(
    ("secret", "shared"), [(TOKEN, False), (SECOND_TOKEN, False), (TOKEN, True), (SECOND_TOKEN, True)]
)
async def test_each_scheme_and_each_active_secret_holds(demo: Dialer, secret: str, shared: bool) -> None:  # noqa: FBT001 - a column
    """While secrets are being changed both are good, by SHA1 and by a shared key; unknown fields do no harm."""
    number = demo.running.new_number()
    form = {**stop(demo, number), "SomethingNew": "退订 & more"}
    heard = await demo.webhook(SMS, [*form.items()], secret=secret, shared=shared)
    assert (200, ["opt_out"]) == (heard.status, await history(demo, number))


async def test_the_query_is_part_of_what_is_signed(demo: Dialer) -> None:
    """A webhook address with a query verifies as it was requested."""
    number = demo.running.new_number()
    heard = await demo.webhook(f"{SMS}?team=a%20b&x=1", [*stop(demo, number).items()])
    assert (200, ["opt_out"]) == (heard.status, await history(demo, number))


@pytest.mark.parametrize("secret", ["0" * 32, "", TOKEN.upper() + "x"])
@pytest.mark.parametrize("shared", [False, True])
async def test_another_secret_signs_nothing(demo: Dialer, secret: str, shared: bool) -> None:  # noqa: FBT001 - a column
    """A webhook signed with anything but an active secret is 403 and changes nothing."""
    number = demo.running.new_number()
    heard = await demo.webhook(SMS, [*stop(demo, number).items()], secret=secret, shared=shared)
    assert (403, []) == (heard.status, await history(demo, number))


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "!!!"},
        {"X-Twilio-Signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="},
        {"X-Twilio-Webhooks-Signature-Settings": "key=KY1,algorithm=HMAC_SHA512"},
        {"X-Twilio-Webhooks-Signature-Settings": "key=KY1,algorithm=none"},
        {"Content-Type": "application/json"},
        {"Content-Type": f"{FORM}; charset=utf-16"},
    ],
    ids=str,
)
async def test_headers_that_do_not_fit_are_refused(demo: Dialer, headers: Fields) -> None:
    """No signature, a broken one, an unknown algorithm or another content type is 4xx and changes nothing."""
    number = demo.running.new_number()
    heard = await demo.webhook(SMS, [*stop(demo, number).items()], headers=headers)
    assert (True, []) == (heard.status in {400, 403}, await history(demo, number))


def _moved(form: Fields) -> tuple[str, Fields]:
    """A byte moves from a value into its name."""
    return SMS, {**{name: value for name, value in form.items() if name != "Body"}, "BodyT": form["Body"][1:]}


def _folded(form: Fields) -> tuple[str, Fields]:
    """One parameter becomes the tail of the one before it."""
    rest = {name: value for name, value in form.items() if name != "Body"}
    return SMS, {**rest, "ApiVersion": f"{form['ApiVersion']}Body{form['Body']}"}


def _into_query(form: Fields) -> tuple[str, Fields]:
    """All parameters become the value at the end of the query."""
    return f"{SMS}?x=" + "".join(f"{name}{form[name]}" for name in sorted(form)), {}


@pytest.mark.parametrize("recut", [_moved, _folded, _into_query])
async def test_a_recut_webhook_changes_nothing(demo: Dialer, recut: object) -> None:
    """The signature does not say where a field ends: one that holds for fields cut differently is still refused."""
    number = demo.running.new_number()
    form = stop(demo, number)
    signed_path = f"{SMS}?x=" if recut is _into_query else SMS
    path, cut = recut(form)  # type: ignore[operator] # one of the three above
    heard = await demo.webhook(path, [*cut.items()], signed=(signed_path, [*form.items()]))
    assert (400, []) == (heard.status, await history(demo, number)), heard.text


async def test_altered_or_repeated_fields_change_nothing(demo: Dialer) -> None:
    """Another sender under a genuine signature, a field given twice, another account: 4xx, and nobody is opted out."""
    number, other = demo.running.new_number(), demo.running.new_number()
    form = stop(demo, number)
    changed = [*{**form, "From": other}.items()]
    heard = [
        await demo.webhook(SMS, changed, signed=(SMS, [*form.items()])),
        await demo.webhook(SMS, [*form.items(), ("From", number)]),
        await demo.webhook(SMS, [*form.items(), ("From", other)]),
        await demo.webhook(SMS, [*{**form, "AccountSid": "AC" + "0" * 32}.items()]),
        await demo.webhook(SMS, [*{**form, "MessageSid": "SM1"}.items()]),
        *[await demo.webhook(SMS, [p for p in form.items() if p[0] != name]) for name in ("Body", "From", "To")],
        await demo.webhook("/twilio/status", [*form.items()]),
    ]
    assert [403, 400, 400, 403, 400, 400, 400, 400, 400] == [one.status for one in heard]
    assert [[], []] == [await history(demo, who) for who in (number, other)]


async def test_signature_and_path_count_as_they_came(demo: Dialer) -> None:
    """Neither the host header nor an escape in the path makes another URL of the one that was signed."""
    number = demo.running.new_number()
    form = [*stop(demo, number).items()]
    heard = await demo.webhook(SMS, form, headers={"Host": "elsewhere.example", "X-Forwarded-Proto": "https"})
    assert (200, ["opt_out"]) == (heard.status, await history(demo, number))
    bent = wire.post("/twilio/%73ms", b"Body=TD", ("x", "y"))
    assert (await wire.send(demo.running.serve.port, bent)).status in {400, 403, 404}


async def test_what_became_of_it_is_on_record(demo: Dialer) -> None:
    """Status callbacks of calls and messages settle their decisions, by the path or by the SID."""
    number = demo.running.new_number()
    texted, called = await demo.text(number), await demo.call(number)
    ends = {texted.decision: "delivered", called.decision: "completed"}

    async def settled() -> bool:
        rows = [await demo.record(decision) for decision in ends]
        return all(
            [event["status"] for event in row["events"] if event["kind"] == "settled"] == [ends[row["id"]]]
            for row in rows
        )

    assert await until(settled, "both are settled", 20)


async def test_a_forged_status_settles_nothing(demo: Dialer) -> None:
    """A status report that nobody signed is 403; a genuine one of an unknown SID is taken and changes nothing."""
    fields = [("AccountSid", ACCOUNT), ("MessageSid", "SM" + "0" * 32), ("MessageStatus", "delivered")]
    forged = await demo.webhook("/twilio/status", fields, secret="0" * 32)
    unknown = await demo.webhook("/twilio/status", fields)
    assert (403, 204) == (forged.status, unknown.status)
