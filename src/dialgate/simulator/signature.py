"""Webhook signatures, made the way the carrier documents them and by nobody else's code."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

from dialgate.simulator.config import SharedKey, SimulatorConfig

SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"


def signed_text(url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The URL, then each distinct name and value, sorted by both.

    Source: Twilio, "Webhooks security" (validating signatures), read 2026-11.
    """
    return url + "".join(name + value for name, value in sorted(set(pairs)))


def signature_headers(config: SimulatorConfig, url: str, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers that prove a webhook's origin; `pairs` are the form parameters, none for a GET.

    Source: Twilio, "Sign webhooks with shared keys" (public beta), read 2026-11.
    """
    text = signed_text(url, pairs).encode()
    match config.shared_key:
        case None:
            return {SIGNATURE: _mac(config.auth_token, text, "sha1")}
        case SharedKey(key_id=key_id, secret=secret):
            return {SIGNATURE: _mac(secret, text, "sha256"), SETTINGS: f"key={key_id},algorithm=HMAC_SHA256"}


def _mac(secret: str, text: bytes, algorithm: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text, getattr(hashlib, algorithm)).digest()).decode()
