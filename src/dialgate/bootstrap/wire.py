"""The carrier's side from settings: the client with the credentials, and the front that reads and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.carriers.twilio.client import TwilioCarrier
from dialgate.carriers.twilio.front import TwilioFront
from dialgate.carriers.twilio.front.operations import read_surface
from dialgate.settings import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from dialgate.settings import Settings

OPERATIONS, PARAMETERS = "operations.toml", "parameters.toml"
"""Beside the directory of the policies."""


def carrier_of(settings: Settings) -> TwilioCarrier:
    twilio = settings.carrier.twilio
    if twilio.api_key_sid:
        user, secret = twilio.api_key_sid, twilio.api_key_secret.get_secret_value()
    else:
        user, secret = twilio.account_sid, next((token.get_secret_value() for token in twilio.auth_tokens), "")
    return TwilioCarrier(twilio.base_url, twilio.account_sid, user, secret)


def front_of(settings: Settings) -> TwilioFront:
    """Errors: `SettingsError` that names the file, or both where they do not fit."""
    twilio = settings.carrier.twilio
    files = [settings.policy.dir.parent / name for name in (OPERATIONS, PARAMETERS)]
    operations, parameters = [_text(file) for file in files]
    try:
        surface = read_surface(operations, parameters, twilio.inert_parameters)
    except ValueError as error:
        raise SettingsError(f"{files[0]}, {files[1]}: {error}") from None
    secrets = [token.get_secret_value() for token in twilio.auth_tokens]
    return TwilioFront(twilio.account_sid, secrets, settings.server.public_url, surface)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file}: {error}") from None
