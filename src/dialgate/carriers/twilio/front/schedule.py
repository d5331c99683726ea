"""Messages for later: `ScheduleType` and `SendAt`, read strictly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from dialgate.app.front import Pairs
from dialgate.carriers.twilio.front.weighing import bad
from dialgate.domain.decision import Block

MORE_THAN = timedelta(seconds=300)
AT_MOST = timedelta(days=35)
"""How far ahead a message may be scheduled. Source: Twilio, error pages 35114, 35115 and 35117; read 2026-11."""
SERVICE = "MessagingServiceSid"
TYPE, AT = "ScheduleType", "SendAt"
_FORM = "%Y-%m-%dT%H:%M:%SZ"
_INSTANT = re.compile(
    r"(2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?(?:Z|\+00:00)", re.ASCII
)
"""Of this millennium: beyond the calendar's ends no local time can be told."""


def due_at(fields: Pairs) -> datetime | None:
    """In whole seconds, as it goes to the carrier; None where nothing that can be read was scheduled."""
    read = _INSTANT.fullmatch(dict(fields).get(AT, ""))
    try:
        return datetime.strptime(f"{read[1]}Z", _FORM).replace(tzinfo=UTC) if read else None
    except ValueError:
        return None


def written(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_FORM)


def objections(fields: Pairs) -> Iterator[Block]:
    """All but how far ahead it is."""
    given = dict(fields)
    if not (given.get(TYPE) or given.get(AT)):
        return
    if given.get(TYPE) != "fixed" or not given.get(AT):
        yield bad("schedule", "A message is scheduled by ScheduleType=fixed together with SendAt.")
    elif due_at(fields) is None:
        yield bad("schedule", "SendAt is a time in UTC, such as 2026-11-30T15:00:00Z.")
    if not given.get(SERVICE):
        yield bad("schedule", "A scheduled message needs a MessagingServiceSid.")


def unschedulable(at: datetime | None, now: datetime) -> tuple[Block, ...]:
    if at is None or MORE_THAN < at - now <= AT_MOST:
        return ()
    detail = f"SendAt must be more than {MORE_THAN.seconds} s and at most {AT_MOST.days} days ahead."
    return (bad("schedule", detail),)
