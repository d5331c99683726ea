"""One authenticated request: rights, tenant, numbers."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from dialgate.app.errors import BadRequestError, ForbiddenError, NotFoundError
from dialgate.app.queries import Role
from dialgate.web.api.call import Call
from dialgate.web.api.rights import Right
from dialgate.web.auth import Caller
from tests.fakes.api_gate import NUMBER, ApiGate
from tests.fakes.web_gate import tenant


def _call(gate: ApiGate, role: Role) -> Call:
    tenant = None if role is Role.OPERATOR else gate.inside.directory.now.tenants["acme"]
    return Call(make_mocked_request("GET", "/v1/decisions?to=x"), gate.inside, Caller(tenant, "SK1", role))


async def test_what_a_role_lacks_is_named(gate: ApiGate) -> None:
    """A refusal says what the role may not do, so that the right key can be found."""
    with pytest.raises(ForbiddenError, match="role agent may not: make and revoke keys"):
        _call(gate, Role.AGENT).need(Right.KEYS)


async def test_one_of_several_rights_is_enough(gate: ApiGate) -> None:
    """A route that two rights open asks for either."""
    _call(gate, Role.OPS).need(Right.DECIDE, Right.DRY_RUN)


async def test_listings_of_an_operator_may_span_tenants(gate: ApiGate) -> None:
    """Empty means all for an operator and the own one for everybody else."""
    assert ("", "other") == tuple(_call(gate, Role.OPERATOR).tenant_name(name) for name in ("", "other"))
    assert ("acme", "acme") == tuple(_call(gate, Role.OPS).tenant_name(name) for name in ("", "acme"))


async def test_acting_needs_one_tenant(gate: ApiGate) -> None:
    """An operator that acts names whom for; an unknown name is a 404, another's a 403."""
    with pytest.raises(BadRequestError):
        _call(gate, Role.OPERATOR).tenant("")
    with pytest.raises(NotFoundError):
        _call(gate, Role.OPERATOR).tenant("nobody")
    with pytest.raises(ForbiddenError):
        _call(gate, Role.OPS).tenant("other")


async def test_a_tenant_of_another_gate_is_known_at_once(gate: ApiGate) -> None:
    """An operator can name a tenant right after it was made, whichever gate made it."""
    call = _call(gate, Role.OPERATOR)
    await gate.written.create_tenant(tenant("new", "AC" + "d" * 32, "token"), [])
    await call.meet("new")
    assert "new" == call.tenant_name("new")


async def test_numbers_are_read_in_the_tenants_region(gate: ApiGate) -> None:
    """A national spelling is understood where a tenant gives the country, and refused where none does."""
    call = _call(gate, Role.OPERATOR)
    assert NUMBER == call.number("(415) 555-2671", "acme")
    with pytest.raises(BadRequestError, match="country code"):
        call.number("(415) 555-2671", "")


async def test_numbers_are_shown_as_the_role_may(gate: ApiGate) -> None:
    """Masked by default for everybody; whole for those who may and ask."""
    assert "+1***2671" == _call(gate, Role.OPERATOR).shows(unmask=False)(NUMBER)
    assert NUMBER == _call(gate, Role.COMPLIANCE).shows(unmask=True)(NUMBER)
    with pytest.raises(ForbiddenError):
        _call(gate, Role.ADMIN).shows(unmask=True)


async def test_addresses_are_read_where_they_may_stand(gate: ApiGate) -> None:
    """Exactly, or in no way; a number is read in any spelling."""
    call = _call(gate, Role.OPERATOR)
    assert ["client:alice", NUMBER] == [call.callee(one, "acme") for one in ("client:alice", "(415) 555-2671")]
    with pytest.raises(BadRequestError):
        call.number("client:alice", "acme")
    for written in ("Client:alice", "sip:+14155552671@pbx.example", "app:alice"):
        with pytest.raises(BadRequestError):
            call.callee(written, "acme")
