"""The signatures of the scripts: values in, one `Call` out, in the order that each Lua header states. Sends nothing."""

from __future__ import annotations

from collections.abc import Sequence

from dialgate.app.ports import Kept, View
from dialgate.domain.guard import AtMost, Guard, MustBeAbsent
from dialgate.domain.ids import DecisionId
from dialgate.domain.ledger import Change, Entry
from dialgate.domain.reservation import Claim, Reservation
from dialgate.stores.guards import scripts
from dialgate.stores.guards.keys import Keys
from dialgate.stores.guards.scripts import Call

TOMBSTONE_MS = 60_000
"""Thirty times the age at which the fence refuses a late admit for its clock."""

MOST_LISTED = 1000

GRACE_US = 3_000_000
"""A tenant that was turned away is told whole seconds, and may need two more to come back."""

Arg = str | bytes | int


def admit(keys: Keys, reservation: Reservation, view: View, gate_now_ms: int) -> Call:
    names, args = _reservation(keys, reservation)
    guard_keys, guards = _guards(keys, reservation.guards)
    return Call(
        scripts.ADMIT,
        (keys.fence, *names, *guard_keys),
        (*_view(keys, view), gate_now_ms, *args, len(guard_keys), *guards),
        reservation.id,
    )


def probe(keys: Keys, guards: Sequence[Guard], view: View, gate_now_ms: int, due_ms: int) -> Call:
    guard_keys, flat = _guards(keys, guards)
    args = (*_view(keys, view), gate_now_ms, due_ms, len(guard_keys), *flat)
    return Call(scripts.PROBE, (keys.fence, *guard_keys), args)


def sent(keys: Keys, reservation: Reservation, carrier_sid: str, view: View, answer: bytes | None) -> Call:
    names, args = _reservation(keys, reservation)
    args = (*_view(keys, view), carrier_sid, *_answer(answer), *args)
    return Call(scripts.SENT, (keys.fence, keys.queued, keys.names, *names), args, reservation.id)


def abandon(keys: Keys, reservation: Reservation) -> Call:
    names, args = _reservation(keys, reservation)
    return Call(scripts.ABANDON, names, (TOMBSTONE_MS, *args), reservation.id)


def settle(keys: Keys, decision_id: DecisionId, member: str) -> Call:
    names = (keys.number(member), keys.recalls, keys.queued, keys.names)
    return Call(scripts.SETTLE, names, (decision_id,), decision_id)


def keep_answer(keys: Keys, claim: Claim, decision_id: DecisionId, answer: bytes) -> Call:
    args = (decision_id, claim.parameters, claim.keep_s * 1000, answer)
    return Call(scripts.KEEP_ANSWER, (keys.claim(claim.key),), args, decision_id)


def claimed(keys: Keys, claim: Claim) -> Call:
    return Call(scripts.CLAIMED, (keys.claim(claim.key),), ())


def suppress(keys: Keys, change: Change, seq: int | None) -> Call:
    names, args = _entries(keys, change.add)
    head = (keys.layout, change.id, "" if seq is None else seq)
    return Call(scripts.SUPPRESS, (keys.fence, keys.overlay, keys.recalls, *names), (*head, *args), change.id)


def recalls(keys: Keys) -> Call:
    return Call(scripts.RECALLS, (keys.recalls,), (MOST_LISTED,))


def overdue(keys: Keys) -> Call:
    return Call(scripts.OVERDUE, (keys.queued, keys.names), (MOST_LISTED,))


def dialled(keys: Keys, decision_id: DecisionId) -> Call:
    return Call(scripts.DIALLED, (keys.queued, keys.names), (decision_id,), decision_id)


def pace(keys: Keys, account: str, tenant: str, between_us: int, longest_us: int) -> Call:
    return Call(scripts.PACE, (keys.pace(account),), (tenant, between_us, longest_us, GRACE_US), tenant)


def first(keys: Keys, name: str, ttl_s: int) -> Call:
    return Call(scripts.FIRST, (keys.once(name),), (ttl_s * 1000,))


def forget(keys: Keys, name: str) -> Call:
    return Call(scripts.FORGET, (keys.once(name),), ())


def fence(keys: Keys) -> Call:
    return Call(scripts.FENCE, (keys.fence, keys.overlay), (MOST_LISTED,))


