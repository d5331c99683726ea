"""Open what a gate or a command reads and writes, from settings."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.bootstrap.clock import SystemClock
from dialgate.bootstrap.keys import Keys, read_keys
from dialgate.stores.guards.answers import AnswerCipher
from dialgate.stores.guards.store import RedisGuardStore
from dialgate.stores.sql.addresses import SqlAddresses
from dialgate.stores.sql.bookmarks import SqlBookmarks
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.database import Database, open_database
from dialgate.stores.sql.directory import SqlDirectory
from dialgate.stores.sql.doubts import SqlDoubts
from dialgate.stores.sql.former import SqlFormer
from dialgate.stores.sql.inbox import SqlInbox
from dialgate.stores.sql.ledger import SqlLedger
from dialgate.stores.sql.log import SqlDecisionLog
from dialgate.stores.sql.notices import SqlNotices
from dialgate.stores.sql.partners import SqlPartners
from dialgate.stores.sql.preference_links import SealedLinks
from dialgate.stores.sql.register import SqlRegister
from dialgate.stores.sql.reviews import SqlReviews
from dialgate.stores.sql.sink import SqlDecisionSink
from dialgate.stores.valkey import EmbeddedValkey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dialgate.settings import Settings


@dataclass(frozen=True, slots=True)
class Stores:
    keys: Keys
    cipher: Cipher
    answers: AnswerCipher
    database: Database
    ledger: SqlLedger
    register: SqlRegister
    sink: SqlDecisionSink
    log: SqlDecisionLog
    doubts: SqlDoubts
    former: SqlFormer
    directory: SqlDirectory
    inbox: SqlInbox
    notices: SqlNotices
    partners: SqlPartners
    reviews: SqlReviews
    addresses: SqlAddresses
    bookmarks: SqlBookmarks
    links: SealedLinks
    guards: RedisGuardStore


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Stores]:
    """The guard store is not asked yet. Errors: `SettingsError`, `UnfitStoreError`, `LedgerUnavailableError`."""
    keys = read_keys(settings)
    cipher = Cipher(keys.master)
    url = settings.guard_store.url.get_secret_value() or EmbeddedValkey(settings.data.dir).url
    database = await open_database(settings.ledger.url.get_secret_value(), settings.data.dir)
    guards = RedisGuardStore(url, keys.pepper)
    try:
        yield Stores(
            keys=keys,
            cipher=cipher,
            answers=AnswerCipher(keys.master),
            database=database,
            ledger=SqlLedger(database),
            register=SqlRegister(database),
            sink=SqlDecisionSink(database),
            log=SqlDecisionLog(database),
            doubts=SqlDoubts(database),
            former=SqlFormer(database),
            directory=SqlDirectory(database, cipher),
            inbox=SqlInbox(database),
            notices=SqlNotices(database),
            partners=SqlPartners(database, cipher),
            reviews=SqlReviews(database),
            addresses=SqlAddresses(database, cipher, settings.server.public_url, SystemClock()),
            bookmarks=SqlBookmarks(database, cipher),
            links=SealedLinks(keys.master),
            guards=guards,
        )
    finally:
        await guards.close()
        await database.close()
