"""Media of messages, and feedback."""

from __future__ import annotations

from dialgate.simulator.media import add_media, delete_medium, fetch_medium, give_feedback, list_media, read_medium
from dialgate.simulator.messages import send
from dialgate.simulator.records import Message
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Form
from tests.unit.simulator.led import PERSON, SENDER, asked, body, refusal


def sent(sim: Simulator) -> Message:
    pairs = (("To", PERSON), ("From", SENDER), ("MediaUrl", "https://a/1.gif"), ("MediaUrl", "https://a/2.gif"))
    return send(sim, Form(pairs), "outbound-api")


async def test_media_are_listed_read_and_deleted(sim: Simulator) -> None:
    """One for each MediaUrl, with bytes that are a picture."""
    message = sent(sim)
    first, second = (medium.sid for medium in message.media)
    listed = body(list_media(sim, asked(message.sid)))["media_list"]
    assert [row["sid"] for row in listed] == [first, second]
    shown = body(fetch_medium(sim, asked(message.sid, first)))
    assert (shown["content_type"], shown["parent_sid"]) == ("image/gif", message.sid)
    content = read_medium(sim, asked(message.sid, first)).content
    assert content is not None
    assert (content.kind, content.data[:6]) == ("image/gif", b"GIF89a")
    assert delete_medium(sim, asked(message.sid, first)).status == 204
    assert refusal(fetch_medium, sim, asked(message.sid, first)) == (404, 20404)
    assert refusal(list_media, sim, asked("SMx")) == (404, 20404)


async def test_feedback_is_kept(sim: Simulator) -> None:
    """Confirmed or not; anything else is refused."""
    message = sent(sim)
    add_media(sim, message, 0)
    assert body(give_feedback(sim, asked(message.sid, Outcome="unconfirmed")))["outcome"] == "unconfirmed"
    assert (message.feedback, refusal(give_feedback, sim, asked(message.sid, Outcome="x"))) == (
        "unconfirmed",
        (400, 20001),
    )
