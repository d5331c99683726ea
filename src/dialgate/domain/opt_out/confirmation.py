"""The one sentence that answers an opt-out, an opt-in or a call for help."""

from __future__ import annotations

from dialgate.domain.opt_out.keywords import FALLBACK_LANGUAGE, SENDER_NAME, Intent, Keywords


def confirmation(intent: Intent, language: str, sender_name: str, keywords: Keywords) -> str:
    """In the language that was used, English where there is no wording; "" for no intent.

    Source: 47 CFR 64.1200 on revocation, read 2026-11: one message that confirms and advertises nothing.
    """
    if intent is Intent.NONE:
        return ""
    wording = keywords.confirmations.get(language) or keywords.confirmations[FALLBACK_LANGUAGE]
    return wording[intent].replace(SENDER_NAME, " ".join(sender_name.split()))
