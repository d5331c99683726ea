"""Replies that a person must decide on. What somebody wrote is shown as their number is: to who may, and on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from dialgate.app.reviews import Verdict
from dialgate.domain.numbers import mask
from dialgate.web.api.asked import NoBody, ReviewAsked, ReviewQuery, TenantQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.shown import ReviewPage, ReviewShown

if TYPE_CHECKING:
    from dialgate.app.reviews import Review
    from dialgate.web.api.call import Call

log = structlog.get_logger(__name__)

DECIDED = 200
ACCEPTED = 202
_STATES = {"open": False, "decided": True, "all": None}


@route("GET /v1/reviews", Right.READ, query=ReviewQuery, body=NoBody, answers={200: Answers(ReviewPage)}, fails=(404,))
async def listing(call: Call, query: ReviewQuery, _body: NoBody) -> web.Response:
    """List replies of which the gate is unsure: open ones the oldest first, all others the newest first.

    `held`: it counts as an opt-out until somebody decides. `text`: only with `unmask`.
    """
    show = call.shows(unmask=query.unmask)
    reviewing, tenant = call.gate.hearing.reviewing, call.tenant_name(query.tenant)
    page = await reviewing.reviews.listing(tenant, query.limit, query.cursor, decided=_STATES[query.state])
    items = tuple(
        _shown(review, show(review.number), reviewing.text(review) if query.unmask else None) for review in page.items
    )
    return answer(ReviewPage(items=items, next=page.next or None))


@route(
    "POST /v1/reviews/{id}",
    Right.REVIEW,
    query=TenantQuery,
    body=ReviewAsked,
    answers={DECIDED: Answers(ReviewShown), ACCEPTED: Answers(ReviewShown)},
    fails=(404, 409),
)
async def decide(call: Call, query: TenantQuery, body: ReviewAsked) -> web.Response:
    """Say what a reply meant: `stop`, a refusal; `none`, no refusal, and the opt-out that held meanwhile is lifted.

    The first verdict stands; the same again changes nothing, another one is a 409. 202: recorded, and the gate goes on
    until it is in force.
    """
    by = call.caller.key_sid
    verdict = Verdict(body.verdict)
    decided = await call.gate.hearing.reviewing.decide(
        call.request.match_info["id"], call.tenant_name(query.tenant), verdict, by
    )
    review = decided.review
    log.info("review decided", tenant=review.tenant, review=review.id, verdict=verdict.value, key=by)
    return answer(_shown(review, mask(review.number), None), DECIDED if decided.in_force else ACCEPTED)


def _shown(review: Review, number: str, text: str | None) -> ReviewShown:
    return ReviewShown(
        id=review.id,
        tenant=review.tenant,
        number=number,
        receiver=review.receiver,
        text=text,
        language=review.language,
        evidence=review.evidence,
        confidence=round(review.confidence, 3),
        held=review.held,
        asked_at=review.asked_at,
        verdict=review.verdict,
        decided_by=review.decided_by,
        decided_at=review.decided_at,
    )
