"""The scripts as they are sent."""

from __future__ import annotations

import re
from hashlib import sha1
from pathlib import Path

from dialgate.stores.guards import scripts

LUA = Path(scripts.__file__).parent / "lua"
MAIN = {path.stem: path.read_text() for path in LUA.glob("[!_]*.lua")}


def test_each_file_is_a_script() -> None:
    """Nothing lies in the folder that is never sent."""
    assert sorted(MAIN) == sorted(script.name for script in scripts.ALL)


def test_each_script_states_its_signature() -> None:
    """Its header names KEYS, ARGV and what it returns."""
    assert [] == [
        name
        for name, text in MAIN.items()
        if not re.match(r"#!lua.*\n(-- .*\n)+", text)
        or not all(f"-- {part}: " in text for part in ("KEYS", "ARGV", "Returns"))
    ]


def test_only_admissions_stop_for_want_of_memory() -> None:
    """Everything an opt-out needs, and everything that gives back, may exceed the limit; the rest writes nothing."""
    refusable = {name for name, text in MAIN.items() if "allow-oom" not in text and "no-writes" not in text}
    assert {"admit"} == refusable


def test_the_shebang_stays_the_first_line() -> None:
    """The preludes come behind it, and the digest is of what is sent."""
    for script in scripts.ALL:
        assert script.body.startswith("#!lua")
        assert 1 == script.body.count("#!")
        assert sha1(script.body.encode(), usedforsecurity=False).hexdigest() == script.sha


def test_every_key_is_passed_in() -> None:
    """No script makes up the name of a key: in a cluster it would be another server's, and read as absent."""
    made_up = [path.name for path in LUA.glob("*.lua") if re.search(r"redis\.call\('\w+', ['\"(]", path.read_text())]
    assert ["_fence.lua"] == made_up, "INFO replication is no key"
