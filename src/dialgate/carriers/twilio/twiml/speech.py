"""Verbs that speak, listen and record.

Source: twilio-python 9.13.0, `twilio.twiml.voice_response`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialgate.carriers.twilio.twiml.terms import (
    RECORDED,
    RECORDING_NAMES,
    Link,
    PartyKind,
    Reach,
    Term,
    UrlKind,
    document,
    status,
    term,
)
from dialgate.carriers.twilio.twiml.tree import TEXT

_EMPHASISED = "break emphasis phoneme prosody say-as sub"
_WORDS = f"{_EMPHASISED} lang w"
_SENTENCES = f"{_WORDS} s"

SPEECH: Mapping[str, Term] = {
    "Say": term(inert="voice loop language", children=f"{_SENTENCES} p", prose=True),
    "break": term(inert="strength time"),
    "emphasis": term(inert="level", children=_WORDS, prose=True),
    "lang": term(inert="xml:lang", children=f"{_SENTENCES} p", prose=True),
    "p": term(children=_SENTENCES, prose=True),
    "phoneme": term(inert="alphabet ph", prose=True),
    "prosody": term(inert="volume rate pitch", children=f"{_SENTENCES} p", prose=True),
    "s": term(children=_WORDS, prose=True),
    "say-as": term(inert="interpret-as format", prose=True),
    "sub": term(inert="alias", prose=True),
    "w": term(inert="role", children=_EMPHASISED, prose=True),
    "Play": term({TEXT: Link(UrlKind.MEDIA), "digits": Reach(PartyKind.DIGITS)}, "loop"),
    "Pause": term(inert="length"),
    "Echo": term(),
    "Gather": term(
        {"action": document(), "partialResultCallback": status("partialResultCallbackMethod")},
        "input method timeout speechTimeout maxSpeechTime profanityFilter finishOnKey numDigits"
        " partialResultCallbackMethod language hints bargeIn debug actionOnEmptyResult speechModel enhanced",
        "Say Pause Play",
    ),
    "Record": term(
        {
            "action": document(),
            **RECORDED,
            "transcribeCallback": Link(UrlKind.TRANSCRIPTION),
        },
        f"method timeout finishOnKey maxLength playBeep trim {RECORDING_NAMES} transcribe",
    ),
    "Pay": term(
        {"action": document(""), "statusCallback": status()},
        "input bankAccountType statusCallbackMethod timeout maxAttempts securityCode postalCode minPostalCodeLength"
        " paymentConnector paymentMethod tokenType chargeAmount currency description validCardTypes language",
        "Prompt Parameter",
    ),
    "Prompt": term(inert="for errorType cardType attempt requireMatchingInputs", children="Say Play Pause"),
    "Parameter": term(inert="name value"),
}
