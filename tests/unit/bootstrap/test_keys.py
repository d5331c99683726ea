"""Pepper and master keys: given, or made once and kept."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from dialgate.bootstrap.keys import FILE, Keys, read_keys, write_private
from dialgate.settings import Settings, SettingsError

PEPPER, FIRST, SECOND = bytes(32), b"1" * 32, b"2" * 32


def spelt(key: bytes) -> str:
    return base64.b64encode(key).decode()


def settings(directory: Path, **sections: dict[str, object]) -> Settings:
    return Settings.model_validate({"data": {"dir": directory}, **sections})


GIVEN: dict[str, object] = {"pepper": spelt(PEPPER), "master_keys": [spelt(FIRST), spelt(SECOND)]}


def test_what_is_given_is_taken(tmp_path: Path) -> None:
    """The first master key writes, all read; nothing is made."""
    keys = read_keys(settings(tmp_path, security=GIVEN))
    assert (PEPPER, (FIRST, SECOND), []) == (keys.pepper, keys.master, list(tmp_path.iterdir()))


def test_what_is_not_given_is_made_once(tmp_path: Path) -> None:
    """A second start finds the keys of the first, in a file for its owner alone."""
    first, second = read_keys(settings(tmp_path)), read_keys(settings(tmp_path))
    assert (first.pepper, first.master) == (second.pepper, second.master)
    assert (0o600, [FILE]) == (
        stat.S_IMODE((tmp_path / FILE).stat().st_mode),
        [path.name for path in tmp_path.iterdir()],
    )


def test_no_two_directories_share_their_keys(tmp_path: Path) -> None:
    """Keys are made by chance."""
    (tmp_path / "other").mkdir()
    assert read_keys(settings(tmp_path)).pepper != read_keys(settings(tmp_path / "other")).pepper


def test_a_given_pepper_goes_before_the_kept_one(tmp_path: Path) -> None:
    """Settings override the file, key by key."""
    kept = read_keys(settings(tmp_path))
    keys = read_keys(settings(tmp_path, security={"pepper": spelt(PEPPER)}))
    assert (PEPPER, kept.master) == (keys.pepper, keys.master)


@pytest.mark.parametrize(
    "outside", [{"ledger": {"url": "postgresql://db/gate"}}, {"guard_store": {"url": "redis://store"}}]
)
def test_with_a_store_elsewhere_they_must_be_given(tmp_path: Path, outside: dict[str, dict[str, object]]) -> None:
    """Keys of one machine would be unlike those of the next gate."""
    with pytest.raises(SettingsError, match=r"security\.pepper and security\.master_keys must be given"):
        read_keys(settings(tmp_path, security={"pepper": spelt(PEPPER)}, **outside))
    assert PEPPER == read_keys(settings(tmp_path, security=GIVEN, **outside)).pepper


@pytest.mark.parametrize(
    "text",
    ["", "pepper = 1", "not toml", "pepper = 1\nmaster_keys = 1", 'pepper = "c2hvcnQ="', f'pepper = "{spelt(PEPPER)}"'],
)
def test_a_damaged_file_is_told_and_left_alone(tmp_path: Path, text: str) -> None:
    """New keys in place of lost ones would open nothing: the file is named and stays as it is."""
    (tmp_path / FILE).write_text(text)
    with pytest.raises(SettingsError, match=FILE):
        read_keys(settings(tmp_path))
    assert text == (tmp_path / FILE).read_text()


def test_the_hash_of_a_secret_depends_on_the_pepper() -> None:
    """Whoever reads the table of keys cannot try secrets without the pepper."""
    one, other = Keys(PEPPER, (FIRST,)), Keys(FIRST, (FIRST,))
    assert (one.hash_secret("s"), 64) == (one.hash_secret("s"), len(one.hash_secret("s")))
    assert one.hash_secret("s") != other.hash_secret("s")


def test_any_text_can_be_tried_as_a_secret() -> None:
    """What a client sends is compared, never an error."""
    assert 64 == len(Keys(PEPPER, (FIRST,)).hash_secret("\udcff密"))


def test_keys_do_not_show() -> None:
    """A log that prints them prints nothing."""
    assert "1111" not in repr(Keys(PEPPER, (FIRST,)))


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    """The new text takes the place of the old one, with nothing left beside it."""
    file = tmp_path / "demo.env"
    write_private(file, "a much longer text\n")
    write_private(file, "new\n")
    assert ("new\n", 0o600, [file]) == (file.read_text(), stat.S_IMODE(file.stat().st_mode), list(tmp_path.iterdir()))
