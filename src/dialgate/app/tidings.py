"""What one gate tells tenants' own servers and their partners: the use cases behind notices and feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialgate.app.feeds import Partners, Pushing
    from dialgate.app.lagging import Lagging
    from dialgate.app.lanes import Lanes
    from dialgate.app.telling import Notices, Telling


@dataclass(frozen=True, slots=True)
class Tidings:
    notices: Notices
    telling: Telling
    partners: Partners
    pushing: Pushing
    lagging: Lagging
    lanes: Lanes
