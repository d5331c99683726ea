"""Applications, incoming phone numbers and messaging services: made, listed, read, pointed elsewhere, removed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialgate.simulator.holders import NUMBERS, SERVICES, Holder, Kind
from dialgate.simulator.intake import Endpoint
from dialgate.simulator.lists import matches_text, page
from dialgate.simulator.shapes import resource_path
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import API_VERSION, Answer, Asked, CarrierError, Form, iso8601, rfc2822

_BOUNDARY = re.compile(r"(?<!^)(?=[A-Z])")
_WORDS = {"true": True, "false": False}


def creating(kind: Kind) -> Endpoint:
    def create(sim: Simulator, asked: Asked) -> Answer:
        if kind is NUMBERS and not asked.form.get("PhoneNumber"):
            raise CarrierError(400, 21452, "PhoneNumber is required")
        now = sim.clock.now()
        holder = Holder(f"{kind.prefix}{sim.config.new_id()}", kind, now, now, dict(kind.fields))
        _take(holder, asked.form)
        sim.holders[holder.sid] = holder
        return Answer(201, holder_json(sim, holder), holder.sid)

    return create


def listing(kind: Kind) -> Endpoint:
    def list_(sim: Simulator, asked: Asked) -> Answer:
        rows = [
            holder
            for holder in reversed(sim.holders.values())
            if holder.kind is kind
            and matches_text(
                asked.query,
                FriendlyName=holder.values["FriendlyName"],
                PhoneNumber=holder.values.get("PhoneNumber"),
            )
        ]
        listed = page(asked, kind.key, rows, lambda row: holder_json(sim, row))
        return Answer(200, listed if kind is not SERVICES else _with_meta(sim, kind.key, listed))

    return list_


def fetching(kind: Kind) -> Endpoint:
    return lambda sim, asked: Answer(200, holder_json(sim, _find(sim, kind, asked)))


def updating(kind: Kind) -> Endpoint:
    def update(sim: Simulator, asked: Asked) -> Answer:
        holder = _find(sim, kind, asked)
        _take(holder, asked.form)
        holder.note(sim.clock.now(), updated=dict(asked.form.pairs))
        return Answer(200, holder_json(sim, holder), holder.sid)

    return update


def deleting(kind: Kind) -> Endpoint:
    def delete(sim: Simulator, asked: Asked) -> Answer:
        del sim.holders[_find(sim, kind, asked).sid]
        return Answer(204, sid=asked.sid)

    return delete


def number_called(sim: Simulator, number: str) -> Holder | None:
    """The incoming phone number with these digits, if the account has it."""
    return next((h for h in sim.holders.values() if h.values.get("PhoneNumber") == number), None)


def holder_json(sim: Simulator, holder: Holder) -> dict[str, object]:
    shown: dict[str, object] = {
        _snake(name): _WORDS.get(value, value) if value else None for name, value in holder.values.items()
    }
    shown |= {"account_sid": sim.config.account_sid, "sid": holder.sid}
    if holder.kind is SERVICES:
        url = f"{sim.config.own_url}/v1/Services/{holder.sid}"
        moments = {"date_created": iso8601(holder.created_at), "date_updated": iso8601(holder.updated_at)}
        validity = {"validity_period": int(holder.values["ValidityPeriod"])}
        return shown | moments | validity | {"url": url, "links": {"phone_numbers": f"{url}/PhoneNumbers"}}
    path = resource_path(sim.config.account_sid, holder.kind.name, holder.sid)
    moments = {"date_created": rfc2822(holder.created_at) or "", "date_updated": rfc2822(holder.updated_at) or ""}
    able = {"capabilities": {"voice": True, "sms": True, "mms": True, "fax": False}} if holder.kind is NUMBERS else {}
    return shown | moments | able | {"api_version": API_VERSION, "uri": f"{path}.json"}


def _take(holder: Holder, form: Form) -> None:
    holder.values |= {name: form.get(name) for name in holder.values if name in form}


def _find(sim: Simulator, kind: Kind, asked: Asked) -> Holder:
    holder = sim.holders.get(asked.sid)
    if holder is None or holder.kind is not kind:
        raise asked.not_found()
    return holder


def _with_meta(sim: Simulator, key: str, listed: Mapping[str, object]) -> dict[str, object]:
    """Newer APIs put paging into `meta`, with whole URLs."""

    def url(name: str) -> str | None:
        return f"{sim.config.own_url}{listed[name]}" if listed[name] else None

    meta = {
        "first_page_url": url("first_page_uri"),
        "key": key,
        "next_page_url": url("next_page_uri"),
        "page": listed["page"],
        "page_size": listed["page_size"],
        "previous_page_url": url("previous_page_uri"),
        "url": url("uri"),
    }
    return {key: listed[key], "meta": meta}


def _snake(name: str) -> str:
    return _BOUNDARY.sub("_", name).lower()
