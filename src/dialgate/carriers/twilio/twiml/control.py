"""Verbs that steer the call: on, out, into a queue.

Source: twilio-python 9.13.0, `twilio.twiml.voice_response`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialgate.carriers.twilio.twiml.terms import PartyKind, Reach, Term, document, term
from dialgate.carriers.twilio.twiml.tree import TEXT

CONTROL: Mapping[str, Term] = {
    "Redirect": term({TEXT: document()}, "method"),
    "Hangup": term(children="Parameter"),
    "Reject": term(inert="reason", children="Parameter"),
    "Leave": term(),
    "Enqueue": term(
        {
            TEXT: Reach(PartyKind.QUEUE),
            "workflowSid": Reach(PartyKind.WORKFLOW),
            "action": document(),
            "waitUrl": document("waitUrlMethod"),
        },
        "maxQueueSize method waitUrlMethod",
        "Task",
    ),
    "Task": term(inert="priority timeout", prose=True),
}
