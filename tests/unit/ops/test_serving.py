"""`dialgate serve` and `dialgate simulator`."""

from __future__ import annotations

from pathlib import Path

from dialgate.settings import SettingsError
from tests.fakes.native_api import CommandLine


def test_serve_gets_what_was_asked(line: CommandLine) -> None:
    """File, workers and demonstration; nothing where nothing was said."""
    line.run("serve")
    line.run("serve", "--config", "my.toml", "--workers", "4", "--demo")
    assert [("serve", None, None, False), ("serve", Path("my.toml"), 4, True)] == line.did


def test_what_keeps_it_from_serving_is_a_sentence(line: CommandLine) -> None:
    """No traceback for a taken directory."""
    line.failure = SettingsError("Another dialgate serves from var (pid 7).")
    said = line.run("serve")
    assert (1, "Another dialgate serves from var (pid 7).\n") == (said.exit_code, said.stderr)


def test_the_simulator_takes_its_credentials_from_the_environment(line: CommandLine) -> None:
    """Secrets do not stand on a command line; without them it says which are missing."""
    line.environment = {"CARRIER_ACCOUNT_SID": None, "CARRIER_AUTH_TOKEN": None}
    missing = line.run("simulator")
    line.environment = {"CARRIER_ACCOUNT_SID": "AC1", "CARRIER_AUTH_TOKEN": "t"}
    line.run("simulator", "--listen", "127.0.0.1:9", "--gate", "http://127.0.0.1:8")
    assert (1, True) == (missing.exit_code, "CARRIER_ACCOUNT_SID" in missing.stderr)
    assert [("simulate", "127.0.0.1:9", "http://127.0.0.1:8", "AC1", "t")] == line.did


def test_a_taken_address_is_a_sentence(line: CommandLine) -> None:
    """The address is named."""
    line.environment = {"CARRIER_ACCOUNT_SID": "AC1", "CARRIER_AUTH_TOKEN": "t"}
    line.failure = OSError("Address already in use")
    assert "cannot listen on 127.0.0.1:8081" in line.run("simulator").stderr
