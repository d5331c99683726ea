"""`dialgate destination ...`: agents' phones and transfer lines, which hours and caps do not concern."""

from __future__ import annotations

from typing import Annotated

import typer

from dialgate.ops.client import in_path
from dialgate.ops.options import AsFormat, Format, OfTenant, Unmasked, gate
from dialgate.ops.output import write, write_one

Numbered = Annotated[str, typer.Argument(help="A number as anybody would write it; or sip:user@host, client:identity.")]


def add_destination(
    number: Numbered,
    tenant: OfTenant = "",
    note: Annotated[str, typer.Option("--note", help="Whose it is; kept with the record.")] = "",
    form: AsFormat = Format.TABLE,
) -> None:
    """Make a phone the tenant's own: no hours and no caps hold for it. The opt-out of a number's owner still does.

    A SIP address can lead to any phone: whoever adds one answers for where it leads.

    \b
    dialgate destination add +12025550141 --tenant acme --note "Ann's desk"
    dialgate destination add client:ann --tenant acme --note "Ann's browser"
    """
    with gate() as client:
        write_one(client.post("/v1/destinations", {"number": number, "note": note}, {"tenant": tenant}), form)


def list_destinations(tenant: OfTenant = "", unmask: Unmasked = False, form: AsFormat = Format.TABLE) -> None:
    """Every own destination, those that were removed too: who added it and who took it away."""
    with gate() as client:
        rows = client.get("/v1/destinations", {"tenant": tenant, "unmask": unmask})["items"]
    columns = ("tenant", "number", "note", "added_by", "added_at", "removed_by", "removed_at")
    write(rows, {name: name for name in columns}, form, "There is no own destination.")


def remove_destination(number: Numbered, tenant: OfTenant = "", form: AsFormat = Format.TABLE) -> None:
    """Judge a number like any other again, and refuse an address; every gate does within a second."""
    with gate() as client:
        write_one(client.delete(f"/v1/destinations/{in_path(number)}", {"tenant": tenant}), form)
