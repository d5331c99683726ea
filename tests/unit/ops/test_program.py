"""The program as a whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.fakes.native_api import CommandLine

HEAVY = ("aiohttp", "asyncio", "phonenumbers", "pydantic", "redis", "sqlalchemy", "twilio", "urllib.request")
COMMANDS = [
    *(["serve"], ["simulator"], ["doctor"], ["check"], ["blocked"], ["decisions"], ["explain"], ["opt-out", "add"]),
    *(["number", "show"], ["tenant", "create"], ["tenant", "list"], ["key", "create"], ["key", "list"]),
    *(["key", "revoke"], ["index", "verify"], ["index", "rebuild"], ["db", "upgrade"], ["db", "retire-gate"]),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(line: CommandLine, command: list[str]) -> None:
    """--help says what a command does without doing anything."""
    said = line.run(*command, "--help")
    assert (0, True, []) == (said.exit_code, "Usage:" in said.stdout, line.did)


def test_help_teaches_by_example(line: CommandLine) -> None:
    """Examples stand as they are to be typed, a line each."""
    said = [text.strip() for text in line.run("blocked", "--help").stdout.splitlines()]
    assert "dialgate blocked --since 1h" in said


def test_help_loads_nothing_heavy() -> None:
    """Help is there at once: what a command needs is imported when it runs."""
    program = f"import sys, dialgate.__main__; print([name for name in {HEAVY!r} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "[]" == said.stdout.strip()
