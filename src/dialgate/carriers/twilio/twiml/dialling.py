"""Dial and its nouns, and Refer: what makes a second leg.

Source: twilio-python 9.13.0, `twilio.twiml.voice_response`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialgate.carriers.twilio.twiml.terms import (
    RECORDED,
    RECORDING_NAMES,
    STATUS_NAMES,
    PartyKind,
    Plain,
    Reach,
    Role,
    Term,
    document,
    status,
    term,
)
from dialgate.carriers.twilio.twiml.tree import TEXT

_CALLBACKS: Mapping[str, Role] = {"url": document(), "statusCallback": status()}
_ANSWERING = {"amdStatusCallback": status("amdStatusCallbackMethod")}
_ANSWERING_NAMES = (
    "machineDetection amdStatusCallbackMethod machineDetectionTimeout machineDetectionSpeechThreshold"
    " machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout"
)

# A trunk of the customer's own leads wherever its owner says.
_TRUNK = Reach(PartyKind.CONNECTOR)


def _leg(kind: PartyKind) -> dict[str, Role]:
    return {TEXT: Reach(kind), **_CALLBACKS}


DIALLING: Mapping[str, Term] = {
    "Dial": term(
        {
            TEXT: Reach(PartyKind.CALL),
            "callerId": Plain.SENDER,
            "action": document(),
            **RECORDED,
            "referUrl": document("referMethod"),
        },
        f"method timeout hangupOnStar timeLimit record trim {RECORDING_NAMES} answerOnBridge"
        " ringTone recordingTrack sequential referMethod events passports",
        "Application Client Conference Number Queue Sim Sip WhatsApp",
    ),
    "Number": term(
        {**_leg(PartyKind.CALL), "sendDigits": Reach(PartyKind.DIGITS), "byoc": _TRUNK, **_ANSWERING},
        f"method {STATUS_NAMES} {_ANSWERING_NAMES}",
    ),
    "WhatsApp": term(_leg(PartyKind.CALL), f"method {STATUS_NAMES}"),
    "Sip": term(
        {**_leg(PartyKind.SIP), **_ANSWERING},
        f"username password method {STATUS_NAMES} {_ANSWERING_NAMES}",
        "Uri Headers",
    ),
    "Uri": term({TEXT: Reach(PartyKind.ROUTE)}, "priority weight username password"),
    "Headers": term(children="Header"),
    "Header": term({"value": Reach(PartyKind.ROUTE, implied=True)}, "name"),
    "Client": term(_leg(PartyKind.CLIENT), f"method {STATUS_NAMES}", "Identity Parameter"),
    "Identity": term({TEXT: Reach(PartyKind.CLIENT)}),
    "Application": term(
        _leg(PartyKind.APPLICATION), f"method {STATUS_NAMES} customerId copyParentTo", "ApplicationSid Parameter"
    ),
    "ApplicationSid": term({TEXT: Reach(PartyKind.APPLICATION)}),
    "Sim": term({TEXT: Reach(PartyKind.SIM)}),
    "Queue": term(
        {TEXT: Reach(PartyKind.QUEUE), "reservationSid": Reach(PartyKind.WORKFLOW), "url": document()},
        "method postWorkActivitySid",
    ),
    "Conference": term(
        {
            TEXT: Reach(PartyKind.CONFERENCE),
            "waitUrl": document("waitMethod"),
            "statusCallback": status(),
            **RECORDED,
            "eventCallbackUrl": status(""),
        },
        "muted beep startConferenceOnEnter endConferenceOnExit waitMethod maxParticipants record"
        f" region coach trim {STATUS_NAMES} {RECORDING_NAMES} jitterBufferSize"
        " participantLabel",
    ),
    "Refer": term({"action": document()}, "method", "Sip"),
}
