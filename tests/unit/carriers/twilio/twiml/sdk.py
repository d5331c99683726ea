"""TwiML as the carrier's own SDK knows it, found by building every element with every parameter that it names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from twilio.twiml import TwiML, fax_response, messaging_response, voice_response

_ELSE = inspect.Parameter.VAR_KEYWORD


@dataclass
class Known:
    """Of one element's name, over every place where the SDK lets it stand."""

    attributes: set[str] = field(default_factory=set)
    has_text: bool = False
    parents: set[str] = field(default_factory=set)


def voice() -> dict[str, Known]:
    return _known(voice_response)


def messaging() -> dict[str, Known]:
    return _known(messaging_response)


def fax() -> dict[str, Known]:
    return _known(fax_response)


def _known(module: ModuleType) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for parent, child in _nested(module):
        known = found.setdefault(child.name, Known())
        known.attributes |= set(child.attrs)
        known.has_text |= child.value is not None
        known.parents.add(parent)
    return found


def _nested(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for kind in vars(module).values():
        if not (inspect.isclass(kind) and issubclass(kind, TwiML) and kind is not TwiML):
            continue
        for name, method in vars(kind).items():
            if not name.startswith("_"):
                parent: Any = kind(*_given(kind.__init__).values())
                yield parent.name, getattr(parent, name)(**_given(method))


def _given(function: Callable[..., object]) -> dict[str, str]:
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return {parameter.name: "x" for parameter in parameters if parameter.kind is not _ELSE}
