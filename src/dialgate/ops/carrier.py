"""`dialgate carrier ...`: where the carrier tells of inbound messages, and so of opt-outs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dialgate.ops.options import AsFormat, Format, fail, gate
from dialgate.ops.output import write

PATH = "/v1/carrier/webhooks"
COLUMNS = {"kind": "kind", "name": "name", "sid": "sid", "tenants": "tenants", "was": "is", "becomes": "becomes"}
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be changed, and change nothing.")]


def check(form: AsFormat = Format.TABLE) -> None:
    """List numbers, messaging services and applications whose inbound messages do not come to this gate. Nothing is
    changed. Exit status 1: there are some; an opt-out sent there is heard by somebody else.
    """
    with gate() as client:
        rows = client.get(PATH)["items"]
    _write(rows, form, "Everything points at this gate.")
    if rows:
        fail("An opt-out sent to one of these does not come here. dialgate carrier adopt mends it.")


def adopt(dry_run: DryRun = False, form: AsFormat = Format.TABLE) -> None:
    """Point all of them at this gate. What they were is kept for `release`; a tenant without a webhook for messages
    gets what its sender pointed at.

    \b
    dialgate carrier adopt --dry-run
    """
    with gate() as client:
        rows = client.post(f"{PATH}/adopt", {"dry_run": dry_run})["items"]
    _write(rows, form, "Everything points at this gate already.")


def release(dry_run: DryRun = False, form: AsFormat = Format.TABLE) -> None:
    """Put back what `adopt` has changed. From then on no opt-out by text comes here."""
    with gate() as client:
        rows = client.post(f"{PATH}/release", {"dry_run": dry_run})["items"]
    _write(rows, form, "Nothing was adopted.")


def _write(rows: list[dict[str, Any]], form: Format, empty: str) -> None:
    flat = [{**row, **{name: _written(row[name]) for name in ("tenants", "was", "becomes")}} for row in rows]
    write(rows if form is Format.JSON else flat, COLUMNS, form, empty)
    for row in rows if form is Format.TABLE else []:
        if row["note"]:
            print(f"{row['name']}: {row['note']}")


def _written(value: list[str] | dict[str, str]) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{name}={text or '-'}" for name, text in value.items())
    return ", ".join(value)
