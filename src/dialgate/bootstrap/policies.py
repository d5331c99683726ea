"""The files of the policy: read strictly at start and when they change. What is wrong never replaces a good one."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import structlog
import tzdata
import yaml

from dialgate.bootstrap.keys import write_private
from dialgate.domain.policy import compile_policy
from dialgate.settings import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from dialgate.app.policies import Policies
    from dialgate.domain.policy import Policy

CALENDARS = "calendars"
BESIDE = ("area_codes.yaml", "split_area_codes.yaml", "postal_codes.yaml")
"""In the directory above that of the policies, as the calendars are."""

KEPT = "policy.json"
"""In the data directory: the last good files, for a gate that starts while a mistake is on disk."""

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time of the last change and size of each file."""

log = structlog.get_logger()


def read_policy(directory: Path, kept: Path | None = None) -> Policy:
    """`kept`: where a copy is put, once all of it was good. Errors: `SettingsError` that names file and place."""
    try:
        given = _given(directory)
        policy = compile_policy(**given, zone_data=tzdata.IANA_VERSION)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SettingsError(f"{directory}: {error}") from None
    if kept:
        try:
            write_private(kept, json.dumps(given))
        except OSError as error:
            log.warning("policy_not_kept", path=str(kept), problem=str(error))
    return policy


class PolicyFiles:
    """Follows what is on disk."""

    def __init__(self, directory: Path, data_dir: Path) -> None:
        """While the files hold a mistake, a gate starts with the last good ones. Errors: `SettingsError` if there were
        none yet.
        """
        self._directory = directory
        self._kept = data_dir / KEPT
        self._read = self._seen = _stamp(directory)
        try:
            self.first = read_policy(directory, self._kept)
        except SettingsError:
            last = _last_good(self._kept)
            if last is None:
                raise
            self.first = last
            self._read = ()  # so that the first look reads them once more and tells what is wrong

    async def refresh(self, policies: Policies) -> None:
        """Read what has changed and has not changed since the last look: files are not written in an instant."""
        seen = await asyncio.to_thread(_stamp, self._directory)
        settled, self._seen = seen == self._seen, seen
        if not settled or seen == self._read:
            return
        self._read = seen
        try:
            policy = await asyncio.to_thread(read_policy, self._directory, self._kept)
        except SettingsError as error:
            policies.problem = str(error)
            log.error("policy_not_read", problem=str(error), in_force=policies.now.version)  # noqa: TRY400 - a sentence
        else:
            policies.replace(policy)
            log.info("policy", version=policy.version)


class _Strict(yaml.CSafeLoader):
    """A name that stands twice in a mapping is an error: the second would take the place of the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: FBT001, FBT002 - PyYAML's own signature
        found: dict[object, object] = super().construct_mapping(node, deep)
        if len(found) < len(node.value):
            raise ValueError(f"a name stands twice in the mapping that begins in line {node.start_mark.line + 1}")
        return found


def _last_good(kept: Path) -> Policy | None:
    try:
        return compile_policy(**json.loads(kept.read_text()), zone_data=tzdata.IANA_VERSION)
    except (OSError, ValueError, TypeError):
        return None


def _given(directory: Path) -> dict[str, Any]:
    area_codes, split_codes, postal_codes = (directory.parent / name for name in BESIDE)
    return {
        "packs": {path.name: _parsed(path) for path in _yaml(directory)},
        "calendars": {path.name: _parsed(path) for path in _yaml(directory.parent / CALENDARS)},
        "area_codes": _parsed(area_codes),
        "split_codes": _parsed(split_codes),
        "postal_codes": _parsed(postal_codes),
    }


def _parsed(path: Path) -> object:
    """Errors: also `ValueError` that names the file."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Strict)  # noqa: S506 - a safe loader, and stricter
    except (ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name}: {error}") from None


def _yaml(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.yaml"))


def _stamp(directory: Path) -> Stamp:
    files = [*_yaml(directory), *_yaml(directory.parent / CALENDARS), *(directory.parent / name for name in BESIDE)]
    return tuple(_of_file(path) for path in files)


def _of_file(path: Path) -> tuple[str, int, int]:
    try:
        said = path.stat()
    except OSError:
        return path.name, 0, 0
    return path.name, said.st_mtime_ns, said.st_size
