"""The locks: what is installed is what was looked at, from whatever index the machine uses."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import tree

RELOCK = "run make lock"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def test_each_locked_requirement_carries_hashes() -> None:
    """A package that was exchanged on the way is refused by the installer."""
    bare = [
        f"{lock}: {entry.split()[0]}"
        for lock in ("requirements.txt", "requirements-test.txt")
        for entry in re.split(r"\n(?=[A-Za-z])", (tree.ROOT / lock).read_text())
        if "--hash=sha256:" not in entry
    ]
    assert [] == bare, tree.mend(RELOCK, bare)


def test_no_lock_names_an_address() -> None:
    """Any index or mirror serves: the hashes say what is right, not the place it came from."""
    named = [lock for lock in ("requirements.txt", "requirements-test.txt") if "://" in (tree.ROOT / lock).read_text()]
    resolved = [name for name, package in _node_packages() if "resolved" in package]
    assert [] == named + resolved, tree.mend(RELOCK, named + resolved)


def test_each_node_package_carries_its_hash() -> None:
    """The Node packages of the tests are as fixed as the Python ones."""
    bare = [name for name, package in _node_packages() if "integrity" not in package]
    assert [] == bare, tree.mend(RELOCK, bare)


def test_the_test_lock_holds_the_runtime_pins() -> None:
    """What the tests run against is what a user installs."""
    runtime, test = _pins("requirements.txt"), _pins("requirements-test.txt")
    assert runtime == {name: test.get(name) for name in runtime}, RELOCK


def test_the_locks_answer_the_project_file() -> None:
    """A requirement that was changed in pyproject.toml is changed in the lock too."""
    pins = _pins("requirements-test.txt")
    unmet = [
        str(wanted)
        for wanted in _wanted()
        if not wanted.specifier.contains(pins.get(canonicalize_name(wanted.name), "0"), prereleases=True)
    ]
    assert [] == unmet, tree.mend(RELOCK, unmet)


def _pins(lock: str) -> dict[str, str]:
    return dict(PINNED.findall((tree.ROOT / lock).read_text()))


def _wanted() -> Iterator[Requirement]:
    said = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())
    groups = [
        said["build-system"]["requires"],
        said["project"]["dependencies"],
        *said["project"]["optional-dependencies"].values(),
        *said["dependency-groups"].values(),
    ]
    return (Requirement(line) for group in groups for line in group)


def _node_packages() -> list[tuple[str, dict[str, object]]]:
    lock = json.loads((tree.ROOT / "tests" / "sdk_node" / "package-lock.json").read_text())
    return [(name, package) for name, package in lock["packages"].items() if name]
