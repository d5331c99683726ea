"""`make bench`: each figure is a ratio to a baseline of the same run, taken in turn, the median of several rounds.

Writes a Markdown table to standard output and to `bench.md`. Numbers are new on every request. Loopback only.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from tests.bench import lists, memory, replies, serving
from tests.bench.rounds import Row


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each pair; the median is shown (default 5)")
    parser.add_argument("--requests", type=int, default=2000, help="requests a round (default 2000)")
    parser.add_argument("--numbers", type=int, default=1_000_000, help="numbers to weigh (default 1,000,000)")
    parser.add_argument("--listed", type=int, default=100_000, help="rows of a list to take over (default 100,000)")
    parser.add_argument("--out", type=Path, default=Path("bench.md"), help="where the table goes (default bench.md)")
    options = parser.parse_args()
    rows = [
        *serving.rows(options.rounds, options.requests),
        memory.bytes_a_number(options.numbers),
        serving.help_time(options.rounds),
        *lists.rows(options.rounds, options.listed),
        *replies.rows(options.rounds),
    ]
    text = table(rows) + replies.section()
    options.out.write_text(text, encoding="utf-8")
    print(f"\n{text}\nwritten to {options.out}")


def table(rows: Sequence[Row]) -> str:
    machine = f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"
    head = (
        f"# Benchmarks\n\n{machine}; a shared machine is noisy: trust the ratios.\n\n"
        "| what | median | least | most | of |\n| --- | --- | --- | --- | --- |\n"
    )
    return head + "".join(row.line() for row in rows)


if __name__ == "__main__":
    main()
