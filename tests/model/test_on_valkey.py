"""The traces that one server can play, against the scripts as they are and against a copy with the defect in it."""

from __future__ import annotations

from functools import partial

import pytest
from redis import Redis

from dialgate.stores.guards.scripts import ALL, Script
from tests.model import traces
from tests.model.gate import Parts
from tests.model.test_traces import MORE, NEEDED, Trace, played
from tests.model.valkey import OnValkey, ValkeyServer

Texts = dict[str, str]

SPLIT_BRAIN = traces.gencheck
"""Needs two servers."""
PLAYED: list[Trace] = [trace for trace in (*(trace for trace, _, _ in NEEDED), *MORE) if trace is not SPLIT_BRAIN]

KEEP_HIGHEST: Texts = {
    "seq == '' or not wm or tonumber(seq) > wm + 1": "seq == '' or not wm",
    "if tonumber(seq) == wm + 1 then redis.call('HSET', fence, 'wm', absorb(overlay, wm + 1)) end": (
        "if tonumber(seq) > wm then redis.call('HSET', fence, 'wm', absorb(overlay, tonumber(seq))) end"
    ),
}
BELIEVE_ANY_SERVER: Texts = {"master_replid:(%x+)": "role:(%a+)"}
SWAP: Texts = {
    "for i = 2, #KEYS do redis.call('SADD'": (
        "for _, old in ipairs(redis.call('KEYS', '*:s:*')) do redis.call('DEL', old) end\n"
        "for i = 2, #KEYS do redis.call('SADD'"
    )
}
BELIEVE_ANY_LOAD: Texts = {
    "return kept_nonce == nonce and kept_layout == layout and rid == history_id()": "return true",
    " and tonumber(redis.call('HGET', KEYS[1], 'loaded')) == chunk - 1": "",
    " and tonumber(redis.call('HGET', fence, 'loaded')) == chunks": "",
    "redis.call('HSET', fence, 'gen', ARGV[5], 'wm', wm)": (
        "redis.call('HSET', fence, 'gen', ARGV[5], 'wm', wm, 'layout', ARGV[3], 'rid', history_id())"
    ),
}
REMOVE_ALWAYS: Texts = {"elseif not waiting[scope .. ':' .. member] then": "else"}
IGNORE_THE_HEAD: Texts = {"(tonumber(wm) or -1) < tonumber(head)": "false"}
RECALL_ONLY_WHAT_HAS_A_NAME: Texts = {
    "          recall(recalls, member, id, value, now)": (
        "if value.sid ~= '' then recall(recalls, member, id, value, now) end"
    ),
    "local cancel = value.recalled or suppressed(r)": "local cancel = value.recalled",
}
FORGET_WHAT_WAS_FORWARDED: Texts = {"if not value and ARGV[6] == '1'": "if false"}

DEFECTS: list[tuple[Trace, Texts, str]] = [
    (traces.inorder, KEEP_HIGHEST, "P4"),
    (traces.hist, BELIEVE_ANY_SERVER, "P1"),
    (traces.merge, SWAP, "P4"),
    (traces.token, BELIEVE_ANY_LOAD, "P1"),
    (traces.lift_overlay, REMOVE_ALWAYS, "P1"),
    (traces.poll, IGNORE_THE_HEAD, "P1"),
    (traces.recall, RECALL_ONLY_WHAT_HAS_A_NAME, "P3"),
    (traces.resweep, FORGET_WHAT_WAS_FORWARDED, "P3"),
]


def edited(texts: Texts, script: Script) -> str:
    body = script.body
    for old, new in texts.items():
        body = body.replace(old, new)
    return body


def on_valkey(client: Redis, texts: Texts) -> Parts:
    client.flushall()
    return Parts(scripts=OnValkey, server=partial(ValkeyServer, client=client, text=partial(edited, texts)))


@pytest.mark.parametrize("trace", PLAYED, ids=lambda trace: trace.__name__)
def test_the_scripts_are_harmless(valkey: Redis, trace: Trace) -> None:
    """The product's own scripts keep every promise in the situation that each change was made for."""
    world = played(trace, on_valkey(valkey, {}))
    assert [] == world.judge.violations, world.story()


@pytest.mark.parametrize(("trace", "texts", "promise"), DEFECTS, ids=[trace.__name__ for trace, _, _ in DEFECTS])
def test_a_defect_in_a_script_breaks_a_promise(valkey: Redis, trace: Trace, texts: Texts, promise: str) -> None:
    """The same schedule shows the violation once the lines that prevent it are edited out of the script."""
    assert [] == [old for old in texts if not any(old in script.body for script in ALL)]
    world = played(trace, on_valkey(valkey, texts))
    assert promise in {violation[:2] for violation in world.judge.violations}, world.story()
