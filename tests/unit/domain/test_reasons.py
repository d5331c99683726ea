"""The reason codes."""

from __future__ import annotations

from dialgate.domain.reasons import Reason

NAMED = """bad_request invalid_number unsupported_destination suppressed listed no_consent calling_hours holiday
frequency_cap waiting_period content_rejected region_blocked carrier_blocked unknown_twiml recalled surface_blocked
campaign_not_approved campaign_not_running outside_filing caller_id_not_allowed purpose_banned key_suspended duplicate
outcome_unknown pacing gate_unavailable index_unverified rule_error"""


def test_reason_codes_keep_their_names() -> None:
    """Dialers branch on these strings: none is renamed, dropped or added unseen."""
    assert NAMED.split() == [reason.value for reason in Reason]
