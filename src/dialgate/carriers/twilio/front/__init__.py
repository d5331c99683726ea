"""Twilio's wire, pure: what a request means, how a refusal is worded, whether a webhook is genuine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from dialgate.app.front import Answer, Asked, Pairs, Proof, Route, Row, Webhook
from dialgate.app.inbound import InboundMessage
from dialgate.app.ports import CarrierAnswer, CarrierRequest
from dialgate.app.queries import Tenant
from dialgate.app.settle import StatusReport
from dialgate.carriers.twilio.front import (
    answers,
    asking,
    callbacks,
    paths,
    resources,
    schedule,
    webhooks,
    wording,
    writing,
)
from dialgate.carriers.twilio.front.operations import Surface
from dialgate.carriers.twilio.front.weighing import Rules
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.ids import DecisionId
from dialgate.domain.reasons import Reason


class TwilioFront:
    """`account_sid`: the carrier's; `secrets`: auth tokens and shared keys that sign webhooks, all active at once."""

    def __init__(self, account_sid: str, secrets: Sequence[str], public_url: str, surface: Surface) -> None:
        self._account_sid = account_sid
        self._secrets = tuple(secret for secret in secrets if secret)
        self._public_url = public_url.rstrip("/")
        self._swap = answers.Swap(account_sid, self._public_url)
        self._operations = surface.operations
        self._rules = Rules(surface.parameters, self._public_url)

    def route(self, method: str, raw_path: str) -> Route | Block:
        return paths.route(self._operations, method, raw_path)

    def upstream(self, route: Route) -> str:
        return paths.upstream(route)

    def read(self, route: Route, content_type: str, body: bytes) -> Asked | Block:
        return asking.read(self._rules, route, content_type, body)

    def request(
        self, route: Route, asked: Asked, called: str, decision_id: DecisionId, fronted: Mapping[str, str]
    ) -> CarrierRequest:
        return writing.request(self._rules, route, asked, called, decision_id, fronted)

    def unschedulable(self, asked: Asked, now: datetime) -> tuple[Block, ...]:
        return schedule.unschedulable(asked.due_at, now)

    def refusal(
        self, blocks: Sequence[Block], channel: Channel, decision_id: str = "", carrier_sid: str = ""
    ) -> Answer:
        return wording.refusal(blocks, channel, decision_id, carrier_sid)

    def failure(self, status: int, reason: Reason | None, message: str) -> Answer:
        return wording.failure(status, reason, message)

    def passed_on(self, answer: CarrierAnswer, tenant: Tenant) -> Answer:
        return answers.passed_on(answer, self._swap, tenant)

    def refused_for_opt_out(self, answer: CarrierAnswer) -> bool:
        return answers.refused_for_opt_out(answer)

    def proofs(self, route: Route) -> tuple[Proof, ...]:
        return resources.proofs(route)

    def proof(self, sid: str) -> Proof:
        return resources.proof(sid)

    def row(self, answer: CarrierAnswer, tenant: Tenant) -> Row | None:
        return resources.row(answer, tenant)

    def rows(self, answer: CarrierAnswer, tenant: Tenant) -> tuple[Row, ...]:
        return resources.rows(answer, tenant)

    def page(self, answer: CarrierAnswer, tenant: Tenant, keep: Collection[str]) -> Answer:
        return answers.page(answer, self._swap, tenant, keep)

    def account(self, tenant: Tenant) -> Answer:
        return answers.account(tenant)

    def verified(self, webhook: Webhook) -> Pairs:
        return webhooks.verified(webhook, self._public_url, self._secrets)

    def verified_json(self, webhook: Webhook) -> bytes:
        return webhooks.verified_json(webhook, self._public_url, self._secrets)

    def inbound_message(self, fields: Pairs) -> InboundMessage:
        return webhooks.inbound_message(fields, self._account_sid)

    def status_report(self, fields: Pairs, decision_id: str) -> StatusReport:
        return webhooks.status_report(fields, self._account_sid, decision_id)

    def call_sid(self, fields: Pairs) -> str:
        return webhooks.call_sid(fields, self._account_sid)

    def reports_status(self, fields: Pairs) -> bool:
        return callbacks.reports_status(fields)

    def event(self, report: StatusReport) -> str:
        return callbacks.event(report)

    def told(self, fields: Pairs, tenant: Tenant) -> Pairs:
        return callbacks.told(fields, self._account_sid, tenant, self._public_url)

    def told_json(self, body: bytes, tenant: Tenant) -> bytes:
        return callbacks.told_json(body, self._account_sid, tenant, self._public_url)

    def reports_opt_out(self, report: StatusReport) -> bool:
        return report.error_code == str(wording.OPTED_OUT_MESSAGE)

    def might_be_opt_out(self, webhook: Webhook) -> bool:
        return webhooks.might_be_opt_out(webhook)

    def reply(self, text: str) -> Answer:
        return webhooks.reply(text)
