"""Runs coroutines one port call at a time, in whatever order a schedule says, without an event loop.

Each fake port method awaits exactly one `Step`; what the step does takes place in one piece when its turn comes. The
schedule also decides the step's fate: a command can fail, run although its answer is lost, or run after all, later.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from dialgate.app.errors import DialgateError
from tests.model.in_memory import Turn

T = TypeVar("T")


class Fate(Enum):
    DONE = "done"
    FAILS = "fails, nothing happened"
    LOST = "happened, its answer is lost"
    LATE = "fails, happens later"


@dataclass(slots=True)
class Step(Generic[T]):
    """What a coroutine waits for."""

    name: str
    effect: Callable[[], T]
    error: type[DialgateError] | None = None
    """What the caller sees when the step does not go well; None: it always goes well."""
    ready: Callable[[], bool] = lambda: True

    def __await__(self) -> Generator[Step[T], T, T]:
        return (yield self)


async def take(
    name: str,
    effect: Callable[[], T],
    error: type[DialgateError] | None = None,
    ready: Callable[[], bool] = lambda: True,
) -> T:
    step: Step[T] = Step(name, effect, error, ready)
    return await step


def turns(error: type[DialgateError] | None, reach: Callable[[], None] = lambda: None) -> Turn:
    """A way to take turns whose steps may fail with `error`; `reach` raises it where the other side is cut off."""

    async def turn(name: str, effect: Callable[[], T], /) -> T:
        def reaching() -> T:
            reach()
            return effect()

        return await take(name, reaching, error)

    return turn


@dataclass(slots=True, eq=False)
class Task:
    """One coroutine of one gate. `wants` is the step that it waits for; None once it has ended."""

    name: str
    gate: str
    coroutine: Coroutine[Any, Any, Any]
    wants: Step[Any] | None = None
    result: Any = None
    error: BaseException | None = None

    @property
    def ended(self) -> bool:
        return self.wants is None

    def resume(self, act: Callable[[], Step[Any]]) -> None:
        self.wants = None
        try:
            self.wants = act()
        except StopIteration as stop:
            self.result = stop.value
        except DialgateError as error:
            self.error = error


@dataclass(slots=True)
class Schedule:
    """All tasks under way, and the commands whose callers have given up on them."""

    tasks: list[Task] = field(default_factory=list)
    late: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)

    def start(self, name: str, gate: str, coroutine: Coroutine[Any, Any, T]) -> Task:
        """The task runs to its first step at once: nothing happens outside of steps."""
        task = Task(name, gate, coroutine)
        task.resume(lambda: coroutine.send(None))
        if not task.ended:
            self.tasks.append(task)
        return task

    def ready(self) -> list[Task]:
        return [task for task in self.tasks if task.wants and task.wants.ready()]

    def step(self, task: Task, fate: Fate = Fate.DONE) -> None:
        step = task.wants
        if step is None:
            raise AssertionError(f"{task.name} has ended")
        if step.error is None:
            fate = Fate.DONE
        self.trace.append(f"{task.gate}:{task.name} {step.name}" + ("" if fate is Fate.DONE else f" ({fate.value})"))
        if fate is Fate.LATE:
            self.late.append((step.name, step.effect))
        try:
            answer = step.effect() if fate in {Fate.DONE, Fate.LOST} else None
        except Exception as error:  # noqa: BLE001 - whatever a port raises is the coroutine's to deal with
            self._throw(task, error)
        else:
            if fate is Fate.DONE or step.error is None:
                task.resume(lambda: task.coroutine.send(answer))
            else:
                self._throw(task, step.error(f"{step.name}: no answer"))
        if task.ended:
            self.tasks.remove(task)

    @staticmethod
    def _throw(task: Task, error: Exception) -> None:
        task.resume(lambda: task.coroutine.throw(error))

    def run_late(self, index: int = 0) -> None:
        """Nobody hears what comes of it, not even an error."""
        name, effect = self.late.pop(index)
        self.trace.append(f"late {name}")
        try:
            effect()
        except DialgateError:
            self.trace.append("  in vain")

    def kill(self, gate: str) -> None:
        """End all tasks of a gate where they stand; what is on the network may still arrive."""
        for task in [task for task in self.tasks if task.gate == gate]:
            self.tasks.remove(task)
            task.coroutine.close()
            task.wants = None
