"""The guard store's scripts over a content that is a value: the oracle. Each public method is one atomic script.

Small steps have names of their own, so that a defect is a subclass that overrides one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialgate.app.errors import StoreUnavailableError
from dialgate.app.ports import (
    Claimed,
    Closed,
    FenceState,
    Kept,
    NumberKey,
    Recalled,
    RefusedGuard,
    Refusing,
    Reserved,
    Slot,
    Suppressed,
    TooFar,
    View,
    Why,
)
from dialgate.domain.guard import AtMost, Guard, MustBeAbsent, MustBePresent
from dialgate.domain.ids import DecisionId
from dialgate.domain.ledger import Change, Entry
from dialgate.domain.reservation import Claim, Reservation
from tests.model.content import Content, Fence, Held, HeldClaim, Pace, Queued, Server, Waiting, put, without

CLOCK_TOLERANCE_MS = 2_000
LISTED = 1_000
US = 1_000_000
GRACE_US = 3 * US


@dataclass(slots=True)
class Scripts:
    server: Server
    layout: str

    # ------------------------------------------------------------------------------------------ attempts

    def admit(self, reservation: Reservation, view: View, gate_now_ms: int) -> Reserved | Refusing | Claimed | Closed:
        if closed := self.closed(view, gate_now_ms):
            return closed
        self.tick()
        if self.held(reservation.id) or reservation.id in self.content.tombstones:
            raise StoreUnavailableError("reserved or abandoned before")
        claim = reservation.claim
        if claim and (claimed := self.claimed(claim)):
            return claimed
        if refused := self.refused(reservation.guards, reservation.due_ms):
            return Refusing(refused)
        self.content = self.reserve(self.content, reservation, self.server.now_ms)
        return Reserved(self.server.now_ms)

    def probe(self, guards: Sequence[Guard], view: View, gate_now_ms: int, due_ms: int = 0) -> Refusing | Closed:
        return self.closed(view, gate_now_ms) or Refusing(self.refused(guards, due_ms))

    def sent(self, reservation: Reservation, carrier_sid: str, view: View, answer: bytes | None) -> bool | Closed:
        if closed := self.closed(view, None):
            return closed
        held = self.held(reservation.id)
        if held is None:
            self.content = self.reserve(self.content, reservation, self.server.now_ms)
            held = self.content.held[reservation.id]
        cancel = self.to_cancel(held)
        held = replace(held, carrier_sid=carrier_sid, recalled=cancel)
        self.content = self.queue(replace(self.content, held=put(self.content.held, reservation.id, held)), held)
        if reservation.claim and answer is not None:
            self.keep_answer(reservation.claim, reservation.id, answer)
        return cancel

    def abandon(self, reservation: Reservation) -> None:
        content = self.content.uncounted(reservation.id)
        claim = reservation.claim
        if claim and (kept := content.claims.get(claim.key)) and kept.decision_id == reservation.id:
            content = replace(content, claims=without(content.claims, claim.key))
        self.content = replace(
            content, held=without(content.held, reservation.id), tombstones=content.tombstones | {reservation.id}
        )

    def settle(self, decision_id: DecisionId, number_key: NumberKey) -> None:
        self.content = replace(self.content, held=without(self.content.held, decision_id))
        self.dialled(decision_id)

    def keep_answer(self, claim: Claim, decision_id: DecisionId, answer: bytes) -> None:
        self.content = self.claim(self.content, claim, decision_id, self.server.now_ms, answer)

    def claimed(self, claim: Claim) -> Claimed | None:
        kept = self.content.claims.get(claim.key)
        if kept is None or kept.expires_at_ms <= self.server.now_ms:
            return None
        return Claimed(kept.decision_id, kept.parameters, kept.answer)

    # ------------------------------------------------------------------------------------------ opt-outs and recall

    def suppress(self, change: Change, seq: int | None) -> Suppressed:
        self.add(change.add)
        self.note(change, seq)
        return Suppressed(self.open_at(), self.covered(change.add))

    def recalls(self) -> tuple[Recalled, ...]:
        flagged = [held for held in self.open_reservations() if held.recalled]
        return tuple(recalled(held) for held in flagged[:LISTED])

    # ------------------------------------------------------------------------------------------ the time of dialling

    def overdue(self) -> tuple[Recalled, ...]:
        now_ms = self.server.now_ms
        late = [one for one in self.content.queued.values() if one.closes_ms <= now_ms < one.expires_at_ms]
        in_order = sorted(late, key=lambda one: (one.closes_ms, one.call.decision_id))
        return tuple(one.call for one in in_order[:LISTED])

    def dialled(self, decision_id: DecisionId) -> None:
        self.content = replace(self.content, queued=without(self.content.queued, decision_id))

    def first(self, name: str, ttl_s: int) -> bool:
        now_ms = self.server.now_ms
        if self.content.taken.get(name, 0) > now_ms:
            return False
        self.content = replace(self.content, taken=put(self.content.taken, name, now_ms + ttl_s * 1_000))
        return True

    def forget(self, name: str) -> None:
        self.content = replace(self.content, taken=without(self.content.taken, name))

    def pace(self, account: str, tenant: str, per_second: float, longest_wait_s: float) -> Slot | TooFar:
        now_us, between_us, longest_us = self.server.now_ms * 1_000, round(US / per_second), round(longest_wait_s * US)
        pace = self.content.paces.get(account, Pace())
        row = {one: (since, till) for one, (since, till) in pace.row.items() if till > now_us}
        at_us = pace.at_us if now_us <= pace.at_us <= now_us + longest_us + between_us else now_us
        since_us = row[tenant][0] if tenant in row else max([now_us, *(since + 1 for since, _ in row.values())])
        ahead = sum(since < since_us for since, _ in row.values())
        again_us = at_us + ahead * between_us - longest_us - now_us
        answer: Slot | TooFar
        if again_us <= 0:
            row.pop(tenant, None)
            pace, answer = Pace(at_us + between_us, row), Slot((at_us - now_us) / US)
        else:
            row[tenant] = (since_us, now_us + again_us + GRACE_US)
            pace, answer = Pace(at_us, row), TooFar(again_us / US)
        self.content = replace(self.content, paces=put(self.content.paces, account, pace))
        return answer

    # ------------------------------------------------------------------------------------------ the fence

    def fence(self) -> FenceState:
        fence = self.content.fence
        return FenceState(
            generation=fence.generation if fence else None,
            layout_agrees=fence is not None and fence.layout == self.layout,
            history_id=fence.history_id if fence else "",
            server_history_id=self.server.history_id,
            watermark=fence.watermark if fence else None,
            clock_ms=fence.clock_ms if fence else 0,
            now_ms=self.server.now_ms,
            overlay=tuple(self.content.overlay)[:LISTED],
        )

    def apply(self, changes: Sequence[Change], token: int | str) -> int | None:
        fence = self.content.fence
        if fence is None or not self.same_history(fence) or token not in {fence.generation, fence.nonce}:
            return None
        for change in changes:
            if fence.watermark is not None and change.seq == fence.watermark + 1:
                self.add(change.add)
                self.remove(change)
                overlay = without(self.content.overlay, change.id)
                self.content = replace(self.content, overlay=overlay).fenced(replace(fence, watermark=change.seq))
                fence = self.absorb()
        return fence.watermark or 0

    def begin(self, nonce: str, *, anew: bool = False) -> None:
        fence = self.content.fence
        if anew:
            overlay = {row: replace(waiting, seq=None) for row, waiting in self.content.overlay.items()}
            self.content = replace(self.content, overlay=overlay)
            fence = replace(fence, watermark=None) if fence else None
        if fence and fence.layout != self.layout:
            fence = Fence(self.layout, "", clock_ms=fence.clock_ms)
            self.content = replace(self.content, overlay={})
        fence = fence or Fence(self.layout, "")
        if anew:
            fence = replace(fence, watermark=None)
            waiting = {known: replace(one, seq=None) for known, one in self.content.overlay.items()}
            self.content = replace(self.content, overlay=waiting)
        fresh = replace(fence, generation=None, nonce=nonce, chunks=0)
        self.content = self.content.fenced(replace(fresh, history_id=self.server.history_id))

    def load(self, entries: Sequence[Entry], nonce: str, chunk: int) -> bool:
        if not self.loading(nonce, chunk - 1):
            return False
        self.content = replace(self.content, members=self.content.members | set(entries))
        self.content = self.content.fenced(replace(self.begun, chunks=chunk))
        return True

    def restore(self, kept: Sequence[Kept], nonce: str) -> bool:
        if not self.loading(nonce, self.begun.chunks):
            return False
        for one in kept:
            self.content = self.put_back(self.content, one)
        return True

    def open(self, nonce: str, chunks: int, generation: int, watermark: int) -> bool:
        if not self.loading(nonce, chunks):
            return False
        before = self.begun.watermark
        raised = before if before is not None and chunks == 0 else max(watermark, before or 0)
        self.content = self.content.fenced(replace(self.begun, generation=generation, watermark=raised, nonce=""))
        self.absorb()
        return True

    # ------------------------------------------------------------------------------------------ steps of the scripts

    @property
    def content(self) -> Content:
        return self.server.content

    @content.setter
    def content(self, content: Content) -> None:
        self.server.content = content

    def closed(self, view: View, gate_now_ms: int | None) -> Closed | None:
        fence, now_ms = self.content.fence, self.server.now_ms
        if fence is None:
            return Closed(Why.MISSING)
        if fence.generation is None or not self.same_generation(fence, view):
            return Closed(Why.GENERATION)
        if fence.layout != self.layout:
            return Closed(Why.LAYOUT)
        if not self.same_history(fence):
            return Closed(Why.HISTORY)
        if fence.watermark is None or fence.watermark < view.head:
            return Closed(Why.WATERMARK)
        astray = gate_now_ms is not None and abs(now_ms - gate_now_ms) > CLOCK_TOLERANCE_MS
        return Closed(Why.CLOCK) if astray or now_ms < fence.clock_ms - CLOCK_TOLERANCE_MS else None

    def same_generation(self, fence: Fence, view: View) -> bool:
        return fence.generation == view.generation

    def same_history(self, fence: Fence) -> bool:
        return fence.history_id == self.server.history_id

    @property
    def begun(self) -> Fence:
        return self.content.fence or Fence(self.layout, self.server.history_id)

    def loading(self, nonce: str, chunks: int) -> bool:
        """Whether the load that `nonce` began goes on, and has got as far as that."""
        fence = self.content.fence
        return fence is not None and fence.nonce == nonce and self.same_history(fence) and fence.chunks == chunks

    def open_at(self) -> int | None:
        fence = self.content.fence
        if fence is None or fence.layout != self.layout or not self.same_history(fence):
            return None
        return fence.generation

    def tick(self) -> None:
        fence = self.content.fence
        if fence and fence.clock_ms < self.server.now_ms:
            self.content = self.content.fenced(replace(fence, clock_ms=self.server.now_ms))

    def refused(self, guards: Sequence[Guard], due_ms: int) -> tuple[RefusedGuard, ...]:
        at_ms = max(due_ms, self.server.now_ms)
        return tuple(r for index, guard in enumerate(guards) if (r := self.refusal(index, guard, at_ms)))

    def refusal(self, index: int, guard: Guard, at_ms: int) -> RefusedGuard | None:
        match guard:
            case MustBeAbsent(scope, member):
                return RefusedGuard(index) if Entry(scope, member) in self.content.members else None
            case MustBePresent(scope, member):
                return None if Entry(scope, member) in self.content.members else RefusedGuard(index)
            case AtMost(key, limit, window_s):
                counts, window_ms = sorted(self.content.counts.get(key, {}).values()), window_s * 1_000
                if limit == 0:
                    return RefusedGuard(index)
                free_at_ms = [
                    counted[-limit] + window_ms
                    for end in (at_ms, *(at for at in counts if at_ms < at < at_ms + window_ms))
                    if len(counted := [at for at in counts if end - window_ms < at <= end]) >= limit
                ]
                return RefusedGuard(index, max(free_at_ms)) if free_at_ms else None

    def open_reservations(self) -> list[Held]:
        return [one for one in self.content.held.values() if self.lives(one)]

    def held(self, decision_id: DecisionId) -> Held | None:
        return next((one for one in self.open_reservations() if one.reservation.id == decision_id), None)

    def lives(self, held: Held) -> bool:
        return held.at_ms + held.reservation.lifetime_s * 1_000 > self.server.now_ms

    def reserve(self, content: Content, reservation: Reservation, at_ms: int) -> Content:
        content = replace(content, held=put(content.held, reservation.id, Held(reservation, at_ms)))
        if reservation.claim:
            content = self.claim(content, reservation.claim, reservation.id, at_ms, None)
        return content.counted(reservation, at_ms)

    def claim(
        self, content: Content, claim: Claim, decision_id: DecisionId, at_ms: int, answer: bytes | None
    ) -> Content:
        """Make it if nobody has it; with an answer, keep that in a claim of one's own."""
        kept = content.claims.get(claim.key)
        if kept is None or kept.expires_at_ms <= self.server.now_ms:
            kept = HeldClaim(decision_id, claim.parameters, at_ms + claim.keep_s * 1_000)
        if kept.decision_id == decision_id and answer is not None:
            kept = replace(kept, answer=answer)
        return replace(content, claims=put(content.claims, claim.key, kept))

    def put_back(self, content: Content, kept: Kept) -> Content:
        reservation, at_ms = kept.reservation, kept.reserved_at_ms
        if reservation.id in content.tombstones:
            return content
        held = content.held.get(reservation.id) or (Held(reservation, at_ms) if kept.open else None)
        if held and self.lives(held):
            sid = held.carrier_sid or kept.carrier_sid
            held = replace(held, carrier_sid=sid, recalled=held.recalled or content.covers(reservation))
            content = self.queue(replace(content, held=put(content.held, reservation.id, held)), held)
        if (claim := reservation.claim) and (kept.open or kept.answer is not None):
            known = self.claimed(claim)
            content = self.claim(
                content, claim, reservation.id, at_ms, None if known and known.answer is not None else kept.answer
            )
        return content.counted(reservation, at_ms)

    def queue(self, content: Content, held: Held) -> Content:
        reservation = held.reservation
        if not reservation.closes_ms or not held.carrier_sid:
            return content
        expires_at_ms = held.at_ms + reservation.lifetime_s * 1_000
        queued = Queued(recalled(held), reservation.closes_ms, expires_at_ms)
        return replace(content, queued=put(content.queued, reservation.id, queued))

    def to_cancel(self, held: Held) -> bool:
        return held.recalled or self.content.covers(held.reservation)

    def add(self, entries: Sequence[Entry]) -> None:
        self.content = replace(self.content, members=self.content.members | set(entries))
        self.flag(entries)

    def flag(self, entries: Sequence[Entry]) -> None:
        held = {
            known: replace(one, recalled=True) if covers(entries, one.reservation) else one
            for known, one in self.content.held.items()
        }
        self.content = replace(self.content, held=held)

    def covered(self, entries: Sequence[Entry]) -> tuple[Recalled, ...]:
        return tuple(recalled(one) for one in self.open_reservations() if covers(entries, one.reservation))

    def note(self, change: Change, seq: int | None) -> None:
        """Raise the watermark if it is this row's turn; else remember that the row waits."""
        fence = self.content.fence
        watermark = fence.watermark if fence else None
        overlay = self.content.overlay
        if seq is None or watermark is None or seq > watermark:
            if seq is not None or change.id not in overlay:
                overlay = put(overlay, change.id, Waiting(seq, change.add))
        else:
            overlay = without(overlay, change.id)
        self.content = replace(self.content, overlay=overlay)
        if fence and fence.watermark is not None:
            self.absorb()

    def absorb(self) -> Fence:
        """Raise the watermark over the sequences that already wait."""
        fence, overlay = self.content.fence, self.content.overlay
        if fence is None or fence.watermark is None:
            raise AssertionError("only a fence with a watermark absorbs")
        watermark, waiting = fence.watermark, {one.seq for one in overlay.values()}
        while watermark + 1 in waiting:
            watermark += 1
        left = {known: one for known, one in overlay.items() if one.seq is None or one.seq > watermark}
        fence = replace(fence, watermark=watermark)
        self.content = replace(self.content, overlay=left).fenced(fence)
        return fence

    def remove(self, change: Change) -> None:
        waiting = {entry for known, one in self.content.overlay.items() if known != change.id for entry in one.add}
        self.content = replace(self.content, members=self.content.members - (set(change.remove) - waiting))


def covers(entries: Sequence[Entry], reservation: Reservation) -> bool:
    return any(entry.scope in reservation.scopes and entry.member == reservation.number for entry in entries)


def recalled(held: Held) -> Recalled:
    reservation = held.reservation
    key = NumberKey(reservation.number)
    return Recalled(reservation.id, key, reservation.tenant, reservation.channel, held.carrier_sid)
