"""How the guard store names things."""

from __future__ import annotations

import re

from dialgate.stores.guards.keys import PATTERNS, SHARDS, Keys

KEYS = Keys(b"a pepper")
NUMBER = "+14155550100"


def test_a_member_fits_an_integer_set() -> None:
    """It is a decimal integer of 64 bits with sign, which the server keeps in 8 bytes."""
    members = [int(KEYS.member(f"+1415555{n:04d}")) for n in range(1000)]
    assert all(-(2**63) <= member < 2**63 for member in members)
    assert 1000 == len(set(members))


def test_a_pepper_makes_other_names_and_another_layout() -> None:
    """A gate with the wrong pepper finds nothing, and its layout says so."""
    other = Keys(b"another pepper")
    assert KEYS.member(NUMBER) != other.member(NUMBER)
    assert KEYS.scope("a/*/*/*") != other.scope("a/*/*/*")
    assert KEYS.layout != other.layout


def test_the_layout_tells_nothing_of_the_pepper_but_its_name() -> None:
    """Partition and shard counts, format and the pepper's id: what must agree for one store to be shared."""
    assert re.fullmatch(rf"partitions=1 shards={SHARDS} format=\d+ pepper=[0-9a-f]{{8}}", KEYS.layout)


def test_numbers_spread_over_all_shards() -> None:
    """No shard holds more than a few times its share, so each stays an integer set."""
    shards = [KEYS.shard("a/*/*/*", KEYS.member(f"+1{n:010d}")) for n in range(20_000)]
    assert max(shards.count(shard) for shard in set(shards[:200])) < 25
    assert 3_900 < len(set(shards)) <= SHARDS


def test_every_key_is_in_the_partitions_slot() -> None:
    """The hash tag is the partition, so that one script may touch them all."""
    keys = Keys(b"a pepper", "p7")
    member = keys.member(NUMBER)
    named = (keys.fence, keys.overlay, keys.recalls, keys.number(member), keys.cap("a"), keys.claim("a"))
    assert all(key.startswith("{p7}:") for key in (*named, keys.shard("a/*/*/*", member)))


def test_every_key_is_declared() -> None:
    """Each name matches exactly one pattern, and each pattern is used."""
    member = KEYS.member(NUMBER)
    named = (
        KEYS.fence,
        KEYS.overlay,
        KEYS.shard("a/*/*/*", member),
        KEYS.number(member),
        KEYS.recalls,
        KEYS.queued,
        KEYS.names,
        KEYS.pace("AC1"),
        KEYS.once("a name"),
        KEYS.cap("a cap"),
        KEYS.claim("a claim"),
    )
    assert [[pattern.name] for pattern in PATTERNS] == [
        [pattern.name for pattern in PATTERNS if re.fullmatch(pattern.key, key.removeprefix(KEYS.tag))] for key in named
    ]
