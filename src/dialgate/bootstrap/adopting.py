"""The use case that changes the carrier's own settings, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dialgate.app.adopting import Adopting
from dialgate.carriers.twilio.settings import TwilioSettings

if TYPE_CHECKING:
    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.ports import Carrier
    from dialgate.bootstrap.stores import Stores
    from dialgate.settings import Twilio


def adopting(stores: Stores, carrier: Carrier, directory: DirectoryCopy, twilio: Twilio, public_url: str) -> Adopting:
    """A carrier elsewhere cannot call an address of this machine, and tells nobody if it is given one."""
    reachable = twilio.loopback or not _loopback(public_url)
    settings = TwilioSettings(carrier, public_url)
    return Adopting(settings, stores.former, directory, stores.directory, reachable=reachable)


def _loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")
