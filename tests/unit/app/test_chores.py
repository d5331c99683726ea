"""What could not be told is told again until it is done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialgate.app.chores import Chores
from dialgate.app.errors import ConflictError, StoreUnavailableError


class Telling:
    """Answers as planned: "done", "not yet", or an error."""

    def __init__(self, *answers: str | Exception) -> None:
        self._answers: Iterator[str | Exception] = iter(answers)
        self.tries = 0

    async def __call__(self) -> bool:
        self.tries += 1
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer == "done"


async def test_what_is_done_at_once_is_not_kept() -> None:
    """A chore that succeeds leaves nothing behind."""
    chores, telling = Chores(), Telling("done")
    await chores.do("tell", telling)
    assert (0, 1) == (len(chores), telling.tries)


@pytest.mark.parametrize("answer", ["not yet", StoreUnavailableError("gone")])
async def test_what_fails_is_kept_until_it_is_done(answer: str | Exception) -> None:
    """A chore that is refused, or whose other side is gone, waits for the next pass and the one after it."""
    chores, telling = Chores(), Telling(answer, answer, "done")
    await chores.do("tell", telling)
    await chores.run_once()
    assert 1 == len(chores)
    await chores.run_once()
    assert (0, 3) == (len(chores), telling.tries)


async def test_later_is_not_now() -> None:
    """A caller without time left waits for nothing."""
    chores, telling = Chores(), Telling("done")
    chores.add("tell", telling)
    assert (1, 0) == (len(chores), telling.tries)


async def test_one_pass_tries_each_once() -> None:
    """A chore that keeps failing holds up neither the pass nor the chores behind it."""
    chores, stuck, fine = Chores(), Telling("not yet", "not yet"), Telling("done")
    chores.add("stuck", stuck)
    chores.add("fine", fine)
    await chores.run_once()
    assert (1, 1, 1) == (len(chores), stuck.tries, fine.tries)


async def test_an_error_that_no_repeat_mends_is_raised() -> None:
    """Trying for ever what can never succeed would hide it."""
    chores = Chores()
    with pytest.raises(ConflictError):
        await chores.do("tell", Telling(ConflictError("taken")))
    assert 0 == len(chores)
