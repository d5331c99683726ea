"""`dialgate opt-out import`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialgate.ops.import_state import beside
from tests.fakes.native_api import CommandLine, NativeApi

CALL = "POST /v1/opt-outs/import"
ANSWER = {"new": 2, "known": 0, "in_force": True, "rejected": []}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text("号码,备注\n+14155552672,b\n1.38E+10,x\n+14155552671,a\n")
    return path


def test_a_list_is_taken_over(api: NativeApi, line: CommandLine, file: Path) -> None:
    """Rows with what they say, options for the rest, a summary, the rejects beside the list; no state is left."""
    api.says(CALL, ANSWER, status=201)
    said = line.run("opt-out", "import", str(file), "--tenant", "acme", "--source", "complaint", "--region", "cn")
    (asked,) = api.asked
    rows = [{"to": "+14155552671", "note": "a"}, {"to": "+14155552672", "note": "b"}]
    expected = {"source": "complaint", "note": "", "region": "CN", "scope": {}, "dry_run": False, "rows": rows}
    assert ({"tenant": "acme"}, expected) == (asked.query, asked.body)
    assert "2 new, 0 known already, 1 rejected" in said.stdout
    rejects = file.with_name("list.csv.rejects.csv")
    assert '3,1.38E+10,exponent,"A spreadsheet cut its digits' in rejects.read_text(encoding="utf-8-sig")
    assert (0, {file, rejects}) == (said.exit_code, set(file.parent.iterdir()))


def test_it_speaks_chinese(api: NativeApi, line: CommandLine, file: Path) -> None:
    """The summary and the reasons; those that it has no words for stay the gate's."""
    wrong = [{"index": 0, "reason": "short_code", "detail": "x"}, {"index": 1, "reason": "new_one", "detail": "Why."}]
    api.says(CALL, ANSWER | {"rejected": wrong}, status=201)
    said = line.run("opt-out", "import", str(file), "--lang", "zh").stdout
    rejects = file.with_name("list.csv.rejects.csv").read_text(encoding="utf-8-sig")
    assert ("拒收 3" in said, "服务号" in rejects, "new_one,Why." in rejects) == (True, True, True)


def test_a_dry_run_leaves_only_the_rejects(api: NativeApi, line: CommandLine, file: Path, tmp_path: Path) -> None:
    """It says what would be, and keeps no state."""
    api.says(CALL, ANSWER | {"new": 1, "known": 1, "in_force": False})
    to = tmp_path / "r.csv"
    said = line.run("opt-out", "import", str(file), "--dry-run", "--rejects", str(to)).stdout
    assert "Nothing was recorded. It would be: 1 new, 1 known already, 1 rejected." in said
    assert (True, {file, to}) == (api.asked[0].body["dry_run"], set(tmp_path.iterdir()))


def test_what_was_stopped_goes_on(api: NativeApi, line: CommandLine, file: Path) -> None:
    """The same command goes on from the state; a list that changed begins anew, and both are said."""
    api.refuses(CALL, 403, "You may not.")
    first = line.run("opt-out", "import", str(file))
    assert (1, True, 2) == (first.exit_code, "Stopped." in first.stderr, json.loads(beside(file).read_text())["line"])
    again = line.run("opt-out", "import", str(file))
    file.write_text("+14155552671\n")
    anew = line.run("opt-out", "import", str(file))
    assert ("Going on from line 2." in again.stderr, "Beginning anew" in anew.stderr) == (True, True)


def test_rejects_that_are_gone_begin_it_anew(api: NativeApi, line: CommandLine, file: Path) -> None:
    """No reject is left out because its file was moved meanwhile."""
    api.refuses(CALL, 403, "You may not.")
    line.run("opt-out", "import", str(file))
    file.with_name("list.csv.rejects.csv").unlink()
    assert "Beginning anew" in line.run("opt-out", "import", str(file)).stderr


def test_what_is_durable_only_is_told(api: NativeApi, line: CommandLine, file: Path) -> None:
    """Nobody reads that it is in force when it is not."""
    api.says(CALL, ANSWER | {"in_force": False}, status=202)
    assert "not in force on the index yet" in line.run("opt-out", "import", str(file)).stdout


@pytest.mark.parametrize(
    ("text", "more", "told"),
    [
        ("", (), "There is no row"),
        ("phone,mobile\n1,2\n", (), "--column"),
        ('phone,note\n13800138000,"open\n13900139000,x\n', (), "In line 2 of list.csv a quote"),
        ("13800138000\n", ("--rejects", "SELF"), "names the list itself"),
    ],
)
def test_a_list_that_cannot_be_read_is_told(
    api: NativeApi, line: CommandLine, file: Path, text: str, more: tuple[str, ...], told: str
) -> None:
    """A sentence with the mend, and nothing is sent."""
    file.write_text(text)
    said = line.run("opt-out", "import", str(file), *(word.replace("SELF", str(file)) for word in more))
    assert (1, True, []) == (said.exit_code, told in said.stderr, api.asked)


def test_a_file_that_is_not_there_is_told(line: CommandLine, tmp_path: Path) -> None:
    """With the system's own reason."""
    said = line.run("opt-out", "import", str(tmp_path / "none.csv"))
    assert (1, True) == (said.exit_code, "cannot be opened" in said.stderr)
