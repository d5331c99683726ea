"""`dialgate doctor|index|db`."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dialgate.domain.ids import GateId
from tests.fakes.journal_tools import AT
from tests.fakes.native_api import CommandLine, NativeApi
from tests.fakes.one_gate import OneGate, opt_out
from tests.fakes.open_stores import opened


def _gate(line: CommandLine) -> OneGate:
    gate = OneGate()
    asyncio.run(_fill(gate))
    line.stores = opened(gate)
    return gate


async def _fill(gate: OneGate) -> None:
    await gate.opting_out.record(opt_out())
    await gate.register.enlist(GateId("gate-1"), "dir", 1, AT)


def _drift(gate: OneGate) -> None:
    """The store's clock and the command's are the same, however long ago the test was written."""
    now_ms = int(datetime.now(UTC).timestamp() * 1_000)
    gate.server.now_ms = now_ms
    fence = gate.server.content.fence
    assert fence is not None
    gate.server.content = replace(gate.server.content, fence=replace(fence, clock_ms=now_ms))


def test_a_sound_index_is_told_with_its_size(line: CommandLine) -> None:
    """How many entries were compared, and up to which row."""
    _drift(_gate(line))
    said = line.run("index", "verify", "--config", "my.toml")
    assert (0, "1 entries up to ledger row 1; missing from the index: 0.\n") == (said.exit_code, said.stdout)
    assert [("open", Path("my.toml"))] == line.did


def test_a_missing_entry_is_a_failure_with_its_mend(line: CommandLine) -> None:
    """Status 1, and the command that repairs it."""
    gate = _gate(line)
    _drift(gate)
    gate.server.content = replace(gate.server.content, members=frozenset())
    said = line.run("index", "verify")
    assert (1, True) == (said.exit_code, "dialgate index rebuild" in said.stderr)


def test_a_closed_index_is_a_failure(line: CommandLine) -> None:
    """Nothing was compared, and it says why."""
    gate = _gate(line)
    gate.server.now_ms = 0
    said = line.run("index", "verify")
    assert (1, True) == (said.exit_code, "The index is not open" in said.stderr)


def test_stores_that_do_not_open_are_a_sentence(line: CommandLine) -> None:
    """For each command that needs them."""
    for words in (("index", "verify"), ("index", "rebuild"), ("db", "retire-gate", "gate-1", "--yes")):
        said = line.run(*words)
        assert (1, "SQL does not answer.\n") == (said.exit_code, said.stderr)


def test_a_gate_is_given_up_only_on_purpose(line: CommandLine) -> None:
    """The command asks first; a no changes nothing, a yes strikes the gate, a mistyped one names those there are."""
    gate = _gate(line)
    refused = line.run("db", "retire-gate", "gate-1", typed="n\n")
    assert (1, []) == (refused.exit_code, gate.sql.struck)
    mistyped = line.run("db", "retire-gate", "gate-7", "--yes")
    assert (1, True) == (mistyped.exit_code, "There are: gate-1." in mistyped.stderr)
    assert "Gate gate-1 is retired." in line.run("db", "retire-gate", "gate-1", typed="y\n").stdout
    assert [GateId("gate-1")] == gate.sql.struck


def test_the_schema_is_brought_up_to_date(line: CommandLine) -> None:
    """And it says to what."""
    assert "The schema is at revision 0001.\n" == line.run("db", "upgrade").stdout


def test_doctor_tells_every_finding(api: NativeApi, line: CommandLine, tmp_path: Path) -> None:
    """What is well and what is to be mended, as a table or for programs; status 1 if anything is."""
    _gate(line)
    line.environment["DIALGATE_DATA__DIR"] = str(tmp_path)
    api.says("GET /readyz", {"checks": [{"name": "journal", "problem": "", "detail": "0 records"}]}, status=503)
    said = line.run("doctor", "--format", "json")
    findings = {one["what"]: one["finding"] for one in json.loads(said.stdout)}
    assert (1, "as it should be", "0 records") == (said.exit_code, findings["ledger"], findings["gate: journal"])
    assert "No credentials" in findings["carrier"]
    assert "carrier" in line.run("doctor").stdout
