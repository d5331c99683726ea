"""Two tenants of one gate and one carrier account: neither sees nor touches what is the other's."""

from __future__ import annotations

import pytest

from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant

GONE = (404, 20404)


@pytest.fixture
async def mine(new_tenant: NewTenant) -> Dialer:
    return await new_tenant()


@pytest.fixture
async def theirs(new_tenant: NewTenant) -> Dialer:
    return await new_tenant()


@pytest.mark.parametrize("what", ["Calls", "Messages"])
async def test_anothers_sid_does_not_exist(mine: Dialer, theirs: Dialer, what: str) -> None:
    """A call or message of another tenant can be neither read, listed, changed nor ended; it lives on."""
    number = mine.running.new_number()
    made = await (theirs.call(number) if what == "Calls" else theirs.text(number))
    sid = made.json["sid"]
    heard = [
        await mine.get(f"{what}/{sid}.json"),
        await mine.post(f"{what}/{sid}.json", [("Status", "canceled")]),
        await mine.post(f"{what}/{sid}.json", [("Status", "completed")]),
        await mine.post(f"{what}/{sid}.json", [("Body", "")]),
    ]
    assert GONE == (heard[0].status, heard[0].code)
    assert all(one.status in {400, 404} for one in heard[1:])
    assert [[], [sid]] == [
        [row["sid"] for row in (await one.get(f"{what}.json", params={"To": number})).json[what.lower()]]
        for one in (mine, theirs)
    ]
    assert [] == [one for one in await mine.reached(operation="update") if sid in one["path"]]
    assert 200 == (await theirs.get(f"{what}/{sid}.json")).status


async def test_what_was_written_to_another_is_not_shown(mine: Dialer, theirs: Dialer) -> None:
    """Inbound messages are in no list, and open by their SID only to the tenant to whom they were written."""
    number = mine.running.new_number()
    inbound = await mine.write(number, "Hello")
    listed = [(await one.get("Messages.json", params={"From": number})).json["messages"] for one in (mine, theirs)]
    read, refused = [await one.get(f"Messages/{inbound['message_sid']}.json") for one in (mine, theirs)]
    assert ([[], []], 200, GONE) == (listed, read.status, (refused.status, refused.code))


async def test_anothers_decisions_are_unknown(mine: Dialer, theirs: Dialer) -> None:
    """Reading, explaining and settling another tenant's decision is 404; naming the other tenant is 403."""
    number = mine.running.new_number()
    decision = (await theirs.text(number)).decision
    await theirs.record(decision)
    outcome = {"status": "completed", "occurred_at": "2026-03-02T03:00:00Z"}
    for key in [mine.auth, *[await mine.key(role) for role in ("dialer", "ops", "compliance", "admin")]]:
        read = [
            await mine.ask("GET", f"/v1/decisions/{decision}{rest}", auth=key)
            for rest in ("", "/explain", f"?tenant={theirs.tenant}")
        ]
        listed = await mine.ask("GET", "/v1/decisions", auth=key, params={"to": number})
        assert ([404, 404, 403], []) == ([one.status for one in read], listed.json["items"])
    settled = await mine.ask("POST", f"/v1/decisions/{decision}/outcome", json=outcome)
    assert 404 == settled.status


async def test_a_dialer_sees_its_own_decisions_alone(mine: Dialer) -> None:
    """Of two dialer keys of one tenant, neither reads what the other asked for."""
    one, other = await mine.key("dialer"), await mine.key("dialer")
    decision = (await mine.text(mine.running.new_number(), auth=one)).decision
    statuses = [(await mine.ask("GET", f"/v1/decisions/{decision}", auth=key)).status for key in (one, other)]
    assert [200, 404] == statuses


async def test_anothers_numbers_keys_and_opt_outs_are_out_of_reach(mine: Dialer, theirs: Dialer) -> None:
    """What one tenant knows of a number stays with it; keys of another can be neither seen nor revoked."""
    number = mine.running.new_number()
    compliance, admin = await mine.key("compliance"), await mine.key("admin")
    their_key = await theirs.key("dialer")
    await theirs.write(number, "TD")
    known = await mine.ask("GET", f"/v1/numbers/{number}", auth=compliance)
    told = await mine.ask(
        "POST", "/v1/opt-outs", auth=compliance, params={"tenant": theirs.tenant}, json={"to": number, "source": "form"}
    )
    keys = (await mine.ask("GET", "/v1/keys", auth=admin)).json["items"]
    revoked = await mine.ask("DELETE", f"/v1/keys/{their_key[0]}", auth=admin)
    tenants = (await mine.ask("GET", "/v1/tenants", auth=admin)).json["items"]
    assert (False, [], 403, 404) == (known.json["suppressed"], known.json["history"], told.status, revoked.status)
    assert ({mine.tenant}, [mine.tenant]) == ({key["tenant"] for key in keys}, [one["tenant"] for one in tenants])
    assert 201 == (await mine.text(number)).status
