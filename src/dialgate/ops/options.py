"""Options that several commands share, and how a command ends when something is wrong."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, NoReturn

import typer

from dialgate.ops.client import UNAUTHORIZED, Client, GateAwayError, GateRefusedError, NoKeyError, connect
from dialgate.ops.words import language_of, say

NOT_FOUND = 404


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Speech(StrEnum):
    EN = "en"
    ZH = "zh"


AsFormat = Annotated[Format, typer.Option("--format", help="How the answer is written.")]
InLanguage = Annotated[Speech | None, typer.Option("--lang", help="en or zh; default: what LANG says.")]
OfTenant = Annotated[str, typer.Option("--tenant", help="Which tenant; only an operator's key needs to say.")]
WithConfig = Annotated[str, typer.Option("--config", help="Settings file; default config/dialgate.toml.")]
Unmasked = Annotated[bool, typer.Option("--unmask", help="Full numbers, if the key may see them; that is recorded.")]

_DURATION = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


@contextmanager
def gate(lang: str | None = None) -> Iterator[Client]:
    """A connected client; whatever goes wrong becomes a sentence on standard error and exit status 1."""
    from dialgate.settings import SettingsError

    language = language_of(lang)
    client = None
    try:
        client = connect()
        yield client
    except NoKeyError as error:
        fail(say("no_key", language, path=error))
    except GateAwayError as error:
        fail(say("away", language, url=error))
    except SettingsError as error:
        fail(str(error))
    except GateRefusedError as error:
        if error.status == UNAUTHORIZED and client:
            fail(say("wrong_key", language, url=client.url, source=client.source))
        hint = f" {say('see_tenants', language)}" if error.status == NOT_FOUND and "tenant" in error.detail else ""
        fail(f"{error.detail}{hint}")
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(1)


def instant(written: str, now: datetime | None = None, *, ahead: bool = False) -> str:
    """`24h`, `15m`, `7d` ago, or from now if `ahead`, or a time with its offset; as RFC 3339 in UTC. Empty stays
    empty.
    """
    if not written:
        return ""
    span = _DURATION.fullmatch(written)
    seconds = int(span[1]) * _SECONDS[span[2]] if span else 0
    at = (now or datetime.now(UTC)) + timedelta(seconds=seconds if ahead else -seconds) if span else _read(written)
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter(f"{written!r} is no time. Write 24h, 15m, 7d, or 2026-03-02T03:00:00Z.") from None
    return at if at.tzinfo else at.astimezone()
