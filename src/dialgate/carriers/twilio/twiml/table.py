"""Every element and attribute of TwiML that the gate knows, in one place. What is not here is refused.

The fax verb Receive is left out: the gate passes no fax on.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialgate.carriers.twilio.twiml.connecting import CONNECTING
from dialgate.carriers.twilio.twiml.control import CONTROL
from dialgate.carriers.twilio.twiml.dialling import DIALLING
from dialgate.carriers.twilio.twiml.messaging import MESSAGING
from dialgate.carriers.twilio.twiml.speech import SPEECH
from dialgate.carriers.twilio.twiml.terms import Term, term
from dialgate.domain.attempt import Channel

ROOT = "Response"

TERMS: Mapping[str, Term] = {**SPEECH, **DIALLING, **CONTROL, **CONNECTING, **MESSAGING, ROOT: term()}

ROOTS: Mapping[Channel, Term] = {
    Channel.VOICE: term(
        children="Connect Dial Echo Enqueue Gather Hangup Leave Pause Pay Play Prompt Queue Record Redirect Refer"
        " Reject Say Sms Start Stop"
    ),
    Channel.SMS: term(children="Message Redirect"),
}
"""What a `Response` is on a call, and as the answer to a message."""
