"""`dialgate reviews`: one key decides, and what a stranger wrote steers no terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from dialgate.ops.client import Client, GateRefusedError
from dialgate.ops.reviews import Desk, harmless_text
from tests.fakes.native_api import SECRET, SID, CommandLine, NativeApi

LISTING = "GET /v1/reviews"
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def review(sid: str, **more: object) -> dict[str, Any]:
    return {
        "id": f"{sid}.acme",
        "tenant": "acme",
        "number": "+12025550123",
        "receiver": "+12025550100",
        "text": "who gave you my number",
        "language": "en",
        "evidence": "phrase: en:unsure.where_from",
        "confidence": 0.6,
        "held": True,
        "asked_at": "2026-03-02T03:00:00Z",
        "verdict": "",
        "decided_by": "",
        "decided_at": None,
        **more,
    }


def open_ones(api: NativeApi, *sids: str) -> None:
    """On one page each."""
    for place, sid in enumerate(sids):
        api.says(f"POST /v1/reviews/{sid}.acme", review(sid, number="+1***0123", verdict="stop"))
        page = {"items": [review(sid)], "next": str(place) if place < len(sids) - 1 else None}
        api.answers.setdefault(LISTING, []).append((200, page))


def desk(api: NativeApi, keys: Iterable[str], language: str = "en") -> Desk:
    pressed = iter(keys)
    client = Client(api.url, SID, SECRET, "here")
    return Desk(client, "", "zh" if language == "zh" else "en", lambda: next(pressed), NOW)


def verdicts(api: NativeApi) -> list[tuple[str, str]]:
    return [(one.path.rpartition("/")[2], one.body["verdict"]) for one in api.asked if one.method == "POST"]


def test_one_key_decides(api: NativeApi, capsys: pytest.CaptureFixture[str]) -> None:
    """s, n and space, until there is none left; any other key says which there are."""
    open_ones(api, "SM1", "SM2", "SM3")
    desk(api, ["s", "x", "N", " "]).work()
    assert [("SM1.acme", "stop"), ("SM2.acme", "none")] == verdicts(api)
    said = capsys.readouterr().out
    assert (4, True) == (said.count("q quit"), "Decided 2, left for later 1." in said)


@pytest.mark.parametrize("key", ["q", "", "\x03", "\x04", "\x1b"])
def test_whoever_has_enough_leaves(api: NativeApi, key: str) -> None:
    """Nothing more is asked or decided."""
    open_ones(api, "SM1", "SM2")
    desk(api, [key]).work()
    assert ([], 1) == (verdicts(api), len(api.asked))


def test_what_a_person_needs_is_shown(api: NativeApi, capsys: pytest.CaptureFixture[str]) -> None:
    """The text, the masked number, how sure the gate is and why, how long it waits, what holds meanwhile."""
    open_ones(api, "SM1")
    desk(api, ["q"]).work()
    said = capsys.readouterr().out
    wanted = ("“who gave you my number”", "60%", "3 h ago", "phrase: en:unsure.where_from", "counts as a refusal")
    assert [] == [part for part in wanted if part not in said]
    assert "+12025550123" not in said
    assert {"state": "open", "unmask": "true", "limit": "100"} == api.asked[0].query


def test_it_speaks_chinese(api: NativeApi, capsys: pytest.CaptureFixture[str]) -> None:
    """As the terminal does."""
    open_ones(api, "SM1")
    desk(api, ["s"], "zh").work()
    assert "判定为退订" in capsys.readouterr().out


def test_somebody_else_was_faster(api: NativeApi, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said, and the next one comes; any other refusal ends it."""
    open_ones(api, "SM1", "SM2")
    api.refuses("POST /v1/reviews/SM1.acme", 409, "This review was decided before: none.")
    desk(api, ["s", "s"]).work()
    assert "decided before: none" in capsys.readouterr().out
    api.refuses("POST /v1/reviews/SM2.acme", 403, "Not you.")
    with pytest.raises(GateRefusedError):
        desk(api, ["s"]).work()


def test_an_empty_desk_says_so(api: NativeApi, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to decide."""
    api.says(LISTING, {"items": [], "next": None})
    desk(api, []).work()
    assert "No reply waits" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("written", "shown"),
    [("stop\nnow", "stop now"), ("\x1b[2Jgone", "\ufffd[2Jgone"), ("a\u202eb", "a\ufffdb"), ("退订 👋", "退订 👋")],
)
def test_what_a_stranger_wrote_steers_no_terminal(written: str, shown: str) -> None:
    """No escape sequence, no line of its own, no turned direction."""
    assert shown == harmless_text(written)


def test_without_a_terminal_there_is_a_table(api: NativeApi, line: CommandLine) -> None:
    """All pages of it; what was written only where it is asked for."""
    masked = [review(sid, text=None, number="+1***0123") for sid in ("SM1", "SM2")]
    api.says(LISTING, {"items": masked[:1], "next": "1"}, {"items": masked[1:], "next": None})
    said = line.run("reviews", "--tenant", "acme")
    assert (0, True, False) == (said.exit_code, "SM1.acme" in said.stdout, "text" in said.stdout)
    assert "SM2.acme" in said.stdout
    assert {"tenant": "acme", "state": "open", "limit": "100", "unmask": "false"} == api.asked[0].query
    assert "1" == api.asked[1].query["cursor"]
    api.says(LISTING, {"items": [review("SM1", text="=1+1\x1b[2J")], "next": None})
    said = line.run("reviews", "--list", "--state", "all", "--unmask", "--format", "csv")
    assert (True, False) == ("'=1+1" in said.stdout, "\x1b" in said.stdout)
    said = line.run("reviews", "--format", "json")
    assert "SM1.acme" == json.loads(said.stdout)[0]["id"]


def test_one_is_decided_by_its_id(api: NativeApi, line: CommandLine) -> None:
    """In a sentence, or as a program reads it; a word that is no verdict goes nowhere."""
    open_ones(api, "SM1")
    said = line.run("reviews", "decide", "SM1.acme", "stop")
    assert (0, True) == (said.exit_code, "+1***0123" in said.stdout)
    said = line.run("reviews", "decide", "SM1.acme", "stop", "--format", "json")
    assert "stop" == json.loads(said.stdout)["verdict"]
    assert 2 == line.run("reviews", "decide", "SM1.acme", "maybe").exit_code
    api.refuses("POST /v1/reviews/SM9.acme", 404, "There is no such review.")
    assert 1 == line.run("reviews", "decide", "SM9.acme", "none").exit_code
    assert 3 == len(api.asked)
