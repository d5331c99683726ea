"""JSON with one spelling for one value: ASCII, keys sorted, no white space; fractions apart, as `json.dumps` has it."""

from __future__ import annotations

import json
from typing import Any

import orjson

_STRICT = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_DEL = b"\x7f"
"""`json` escapes it, as all that is not ASCII."""


def spelled(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON can say
    """A float that is no number becomes null. Errors: `ValueError` or `TypeError` for what JSON cannot say."""
    try:
        text = orjson.dumps(value, option=_STRICT)
    except TypeError:  # a lone surrogate or a long integer, which `json` can say; or no JSON at all
        return _by_json(value)
    return text if text.isascii() and _DEL not in text else _by_json(value)


def _by_json(value: Any) -> bytes:  # noqa: ANN401 - as above
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")
