"""That one match says what the library says, of every plan there is."""

from __future__ import annotations

import random

import phonenumbers
import pytest

from dialgate.domain.numbers.patterns import region_of_digits
from dialgate.domain.numbers.plan import country_code, standing

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
MOST_DIGITS = 15
FEWEST_NATIONAL = 7


def by_library(digits: str) -> str:
    """The region in whose plan the digits are valid as they stand; "" where they are not."""
    number = phonenumbers.parse("+" + digits, None)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    valid = written == "+" + digits and phonenumbers.is_valid_number(number)
    return (phonenumbers.region_code_for_number(number) or "") if valid else ""


def examples(code: int) -> list[str]:
    """National digits of each kind of number in each region."""
    regions = phonenumbers.region_codes_for_country_code(code)
    found = [phonenumbers.example_number_for_type(region, kind) for region in regions for kind in range(11)]
    found.append(phonenumbers.example_number_for_non_geo_entity(code))
    return [phonenumbers.national_significant_number(number) for number in found if number is not None]


def near(code: int, wanted: int) -> list[str]:
    """Valid digits and their neighbours, of every length."""
    chance, known = random.Random(code), examples(code)
    most, numbers = MOST_DIGITS - len(str(code)), list(known)
    while len(numbers) < wanted:
        kept = chance.choice(known)[: chance.randrange(12)]
        length = chance.choice((len(chance.choice(known)), chance.randrange(FEWEST_NATIONAL, most + 1)))
        numbers.append(kept + "".join(chance.choices("0123456789", k=length - len(kept))))
    return [one for one in numbers if FEWEST_NATIONAL <= len(one) <= most and country_code(f"{code}{one}") == str(code)]


@pytest.mark.parametrize("code", CODES)
def test_one_match_says_what_the_library_says(code: int) -> None:
    """Valid numbers and their neighbours get the library's region, or none, or are left to the library."""
    digits = [one for one in near(code, 250) if region_of_digits(str(code), one) is not None]
    theirs = {one: by_library(f"{code}{one}") for one in digits}
    assert theirs == {one: region_of_digits(str(code), one) for one in digits}


def test_numbers_that_share_a_country_code_are_told_apart() -> None:
    """So are those of one region chosen by its leading digits, and those of a plan without a country."""
    numbers = [("1", "4165550123"), ("44", "7781123456"), ("7", "7710009998"), ("800", "12345678"), ("1", "5550123456")]
    assert ["CA", "GG", "KZ", "001", ""] == [region_of_digits(code, national) for code, national in numbers]


def test_digits_that_the_library_may_shorten_are_left_to_it() -> None:
    """An Argentine mobile is spelled with a 9 that the library knows what to do with."""
    assert region_of_digits("54", "01123456789") is None
    assert "valid" == standing("5491123456789").state


def test_only_ascii_digits_are_digits() -> None:
    """Arabic ones are matched by no pattern."""
    assert "" == region_of_digits("49", "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669")
