"""The use cases that hear people and tell others, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.confirming import Confirming
from dialgate.app.hearing import Hearing
from dialgate.app.history import History
from dialgate.app.inbound import Receiving
from dialgate.app.meaning import Meanings
from dialgate.app.missed import Missed
from dialgate.app.opt_out_lists import OptOutLists
from dialgate.app.preferences import Preferences
from dialgate.app.read_back import ReadingBack
from dialgate.app.reviews import Reviewing
from dialgate.app.snoozes import Snoozes
from dialgate.app.wordings import Wordings
from dialgate.carriers.twilio.messages import TwilioMessages
from dialgate.domain.ids import RANDOM_BYTES, DecisionId, time_sortable

if TYPE_CHECKING:
    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.gate_state import GateState
    from dialgate.app.lift import Lifting
    from dialgate.app.missed import Bookmarks
    from dialgate.app.opt_out import OptingOut
    from dialgate.app.ports import Carrier, Chance, Clock, GuardStore, Journal, Ledger
    from dialgate.app.preferences import Links
    from dialgate.app.queries import DecisionLog, Inbox
    from dialgate.app.reviews import Reviews, Sealed
    from dialgate.domain.opt_out.lexicon import Lexicon


def hearing(  # noqa: PLR0913 - what is heard meets all that opt-outs go through
    *,
    clock: Clock,
    chance: Chance,
    ledger: Ledger,
    store: GuardStore,
    state: GateState,
    links: Links,
    public_url: str,
    directory: DirectoryCopy,
    inbox: Inbox,
    journal: Journal,
    log: DecisionLog,
    reviews: Reviews,
    sealed: Sealed,
    carrier: Carrier,
    bookmarks: Bookmarks,
    opting_out: OptingOut,
    lifting: Lifting,
    lexicon: Lexicon,
) -> Hearing:
    def new_id() -> DecisionId:
        return DecisionId(time_sortable(int(clock.now().timestamp() * 1000), chance(RANDOM_BYTES)))

    wordings = Wordings(lexicon)
    reviewing = Reviewing(
        reviews=reviews, opting_out=opting_out, ledger=ledger, journal=journal, clock=clock, sealed=sealed
    )
    receiving = Receiving(
        directory=directory,
        inbox=inbox,
        opting_out=opting_out,
        lifting=lifting,
        meanings=Meanings(wordings, directory, ledger, log),
        reviewing=reviewing,
        confirming=Confirming(wordings, directory, store),
        clock=clock,
    )
    reading = ReadingBack(
        messages=TwilioMessages(carrier),
        receiving=receiving,
        opting_out=opting_out,
        lifting=lifting,
        ledger=ledger,
        log=log,
        carrier=carrier,
        clock=clock,
    )
    return Hearing(
        receiving=receiving,
        wordings=wordings,
        reviewing=reviewing,
        lists=OptOutLists(ledger, store, state),
        preferences=Preferences(
            links=links,
            public_url=public_url,
            directory=directory,
            ledger=ledger,
            opting_out=opting_out,
            clock=clock,
            new_id=new_id,
        ),
        snoozes=Snoozes(ledger, store, state, clock),
        missed=Missed(reading, bookmarks, clock),
        history=History(reading, bookmarks, clock),
    )
