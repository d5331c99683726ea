"""Send a list to the gate, some hundred rows a time, and keep what was rejected and how far it is. Reads no CSV."""

from __future__ import annotations

import csv
import io
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from dialgate.ops.client import Client, GateAwayError, GateRefusedError
from dialgate.ops.import_state import Progress
from dialgate.ops.output import harmless
from dialgate.ops.reading_lists import Row, Wrong

T = TypeVar("T")

BATCH = 500
"""Opt-outs of people wait behind one of them; twice as many cost a tenth less, and keep them twice as long."""
CHUNK = 200 * BATCH
"""Sorted before it is sent: rows that are neighbours in the ledger's indexes cost it a fifth."""
AT_ONCE = 2
"""One is read by the gate while the other is being written."""
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
UNAVAILABLE = 503

Say = Callable[[str, str], str]
"""The sentence for a reason; the second is what the gate says."""


class Rejects:
    """The file of what was not taken: opened anew, or where an import that goes on had come to."""

    def __init__(self, path: Path, size_bytes: int, say: Say) -> None:
        self._file = path.open("r+b" if size_bytes else "wb")
        self._file.truncate(size_bytes)
        self._file.seek(size_bytes)
        self._say = say
        if not size_bytes:
            self._write([("line", "number", "why", "meaning")], mark="\ufeff")

    def add(self, wrong: Iterable[tuple[Wrong, str]]) -> int:
        """With what the gate said, if it was the gate. Answers with the size of the file, in bytes."""
        self._write(
            [(one.line, harmless(one.text), one.reason, self._say(one.reason, detail)) for one, detail in wrong]
        )
        return self._file.tell()

    def close(self) -> None:
        self._file.close()

    def _write(self, rows: Sequence[Sequence[object]], mark: str = "") -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._file.write((mark + text.getvalue()).encode())
        self._file.flush()


class Sending:
    """`said`: what holds for every row, as the gate reads it. `save` is called after each acknowledged batch."""

    def __init__(
        self,
        client: Client,
        query: Mapping[str, object],
        said: Mapping[str, object],
        progress: Progress,
        rejects: Rejects,
        save: Callable[[], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._query = query
        self._said = said
        self._progress = progress
        self._rejects = rejects
        self._save = save
        self._sleep = sleep

    def all(self, read: Iterator[Row | Wrong]) -> Iterator[int]:
        """Yields how many more rows are done. Errors: `GateRefusedError`, `GateAwayError`: what was acknowledged is on
        record.
        """
        progress, from_line, begun_s = self._progress, self._progress.line, time.monotonic() - self._progress.seconds
        chunks = _chunks(one for one in read if one.line >= from_line)
        with _pool() as pool:
            coming = pool.submit(next, chunks, None)
            while chunk := coming.result():
                coming = pool.submit(next, chunks, None)
                wrong = [one for one in chunk if isinstance(one, Wrong)]
                if chunk[0].line != from_line:
                    self._begin(chunk[0].line, wrong)
                yield len(wrong)
                for batch, answer in self._answers(pool, _sorted(chunk)[progress.sent :]):
                    self._count(batch, answer)
                    progress.seconds = time.monotonic() - begun_s
                    self._save()
                    yield len(batch)

    def _begin(self, line: int, wrong: Sequence[Wrong]) -> None:
        self._progress.line, self._progress.sent = line, 0
        self._progress.rejected += len(wrong)
        self._progress.rejects_bytes = self._rejects.add((one, "") for one in wrong)
        self._save()

    def _answers(
        self, pool: ThreadPoolExecutor, batches: Sequence[Sequence[Row]]
    ) -> Iterator[tuple[Sequence[Row], dict[str, Any]]]:
        """In order, with the next ones under way."""
        waiting: deque[tuple[Sequence[Row], Future[dict[str, Any]]]] = deque()
        for batch in batches:
            waiting.append((batch, pool.submit(self._send, batch)))
            if len(waiting) == AT_ONCE:
                sent, answer = waiting.popleft()
                yield sent, answer.result()
        for sent, answer in waiting:
            yield sent, answer.result()

    def _send(self, batch: Sequence[Row]) -> dict[str, Any]:
        body = {**self._said, "rows": [{"to": row.number, **row.more} for row in batch]}
        for pause_s in PAUSES_S:
            try:
                return self._ask(body)
            except GateAwayError:
                pass
            except GateRefusedError as error:
                if error.status != UNAVAILABLE:
                    raise
            self._sleep(pause_s)
        return self._ask(body)

    def _ask(self, body: object) -> dict[str, Any]:
        said: dict[str, Any] = self._client.post("/v1/opt-outs/import", body, self._query)
        return said

    def _count(self, batch: Sequence[Row], answer: Mapping[str, Any]) -> None:
        progress, rejected = self._progress, answer["rejected"]
        told = sorted(((batch[one["index"]], one) for one in rejected), key=lambda pair: pair[0].line)
        wrong = [(Wrong(row.line, row.number, one["reason"]), one["detail"]) for row, one in told]
        progress.sent += 1
        progress.new += answer["new"]
        progress.known += answer["known"]
        progress.rejected += len(rejected)
        progress.waiting += 0 if answer["in_force"] else answer["new"]
        progress.rejects_bytes = self._rejects.add(wrong)


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    """Whatever ends the import ends what has not begun."""
    pool = ThreadPoolExecutor(AT_ONCE + 1)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _chunks(read: Iterator[T]) -> Iterator[list[T]]:
    while chunk := list(islice(read, CHUNK)):
        yield chunk


def _sorted(chunk: Sequence[Row | Wrong]) -> list[list[Row]]:
    rows = sorted((one for one in chunk if isinstance(one, Row)), key=lambda row: row.number)
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
