"""Connect, Start and Stop: what hears a call, or takes it over, beside the phone network.

Source: twilio-python 9.13.0, `twilio.twiml.voice_response`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialgate.carriers.twilio.twiml.terms import (
    RECORDED,
    RECORDING,
    RECORDING_NAMES,
    STATUS_NAMES,
    PartyKind,
    Reach,
    Term,
    document,
    status,
    term,
)
from dialgate.carriers.twilio.twiml.tree import TEXT

_CONNECTOR = Reach(PartyKind.CONNECTOR, implied=True)
_SOCKET = Reach(PartyKind.SOCKET)

CONNECTING: Mapping[str, Term] = {
    "Connect": term(
        {"action": document()},
        "method",
        "AiSession Autopilot Conversation ConversationRelay ConversationRelaySession Room Stream VirtualAgent",
    ),
    "Start": term({"action": document()}, "method", "Recording Siprec Stream Transcription"),
    "Stop": term(children="Siprec Stream Transcription"),
    "Stream": term(
        {"url": _SOCKET, "connectorName": Reach(PartyKind.CONNECTOR), "statusCallback": status()},
        "name track statusCallbackMethod audioFormat sampleRate",
        "Parameter",
    ),
    "ConversationRelay": term(
        {"url": _SOCKET},
        "language ttsLanguage transcriptionLanguage ttsProvider voice transcriptionProvider speechModel profanityFilter"
        " dtmfDetection welcomeGreeting partialPrompts welcomeGreetingInterruptible interruptible preemptible hints"
        " intelligenceService reportInputDuringAgentSpeech elevenlabsTextNormalization interruptSensitivity debug"
        " backgroundNoiseReduction speechTimeout deepgramSmartFormat ignoreBackchannel events partialPromptOnHangup"
        " eagerEotThreshold asrSmartFormat ttsTextNormalization ttsLanguageTextNormalization"
        " elevenlabsLanguageTextNormalization includeInPrompt customerName applicationReconnect echoPromptFiltering"
        " turnDetection",
        "Language Parameter",
    ),
    "Language": term(
        inert="code ttsProvider voice transcriptionProvider speechModel hints asrSmartFormat ttsTextNormalization"
        " ttsLanguageTextNormalization"
    ),
    "AiSession": term({"aiConnector": _CONNECTOR}, "aiSessionConfiguration"),
    "Autopilot": term({TEXT: _CONNECTOR}),
    "ConversationRelaySession": term({"connector": _CONNECTOR}, "sessionConfiguration"),
    "Room": term({TEXT: _CONNECTOR}, "participantIdentity"),
    "VirtualAgent": term(
        {"connectorName": _CONNECTOR, "statusCallback": status()},
        "language sentimentAnalysis statusCallbackMethod",
        "Config Parameter",
    ),
    "Conversation": term(
        {
            "serviceInstanceSid": _CONNECTOR,
            "url": document(),
            "recordingStatusCallback": RECORDING,
            "statusCallback": status(),
        },
        "inboundAutocreation routingAssignmentTimeout inboundTimeout method record trim"
        f" {RECORDING_NAMES} {STATUS_NAMES}",
    ),
    "Recording": term(RECORDED, f"{RECORDING_NAMES} trim track channels"),
    "Siprec": term({"statusCallback": status()}, "name connectorName track statusCallbackMethod", "Parameter"),
    "Transcription": term(
        {"statusCallbackUrl": status()},
        "name track statusCallbackMethod inboundTrackLabel outboundTrackLabel partialResults languageCode"
        " transcriptionEngine profanityFilter speechModel hints enableAutomaticPunctuation intelligenceService",
        "Config Parameter",
    ),
    "Config": term(inert="name value"),
}
