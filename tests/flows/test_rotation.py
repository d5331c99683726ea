"""A tenant's auth token is changed while its dialers go on."""

from __future__ import annotations

from tests.flows.asking import Auth, Dialer
from tests.flows.conftest import NewTenant
from tests.flows.test_command_line import dialgate
from tests.waiting import until


async def statuses(dialer: Dialer, *pairs: Auth) -> list[int]:
    return [(await dialer.text(dialer.running.new_number(), auth=pair)).status for pair in pairs]


async def test_both_tokens_work_until_the_new_one_is_promoted(demo: Dialer, new_tenant: NewTenant) -> None:
    """No attempt is refused in between, and afterwards the old token is worth nothing on any gate."""
    shop = await new_tenant(policy={"base": "open"})
    old = shop.auth
    made = (await dialgate(demo, "tenant", "token", shop.tenant, "--format", "json")).json
    demo.running.tokens.add(made["auth_token"])
    new: Auth = (shop.account, made["auth_token"])

    async def known() -> bool:
        return [201] * 4 == await statuses(shop, old, new, old, new)

    await until(known, "every gate knows both")
    promoted = await dialgate(demo, "tenant", "token", shop.tenant, "--promote")

    async def forgotten() -> bool:
        return [401] * 4 == await statuses(shop, old, old, old, old)

    await until(forgotten, "every gate has forgotten the old one")
    assert ([201, 201], 0) == (await statuses(shop, new, new), promoted.status)
