"""What the carrier gets in the place of a dialer's addresses and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.call_state import Made
from dialgate.domain.attempt import Purpose
from dialgate.domain.decision import Block
from dialgate.domain.numbers import Reachable
from dialgate.web.context import GATE
from dialgate.web.proxy.made import MADE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

    from dialgate.app.front import Asked, Route
    from dialgate.app.queries import Tenant
    from dialgate.domain.attempt import Attempt
    from dialgate.web.proxy.made import Maker


async def of_attempt(
    request: web.Request, asked: Asked, attempt: Attempt, tenant: Tenant, maker: Maker | None
) -> tuple[Mapping[str, str], tuple[Block, ...]]:
    """And what speaks against it. Of an attempt that is refused anyway nothing is handed to anybody. `maker`: of the
    call that is updated, to which all that is asked and reported belongs.
    """
    called = attempt.called
    if asked.found or not isinstance(called, Reachable):
        return {}, ()
    made = Made(
        decision_id=attempt.id if maker is None else maker.decision_id,
        tenant=attempt.tenant,
        key=attempt.key,
        channel=attempt.channel.value,
        number=called.callee,
        calling=attempt.calling,
        purpose=attempt.purpose.value,
        campaign=attempt.campaign,
        subject=attempt.subject,
        debt=attempt.debt,
        location=attempt.location,
        device=attempt.device,
    )
    handed = await request.app[GATE].taking_over.fronted(asked, made, tenant)
    return ({}, (handed,)) if isinstance(handed, Block) else (handed, ())


async def of_control(
    request: web.Request, asked: Asked, route: Route, tenant: Tenant, maker: Maker | None
) -> Mapping[str, str] | Block:
    """Nobody new is reached. `maker`: of the call that it is about; a conference by its name has none."""
    made = Made(
        decision_id="" if maker is None else maker.decision_id,
        tenant=tenant.name,
        key=tenant.account_sid,
        channel=route.channel.value,
        number="" if maker is None else await request.app[MADE].number(maker),
        calling="",
        purpose=Purpose.MARKETING.value,
    )
    return await request.app[GATE].taking_over.fronted(asked, made, tenant)
