"""Settings are read strictly: what is wrong is named with its key and its mend."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import SecretStr

from dialgate import settings
from dialgate.settings import Settings, SettingsError, read_settings

KEY = base64.b64encode(bytes(32)).decode()


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the machine, and no file in the working directory."""
    for section in Settings.model_fields:
        monkeypatch.delenv(f"DIALGATE_{section.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def written(text: str) -> Path:
    file = Path("dialgate.toml")
    file.write_text(text)
    return file


def complaint(file: Path | None = None) -> str:
    with pytest.raises(SettingsError) as raised:
        read_settings(file)
    return str(raised.value)


def test_without_anything_the_defaults_hold() -> None:
    """Neither file nor variable is needed."""
    assert Settings() == read_settings()


def test_the_file_in_its_place_is_read() -> None:
    """`config/dialgate.toml` below the working directory counts without being named."""
    Path("config").mkdir()
    Path("config/dialgate.toml").write_text("[server]\nworkers = 3\n")
    assert 3 == read_settings().server.workers


def test_a_named_file_is_read() -> None:
    """What the file says goes before the default."""
    assert Path("elsewhere") == read_settings(written('[data]\ndir = "elsewhere"\n')).data.dir


def test_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable overrides the file, key by key."""
    monkeypatch.setenv("DIALGATE_SERVER__WORKERS", "4")
    read = read_settings(written('[server]\nworkers = 2\nlisten = "127.0.0.1:9999"\n'))
    assert (4, "127.0.0.1:9999") == (read.server.workers, read.server.listen)


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blanks and empty places do not count."""
    monkeypatch.setenv("DIALGATE_CARRIER__TWILIO__AUTH_TOKENS", "one, two,")
    monkeypatch.setenv("DIALGATE_CARRIER__TWILIO__INERT_PARAMETERS", "A,B")
    twilio = read_settings().carrier.twilio
    assert (["one", "two"], ("A", "B")) == (
        [token.get_secret_value() for token in twilio.auth_tokens],
        twilio.inert_parameters,
    )


def test_auth_token_is_another_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """The singular is understood, in the environment as in the file."""
    in_file = read_settings(written('[carrier.twilio]\nauth_token = "one"\nauth_tokens = []\n'))
    monkeypatch.setenv("DIALGATE_CARRIER__TWILIO__AUTH_TOKEN", "one")
    assert [["one"], ["one"]] == [
        [token.get_secret_value() for token in read.carrier.twilio.auth_tokens] for read in (in_file, read_settings())
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[server]\nworker = 2\n", "server.worker: there is no such setting"),
        ("[sever]\nworkers = 2\n", "sever: there is no such setting"),
        ("[server]\nworkers = 0\n", "server.workers: "),
        ('[server]\nlisten = "8080"\n', "server.listen: '8080' is no address"),
        ('[server]\nlisten = "127.0.0.1:70000"\n', "server.listen: "),
        ('[server]\npublic_url = "ftp://example.org"\n', "server.public_url: write it as http(s)://"),
        ('[carrier.twilio]\nbase_url = "https://user@example.org"\n', "carrier.twilio.base_url: write it as"),
        ('[carrier.twilio]\nbase_ulr = "x"\n', "carrier.twilio.base_ulr: there is no such setting"),
        ('[carrier]\ntwilio = "x"\n', "carrier.twilio: "),
        ('[security]\npepper = "c2hvcnQ="\n', "security.pepper: 32 bytes in base64 are needed"),
        ('[security]\nmaster_keys = ["no base64!"]\n', "security.master_keys: 32 bytes in base64 are needed"),
    ],
)
def test_a_wrong_key_is_named(text: str, key: str) -> None:
    """The sentence names the key and what is wrong with it, and the file."""
    said = complaint(written(text))
    assert (True, True) == (key in said, "dialgate.toml" in said)


def test_every_wrong_key_is_named_at_once() -> None:
    """Nobody mends one mistake to meet the next."""
    said = complaint(written('[server]\nworkers = 0\nlisten = "8080"\n'))
    assert (True, True) == ("server.workers" in said, "server.listen" in said)


def test_a_secret_is_not_repeated() -> None:
    """A complaint about a secret does not print it."""
    assert "c2VjcmV0" not in complaint(written('[security]\npepper = "c2VjcmV0"\n'))


def test_secrets_do_not_show() -> None:
    """Printed settings hold no secret."""
    assert KEY not in repr(read_settings(written(f'[security]\npepper = "{KEY}"\n')))


def test_what_is_no_toml_is_told() -> None:
    """A broken file is named with the place."""
    assert "dialgate.toml is no TOML" in complaint(written("[server\n"))


def test_a_file_that_is_not_there_is_told() -> None:
    """A mistyped path does not fall back to defaults."""
    assert "There is no settings file gone.toml" in complaint(Path("gone.toml"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("DIALGATE_SEVER__WORKERS", "The variable DIALGATE_SEVER__WORKERS names no section"),
        ("DIALGATE_SERVER__WORKRES", "server.workres: there is no such setting"),
    ],
)
def test_a_misspelt_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    """A variable that sets nothing is a mistake that somebody would not notice."""
    monkeypatch.setenv(name, "2")
    assert said in complaint()


def test_a_section_in_one_variable_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """The complaint does not blame a file for what a variable says."""
    monkeypatch.setenv("DIALGATE_SERVER", "nonsense")
    said = complaint()
    assert (True, False) == ("server" in said, "TOML" in said)


@pytest.mark.parametrize("name", ["DIALGATE_URL", "DIALGATE_KEY_SID", "HOME__X"])
def test_other_variables_are_left_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What belongs to the command line or to others is no setting."""
    monkeypatch.setenv(name, "x")
    assert Settings() == read_settings()


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1:8080", ("127.0.0.1", 8080)), ("[::1]:80", ("::1", 80)), ("gate:0", ("gate", 0))],
)
def test_addresses(address: str, expected: tuple[str, int]) -> None:
    """Host and port, an IPv6 host in brackets."""
    assert expected == settings.host_and_port(address)


@pytest.mark.parametrize("address", ["", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "h:65536"])
def test_no_addresses(address: str) -> None:
    """What names no host or no port is refused."""
    with pytest.raises(ValueError, match="write host:port"):
        settings.host_and_port(address)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8081", True),
        ("http://localhost", True),
        ("http://[::1]:8081", True),
        ("https://api.twilio.com", False),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1@example.org", False),
        ("http://10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_alone(url: str, *, expected: bool) -> None:
    """Nobody can be called through a carrier on loopback; nothing else counts as one."""
    assert expected == settings.is_loopback(url)


def test_the_carrier_knows_whether_it_is_a_stand_in() -> None:
    """By its own base URL."""
    assert not read_settings().carrier.twilio.loopback


@pytest.mark.parametrize("text", ["", "x", KEY[:-4], KEY + KEY, "ä" * 44])
def test_a_key_is_32_bytes(text: str) -> None:
    """A key of any other size or spelling is refused with the way to make one."""
    with pytest.raises(ValueError, match="openssl rand -base64 32"):
        settings.key_bytes(SecretStr(text))
