"""Write `config/area_codes.yaml`: the state and the time zones of each area code of the US, its territories and Canada.

Run once for a new version of phonenumbers, and read the difference:

    .venv/bin/python scripts/area_codes.py > config/area_codes.yaml

Every exchange of every area code is asked, because a code may span zones. What is known to be wrong in these data is
set right in `config/split_area_codes.yaml`, which comes first.
"""  # noqa: INP001 - a script, found by its path

from __future__ import annotations

import re
import sys
from collections import Counter

import phonenumbers
from phonenumbers import geocoder, timezone

COUNTRIES = ("US", "CA")
TERRITORIES = {"AS": "US-AS", "GU": "US-GU", "MP": "US-MP", "PR": "US-PR", "VI": "US-VI"}
NAMES = {
    "Alabama": "US-AL", "Alaska": "US-AK", "Arizona": "US-AZ", "Arkansas": "US-AR", "California": "US-CA",
    "Colorado": "US-CO", "Connecticut": "US-CT", "Delaware": "US-DE", "Washington D.C.": "US-DC", "Florida": "US-FL",
    "Georgia": "US-GA", "Hawaii": "US-HI", "Idaho": "US-ID", "Illinois": "US-IL", "Indiana": "US-IN", "Iowa": "US-IA",
    "Kansas": "US-KS", "Kentucky": "US-KY", "Louisiana": "US-LA", "Maine": "US-ME", "Maryland": "US-MD",
    "Massachusetts": "US-MA", "Michigan": "US-MI", "Minnesota": "US-MN", "Mississippi": "US-MS", "Missouri": "US-MO",
    "Montana": "US-MT", "Nebraska": "US-NE", "Nevada": "US-NV", "New Hampshire": "US-NH", "New Jersey": "US-NJ",
    "New Mexico": "US-NM", "New York": "US-NY", "North Carolina": "US-NC", "North Dakota": "US-ND", "Ohio": "US-OH",
    "Oklahoma": "US-OK", "Oregon": "US-OR", "Pennsylvania": "US-PA", "Rhode Island": "US-RI",
    "South Carolina": "US-SC", "South Dakota": "US-SD", "Tennessee": "US-TN", "Texas": "US-TX", "Utah": "US-UT",
    "Vermont": "US-VT", "Virginia": "US-VA", "Washington State": "US-WA", "Washington": "US-WA",
    "West Virginia": "US-WV", "Wisconsin": "US-WI", "Wyoming": "US-WY", "Alberta": "CA-AB",
    "British Columbia": "CA-BC", "British Colombia": "CA-BC", "Manitoba": "CA-MB", "New Brunswick": "CA-NB",
    "Newfoundland and Labrador": "CA-NL", "Nova Scotia": "CA-NS", "Ontario": "CA-ON", "Prince Edward Island": "CA-PE",
    "Quebec": "CA-QC", "Québec": "CA-QC", "Saskatchewan": "CA-SK", "Northwest Territories": "CA-NT",
    "Nunavut": "CA-NU", "Yukon": "CA-YT",
}  # fmt: skip
HEADER = f"""\
# The state or province, and the time zones, of each geographic area code of the US, its territories and Canada.
# Made by scripts/area_codes.py; do not edit. Faults are set right in split_area_codes.yaml, which comes first.
# Zones: those of all its exchanges. More than one state: all of them apply.
source: "geocoder and time zone metadata of phonenumbers {phonenumbers.__version__}, all 800 exchanges of each code"

codes:
"""


def main() -> None:
    sys.stdout.write(HEADER)
    for code in range(200, 1000):
        regions, zones = surveyed(str(code))
        if regions and zones:
            sys.stdout.write(f'  "{code}": {{regions: [{", ".join(regions)}], zones: [{", ".join(zones)}]}}\n')


def surveyed(code: str) -> tuple[list[str], list[str]]:
    regions: Counter[str] = Counter()
    zones: Counter[str] = Counter()
    for exchange in range(200, 1000):
        number = phonenumbers.PhoneNumber(country_code=1, national_number=int(f"{code}{exchange}5000"))
        country = phonenumbers.region_code_for_number(number)
        if country in TERRITORIES:
            regions[TERRITORIES[country]] += 1
        elif country in COUNTRIES:
            regions.update(filter(None, [state_of(country, geocoder.description_for_number(number, "en"))]))
        else:
            continue
        zones.update(zone for zone in timezone.time_zones_for_number(number) if zone != timezone.UNKNOWN_TIMEZONE)
    if len(zones) > 8:  # noqa: PLR2004 - a code without a place names all zones of the plan
        return [], []
    widespread = max(regions.values(), default=0) // 100  # one exchange named after a neighbour is no second state
    return sorted(name for name, count in regions.items() if count > widespread), sorted(zones)


def state_of(country: str, description: str) -> str:
    """From `Miami, FL` or `Florida`; empty for what names no one state."""
    if found := re.search(r"(?:^|, )([A-Z]{2})$", description):
        return f"{country}-{found[1]}"
    return next((NAMES[part] for part in reversed(description.split(", ")) if part in NAMES), "")


if __name__ == "__main__":
    main()
