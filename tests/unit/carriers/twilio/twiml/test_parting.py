"""Nobody is judged long before the call comes to them."""

from __future__ import annotations

import pytest

from dialgate.carriers.twilio.twiml.parting import parted
from dialgate.carriers.twilio.twiml.tree import Element
from dialgate.domain.attempt import Channel
from tests.unit.carriers.twilio.twiml.writing import given

DIAL = "<Dial>+14155552671</Dial>"


def names(verbs: str, channel: Channel = Channel.VOICE) -> list[list[str]]:
    return [
        [verb.name for verb in part.root.children if isinstance(verb, Element)]
        for part in parted(given(verbs, channel))
        if part is not None
    ]


@pytest.mark.parametrize(
    "wait",
    [
        "<Pause length='61'/>",
        "<Pause length='99999999999'/>",
        "<Pause length='x'/>",
        "<Pause length='60'/><Pause/>",
        "<Play>https://a.example/long.mp3</Play>",
        "<Play digits='w'/>",
        "<Say loop='0'>Hi</Say>",
        "<Say>Hi<break time='10s'/></Say>",
        f"<Say>{'word ' * 100}</Say>",
        "<Gather/>",
        "<Record/>",
        "<Enqueue>q</Enqueue>",
        "<Dial>+14155552672</Dial>",
        "<Dial><Conference>c</Conference></Dial>",
        "<Echo/>",
    ],
)
@pytest.mark.parametrize("reach", [DIAL, "<Dial><Number>+14155552671</Number></Dial>", "<Sms>Hi</Sms>"])
def test_whom_a_call_reaches_after_a_long_while_stands_apart(wait: str, reach: str) -> None:
    """Whatever may take long; what stands before and after keeps its order."""
    now, later = names(f"{wait}<Say>a</Say>{reach}<Hangup/>")
    assert ("Say", [reach[1:].partition(">")[0], "Hangup"]) == (now[-1], later)


@pytest.mark.parametrize(
    "verbs",
    [
        f"<Say>Please hold.</Say><Pause length='50'/>{DIAL}",
        f"<Sms>Hi</Sms><Sms>Ho</Sms>{DIAL}<Say>Bye</Say>",
        "<Gather/><Say>Bye</Say><Dial><Conference>c</Conference></Dial>",
    ],
)
def test_other_documents_stay_whole(verbs: str) -> None:
    """Where the wait is short, or nobody new is reached after it."""
    assert 1 == len(names(verbs))


def test_an_answer_to_a_message_waits_for_nothing() -> None:
    """All of its messages are sent at once."""
    assert 1 == len(names("<Message>Hi</Message><Message>Ho</Message>", Channel.SMS))
