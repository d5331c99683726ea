"""Verbs that write to people.

Source: twilio-python 9.13.0, `twilio.twiml.messaging_response` and `Sms` of `voice_response`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialgate.carriers.twilio.twiml.terms import (
    Link,
    PartyKind,
    Plain,
    Reach,
    Role,
    Term,
    UrlKind,
    document,
    status,
    term,
)
from dialgate.carriers.twilio.twiml.tree import TEXT

# Without `to` the message goes to whoever wrote, or is on the call.
_ADDRESSES: Mapping[str, Role] = {"to": Reach(PartyKind.MESSAGE, implied=True), "from": Plain.SENDER}

MESSAGING: Mapping[str, Term] = {
    "Message": term(
        {**_ADDRESSES, "action": status("method"), "statusCallback": status("method")},
        "method",
        "Body Media",
        prose=True,
    ),
    "Body": term(prose=True),
    "Media": term({TEXT: Link(UrlKind.MEDIA)}),
    "Sms": term({**_ADDRESSES, "action": document(), "statusCallback": status("")}, "method", prose=True),
}
