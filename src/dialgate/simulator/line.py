"""A live call that is led by documents: one verb after the other, each told what to do by its step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from dialgate.simulator.documents import Document, Source, follow, load, with_addresses
from dialgate.simulator.records import Call
from dialgate.simulator.state import Simulator
from dialgate.simulator.twiml import TwimlError, Verb
from dialgate.simulator.wire import Pairs

_MAX_DOCUMENTS = 100
_NO_VERBS = Document(())


@dataclass(frozen=True, slots=True)
class Line:
    """`steps` by the name of the verb; `place` starts the life of a leg that a Dial has made, `hang_up` ends it."""

    sim: Simulator
    call: Call
    steps: Mapping[str, Step]
    place: Callable[[Call, Source], None]
    hang_up: Callable[[Call], None]

    def note(self, **facts: object) -> None:
        self.call.note(self.sim.clock.now(), **facts)

    def note_verb(self, verb: Verb) -> None:
        self.note(verb=verb.name, text=verb.text, attributes=dict(verb.attributes))

    def of(self, call: Call) -> Line:
        """Another call, led in the same way."""
        return replace(self, call=call)

    async def follow(self, document: Document, address: str, verb: Verb, extra: Pairs = ()) -> Document:
        return await follow(self.sim, self.call, document, address, verb.attributes.get("method", "POST"), extra)

    async def go_on(self, document: Document, verb: Verb, extra: Pairs) -> Document | None:
        """What the verb's action says comes next; the next verb if it has none."""
        action = verb.attributes.get("action")
        return await self.follow(document, action, verb, extra) if action else None

    async def lead(self, source: Source, extra: Pairs = ()) -> None:
        """Fetch a document and execute it. Errors: TwimlError."""
        await self.execute(await load(self.sim, self.call, source, extra))

    async def listen(self, source: Source, extra: Pairs = ()) -> None:
        """As `lead`, for what is only played to the call: if it cannot be had, there is silence."""
        try:
            await self.lead(source, extra)
        except TwimlError as error:
            self.note(error=str(error), code=error.code)

    async def execute(self, document: Document) -> None:
        """Execute a document and those it leads to.

        Errors: TwimlError for a document that cannot be had or read, or for a circle without end.
        """
        current: Document | None = document
        for _ in range(_MAX_DOCUMENTS):
            if current is None:
                return
            current = await self._execute(current)
        raise TwimlError(12400, f"More than {_MAX_DOCUMENTS} documents in one call")

    async def _execute(self, document: Document) -> Document | None:
        for verb in document.verbs:
            self.note_verb(verb)
            step = self.steps.get(verb.name)
            if step is None:
                self.note(error=f"{verb.name} is not simulated")
                continue
            following = await step(self, document, with_addresses(verb, document.url))
            if following is not None:
                return following
        return None


Step: TypeAlias = Callable[[Line, Document, Verb], Awaitable[Document | None]]
"""Does one verb; a document to go on with instead of the next verb, or None."""


async def end_document(_line: Line, _document: Document, _verb: Verb) -> Document | None:
    """Nothing that follows is executed."""
    return _NO_VERBS


def seconds_of(verb: Verb, name: str, default: float) -> float:
    try:
        return float(verb.attributes.get(name, default))
    except ValueError:
        return default


def says_yes(verb: Verb, name: str, *, default: bool = False) -> bool:
    return verb.attributes.get(name, str(default)).lower() == "true"
