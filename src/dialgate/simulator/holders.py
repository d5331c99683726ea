"""What holds webhooks in the account: applications, phone numbers and messaging services. Plain state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from dialgate.simulator.records import Noted

_APPLICATION = {
    "FriendlyName": "",
    "MessageStatusCallback": "",
    "SmsFallbackMethod": "POST",
    "SmsFallbackUrl": "",
    "SmsMethod": "POST",
    "SmsStatusCallback": "",
    "SmsUrl": "",
    "StatusCallback": "",
    "StatusCallbackMethod": "POST",
    "VoiceCallerIdLookup": "false",
    "VoiceFallbackMethod": "POST",
    "VoiceFallbackUrl": "",
    "VoiceMethod": "POST",
    "VoiceUrl": "",
}
_NUMBER = {
    "FriendlyName": "",
    "PhoneNumber": "",
    "SmsApplicationSid": "",
    "SmsFallbackMethod": "POST",
    "SmsFallbackUrl": "",
    "SmsMethod": "POST",
    "SmsUrl": "",
    "StatusCallback": "",
    "StatusCallbackMethod": "POST",
    "VoiceApplicationSid": "",
    "VoiceCallerIdLookup": "false",
    "VoiceFallbackMethod": "POST",
    "VoiceFallbackUrl": "",
    "VoiceMethod": "POST",
    "VoiceReceiveMode": "voice",
    "VoiceUrl": "",
}
_SERVICE = {
    "AreaCodeGeomatch": "true",
    "FallbackMethod": "POST",
    "FallbackToLongCode": "true",
    "FallbackUrl": "",
    "FriendlyName": "",
    "InboundMethod": "POST",
    "InboundRequestUrl": "",
    "MmsConverter": "true",
    "ScanMessageContent": "inherit",
    "SmartEncoding": "true",
    "StatusCallback": "",
    "StickySender": "true",
    "Usecase": "undeclared",
    "UseInboundWebhookOnNumber": "false",
    "ValidityPeriod": "36000",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """`name` is the collection's part of the path, `fields` each parameter with the value it has at first."""

    name: str
    key: str
    prefix: str
    fields: Mapping[str, str]


APPLICATIONS = Kind("Applications", "applications", "AP", MappingProxyType(_APPLICATION))
NUMBERS = Kind("IncomingPhoneNumbers", "incoming_phone_numbers", "PN", MappingProxyType(_NUMBER))
SERVICES = Kind("Services", "services", "MG", MappingProxyType(_SERVICE))


@dataclass(slots=True)
class Holder(Noted):
    """One of them; `values` by parameter name, as text."""

    sid: str
    kind: Kind
    created_at: datetime
    updated_at: datetime
    values: dict[str, str]
    events: list[dict[str, object]] = field(default_factory=list)
