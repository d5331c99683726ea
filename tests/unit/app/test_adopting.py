"""The carrier tells this gate of inbound messages, and is put back as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from dialgate.app.adopting import Adopting, Change
from dialgate.app.directory import DirectoryCopy
from dialgate.app.errors import BadRequestError, CarrierUnreachableError
from dialgate.app.queries import CallerId, CarrierKeywords
from tests.fakes.api_gate import WritableDirectory
from tests.fakes.carrier_settings import HERE, MemoryFormer, ToldSettings, number
from tests.fakes.journal_tools import AT
from tests.fakes.web_gate import ACCOUNT, TOKEN, tenant

if TYPE_CHECKING:
    from dialgate.app.queries import Directory

SENDER = "+14155550100"
OLD = "https://app.example.com/sms"


class Bench:
    def __init__(self, *, reachable: bool = True) -> None:
        self.settings, self.former = ToldSettings([number(SENDER, OLD)]), MemoryFormer()
        callers = [CallerId("acme", SENDER, CarrierKeywords.DEFAULT)]
        self.directory = WritableDirectory({}, {"acme": tenant("acme", ACCOUNT, TOKEN)}, callers)
        directory = cast("Directory", self.directory)
        self.copy = DirectoryCopy(directory)
        self.adopting = Adopting(self.settings, self.former, self.copy, directory, reachable=reachable)

    async def adopt(self, *, dry_run: bool = False) -> list[Change]:
        await self.copy.refresh()
        return list(await self.adopting.adopt("SK1", AT, dry_run=dry_run))

    async def release(self, *, dry_run: bool = False) -> list[Change]:
        await self.copy.refresh()
        return list(await self.adopting.release(dry_run=dry_run))

    @property
    def urls(self) -> list[str]:
        return [held.now["SmsUrl"] for held in self.settings.all]


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_what_does_not_point_here_is_found(bench: Bench) -> None:
    """With who owns it and what would be changed; what is right already is left out."""
    bench.settings.all.append(number("+14155550101", HERE, "PN2"))
    await bench.copy.refresh()
    (change,) = await bench.adopting.check()
    assert (SENDER, ("acme",), {"SmsUrl": (OLD, HERE)}) == (change.held.name, change.tenants, change.values)
    assert [] == bench.settings.written


async def test_a_dry_run_changes_nothing(bench: Bench) -> None:
    """It says the same as what would be done."""
    changes = [await bench.adopt(dry_run=True), await bench.adopt()]
    assert changes[0] == changes[1]
    bench = Bench()
    await bench.adopt(dry_run=True)
    assert ([], {}, "") == (bench.settings.written, bench.former.kept, bench.directory.tenants["acme"].sms_webhook)


async def test_adopting_points_everything_here_and_keeps_what_was(bench: Bench) -> None:
    """Who did it is on record; a second time there is nothing to do."""
    await bench.adopt()
    assert ([HERE], {"PN1": {"SmsUrl": OLD}}, ["SK1"]) == (bench.urls, bench.former.kept, bench.former.actors)
    assert [] == await bench.adopt()


async def test_the_tenant_goes_on_getting_its_messages(bench: Bench) -> None:
    """What its sender pointed at becomes its webhook, unless it has one."""
    (change,) = await bench.adopt()
    assert f"acme gets messages that are no opt-out at {OLD} from now on." == change.note
    assert OLD == bench.directory.tenants["acme"].sms_webhook
    bench.settings.all.append(number(SENDER, "https://other.example.com/", "PN3"))
    (change,) = await bench.adopt()
    assert ("", OLD) == (change.note, bench.directory.tenants["acme"].sms_webhook)


async def test_a_sender_that_nobody_owns_is_named(bench: Bench) -> None:
    """Its messages would reach nobody, and its opt-outs count for everybody."""
    bench.settings.all = [number("+14155550177", OLD)]
    (change,) = await bench.adopt()
    assert change.note.startswith("No tenant owns +14155550177")
    assert "" == bench.directory.tenants["acme"].sms_webhook


async def test_releasing_puts_back_what_was(bench: Bench) -> None:
    """And forgets it, so that a second release has nothing to do."""
    await bench.adopt()
    tried = await bench.release(dry_run=True)
    (change,) = await bench.release()
    assert ([change], {"SmsUrl": (HERE, OLD)}) == (tried, change.values)
    assert ([OLD], {}, []) == (bench.urls, bench.former.kept, await bench.release())


async def test_what_somebody_changed_since_is_theirs(bench: Bench) -> None:
    """A release does not undo what others have done after the adoption."""
    await bench.adopt()
    bench.settings.all = [number(SENDER, "https://third.example.com/")]
    (change,) = await bench.release()
    assert ({}, "Changed since by somebody else; left alone.") == (change.values, change.note)
    assert (["https://third.example.com/"], {}) == (bench.urls, bench.former.kept)


async def test_what_is_gone_is_forgotten(bench: Bench) -> None:
    """A number that was given back cannot be put back."""
    await bench.adopt()
    bench.settings.all = []
    assert ([], {}) == (await bench.release(), bench.former.kept)


async def test_what_was_changed_after_the_adoption_is_kept_anew(bench: Bench) -> None:
    """A release puts back the newest state that was not ours."""
    await bench.adopt()
    bench.settings.all = [replace(number(SENDER, HERE), now={"SmsUrl": "", "SmsMethod": "GET"})]
    await bench.adopt()
    assert {"PN1": {"SmsUrl": "", "SmsMethod": "GET"}} == bench.former.kept


async def test_what_was_is_on_record_before_anything_is_changed(bench: Bench) -> None:
    """A carrier that fails half-way leaves nothing that could not be put back."""
    bench.settings.error = CarrierUnreachableError("refused")
    with pytest.raises(CarrierUnreachableError):
        await bench.adopt()
    assert ({"PN1": {"SmsUrl": OLD}}, [OLD]) == (bench.former.kept, bench.urls)


async def test_nobody_is_pointed_at_an_address_of_this_machine() -> None:
    """A carrier elsewhere could not call it: every opt-out by text would be lost."""
    bench = Bench(reachable=False)
    with pytest.raises(BadRequestError):
        await bench.adopt()
    assert ([OLD], 1) == (bench.urls, len(await bench.adopt(dry_run=True)))
