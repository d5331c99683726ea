"""What a dialer says beside the carrier's parameters is read strictly, in a fixed order of precedence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from dialgate.app.front import Operation, Route
from dialgate.app.queries import Role
from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.reasons import Reason
from dialgate.web.auth import Caller
from dialgate.web.proxy.extras import Extras, read

CALLER = Caller(None, "SK1", Role.DIALER, "keycampaign", "survey")
PLAIN = Route(Operation.CREATE, "AC1", Channel.VOICE, "POST", "Calls.json")
PREFIXED = replace(PLAIN, campaign="pathcampaign", purpose="collection")


def extras(route: Route, *headers: tuple[str, str], caller: Caller = CALLER) -> Extras:
    return read(make_mocked_request("POST", "/", headers=CIMultiDict(headers)), route, caller)


@pytest.mark.parametrize(
    ("route", "headers", "campaign", "purpose"),
    [
        (PLAIN, (), "keycampaign", Purpose.SURVEY),
        (PREFIXED, (), "pathcampaign", Purpose.COLLECTION),
        (
            PREFIXED,
            (("X-Dialgate-Campaign", "h"), ("X-Dialgate-Purpose", "Transactional")),
            "h",
            Purpose.TRANSACTIONAL,
        ),
        (PREFIXED, (("X-Dialgate-Campaign", "h"),), "h", Purpose.COLLECTION),
        (PLAIN, (("X-Dialgate-Purpose", "unheard"),), "keycampaign", Purpose.MARKETING),
    ],
)
def test_headers_come_before_the_path_and_the_path_before_the_key(
    route: Route, headers: tuple[tuple[str, str], ...], campaign: str, purpose: Purpose
) -> None:
    """Each value by itself; an unknown purpose is the strictest one."""
    found = extras(route, *headers)
    assert (campaign, purpose, ()) == (found.campaign, found.purpose, found.found)


def test_nothing_said_is_marketing() -> None:
    """Without any word of the purpose the strictest rules hold."""
    assert Purpose.MARKETING is extras(PLAIN, caller=Caller(None, "SK1", Role.DIALER)).purpose


def test_subject_debt_location_and_key_are_taken() -> None:
    """Raw clients name person, debt, place and request."""
    found = extras(
        PLAIN,
        ("X-Dialgate-Subject", "person 1"),
        ("x-dialgate-debt", "D-1"),
        ("X-Dialgate-Location", "US-CA"),
        ("Idempotency-Key", "a/b"),
    )
    assert ("person 1", "D-1", "US-CA", "a/b") == (found.subject, found.debt, found.location, found.idempotency_key)


@pytest.mark.parametrize(
    "headers",
    [
        (("X-Dialgate-Campaign", "a/b"),),
        (("X-Dialgate-Campaign", "*"),),
        (("X-Dialgate-Campaign", ""),),
        (("X-Dialgate-Campaign", "a"), ("X-Dialgate-Campaign", "b")),
        (("X-Dialgate-Campaign", "x" * 65),),
        (("X-Dialgate-Purpose", "a b"),),
        (("X-Dialgate-Subject", "é"),),
        (("X-Dialgate-Debt", "x" * 129),),
        (("Idempotency-Key", "a b"),),
        (("Idempotency-Key", "x" * 256),),
        (("Idempotency-Key", "a"), ("idempotency-key", "a")),
    ],
)
def test_a_header_that_cannot_be_read_refuses_the_attempt(headers: tuple[tuple[str, str], ...]) -> None:
    """It is never passed over in silence: a lost campaign or debt would be another judgement."""
    assert [Reason.BAD_REQUEST] == [block.reason for block in extras(PREFIXED, *headers).found]


def test_a_header_that_cannot_be_read_is_told_its_form() -> None:
    """Whoever wrote it sees at once what it may be."""
    found = extras(PREFIXED, ("Idempotency-Key", "")).found
    assert ["The header Idempotency-Key must stand once and match [!-~]{1,255}"] == [block.detail for block in found]