def apply(keys: Keys, changes: Sequence[Change], token: int | str) -> Call:
    names: list[str] = [keys.fence, keys.overlay, keys.recalls]
    args: list[Arg] = [keys.layout, "gen" if isinstance(token, int) else "nonce", token]
    for change in changes:
        entry_keys, entries = _entries(keys, (*change.add, *change.remove))
        names += entry_keys
        args += (change.seq, change.id, len(change.add), len(change.remove), *entries)
    return Call(scripts.APPLY, tuple(names), tuple(args), str(token))


def begin(keys: Keys, nonce: str, *, anew: bool) -> Call:
    return Call(scripts.BEGIN, (keys.fence, keys.overlay), (nonce, keys.layout, int(anew)), nonce)


def load(keys: Keys, entries: Sequence[Entry], nonce: str, chunk: int, *, ends: bool) -> Call:
    """`ends`: this is the last of the calls that the chunk was split into."""
    members = [keys.member(entry.member) for entry in entries]
    sets = [keys.shard(entry.scope, member) for entry, member in zip(entries, members, strict=True)]
    return Call(scripts.LOAD, (keys.fence, *sets), (nonce, keys.layout, chunk, int(ends), *members), nonce)


def restore(keys: Keys, kept: Kept, nonce: str) -> Call:
    names, args = _reservation(keys, kept.reservation)
    head = (nonce, keys.layout, kept.reserved_at_ms, kept.carrier_sid, int(kept.open), *_answer(kept.answer))
    return Call(scripts.RESTORE, (keys.fence, keys.queued, keys.names, *names), (*head, *args), kept.reservation.id)


def open_(keys: Keys, nonce: str, chunks: int, generation: int, watermark: int) -> Call:
    return Call(scripts.OPEN, (keys.fence, keys.overlay), (nonce, keys.layout, chunks, generation, watermark), nonce)


def _view(keys: Keys, view: View) -> tuple[Arg, ...]:
    return view.generation, keys.layout, view.head


def _answer(answer: bytes | None) -> tuple[Arg, ...]:
    return int(answer is not None), answer or b""


def _reservation(keys: Keys, reservation: Reservation) -> tuple[tuple[str, ...], tuple[Arg, ...]]:
    """As `_reservation.lua` reads it."""
    member = keys.member(reservation.number)
    sets = [keys.shard(scope, member) for scope in reservation.scopes]
    caps = [guard for guard in reservation.guards if isinstance(guard, AtMost)]
    claim = reservation.claim
    names = (keys.number(member), keys.recalls, *sets, *(keys.cap(cap.key) for cap in caps))
    args: tuple[Arg, ...] = (
        reservation.id,
        member,
        reservation.tenant,
        reservation.channel,
        reservation.lifetime_s * 1000,
        reservation.due_ms,
        reservation.closes_ms,
        claim.parameters if claim else "",
        claim.keep_s * 1000 if claim else 0,
        len(sets),
        *(keys.scope(scope) for scope in reservation.scopes),
        len(caps),
        *(cap.window_s * 1000 for cap in caps),
    )
    return (*names, keys.claim(claim.key)) if claim else names, args


def _guards(keys: Keys, guards: Sequence[Guard]) -> tuple[list[str], list[Arg]]:
    """The key each guard looks into, and flat triples as `_guards.lua` reads them."""
    names: list[str] = []
    flat: list[Arg] = []
    for guard in guards:
        if isinstance(guard, AtMost):
            names.append(keys.cap(guard.key))
            flat += ("at_most", guard.limit, guard.window_s * 1000)
        else:
            member = keys.member(guard.member)
            names.append(keys.shard(guard.scope, member))
            flat += ("absent" if isinstance(guard, MustBeAbsent) else "present", member, "")
    return names, flat


def _entries(keys: Keys, entries: Sequence[Entry]) -> tuple[list[str], list[Arg]]:
    """Set and number hash of each entry; its scope's token and its hashed member."""
    names: list[str] = []
    args: list[Arg] = []
    for entry in entries:
        member = keys.member(entry.member)
        names += (keys.shard(entry.scope, member), keys.number(member))
        args += (keys.scope(entry.scope), member)
    return names, args
