"""Calls that are led by a document, and requests, for tests; and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dialgate.simulator.call_life import line_of
from dialgate.simulator.documents import Document
from dialgate.simulator.records import Call
from dialgate.simulator.state import Simulator
from dialgate.simulator.twiml import parse_twiml
from dialgate.simulator.wire import Answer, Asked, CarrierError, Form
from tests.unit.simulator.conftest import START

PERSON, SENDER, AGENT = "+15551230001", "+15550006000", "+15559990001"


def live_call(sim: Simulator, sid: str = "CA1", to: str = PERSON, *keys: str) -> Call:
    """Answered, and not yet led by anything."""
    call = Call(sid, to, SENDER, "in-progress", "outbound-api", START, START, answered_at=START, key_presses=list(keys))
    call.answered.set()
    sim.calls[sid] = call
    return call


def lead(sim: Simulator, twiml: str, *keys: str, url: str = "", sid: str = "CA1") -> Call:
    """A live call that executes a document in the background, and goes on when that is over."""
    call = live_call(sim, sid, PERSON, *keys)
    document = Document(parse_twiml(f"<Response>{twiml}</Response>"), url)
    sim.start_life(sid, line_of(sim, call).execute(document))
    return call


def verbs(call: Call) -> list[object]:
    return [event["verb"] for event in call.events if "verb" in event]


def said(call: Call) -> list[object]:
    return [event["text"] for event in call.events if event.get("verb") == "Say"]


def asked(sid: str = "", part: str = "", query: str = "", **form: str) -> Asked:
    return Asked(sid, "/x.json", Form.parse(query), Form(tuple(form.items())), part)


def body(answer: Answer) -> Mapping[str, Any]:
    assert answer.body is not None
    return answer.body


def refusal(ask: Callable[[Simulator, Asked], Answer], sim: Simulator, given: Asked) -> tuple[int, int]:
    with pytest.raises(CarrierError) as caught:
        ask(sim, given)
    return caught.value.status, caught.value.code
