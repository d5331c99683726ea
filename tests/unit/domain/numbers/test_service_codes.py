"""Service numbers, before any numbering plan is asked."""

from __future__ import annotations

import pytest

from dialgate.domain.numbers.service_codes import is_dialled_service_code, is_service_code


@pytest.mark.parametrize("code", ["1", "44", "49", "61", "81", "86", "290"])
@pytest.mark.parametrize("emergency", ["112", "911", "999", "000", "110", "119", "120", "122", "108"])
def test_emergency_numbers_are_known_behind_any_country_code(code: str, emergency: str) -> None:
    """A country code pasted before an emergency number makes no number of it."""
    assert is_service_code(code, emergency)


@pytest.mark.parametrize(
    "national",
    [
        "10086",
        "10010",
        "95188",
        "9558812",
        "96123",
        "12321",
        "12520",
        "116114",
        "1010086",
        "2195588",
        "106575161234",
        "10690012345678",
        "1252013800138000",
        "1795113800138000",
        "69012345",
    ],
)
def test_chinese_services_are_known(national: str) -> None:
    """Hot lines, services behind an area code, SMS ports and dialling prefixes are no called numbers."""
    assert is_service_code("86", national)


@pytest.mark.parametrize("national", ["13800138000", "17812345678", "1069012345", "75588888888"])
def test_chinese_numbers_are_no_services(national: str) -> None:
    """Mobiles and lines stay callable, those of Beijing that look like an SMS port included."""
    assert not is_service_code("86", national)


@pytest.mark.parametrize(
    ("code", "digits"),
    [("1", "911"), ("1", "262966"), ("44", "118500"), ("86", "1069012345"), ("86", "8610086"), ("86", "69012345")],
)
def test_codes_are_known_as_they_are_dialled(code: str, digits: str) -> None:
    """Without a country code six digits are a short code, and a Chinese 106 number is a port."""
    assert is_dialled_service_code(code, digits)


@pytest.mark.parametrize(("code", "digits"), [("86", "01069012345"), ("86", "13800138000"), ("1", "4155552671")])
def test_numbers_are_no_codes_as_they_are_dialled(code: str, digits: str) -> None:
    """The trunk zero tells a line in Beijing from a port."""
    assert not is_dialled_service_code(code, digits)
