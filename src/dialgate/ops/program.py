"""The program `dialgate`: every command under its name. Nothing heavy is imported before a command runs."""

from __future__ import annotations

from collections.abc import Callable

import typer

from dialgate.ops import (
    administration,
    carrier,
    destinations,
    history,
    importing,
    judging,
    listing,
    notices,
    partners,
    people,
    repair,
    reviews,
    serving,
)

WORDS = """The gate between dialers and the carrier: it refuses what must not go out, honours opt-outs, and says why.

\b
dialgate serve --demo          look at it; nobody is called
dialgate blocked --follow      what is being refused, as it happens
dialgate check --tenant demo --channel sms --to +12025550123

Most commands ask a running gate (DIALGATE_URL, else server.listen) with the
key in cli.key of the data directory, or with that of DIALGATE_KEY_SID and
DIALGATE_KEY_SECRET.
"""
Command = Callable[..., None]
Commands = dict[str, Command]
RUN, LOOK, PEOPLE, ADMINISTER, REPAIR = "Run", "Look", "People", "Administer", "Examine and repair"


def make() -> typer.Typer:
    """To be called with `obj=` a `Tools`."""
    program = typer.Typer(
        help=WORDS, no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False
    )
    program.command(rich_help_panel=RUN)(serving.serve)
    program.command(rich_help_panel=RUN)(serving.simulator)
    program.command(rich_help_panel=LOOK)(listing.blocked)
    program.command(rich_help_panel=LOOK)(listing.decisions)
    program.command(rich_help_panel=LOOK)(judging.explain)
    program.command(rich_help_panel=LOOK)(judging.check)
    wishes: Commands = {"add": people.add_opt_out, "import": importing.import_opt_outs}
    _group(program, "opt-out", "Record who does not want to be contacted.", PEOPLE, **wishes)
    reviewing = typer.Typer(invoke_without_command=True)
    reviewing.callback()(reviews.reviews)
    reviewing.command("decide")(reviews.decide)
    program.add_typer(reviewing, name="reviews", rich_help_panel=PEOPLE)
    _group(program, "number", "What is known of a number.", PEOPLE, show=people.show_number)
    tenants: Commands = {
        "create": administration.create_tenant,
        "update": administration.update_tenant,
        "list": administration.list_tenants,
        "token": administration.renew_token,
    }
    _group(program, "tenant", "Who uses the gate.", ADMINISTER, **tenants)
    keys: Commands = {
        "create": administration.create_key,
        "list": administration.list_keys,
        "revoke": administration.revoke_key,
    }
    _group(program, "key", "API keys and their roles.", ADMINISTER, **keys)
    own: Commands = {
        "add": destinations.add_destination,
        "list": destinations.list_destinations,
        "remove": destinations.remove_destination,
    }
    _group(program, "destination", "Agents' phones and transfer lines.", ADMINISTER, **own)
    account: Commands = {"check": carrier.check, "adopt": carrier.adopt, "release": carrier.release}
    _group(program, "carrier", "Where the carrier tells of inbound messages.", ADMINISTER, **account)
    _telling(program)
    _group(program, "import", "Take over refusals that the carrier knows.", PEOPLE, twilio=history.twilio)
    program.command(rich_help_panel=REPAIR)(repair.doctor)
    _group(
        program,
        "index",
        "The suppression index against the ledger.",
        REPAIR,
        verify=repair.verify,
        rebuild=repair.rebuild,
    )
    database: Commands = {"upgrade": repair.upgrade, "retire-gate": repair.retire_gate}
    _group(program, "db", "The ledger's database.", REPAIR, **database)
    return program


def _telling(program: typer.Typer) -> None:
    told: Commands = {"list": notices.list_notices, "show": notices.show_notice, "replay": notices.replay_notice}
    _group(program, "notice", "What tenants' own servers were told.", PEOPLE, **told)
    following: Commands = {
        "create": partners.create_partner,
        "list": partners.list_partners,
        "remove": partners.remove_partner,
    }
    _group(program, "partner", "Call centres and CRMs that must follow refusals.", ADMINISTER, **following)


def _group(program: typer.Typer, name: str, words: str, panel: str, **commands: Command) -> None:
    group = typer.Typer(help=words, no_args_is_help=True)
    for command, does in commands.items():
        group.command(command)(does)
    program.add_typer(group, name=name, rich_help_panel=panel)
