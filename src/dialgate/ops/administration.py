"""`dialgate tenant ...` and `dialgate key ...`: who may use the gate."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from dialgate.ops.client import in_path
from dialgate.ops.options import AsFormat, Format, OfTenant, fail, gate
from dialgate.ops.output import write, write_one

OPEN = "open"
KEYWORDS = ("default", "advanced", "none")
PRIVATE = "Its servers may be in this network."
Name = Annotated[str, typer.Argument(help="Of the tenant.")]


class Role(StrEnum):
    DIALER = "dialer"
    AGENT = "agent"
    OPS = "ops"
    COMPLIANCE = "compliance"
    ADMIN = "admin"
    PARTNER = "partner"


def create_tenant(
    name: Name,
    region: Annotated[
        str, typer.Option("--region", help="Country code such as US or CN, for national spellings.")
    ] = "",
    policy: Annotated[
        str,
        typer.Option("--policy", help="A YAML file; or open: no hours, caps, caller IDs. Simulated carrier only."),
    ] = "",
    caller_id: Annotated[
        list[str] | None,
        typer.Option(
            "--caller-id", help="A sender of the tenant; may be given again. +1...:none, :advanced as needed."
        ),
    ] = None,
    sms_webhook: Annotated[
        str, typer.Option("--sms-webhook", help="Where replies that refuse nothing are passed on to.")
    ] = "",
    notice_url: Annotated[
        str, typer.Option("--notice-url", help="Where refusals, returns and reviews are posted to.")
    ] = "",
    replies: Annotated[str, typer.Option("--replies", help="A YAML file with its own name, words and texts.")] = "",
    allow_private_urls: Annotated[bool, typer.Option("--allow-private-urls", help=PRIVATE)] = False,
    form: AsFormat = Format.TABLE,
) -> None:
    """Make a tenant. The account pair that is printed goes into the dialer in place of the carrier's; it is shown once.

    \b
    dialgate tenant create acme --region US --caller-id +12025550100 --policy acme.yaml
    dialgate tenant create acme --caller-id +12025550100:none --format json
    """
    body = {
        "name": name,
        "region": region,
        "policy": _policy(policy),
        "caller_ids": [_caller(written) for written in caller_id or []],
        "sms_webhook": sms_webhook,
        "notice_url": notice_url,
        "replies": _yaml(replies, "replies") if replies else {},
        "allow_private_urls": allow_private_urls,
    }
    with gate() as client:
        write_one(client.post("/v1/tenants", body), form)


def update_tenant(
    name: Name,
    caller_id: Annotated[
        list[str] | None,
        typer.Option("--caller-id", help="A sender to add, or to know with other keywords; may be given again."),
    ] = None,
    remove_caller_id: Annotated[
        list[str] | None, typer.Option("--remove-caller-id", help="A sender to take away; may be given again.")
    ] = None,
    sms_webhook: Annotated[
        str | None, typer.Option("--sms-webhook", help="Where other replies are passed on to; '' for nowhere.")
    ] = None,
    notice_url: Annotated[
        str | None, typer.Option("--notice-url", help="Where refusals and reviews are posted to; '' for nowhere.")
    ] = None,
    replies: Annotated[
        str | None, typer.Option("--replies", help="A YAML file in place of words and texts; '' for none.")
    ] = None,
    policy: Annotated[
        str | None, typer.Option("--policy", help="A YAML file, or open, in place of the policy before.")
    ] = None,
    allow_private_urls: Annotated[
        bool | None, typer.Option("--allow-private-urls/--no-allow-private-urls", help=PRIVATE)
    ] = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Change a tenant while the gate runs; what is not named stays as it is. Every gate goes by it within a second.

    \b
    dialgate tenant update acme --caller-id +12025550101 --remove-caller-id +12025550100
    dialgate tenant update acme --policy acme.yaml --sms-webhook https://acme.example/sms
    """
    named = {
        "caller_ids": [_caller(written) for written in caller_id] if caller_id else None,
        "remove_caller_ids": remove_caller_id or None,
        "sms_webhook": sms_webhook,
        "notice_url": notice_url,
        "replies": None if replies is None else _yaml(replies, "replies") if replies else {},
        "policy": None if policy is None else _policy(policy),
        "allow_private_urls": allow_private_urls,
    }
    body = {field: value for field, value in named.items() if value is not None}
    if not body:
        raise typer.BadParameter("name what to change, for instance --caller-id; see --help")
    with gate() as client:
        changed = client.patch(f"/v1/tenants/{in_path(name)}", body)
    write_one(changed if form is Format.JSON else _in_short(changed), form)


