"""Reading decisions back: one, its explanation, listings, and all rows as CSV or JSON lines."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.app.errors import ForbiddenError, NotFoundError
from dialgate.app.queries import Filter
from dialgate.domain.explain import Event, Story, Why, explain
from dialgate.domain.ids import made_at, well_formed
from dialgate.domain.reasons import Reason
from dialgate.web.api.asked import ExplainQuery, FilterQuery, ListingQuery, NoBody, ShownQuery, StatsQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.showing import row_shown, wanted_rows
from dialgate.web.api.shown import DecisionPage, DecisionShown, Explanation, Group, StatsAnswer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime

    from dialgate.app.queries import DecisionRow
    from dialgate.web.api.call import Call

    Written = Callable[[Sequence[DecisionShown]], str]

YOUNG_S = 2.0
"""A decision may take this long until SQL has it."""
LOOK_AGAIN_S = 0.05
CSV = "text/csv"
JSON_LINES = "application/jsonl"
COLUMNS = (
    *("id", "decided_at", "tenant", "verdict", "channel", "to", "from", "campaign", "purpose", "key", "region"),
    *("reasons", "retry_at", "policy_version"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
READERS = (Right.READ, Right.READ_OWN)


@route(
    "GET /v1/decisions", *READERS, query=ListingQuery, body=NoBody, answers={200: Answers(DecisionPage)}, fails=(404,)
)
async def listing(call: Call, query: ListingQuery, _body: NoBody) -> web.Response:
    """List decisions, newest first, page by page. A key that only places attempts sees its own."""
    show = call.shows(unmask=query.unmask)
    page = await call.gate.log.listing(_wanted(call, query), query.limit, query.cursor)
    return answer(DecisionPage(items=tuple(row_shown(row, show) for row in page.items), next=page.next or None))


@route(
    "GET /v1/decisions.csv",
    *READERS,
    query=FilterQuery,
    body=NoBody,
    answers={200: Answers(None, (CSV,))},
    fails=(404,),
)
async def as_csv(call: Call, query: FilterQuery, _body: NoBody) -> web.StreamResponse:
    """All rows that match, newest first, as CSV. A cell that a spreadsheet would run is written after an apostrophe."""
    return await _streamed(call, query, CSV, ",".join(COLUMNS) + "\r\n", _csv)


@route(
    "GET /v1/decisions.jsonl",
    *READERS,
    query=FilterQuery,
    body=NoBody,
    answers={200: Answers(None, (JSON_LINES,))},
    fails=(404,),
)
async def as_json_lines(call: Call, query: FilterQuery, _body: NoBody) -> web.StreamResponse:
    """All rows that match, newest first, one JSON object a line."""
    return await _streamed(call, query, JSON_LINES, "", _json_lines)


@route(
    "GET /v1/decisions/{id}",
    *READERS,
    query=ShownQuery,
    body=NoBody,
    answers={200: Answers(DecisionShown)},
    fails=(404,),
)
async def one(call: Call, query: ShownQuery, _body: NoBody) -> web.Response:
    """One decision with all that came of it. An id younger than 2 s is waited for."""
    show = call.shows(unmask=query.unmask)
    return answer(row_shown(await record_of(call, query.tenant), show))


@route(
    "GET /v1/decisions/{id}/explain",
    *READERS,
    query=ExplainQuery,
    body=NoBody,
    answers={200: Answers(Explanation)},
    fails=(404,),
)
async def explained(call: Call, query: ExplainQuery, _body: NoBody) -> web.Response:
    """One decision in sentences, in English or Chinese."""
    show = call.shows(unmask=query.unmask)
    shown = row_shown(await record_of(call, query.tenant), show)
    return answer(Explanation(id=shown.id, lang=query.lang, sentences=explain(_story(shown), query.lang)))


@route("GET /v1/stats", Right.READ, query=StatsQuery, body=NoBody, answers={200: Answers(StatsAnswer)}, fails=(404,))
async def stats(call: Call, query: StatsQuery, _body: NoBody) -> web.Response:
    """Count what was allowed and blocked."""
    wanted = Filter(tenant=call.tenant_name(query.tenant), since=query.since, until=query.until)
    groups = await call.gate.log.stats(wanted, query.group_by)
    items = tuple(Group(group=name, allowed=allowed, blocked=blocked) for name, allowed, blocked in groups)
    return answer(StatsAnswer(group_by=query.group_by, items=items))


async def record_of(call: Call, named_tenant: str) -> DecisionRow:
    """The decision that the path names, if the caller may know of it. Errors: `NotFoundError`."""
    tenant = call.tenant_name(named_tenant)
    decision_id = call.request.match_info["id"]
    row = await _found(call, decision_id) if well_formed(decision_id) else None
    if row is None or (tenant and row.tenant != tenant):
        raise NotFoundError("There is no such decision.")
    if not call.may(Right.READ) and row.body["key"] != call.caller.key_sid:
        raise NotFoundError("There is no such decision.")
    return row


async def _found(call: Call, decision_id: str) -> DecisionRow | None:
    """Waits for one that is on its way from the journal into SQL."""
    clock = call.gate.clock
    give_up_s = clock.boottime_s() + YOUNG_S - _age_s(decision_id, clock.now())
    while (row := await call.gate.log.get(decision_id)) is None and clock.boottime_s() < give_up_s:  # noqa: ASYNC110 - SQL tells nobody
        await asyncio.sleep(LOOK_AGAIN_S)
    return row


def _age_s(decision_id: str, now: datetime) -> float:
    """Never below 0: an id from the future was invented, or made by a gate whose clock is ahead."""
    try:
        return max(0.0, (now - made_at(decision_id)).total_seconds())
    except ValueError:
        return YOUNG_S


def _wanted(call: Call, query: FilterQuery) -> Filter:
    own = not call.may(Right.READ)
    if own and query.key not in {"", call.caller.key_sid}:
        raise ForbiddenError("This key sees only the decisions that it asked for itself. Leave out key.")
    return wanted_rows(call, query, own=own)


async def _streamed(call: Call, query: FilterQuery, media: str, heading: str, written: Written) -> web.StreamResponse:
    """The first batch is read before the status is sent, so that a log that is down is still a 503."""
    show = call.shows(unmask=query.unmask)
    batches = call.gate.log.stream(_wanted(call, query))
    try:
        first = await anext(batches)
    except StopAsyncIteration:
        first = ()
    response = web.StreamResponse()
    response.content_type = media
    response.charset = "utf-8"
    await response.prepare(call.request)
    await response.write(heading.encode())
    async for batch in _after(first, batches):
        await response.write(written([row_shown(row, show) for row in batch]).encode())
    await response.write_eof()
    return response


async def _after(
    first: Sequence[DecisionRow], rest: AsyncIterator[Sequence[DecisionRow]]
) -> AsyncIterator[Sequence[DecisionRow]]:
    yield first
    async for batch in rest:
        yield batch


def _csv(rows: Sequence[DecisionShown]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        cells = row.model_dump(mode="json", by_alias=True)
        cells["reasons"] = " ".join(reason.code for reason in row.reasons)
        writer.writerow([_harmless(cells[column]) for column in COLUMNS])
    return text.getvalue()


def _harmless(cell: str | None) -> str:
    text = cell or ""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json_lines(rows: Sequence[DecisionShown]) -> str:
    return "".join(row.model_dump_json(by_alias=True) + "\n" for row in rows)


def _story(shown: DecisionShown) -> Story:
    return Story(
        decided_at=shown.decided_at,
        channel=shown.channel,
        number=shown.to,
        calling=shown.from_,
        campaign=shown.campaign,
        purpose=shown.purpose,
        time_zones=shown.time_zones,
        reasons=tuple(Why(Reason(why.code), why.detail, why.source) for why in shown.reasons),
        retry_at=shown.retry_at,
        policy_version=shown.policy_version,
        events=tuple(Event(event.kind, event.at, event.carrier_sid, event.status) for event in shown.events),
    )
