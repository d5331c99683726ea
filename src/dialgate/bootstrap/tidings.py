"""The use cases that tell tenants' servers and their partners, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.feeds import Pushing
from dialgate.app.lagging import Lagging
from dialgate.app.lanes import Lanes
from dialgate.app.telling import Telling
from dialgate.app.tidings import Tidings

if TYPE_CHECKING:
    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.feeds import Partners
    from dialgate.app.outside import Outside
    from dialgate.app.policies import Policies
    from dialgate.app.ports import Chance, Clock
    from dialgate.app.telling import Notices


def tidings(
    notices: Notices,
    partners: Partners,
    directory: DirectoryCopy,
    outside: Outside,
    policies: Policies,
    clock: Clock,
    chance: Chance,
) -> Tidings:
    lanes = Lanes()
    return Tidings(
        notices=notices,
        telling=Telling(notices, directory, outside, lanes, clock, chance),
        partners=partners,
        pushing=Pushing(partners, directory, outside, lanes, clock, chance),
        lagging=Lagging(partners, policies, clock),
        lanes=lanes,
    )
