"""The carrier's side from settings: the client with the credentials, and the front that reads and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.carriers.twilio.client import TwilioCarrier
from dialgate.carriers.twilio.front import TwilioFront
from dialgate.carriers.twilio.front.parameters import read_parameters
from dialgate.settings import SettingsError

if TYPE_CHECKING:
    from dialgate.settings import Settings

PARAMETERS = "parameters.toml"
"""Beside the directory of the policies."""


def carrier_of(settings: Settings) -> TwilioCarrier:
    twilio = settings.carrier.twilio
    if twilio.api_key_sid:
        user, secret = twilio.api_key_sid, twilio.api_key_secret.get_secret_value()
    else:
        user, secret = twilio.account_sid, next((token.get_secret_value() for token in twilio.auth_tokens), "")
    return TwilioCarrier(twilio.base_url, twilio.account_sid, user, secret)


def front_of(settings: Settings) -> TwilioFront:
    """Errors: `SettingsError` that names the file of the parameters."""
    twilio = settings.carrier.twilio
    path = settings.policy.dir.parent / PARAMETERS
    try:
        parameters = read_parameters(path.read_text(encoding="utf-8"), twilio.inert_parameters)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from None
    secrets = [token.get_secret_value() for token in twilio.auth_tokens]
    return TwilioFront(twilio.account_sid, secrets, twilio.base_url, settings.server.public_url, parameters)
