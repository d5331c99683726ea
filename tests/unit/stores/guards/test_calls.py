"""Values in, keys and arguments out, as the Lua headers say."""

from __future__ import annotations

from dataclasses import replace

from dialgate.app.ports import Kept, View
from dialgate.domain.guard import AtMost, MustBeAbsent, MustBePresent
from dialgate.domain.ids import DecisionId
from dialgate.domain.ledger import Change, Entry
from dialgate.domain.numbers import E164
from dialgate.domain.reservation import Claim, Reservation
from dialgate.domain.scope import ScopeName
from dialgate.stores.guards import calls, scripts
from dialgate.stores.guards.keys import Keys

KEYS = Keys(b"a pepper")
NUMBER = E164("+14155550100")
MEMBER = KEYS.member(NUMBER)
SCOPE = ScopeName("acme/*/*/*")
TOKEN, SET = KEYS.scope(SCOPE), KEYS.shard(SCOPE, MEMBER)
VIEW = View(3, 17)
CAP = AtMost("cap", 2, 60)
RESERVATION = Reservation(
    DecisionId("d" * 32),
    NUMBER,
    "acme",
    "voice",
    (SCOPE,),
    (MustBeAbsent(SCOPE, NUMBER), CAP, MustBePresent(SCOPE, "SK1")),
    90,
    Claim("request", "digest", 10),
)
RESERVED_KEYS = (KEYS.number(MEMBER), KEYS.recalls, SET, KEYS.cap("cap"), KEYS.claim("request"))
RESERVED = (RESERVATION.id, MEMBER, "acme", "voice", 90_000, 0, 0, "digest", 10_000, 1, TOKEN, 1, 60_000)


def test_admit_passes_the_view_the_reservation_and_its_guards() -> None:
    """Guards are flat triples in order, each with the key that it looks into."""
    call = calls.admit(KEYS, RESERVATION, VIEW, 1234)
    key = KEYS.member("SK1")
    assert (KEYS.fence, *RESERVED_KEYS, SET, KEYS.cap("cap"), KEYS.shard(SCOPE, key)) == call.keys
    guards = ("absent", MEMBER, "", "at_most", 2, 60_000, "present", key, "")
    assert (3, KEYS.layout, 17, 1234, *RESERVED, 3, *guards) == call.args
    assert (scripts.ADMIT, RESERVATION.id) == (call.script, call.subject)


def test_probe_passes_guards_alone() -> None:
    """No key of a reservation, so it can leave no trace."""
    call = calls.probe(KEYS, [CAP], VIEW, 1234, 5678)
    assert (KEYS.fence, KEYS.cap("cap")) == call.keys
    assert (3, KEYS.layout, 17, 1234, 5678, 1, "at_most", 2, 60_000) == call.args


def test_times_of_its_own_travel_with_a_reservation() -> None:
    """When it is due, and when its window closes, in milliseconds as they are."""
    timed = replace(RESERVATION, due_ms=5_000, closes_ms=9_000)
    assert (5_000, 9_000) == calls.admit(KEYS, timed, VIEW, 1234).args[9:11]


def test_no_claim_passes_no_key() -> None:
    """Zero milliseconds say that there is none."""
    bare = Reservation(RESERVATION.id, NUMBER, "acme", "voice", (), (), 90)
    call = calls.abandon(KEYS, bare)
    assert (KEYS.number(MEMBER), KEYS.recalls) == call.keys
    assert (calls.TOMBSTONE_MS, bare.id, MEMBER, "acme", "voice", 90_000, 0, 0, "", 0, 0, 0) == call.args


def test_sent_tells_no_answer_from_an_empty_one() -> None:
    """An empty body is an answer too."""
    assert (KEYS.fence, KEYS.queued, KEYS.names, *RESERVED_KEYS) == calls.sent(KEYS, RESERVATION, "", VIEW, None).keys
    assert (0, b"") == calls.sent(KEYS, RESERVATION, "CA1", VIEW, None).args[4:6]
    assert (1, b"") == calls.sent(KEYS, RESERVATION, "CA1", VIEW, b"").args[4:6]


