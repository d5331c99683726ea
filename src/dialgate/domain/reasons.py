"""The reason codes: why an attempt was refused. Stable strings; their meaning stands in `docs/reasons.md`."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """How each is worded for a carrier's SDK is the front's business, not the domain's."""

    BAD_REQUEST = "bad_request"
    INVALID_NUMBER = "invalid_number"
    UNSUPPORTED_DESTINATION = "unsupported_destination"
    SUPPRESSED = "suppressed"
    LISTED = "listed"
    NO_CONSENT = "no_consent"
    CALLING_HOURS = "calling_hours"
    HOLIDAY = "holiday"
    FREQUENCY_CAP = "frequency_cap"
    WAITING_PERIOD = "waiting_period"
    CONTENT_REJECTED = "content_rejected"
    REGION_BLOCKED = "region_blocked"
    CARRIER_BLOCKED = "carrier_blocked"
    UNKNOWN_TWIML = "unknown_twiml"
    RECALLED = "recalled"
    SURFACE_BLOCKED = "surface_blocked"
    CAMPAIGN_NOT_APPROVED = "campaign_not_approved"
    CAMPAIGN_NOT_RUNNING = "campaign_not_running"
    OUTSIDE_FILING = "outside_filing"
    CALLER_ID_NOT_ALLOWED = "caller_id_not_allowed"
    PURPOSE_BANNED = "purpose_banned"
    KEY_SUSPENDED = "key_suspended"
    DUPLICATE = "duplicate"
    OUTCOME_UNKNOWN = "outcome_unknown"
    PACING = "pacing"
    GATE_UNAVAILABLE = "gate_unavailable"
    INDEX_UNVERIFIED = "index_unverified"
    RULE_ERROR = "rule_error"
