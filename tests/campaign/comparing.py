"""What a dialer saw of a campaign, and what the carrier saw of it, in words that do not depend on the way between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.campaign.dialer import Dialer
from tests.campaign.leads import AGENTS, Lead
from tests.campaign.office import PLAYED, Told

Seen = dict[str, object]
_SID = re.compile(r"\b(CA|CF|GT|MM|QU|RE|SM|TR)[0-9a-f]{32}\b")
_OF_TIME = frozenset(
    {
        "Timestamp",
        "CallDuration",
        "Duration",
        "DialCallDuration",
        "RecordingDuration",
        "RecordingStartTime",
        "QueueTime",
        "SequenceNumber",
        "AvgQueueTime",
        "QueuePosition",
        "CurrentQueueSize",
        "MaxQueueSize",
    }
)
"""Parameters that must be there, whose values are of the moment; the order of callbacks is compared for itself."""


def dialer_saw(dialer: Dialer, leads: Iterable[Lead]) -> Mapping[str, Seen]:
    """By lead: statuses in order, requests with their parameters, what the SDK answered, and how it ended."""
    return {lead.name: _of_lead(dialer, lead.name) for lead in leads} | {
        number: {"statuses": _statuses(dialer.office.told[number], "/status")} for number in AGENTS
    }


def unsigned(dialer: Dialer) -> list[str]:
    """Requests that do not carry the account's signature."""
    return [told.path for all_told in dialer.office.told.values() for told in all_told if not told.signed]


def carrier_saw(dialer: Dialer, calls: list[dict[str, Any]], messages: list[dict[str, Any]]) -> Mapping[str, object]:
    """By called number: each call with what was said in it, and each message."""
    kept: dict[str, list[object]] = {}
    numbers = {call["sid"]: call["to"] for call in calls}
    for call in calls:
        came_by = numbers.get(call["parent_call_sid"], "")
        if call["to"] in AGENTS:
            continue  # whom they talk to is a matter of who was free
        kept.setdefault(call["to"], []).append(
            (call["status"], call["from"] == dialer.sender, came_by, _noted(call, dialer))
        )
    for message in messages:
        kept.setdefault(message["to"], []).append(
            (message["status"], message["from"] == dialer.sender, message["body"])
        )
    return {number: sorted(rows, key=str) for number, rows in kept.items()}


def _noted(call: Mapping[str, Any], dialer: Dialer) -> list[object]:
    """Verbs and digits, without what is played until somebody comes; names of rooms as the dialer wrote them."""
    told: list[object] = []
    for event in call["events"]:
        if "verb" in event and event["verb"] != "Pause" and event["text"] not in PLAYED:
            # An address is ours or the dialer's, and the name of a room has the tenant before it.
            said = "" if event["verb"] == "Redirect" else event["text"].removeprefix(f"{dialer.account}.")
            told.append((event["verb"], said.replace(dialer.office.url, "office:")))
        told += [(name, event[name]) for name in ("digits", "hung_up", "status") if name in event]
    return told


def _of_lead(dialer: Dialer, name: str) -> Seen:
    told = dialer.office.told[name]
    words = _words(dialer, name)
    return {
        "disposition": dialer.disposition[name],
        "statuses": _statuses(told, "/status"),
        "leg": _statuses(told, "/leg"),
        "supervisor": _statuses(told, "/supervisor"),
        "text": [each.form["MessageStatus"] for each in told if each.path == "/text"],
        "room": [each.form["StatusCallbackEvent"] for each in told if each.path == "/room"],
        "requests": sorted(_request(each, words) for each in told),
        "did": dialer.did[name],
    }


def _statuses(told: Iterable[Told], path: str) -> list[tuple[str, str]]:
    return [(each.query.get("attempt", ""), each.form["CallStatus"]) for each in told if each.path == path]


def _request(told: Told, words: Mapping[str, str]) -> str:
    form = {name: "..." if name in _OF_TIME else _say(value, words) for name, value in told.form.items()}
    return f"{told.method} {told.path} {sorted(form.items())}"


def _words(dialer: Dialer, name: str) -> Mapping[str, str]:
    """What is different from one campaign to the next, and what it is."""
    calls = {sid: f"call {number}" for number, sid in enumerate(dialer.calls[name], start=1)}
    agents = {agent.call_sid: "the agent's call" for agent in dialer.agents}
    numbers = dict.fromkeys(AGENTS, "an agent")
    return {dialer.api: "api:", dialer.office.url: "office:", **calls, **agents, **numbers, dialer.account: "AC"}


def _say(value: str, words: Mapping[str, str]) -> str:
    for what, word in words.items():
        value = value.replace(what, word)
    return _SID.sub(lambda found: found[1], value)
