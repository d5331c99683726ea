"""Who may do what on the native API: one table, roles to rights. It knows no route."""

from __future__ import annotations

from enum import StrEnum

from dialgate.app.queries import Role


class Right(StrEnum):
    DECIDE = "decide"
    """Ask for decisions that count, and settle them."""
    DRY_RUN = "dry run"
    READ_OWN = "read what this key asked for"
    READ = "read everything of the tenant, masked"
    UNMASK = "see full numbers"
    OPT_OUT = "add opt-outs"
    REVIEW = "decide what an unsure reply meant"
    LINK = "make links to the preference page"
    RESUME = "make links that take back what was said on that page"
    DESTINATIONS = "add and remove own destinations"
    KEYS = "make and revoke keys"
    TENANTS = "make tenants"
    SETTINGS = "change a tenant's webhooks and replies, and tighten its policy"
    CARRIER = "change the carrier's own settings"
    PARTNERS = "add and remove partners, tell things again"
    FEED = "follow the feed of this key's partner"


_OPS = frozenset({Right.READ, Right.DRY_RUN})

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.DIALER: frozenset({Right.DECIDE, Right.DRY_RUN, Right.READ_OWN, Right.LINK}),
    Role.AGENT: frozenset({Right.OPT_OUT, Right.LINK}),
    Role.OPS: _OPS,
    Role.COMPLIANCE: _OPS | {Right.OPT_OUT, Right.REVIEW, Right.LINK, Right.RESUME, Right.UNMASK, Right.DESTINATIONS},
    Role.ADMIN: _OPS | {Right.KEYS, Right.SETTINGS, Right.PARTNERS},
    Role.OPERATOR: frozenset(Right),
    Role.PARTNER: frozenset({Right.FEED}),
}
