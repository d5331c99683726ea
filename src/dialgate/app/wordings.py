"""What each tenant answers with and is written to with: compiled once a change, asked at each message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import structlog

from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.normalising import normalise
from dialgate.domain.opt_out.wording import Replies, compile_replies

if TYPE_CHECKING:
    from typing import Any

    from dialgate.app.queries import Tenant
    from dialgate.domain.opt_out.lexicon import Lexicon

log = structlog.get_logger(__name__)

MOST_SHARED = 1_000
"""Lexicons kept: one for each tenant, or group of tenants with one sender, that has words of its own."""


class Wordings:
    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        """Of no tenant."""
        self._replies: dict[str, tuple[str, Mapping[str, Any], Replies]] = {}
        self._lexicons: dict[tuple[str, ...], tuple[list[Replies], Lexicon]] = {}

    def compiled(self, written: Mapping[str, Any], tenant: str, region: str) -> Replies:
        """Errors: `ValueError` with the place and the mend."""
        return compile_replies(written, tenant, region, self.lexicon.keywords)

    def of(self, tenant: Tenant) -> Replies:
        """What was accepted once and is no longer, because the words of all tenants have changed, falls silent: the
        words of all tenants hold then.
        """
        region, written, replies = self._replies.get(tenant.name, ("", None, None))
        if replies is None or written != tenant.replies or region != tenant.region:
            replies = self._made(tenant)
            self._replies[tenant.name] = (tenant.region, tenant.replies, replies)
        return replies

    def lexicon_of(self, tenants: Sequence[Tenant]) -> Lexicon:
        """With the words of each of them; but a word that takes opt-outs back must be the word of all, for it does so
        in each of them.
        """
        replies = [self.of(tenant) for tenant in tenants]
        if not any(one.words for one in replies):
            return self.lexicon
        names = tuple(tenant.name for tenant in tenants)
        known = self._lexicons.get(names)
        if known is not None and all(before is now for before, now in zip(known[0], replies, strict=True)):
            return known[1]
        together: dict[Intent, list[str]] = {}
        for one in replies:
            for intent, words in one.words.items():
                together.setdefault(intent, []).extend(words)
        shared = set.intersection(*({normalise(word) for word in one.words.get(Intent.START, ())} for one in replies))
        together[Intent.START] = [word for word in together.get(Intent.START, ()) if normalise(word) in shared]
        if len(self._lexicons) >= MOST_SHARED:
            self._lexicons.clear()
        made = self.lexicon.with_words(together)
        self._lexicons[names] = (replies, made)
        return made

    def _made(self, tenant: Tenant) -> Replies:
        try:
            return self.compiled(tenant.replies, tenant.name, tenant.region)
        except ValueError as error:
            log.warning("replies of a tenant are not used", tenant=tenant.name, why=str(error))
            return self.compiled({}, tenant.name, tenant.region)
