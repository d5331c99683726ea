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


def announced(file: Path | None = None) -> Demo:
    return Demo.announce(read_settings(file))


def ran(file: Path | None = None) -> Demo:
    demo = announced(file)
    demo.write(read_settings(file))
    return demo


def test_nothing_is_written_before_the_directory_is_ours(data_dir: Path) -> None:
    """Reading and inventing leaves no trace."""
    assert announced().new
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
    demo = announced()
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
        announced()


def test_the_simulator_knows_the_gate_and_its_secret() -> None:
    """It listens where the gate looks for it, and signs with what the gate expects."""
    demo = ran()
    child = demo.simulator()
    assert ["--listen", "127.0.0.1:8081", "--gate", "http://127.0.0.1:8080"] == list(child.command)[-4:]
    assert demo.values["CARRIER_AUTH_TOKEN"] == child.environment["CARRIER_AUTH_TOKEN"]


@pytest.mark.parametrize(
    ("base_url", "listen"),
    [
        ("http://127.0.0.1:9091", "127.0.0.1:9091"),
        ("http://localhost:9091/carrier", "127.0.0.1:9091"),
        ("http://[::1]:9091", "[::1]:9091"),
        ("http://127.0.0.2", "127.0.0.2:80"),
        ("https://127.0.0.1:9091", "127.0.0.1:8081"),
    ],
)
@pytest.mark.parametrize("in_file", [True, False])
def test_the_simulator_is_where_the_carrier_was_set(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path, base_url: str, listen: str, *, in_file: bool
) -> None:
    """Whoever names a carrier on this machine, in the file or the environment, gets the simulator there and is told
    so; it speaks no TLS.
    """
    file = data_dir / "own.toml"
    file.write_text(f'[carrier.twilio]\nbase_url = "{base_url}"\n' if in_file else "")
    if not in_file:
        monkeypatch.setenv("DIALGATE_CARRIER__TWILIO__BASE_URL", base_url)
    demo = ran(file)
    assert (listen, f"http://{listen}") == (demo.simulator_listen, kept(data_dir)["SIMULATOR_URL"])
    assert base_url == read_settings(file).carrier.twilio.base_url


def test_the_simulators_own_address_goes_first(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    """Somebody else may stand between the gate and the simulator."""
    monkeypatch.setenv("DIALGATE_CARRIER__TWILIO__BASE_URL", "http://127.0.0.1:9091")
    monkeypatch.setenv("DIALGATE_SIMULATOR_LISTEN", "127.0.0.1:9092")
    assert "127.0.0.1:9092" == ran().simulator_listen
    assert "http://127.0.0.1:9092" == kept(data_dir)["SIMULATOR_URL"]


def test_the_file_of_settings_may_name_the_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What was invented at the first start is found at the second where it was written."""
    monkeypatch.delenv("DIALGATE_DATA__DIR")
    (tmp_path / "mine").mkdir()
    file = tmp_path / "own.toml"
    file.write_text('[data]\ndir = "mine"\n')
    first, second = ran(file), ran(file)
    assert (first.values, False, Path("mine") / FILE) == (second.values, second.new, second.file)
    assert first.values == kept(tmp_path / "mine")


def test_the_greeting_holds_no_secret(data_dir: Path) -> None:
    """It says where things are; the secrets stay in their file."""
    demo = ran()
    said = demo.greeting()
    secrets = ("TWILIO_AUTH_TOKEN", "DIALGATE_KEY_SECRET", "CARRIER_AUTH_TOKEN")
    assert [] == [name for name in secrets if demo.values[name] in said]
    assert (True, True) == (str(data_dir / FILE) in said, demo.values["TWILIO_ACCOUNT_SID"] in said)
