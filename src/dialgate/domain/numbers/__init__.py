"""Phone numbers: any spelling in, exactly one valid E.164 or a refusal out; and addresses of phones without a number.

Nothing else in the house imports phonenumbers, and nothing else makes an `E164` or an `Address` of foreign text.
"""

from __future__ import annotations

from dialgate.domain.numbers.endpoints import SPELLING, endpoint
from dialgate.domain.numbers.hidden import numbers_in
from dialgate.domain.numbers.masking import mask
from dialgate.domain.numbers.parsing import parse, parse_destination
from dialgate.domain.numbers.plan import region_of, time_zones, zones_of_region
from dialgate.domain.numbers.text import might_be_number
from dialgate.domain.numbers.values import (
    E164,
    Address,
    Callee,
    Endpoint,
    Number,
    NumberRefusal,
    OtherDestination,
    Reachable,
    Refused,
)

__all__ = [
    "E164",
    "SPELLING",
    "Address",
    "Callee",
    "Endpoint",
    "Number",
    "NumberRefusal",
    "OtherDestination",
    "Reachable",
    "Refused",
    "endpoint",
    "mask",
    "might_be_number",
    "numbers_in",
    "parse",
    "parse_destination",
    "region_of",
    "time_zones",
    "zones_of_region",
]
