"""Each failure has one status and one sentence on each face."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from dialgate.app import errors
from dialgate.domain.reasons import Reason
from dialgate.web.context import DECISION, FRONT
from dialgate.web.errors import WORDINGS, Face, face_of, wording, words_for_failures
from tests.unit.web import surface
from tests.unit.web.surface import Got, Http

EXPECTED = {
    errors.BadRequestError: (400, 400, 990100),
    errors.UnauthorizedError: (401, 401, 20003),
    errors.ForbiddenError: (403, 403, 990300),
    errors.KeySuspendedError: (403, 403, 990306),
    errors.NotFoundError: (404, 404, 20404),
    errors.ConflictError: (409, 409, 990900),
    errors.StoreUnavailableError: (503, 429, 990401),
    errors.LedgerUnavailableError: (503, 429, 990401),
    errors.JournalUnavailableError: (503, 429, 990401),
    errors.CarrierUnreachableError: (502, 502, 990401),
    errors.OutcomeUnknownError: (409, 409, 990901),
}


def all_errors(root: type[errors.DialgateError]) -> Iterator[type[errors.DialgateError]]:
    for kind in root.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield kind
            yield from all_errors(kind)


def test_every_error_has_its_wording() -> None:
    """No error that a request can meet is without a status of its own; an unfit store ends the gate before."""
    assert set(WORDINGS) == set(EXPECTED) == set(all_errors(errors.DialgateError)) - {errors.UnfitStoreError}


def test_an_error_of_another_layer_is_worded_as_its_kind() -> None:
    """A narrower error is answered as the nearest that has a wording."""

    class NarrowError(errors.NotFoundError):
        pass

    assert (404, 500) == (wording(NarrowError("x")).ours, wording(errors.DialgateError("x")).ours)


@pytest.mark.parametrize(
    ("path", "face"),
    [
        ("/v1", Face.OURS),
        ("/v1/decisions", Face.OURS),
        ("/v1/acount", Face.OURS),
        ("/v1/Services", Face.DIALERS),
        ("/v1/Accounts/AuthTokens/Promote", Face.DIALERS),
        ("/v1/a2p/BrandRegistrations", Face.DIALERS),
        ("/v1/account/x", Face.DIALERS),
        ("/v1/token", Face.DIALERS),
        ("/twilio/sms", Face.OURS),
        ("/healthz", Face.OURS),
        ("/p/abc", Face.OURS),
        ("/pa", Face.DIALERS),
        ("/v10", Face.DIALERS),
        ("/v1x/decisions", Face.DIALERS),
        ("/2010-04-01/Accounts/AC1/Calls.json", Face.DIALERS),
        ("/", Face.DIALERS),
    ],
)
def test_faces_are_told_apart_by_path(path: str, face: Face) -> None:
    """Whatever is not plainly ours is answered in the carrier's shape."""
    assert face is face_of(path)


class Failing:
    """Raises what a test puts in."""

    error: BaseException = errors.DialgateError("unset")

    async def serve(self, request: web.Request) -> web.StreamResponse:
        request[DECISION] = "d1"
        raise self.error


@pytest.fixture
def failing() -> Failing:
    return Failing()


@pytest.fixture
async def http(failing: Failing) -> AsyncIterator[Http]:
    app = web.Application(middlewares=[words_for_failures], client_max_size=10)
    app[FRONT] = surface.FRONT
    app.router.add_get("/v1/known", failing.serve)
    app.router.add_get("/2010-04-01/known", failing.serve)
    async with TestClient(TestServer(app)) as client:
        yield client


async def both(http: Http) -> tuple[Got, Got]:
    return await surface.ask(http, "GET", "/v1/known"), await surface.ask(http, "GET", "/2010-04-01/known")


@pytest.mark.parametrize("kind", list(EXPECTED))
async def test_each_face_words_each_failure(http: Http, failing: Failing, kind: type[errors.DialgateError]) -> None:
    """One mapping, two shapes: problem+json for us, the carrier's error for its SDKs; the decision is named on both."""
    failing.error = kind("What is wrong.")
    ours, dialers = await both(http)
    assert EXPECTED[kind] == (ours.status, dialers.status, dialers.body["code"])
    assert ("What is wrong.", "What is wrong.") == (ours.body["detail"], dialers.body["message"])
    assert ("d1", "d1") == (ours.decision, dialers.decision)
    assert "application/problem+json" in ours.headers["Content-Type"]
    for got in (ours, dialers):
        assert (got.status == 401) == ("WWW-Authenticate" in got.headers)
        assert (got.status in {429, 503}) == ("Retry-After" in got.headers)


async def test_the_unexpected_is_never_a_server_error_for_a_dialer(http: Http, failing: Failing) -> None:
    """An SDK would send its create again after a 5xx; and nobody is told what broke inside."""
    failing.error = RuntimeError("secret inside")
    ours, dialers = await both(http)
    assert (500, 429, Reason.GATE_UNAVAILABLE.value) == (ours.status, *dialers.reason[:2])
    assert ("secret" in ours.text + dialers.text) is False


async def test_unknown_paths_are_worded_too(http: Http) -> None:
    """A wrong method names the right ones; an unknown path of a dialer is not offered."""
    missing, wrong, dialer = [
        await surface.ask(http, method, path)
        for method, path in (("GET", "/v1/nothing"), ("POST", "/v1/known"), ("GET", "/2010-04-01/x"))
    ]
    assert (404, 405, 403) == (missing.status, wrong.status, dialer.status)
    assert "GET" in wrong.headers["Allow"]
    assert "surface_blocked" == json.loads(dialer.text)["details"]["reason"]


async def test_a_body_that_is_too_large_is_the_callers_fault(http: Http, failing: Failing) -> None:
    """413 for us, 400 for an SDK."""
    failing.error = web.HTTPRequestEntityTooLarge(10, 11)
    ours, dialers = await both(http)
    assert (413, 400) == (ours.status, dialers.status)


async def test_redirects_of_our_own_pass(http: Http, failing: Failing) -> None:
    """An answer below 400 that is raised is an answer."""
    failing.error = web.HTTPSeeOther("/docs")
    assert 303 == (await surface.ask(http, "GET", "/v1/known")).status
