"""The files of the policy: the last good ones are in force, whatever lies on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dialgate.app.policies import Policies
from dialgate.bootstrap.policies import KEPT, PolicyFiles, read_policy
from dialgate.settings import SettingsError
from tests.fakes.policies import CONFIG

FLORIDA = 'us_fl_hours, channels: [voice, sms], purposes: [marketing], windows: {daily: [["08:00"'


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of what is shipped; that of the policies, with the rest beside it."""
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path / "config" / "policies"


@pytest.fixture
def files(directory: Path, tmp_path: Path) -> PolicyFiles:
    return PolicyFiles(directory, tmp_path)


@pytest.fixture
def policies(files: PolicyFiles) -> Policies:
    return Policies(files.first, open_allowed=True)


def write(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


async def settled(files: PolicyFiles, policies: Policies) -> None:
    """One look sees that something has changed, the next that it has come to rest."""
    await files.refresh(policies)
    await files.refresh(policies)


def test_the_version_names_the_time_zone_data() -> None:
    """The newest day, a digest of all files, and the zones' own version."""
    assert "2026-11-21" == read_policy(CONFIG / "policies").version[:10]
    assert "-tz20" in read_policy(CONFIG / "policies").version


async def test_what_has_changed_is_read(directory: Path, files: PolicyFiles, policies: Policies) -> None:
    """Without a restart, and once it has come to rest; then it is in force, under another version."""
    before = policies.now
    write(directory / "us.yaml", lambda text: text.replace(FLORIDA, FLORIDA.replace("08:00", "09:00")))
    await files.refresh(policies)
    assert policies.now is before
    await files.refresh(policies)
    assert before.version != policies.now.version
    now = policies.now
    await settled(files, policies)
    assert policies.now is now


@pytest.mark.parametrize("name", ["calendars/us.yaml", "area_codes.yaml", "policies/one_more.yaml"])
async def test_every_file_is_followed(directory: Path, files: PolicyFiles, policies: Policies, name: str) -> None:
    """Calendars and area codes too, and files that are new."""
    (directory.parent / name).write_text("nothing: of use\n", encoding="utf-8")
    await settled(files, policies)
    assert Path(name).stem in policies.problem


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text + "  US-XX: {hours: [}\n", "us.yaml"),
        (lambda text: text.replace('["08:00", "20:00"]', '["20:00", "08:00"]'), "us.yaml: regions.US-AL"),
        (lambda text: text.replace("  US-AZ:", "  US-AL:"), "us.yaml: a name stands twice in the mapping"),
    ],
)
async def test_what_is_wrong_never_takes_the_place_of_what_is_right(
    directory: Path, files: PolicyFiles, policies: Policies, change: Callable[[str], str], said: str
) -> None:
    """Named with its place; and when it is mended it is read again."""
    good, text = policies.now, (directory / "us.yaml").read_text(encoding="utf-8")
    write(directory / "us.yaml", change)
    await settled(files, policies)
    assert (good.version, True) == (policies.now.version, said in policies.problem)
    (directory / "us.yaml").write_text(text, encoding="utf-8")
    await settled(files, policies)
    assert (good.version, "") == (policies.now.version, policies.problem)


async def test_files_that_are_gone_change_nothing(directory: Path, files: PolicyFiles, policies: Policies) -> None:
    """A volume that is not there permits nothing new and forbids nothing."""
    good = policies.now
    shutil.rmtree(directory.parent)
    await settled(files, policies)
    assert (good, True) == (policies.now, bool(policies.problem))


async def test_a_gate_starts_with_the_last_good_files(directory: Path, files: PolicyFiles, tmp_path: Path) -> None:
    """It may have been killed while a mistake is on disk: it comes back as it was, and tells the mistake."""
    (directory / "us.yaml").write_text("country: US\n", encoding="utf-8")
    again = PolicyFiles(directory, tmp_path)
    policies = Policies(again.first, open_allowed=True)
    assert files.first.version == policies.now.version
    await again.refresh(policies)
    assert (files.first.version, True) == (policies.now.version, "us.yaml" in policies.problem)


async def test_the_last_good_files_are_those_that_were_read_last(
    directory: Path, files: PolicyFiles, policies: Policies, tmp_path: Path
) -> None:
    """Not those of the first start."""
    write(directory / "us.yaml", lambda text: text.replace(FLORIDA, FLORIDA.replace("08:00", "09:00")))
    await settled(files, policies)
    shutil.rmtree(directory)
    assert policies.now.version == PolicyFiles(directory, tmp_path).first.version


async def test_a_copy_that_cannot_be_kept_stops_nothing(directory: Path, files: PolicyFiles, tmp_path: Path) -> None:
    """The disk may be full: the policy is read all the same."""
    (tmp_path / KEPT).unlink()
    (tmp_path / KEPT).mkdir()
    assert files.first.version == PolicyFiles(directory, tmp_path).first.version


@pytest.mark.parametrize("kept", [None, "{", '{"packs": {}}', "[]"])
def test_a_gate_does_not_start_with_a_policy_that_it_cannot_read(
    directory: Path, tmp_path: Path, kept: str | None
) -> None:
    """There is no last good one yet, or what was kept cannot be read either."""
    if kept is not None:
        (tmp_path / KEPT).write_text(kept)
    (directory / "world_unknown.yaml").unlink()
    with pytest.raises(SettingsError, match='a file with country: "\\*" is missing'):
        PolicyFiles(directory, tmp_path)
