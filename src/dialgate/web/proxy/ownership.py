"""Whether what a path names is the tenant's own: made by it through the gate, or part of what was.

The decision log knows who made a call or message; for all else the carrier is asked what it belongs to. What never
changes (the name of a conference, the call of a recording, the parent of a call) is asked once.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.app.errors import NotFoundError
from dialgate.web.proxy.made import MADE, Maker

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dialgate.app.front import Dialers, Proof, Route, Row
    from dialgate.app.gate import Gate
    from dialgate.app.queries import Tenant
    from dialgate.web.proxy.made import Made

REMEMBERED = 10_000
DEPTH = 4
"""A transcription of a recording of a leg of a call."""
NOT_FOUND = "There is no such resource, or this account did not make it through the gate."


class Ownership:
    """Errors of every method: `LedgerUnavailableError`, `CarrierUnreachableError`."""

    def __init__(self, gate: Gate, front: Dialers, made: Made) -> None:
        self._gate = gate
        self._front = front
        self._made = made
        self._known: OrderedDict[tuple[str, str], Maker] = OrderedDict()

    async def require(self, tenant: Tenant, route: Route) -> Maker | None:
        """The maker of the first call or message that the path names, as far as one is known. Errors: also
        `NotFoundError`, the same for what is another's and for what is nobody's. What a person wrote to the tenant
        may be read, with all that the carrier holds below it, and not changed.
        """
        proofs = self._front.proofs(route)
        if route.method == "GET" and proofs and await self._gate.hearing.receiving.came_to(tenant.name, proofs[0].sid):
            if not all([await self._is_below(tenant, proof, proofs[0].sid) for proof in proofs[1:]]):
                raise NotFoundError(NOT_FOUND)
            return None
        makers = [await self._maker(tenant, proof, DEPTH) for proof in proofs]
        if None in makers:
            raise NotFoundError(NOT_FOUND)
        return next((maker for maker in makers if maker is not None and maker.decision_id), None)

    async def on_the_line(self, tenant: Tenant, path: str) -> Maker | None:
        """Of the call that `path` at the carrier tells of: a participant or member, by whatever name. None if it has
        none, or is somebody who called in.
        """
        row = self._front.row(await self._gate.carrier.read(path, ()), tenant)
        parents = [self._front.proof(sid) for sid in row.parents] if row is not None else []
        return await self._any(tenant, [proof for proof in parents if proof.attempt], DEPTH, wait=False)

    async def own(self, tenant: Tenant, rows: Sequence[Row], fresh: Collection[str]) -> frozenset[str]:
        """SIDs of those rows of a list that are the tenant's. `fresh`: as for `Made.of`."""
        proofs = {sid: self._front.proof(sid) for row in rows for sid in (row.sid, *row.parents)}
        attempts = [sid for sid, proof in proofs.items() if proof.attempt]
        made = await self._made.of(tenant.name, attempts, [sid for sid in fresh if sid in attempts])
        keep = {row.sid for row in rows if row.own or made.intersection((row.sid, *row.parents))}
        for row in rows:
            others = [proofs[sid] for sid in row.parents if not proofs[sid].attempt]
            if row.sid not in keep and await self._any(tenant, others, DEPTH, wait=False) is not None:
                keep.add(row.sid)
        return frozenset(keep)

    async def _is_below(self, tenant: Tenant, proof: Proof, parent: str) -> bool:
        row = self._front.row(await self._gate.carrier.read(proof.path, ()), tenant)
        return row is not None and parent in row.parents

    async def _any(self, tenant: Tenant, proofs: Sequence[Proof], depth: int, *, wait: bool) -> Maker | None:
        for proof in proofs:
            maker = await self._maker(tenant, proof, depth, wait=wait)
            if maker is not None:
                return maker
        return None

    async def _maker(self, tenant: Tenant, proof: Proof, depth: int, *, wait: bool = True) -> Maker | None:
        """A leg that was dialled in the course of a call is its maker's, with the leg's own number; what is the
        tenant's by its name has no decision. `wait`: for a record that may be on its way from another gate.
        """
        known = self._known.get((tenant.name, proof.sid))
        logged = await self._made.logged(proof.sid) if proof.attempt and known is None else None
        if logged is not None:
            return logged if logged.tenant == tenant.name else None
        maker = known or await self._told(tenant, proof, depth, wait=wait)
        if maker is None and proof.attempt and wait:
            return await self._made.by(tenant.name, proof.sid)
        return maker

    async def _told(self, tenant: Tenant, proof: Proof, depth: int, *, wait: bool) -> Maker | None:
        """By the carrier."""
        if not (proof.path and depth):
            return None
        row = self._front.row(await self._gate.carrier.read(proof.path, ()), tenant)
        if row is None:
            return None
        parents = [self._front.proof(sid) for sid in row.parents]
        maker = Maker(tenant.name, "", "") if row.own else await self._any(tenant, parents, depth - 1, wait=wait)
        if maker is not None:
            maker = Maker(maker.tenant, maker.decision_id, row.called) if proof.attempt else maker
            self._known[tenant.name, proof.sid] = maker
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return maker


OWNERSHIP: web.AppKey[Ownership] = web.AppKey("ownership", Ownership)


def add_to(app: web.Application, gate: Gate, front: Dialers) -> None:
    """Needs what this process has made."""
    app[OWNERSHIP] = Ownership(gate, front, app[MADE])
