"""Point what the carrier does with inbound messages at this gate, and put it back as it was.

An opt-out that the carrier takes elsewhere is one that the gate never hears of. What stood there before is on record
before anything is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dialgate.app.errors import BadRequestError
from dialgate.app.queries import TenantChange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.queries import Directory


@dataclass(frozen=True, slots=True)
class Held:
    """Something of the carrier account that says where inbound messages are told."""

    kind: str
    """number, service or application."""
    sid: str
    name: str
    sender: str
    """As a tenant's caller ID would name it; empty for an application."""
    now: Mapping[str, str]
    """By the carrier's own parameter name."""
    wanted: Mapping[str, str]
    """The same, were it pointed here; empty if it gets no inbound messages to tell."""


class CarrierSettings(Protocol):
    """Errors: `CarrierUnreachableError`, also for what the carrier refuses to change."""

    async def held(self) -> Sequence[Held]: ...

    async def write(self, held: Held, values: Mapping[str, str]) -> None: ...


class Former(Protocol):
    """What stood there before, by SID. Errors: `LedgerUnavailableError`."""

    async def all(self) -> Mapping[str, Mapping[str, str]]: ...

    async def keep(self, sid: str, values: Mapping[str, str], by: str, at: datetime) -> None:
        """In place of what was kept of it."""
        ...

    async def forget(self, sid: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Change:
    held: Held
    tenants: tuple[str, ...]
    values: Mapping[str, tuple[str, str]]
    """Parameter to what it is and what it becomes."""
    note: str = ""


class Adopting:
    def __init__(
        self,
        settings: CarrierSettings,
        former: Former,
        directory: DirectoryCopy,
        tenants: Directory,
        *,
        reachable: bool,
    ) -> None:
        """`reachable`: whether the carrier can call this gate's public URL at all."""
        self._settings = settings
        self._former = former
        self._directory = directory
        self._tenants = tenants
        self._reachable = reachable

    async def check(self) -> Sequence[Change]:
        """Whatever does not point here."""
        return [self._change(held, held.wanted) for held in await self._settings.held() if _differs(held, held.wanted)]

    async def adopt(self, by: str, at: datetime, *, dry_run: bool) -> Sequence[Change]:
        """A tenant without `sms_webhook` gets what its sender pointed at, so that it goes on hearing all else.
        Errors: also `BadRequestError` if nobody but this machine could reach the gate's public URL.
        """
        if not (self._reachable or dry_run):
            raise BadRequestError("server.public_url is of this machine alone: the carrier would tell nobody. Set it.")
        former = await self._former.all()
        changes = [self._followed(change) for change in await self.check()]
        for change in [] if dry_run else changes:
            replaced = {name: old for name, (old, _) in change.values.items()}
            await self._former.keep(change.held.sid, {**former.get(change.held.sid, {}), **replaced}, by, at)
            await self._settings.write(change.held, {name: new for name, (_, new) in change.values.items()})
            if url := self._left_behind(change):
                await self._tenants.change_tenant(change.tenants[0], TenantChange(sms_webhook=url))
                await self._directory.refresh()
        return changes

    async def release(self, *, dry_run: bool) -> Sequence[Change]:
        """Only what still points here is put back; what somebody has changed since is theirs."""
        former = await self._former.all()
        held = {one.sid: one for one in await self._settings.held()}
        changes = []
        for sid, values in former.items():
            if one := held.get(sid):
                ours = {name: old for name, old in values.items() if one.now.get(name) == one.wanted.get(name, "")}
                changes.append(self._change(one, ours, "" if ours else "Changed since by somebody else; left alone."))
        for change in [] if dry_run else changes:
            if change.values:
                await self._settings.write(change.held, {name: new for name, (_, new) in change.values.items()})
            await self._former.forget(change.held.sid)
        for sid in [] if dry_run else former.keys() - held.keys():
            await self._former.forget(sid)
        return changes

    def _change(self, held: Held, becomes: Mapping[str, str], note: str = "") -> Change:
        owners = self._directory.now.callers.get(held.sender, ())
        values = {
            name: (held.now.get(name, ""), value) for name, value in becomes.items() if held.now.get(name, "") != value
        }
        return Change(held, tuple(owner.tenant for owner in owners), values, note)

    def _followed(self, change: Change) -> Change:
        url = self._left_behind(change)
        told = next((old for old, _ in change.values.values() if _is_url(old)), "")
        note = ""
        if url:
            note = f"{change.tenants[0]} gets messages that are no opt-out at {url} from now on."
        elif told and change.held.sender and not change.tenants:
            note = f"No tenant owns {change.held.sender}: nobody gets what {told} got, and an opt-out counts for all."
        return Change(change.held, change.tenants, change.values, note)

    def _left_behind(self, change: Change) -> str:
        """The address that its one tenant would lose; empty if it has one of its own."""
        if len(change.tenants) != 1:
            return ""
        tenant = self._directory.now.tenants.get(change.tenants[0])
        if tenant is None or tenant.sms_webhook:
            return ""
        return next((old for old, _ in change.values.values() if _is_url(old)), "")


def _differs(held: Held, becomes: Mapping[str, str]) -> bool:
    return any(held.now.get(name, "") != value for name, value in becomes.items())


def _is_url(value: str) -> bool:
    return value.startswith(("http://", "https://"))