def list_tenants(form: AsFormat = Format.TABLE) -> None:
    """Every tenant with its account SID and senders."""
    with gate() as client:
        rows = client.get("/v1/tenants")["items"]
    if form is not Format.JSON:
        rows = [_in_short(row) for row in rows]
    columns = ("tenant", "region", "account_sid", "open_policy", "caller_ids", "sms_webhook", "created_at")
    write(rows, {name: name for name in columns}, form, "There is no tenant. Make one: dialgate tenant create NAME")


def renew_token(
    name: Name,
    promote: Annotated[
        bool, typer.Option("--promote", help="The new one signs from now on, and the old one is refused.")
    ] = False,
    form: AsFormat = Format.TABLE,
) -> None:
    """Make a second auth token for a tenant, shown once; both are accepted until the new one is promoted.

    \b
    dialgate tenant token acme              then change the tenant's programs
    dialgate tenant token acme --promote
    """
    with gate() as client:
        write_one(client.post(f"/v1/tokens{'/promote' if promote else ''}", {}, {"tenant": name}), form)


def create_key(
    tenant: Annotated[str, typer.Option("--tenant")],
    role: Annotated[Role, typer.Option("--role", help="What it may do; a key has one role.")],
    campaign: Annotated[str, typer.Option("--campaign", help="Default campaign of what it asks for.")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="Default purpose of what it asks for.")] = "",
    partner: Annotated[str, typer.Option("--partner", help="Whose key it is; for dialer and partner.")] = "",
    form: AsFormat = Format.TABLE,
) -> None:
    """Make an API key. Its secret is shown once.

    \b
    dialgate key create --tenant acme --role dialer --campaign spring --purpose marketing
    dialgate key create --tenant acme --role compliance --format json
    dialgate key create --tenant acme --role dialer --partner desk
    """
    more = {"purpose": purpose, "partner": partner}
    body = {"role": role, "campaign": campaign, **{name: value for name, value in more.items() if value}}
    with gate() as client:
        write_one(client.post("/v1/keys", body, {"tenant": tenant}), form)


def list_keys(tenant: OfTenant = "", form: AsFormat = Format.TABLE) -> None:
    """Every key, revoked ones too; never a secret."""
    with gate() as client:
        rows = client.get("/v1/keys", {"tenant": tenant})["items"]
    columns = ("sid", "tenant", "role", "partner", "campaign", "purpose", "created_at", "revoked_at")
    write(rows, {name: name for name in columns}, form, "There is no key.")


def revoke_key(sid: Annotated[str, typer.Argument(help="SK...")], form: AsFormat = Format.TABLE) -> None:
    """Revoke a key for good: its attempts are refused from now on, on every gate."""
    with gate() as client:
        write_one(client.delete(f"/v1/keys/{in_path(sid)}"), form)


def _in_short(tenant: dict[str, Any]) -> dict[str, Any]:
    return tenant | {"caller_ids": [caller["sender"] for caller in tenant["caller_ids"]]}


def _caller(written: str) -> dict[str, str]:
    sender, colon, keywords = written.rpartition(":")
    if not colon:
        return {"sender": written}
    if keywords not in KEYWORDS:
        raise typer.BadParameter(f"after the colon of --caller-id stands one of: {', '.join(KEYWORDS)}")
    return {"sender": sender, "carrier_keywords": keywords}


def _policy(written: str) -> Any:  # noqa: ANN401 - YAML, judged by the gate
    if not written:
        return {}
    if written == OPEN:
        return {"base": OPEN}
    return _yaml(written, "policy")


def _yaml(path: str, what: str) -> Any:  # noqa: ANN401 - as above
    import yaml

    try:
        found = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
        return json.loads(json.dumps(found, default=str))
    except (OSError, ValueError, yaml.YAMLError) as error:
        fail(f"The {what} {path} cannot be read: {error}")
