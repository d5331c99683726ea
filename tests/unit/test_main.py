"""The program's start."""

from __future__ import annotations

import subprocess
import sys


def test_the_program_says_what_it_is() -> None:
    """`python -m dialgate --help` lists every command."""
    said = subprocess.run([sys.executable, "-m", "dialgate", "--help"], check=True, capture_output=True, text=True)
    words = (
        "serve",
        "simulator",
        "blocked",
        "decisions",
        "explain",
        "check",
        "opt-out",
        "number",
        "tenant",
        "key",
        "doctor",
    )
    assert [] == [word for word in (*words, "index", "db") if word not in said.stdout]
