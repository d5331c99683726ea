"""What `make run` makes up, keeps, and tells."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from dialgate.bootstrap.demo import FILE, NUMBERS, Demo
from dialgate.settings import SettingsError, read_settings

SET = ("BASE_URL", "ACCOUNT_SID", "AUTH_TOKENS", "CALLS_PER_SECOND")


@pytest.fixture(autouse=True)
def data_dir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """What a demonstration puts into the environment leaves it with the test."""
    for name in (*(f"CARRIER__TWILIO__{key}" for key in SET), "SERVER__PUBLIC_URL", "SIMULATOR_LISTEN"):
        monkeypatch.setenv(f"DIALGATE_{name}", "")
        monkeypatch.delenv(f"DIALGATE_{name}")
    monkeypatch.setenv("DIALGATE_DATA__DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept(data_dir: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (data_dir / FILE).read_text().splitlines())


def ran() -> Demo:
    demo = Demo.announce()
    demo.write(read_settings())
    return demo


def test_nothing_is_written_before_the_directory_is_ours(data_dir: Path) -> None:
    """Reading and inventing leaves no trace."""
    assert Demo.announce().new
    assert [] == list(data_dir.iterdir())


def test_the_second_run_is_like_the_first(data_dir: Path) -> None:
    """Credentials that somebody has noted stay good."""
    first = dict(ran().values)
    again = ran()
    assert (first, False, first) == (again.values, again.new, kept(data_dir))


def test_the_file_holds_what_the_tour_uses(data_dir: Path) -> None:
    """Every value has its place, for its owner alone."""
    ran()
    values = kept(data_dir)
    named = {"DIALGATE_URL", "DIALGATE_KEY_SID", "DIALGATE_KEY_SECRET", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"}
    named |= {"SIMULATOR_URL", "CARRIER_ACCOUNT_SID", "CARRIER_AUTH_TOKEN", *NUMBERS}
    assert (named, 0o600) == (set(values), stat.S_IMODE((data_dir / FILE).stat().st_mode))
    assert ("http://127.0.0.1:8080", "http://127.0.0.1:8081") == (values["DIALGATE_URL"], values["SIMULATOR_URL"])


def test_the_carrier_is_the_simulator() -> None:
    """A demonstration reaches nobody, and waits for no pacing."""
    demo = Demo.announce()
    twilio = read_settings().carrier.twilio
    assert (True, demo.values["CARRIER_ACCOUNT_SID"], 0) == (
        twilio.loopback,
        twilio.account_sid,
        twilio.calls_per_second,
    )


def test_a_real_carrier_is_refused(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    """What the user has set goes first, and then a demonstration is none."""
    monkeypatch.setenv("DIALGATE_CARRIER__TWILIO__BASE_URL", "https://api.twilio.com")
    with pytest.raises(SettingsError, match="unset DIALGATE_CARRIER__TWILIO__BASE_URL"):
        ran()
    assert [] == list(data_dir.iterdir())


def test_a_file_of_an_earlier_version_gets_its_number(data_dir: Path) -> None:
    """The tour has grown; the credentials stay as they are."""
    first = dict(ran().values)
    file = data_dir / FILE
    file.write_text("".join(line for line in file.read_text().splitlines(keepends=True) if "CLOSED" not in line))
    assert (first, first) == (ran().values, kept(data_dir))


def test_a_file_that_lacks_something_is_told(data_dir: Path) -> None:
    """Half a set of credentials is not filled up with others."""
    (data_dir / FILE).write_text("DIALGATE_URL=x\n")
    with pytest.raises(SettingsError, match=r"lacks .*TWILIO_AUTH_TOKEN"):
        Demo.announce()


def test_the_simulator_knows_the_gate_and_its_secret() -> None:
    """It listens where the gate looks for it, and signs with what the gate expects."""
    demo = ran()
    child = demo.simulator()
    assert ["--listen", "127.0.0.1:8081", "--gate", "http://127.0.0.1:8080"] == list(child.command)[-4:]
    assert demo.values["CARRIER_AUTH_TOKEN"] == child.environment["CARRIER_AUTH_TOKEN"]


def test_the_greeting_holds_no_secret(data_dir: Path) -> None:
    """It says where things are; the secrets stay in their file."""
    demo = ran()
    said = demo.greeting()
    secrets = ("TWILIO_AUTH_TOKEN", "DIALGATE_KEY_SECRET", "CARRIER_AUTH_TOKEN")
    assert [] == [name for name in secrets if demo.values[name] in said]
    assert (True, True) == (str(data_dir / FILE) in said, demo.values["TWILIO_ACCOUNT_SID"] in said)
