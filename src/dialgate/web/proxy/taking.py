"""What the carrier gets in the place of a dialer's addresses and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dialgate.app.front import Asked


def fronted(asked: Asked) -> Mapping[str, str]:
    """Those that were not refused when they were read stay on this machine."""
    inline = {"Twiml": asked.twiml} if asked.twiml else {}
    return {**{use.place: use.url for use in asked.urls}, **inline}
