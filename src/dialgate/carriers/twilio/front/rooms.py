"""Names of conferences and queues. They are of the whole carrier account, so each tenant's are written to the carrier
behind its account SID: nobody can enter, hear or end what another tenant named.
"""

from __future__ import annotations


def own_name(account_sid: str, name: str) -> str:
    """What is written to the carrier; `account_sid` is the tenant's."""
    return f"{account_sid}.{name}"


def shown(account_sid: str, text: str) -> str:
    """A name as the tenant gave it; any other text as it is."""
    return text.removeprefix(own_name(account_sid, ""))


def is_own(account_sid: str, name: str) -> bool:
    """`name`: as the carrier tells it."""
    prefix = own_name(account_sid, "")
    return name.startswith(prefix) and name != prefix
