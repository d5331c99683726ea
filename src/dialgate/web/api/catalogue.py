"""Every route of the native API, in the order in which a reader wants to meet them."""

from __future__ import annotations

from dialgate.web.api import (
    carrier,
    decisions,
    destinations,
    keys,
    opt_out_lists,
    opt_outs,
    preferences,
    records,
    reviews,
    tenants,
    tokens,
)

ROUTES = (
    decisions.decide,
    decisions.decide_batch,
    decisions.outcome,
    records.listing,
    records.as_csv,
    records.as_json_lines,
    records.one,
    records.explained,
    records.stats,
    opt_outs.add,
    opt_out_lists.take_in,
    opt_outs.number,
    reviews.listing,
    reviews.decide,
    preferences.link,
    tenants.tenants,
    tenants.create,
    tenants.change,
    tokens.create,
    tokens.promote,
    destinations.destinations,
    destinations.add,
    destinations.remove,
    keys.keys,
    keys.create,
    keys.revoke,
    carrier.check,
    carrier.adopt,
    carrier.release,
)
