"""Whether a server holds only what `dialgate.stores.guards.keys` declares, and no phone number anywhere."""

from __future__ import annotations

import re

from redis import Redis

from dialgate.stores.guards.keys import PATTERNS, Keys, Pattern
from tests.contract.reservations import NUMBER_PREFIX

TAG = Keys(bytes(32)).tag


def undeclared(client: Redis) -> list[str]:
    """What is wrong with the content, in words; empty if all is well."""
    return [fault for key in client.scan_iter() for fault in _faults(client, _text(key))]


def _faults(client: Redis, key: str) -> list[str]:
    pattern = next((p for p in PATTERNS if re.fullmatch(re.escape(TAG) + p.key, key)), None)
    if pattern is None:
        return [f"{key} is declared nowhere"]
    faults = []
    if _text(client.type(key)) != pattern.type:
        faults.append(f"{key} is no {pattern.type}")
    if (client.pttl(key) >= 0) != pattern.expires:
        faults.append(f"{key}: expires={pattern.expires} is declared, its TTL is {client.pttl(key)} ms")
    if NUMBER_PREFIX.lstrip("+").encode() in key.encode() + repr(_content(client, key, pattern)).encode():
        faults.append(f"{key} holds a phone number")
    return faults


def _content(client: Redis, key: str, pattern: Pattern) -> object:
    match pattern.type:
        case "string":
            return client.get(key)
        case "hash":
            return client.hgetall(key)
        case "set":
            return client.smembers(key)
        case "zset":
            return client.zrange(key, 0, -1, withscores=True)


def _text(answer: bytes | str) -> str:
    return answer if isinstance(answer, str) else answer.decode()