def test_suppress_passes_set_and_number_of_each_entry() -> None:
    """An empty sequence says that the row is not in the ledger yet."""
    change = Change(5, "optout", add=(Entry(SCOPE, NUMBER),))
    call = calls.suppress(KEYS, change, None)
    assert (KEYS.fence, KEYS.overlay, KEYS.recalls, SET, KEYS.number(MEMBER)) == call.keys
    assert (KEYS.layout, "optout", "", TOKEN, MEMBER) == call.args
    assert 5 == calls.suppress(KEYS, change, 5).args[2]


def test_apply_names_the_field_of_its_token() -> None:
    """A number is the open generation, a text the nonce of a load."""
    rows = [Change(1, "a", add=(Entry(SCOPE, NUMBER),)), Change(2, "b", remove=(Entry(SCOPE, NUMBER),))]
    expected = (1, "a", 1, 0, TOKEN, MEMBER, 2, "b", 0, 1, TOKEN, MEMBER)
    assert (KEYS.layout, "gen", 7, *expected) == calls.apply(KEYS, rows, 7).args
    assert (KEYS.layout, "nonce", "n", *expected) == calls.apply(KEYS, rows, "n").args


def test_load_and_restore_carry_nonce_and_layout() -> None:
    """What the scripts compare before they write."""
    load = calls.load(KEYS, [Entry(SCOPE, NUMBER)], "n", 4, ends=True)
    assert ((KEYS.fence, SET), ("n", KEYS.layout, 4, 1, MEMBER)) == (load.keys, load.args)
    restore = calls.restore(KEYS, Kept(RESERVATION, 1234, "CA1", open=False, answer=b"x"), "n")
    assert (KEYS.fence, KEYS.queued, KEYS.names, *RESERVED_KEYS) == restore.keys
    assert ("n", KEYS.layout, 1234, "CA1", 0, 1, b"x", *RESERVED) == restore.args


def test_the_rest_in_the_order_of_their_headers() -> None:
    """Each names only the keys it touches."""
    claim = RESERVATION.claim
    assert claim
    fence, overlay, queue = KEYS.fence, KEYS.overlay, (KEYS.queued, KEYS.names)
    given = [
        calls.settle(KEYS, RESERVATION.id, MEMBER),
        calls.keep_answer(KEYS, claim, RESERVATION.id, b"x"),
        calls.claimed(KEYS, claim),
        calls.recalls(KEYS),
        calls.overdue(KEYS),
        calls.dialled(KEYS, RESERVATION.id),
        calls.pace(KEYS, "AC1", "acme", 500_000, 2_000_000),
        calls.first(KEYS, "stop", 86_400),
        calls.fence(KEYS),
        calls.begin(KEYS, "n", anew=False),
        calls.open_(KEYS, "n", 2, 3, 17),
    ]
    assert [
        ((KEYS.number(MEMBER), KEYS.recalls, *queue), (RESERVATION.id,)),
        ((KEYS.claim("request"),), (RESERVATION.id, "digest", 10_000, b"x")),
        ((KEYS.claim("request"),), ()),
        ((KEYS.recalls,), (calls.MOST_LISTED,)),
        (queue, (calls.MOST_LISTED,)),
        (queue, (RESERVATION.id,)),
        ((KEYS.pace("AC1"),), ("acme", 500_000, 2_000_000, calls.GRACE_US)),
        ((KEYS.once("stop"),), (86_400_000,)),
        ((fence, overlay), (calls.MOST_LISTED,)),
        ((fence, overlay), ("n", KEYS.layout, 0)),
        ((fence, overlay), ("n", KEYS.layout, 2, 3, 17)),
    ] == [(call.keys, call.args) for call in given]
