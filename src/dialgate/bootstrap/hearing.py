"""The use cases that hear people and tell others, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.hearing import Hearing
from dialgate.app.inbound import Receiving

if TYPE_CHECKING:
    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.lift import Lifting
    from dialgate.app.opt_out import OptingOut
    from dialgate.app.ports import Clock
    from dialgate.app.queries import Inbox
    from dialgate.domain.opt_out.keywords import Keywords


def hearing(
    *,
    clock: Clock,
    directory: DirectoryCopy,
    inbox: Inbox,
    opting_out: OptingOut,
    lifting: Lifting,
    keywords: Keywords,
) -> Hearing:
    return Hearing(
        receiving=Receiving(
            directory=directory,
            inbox=inbox,
            opting_out=opting_out,
            lifting=lifting,
            keywords=keywords,
            clock=clock,
        )
    )
