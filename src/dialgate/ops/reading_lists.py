"""A list of numbers as people keep it: CSV of any encoding, delimiter and order of columns, or one number a line.

It says what stands in the file, and what of it the gate need not be asked about. Sends nothing.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import islice
from pathlib import Path

from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.ledger import Source
from dialgate.ops import mending
from dialgate.ops.mending import Broken

BLOCK_BYTES = 1024 * 1024
SAMPLE = 100
"""Rows that are looked at to tell the columns apart."""
_MOST = 0.8
_LOOKS_LIKE_NUMBER = re.compile(
    r"[ '=\"]*\(?\+?[0-9][0-9 ().\-\u00a0]{5,22}(?:[.,]0)?\"?\s*|[0-9][.,][0-9]+[eE]\+?[0-9]{1,2}"
)
_DELIMITERS = ("\t", ";", ",")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CAMPAIGN = re.compile(r"[^/*\s\x00-\x1f\x7f]{0,64}")

_NAMES = {
    "number": "phone phonenumber phoneno number mobile mobilenumber mobilephone cell cellphone tel telephone "
    "telephonenumber msisdn e164 contactnumber 手机 手机号 手机号码 电话 电话号码 联系电话 移动电话 号码 被叫 被叫号码 "
    "手機 手機號 手機號碼 電話 電話號碼 聯絡電話 號碼",
    "occurred_at": "occurredat date datetime optoutdate optoutat optedoutat unsubscribedate unsubscribedat saidat time "
    "timestamp 日期 时间 退订日期 退订时间 時間 退訂日期 退訂時間",
    "note": "note notes remark remarks comment comments 备注 说明 備註 說明",
    "channel": "channel 渠道 通道",
    "purpose": "purpose 用途",
    "campaign": "campaign 活动 活動",
    "source": "source 来源 來源",
}
_HEADERS = {name: column for column, names in _NAMES.items() for name in names.split()}
_EVERY = "*"
"""Said in so many words: wider than what is said of the whole list."""
_CHANNELS = {
    **{channel.value: channel.value for channel in Channel},
    **dict.fromkeys(("text", "texts", "message", "短信", "簡訊"), Channel.SMS.value),
    **dict.fromkeys(("call", "calls", "phone", "电话", "電話", "语音", "語音"), Channel.VOICE.value),
    **dict.fromkeys(("*", "all", "全部"), _EVERY),
    "": "",
}


class UnreadableError(Exception):
    """The list as a whole cannot be read; `word` names the sentence, `values` fill it."""

    def __init__(self, word: str, **values: object) -> None:
        super().__init__(word)
        self.word = word
        self.values = values


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    """Where it begins in the file, from 1."""
    number: str
    more: Mapping[str, object] = field(default_factory=dict)
    """What the row says beside its number, as the gate reads it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    line: int
    text: str
    """Of its number, as it stands there."""
    reason: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that was looked through."""

    path: Path
    digest: str
    lines: int
    encoding: str
    delimiter: str
    columns: Mapping[str, int]
    has_header: bool


def look_through(path: Path, encoding: str = "auto", column: str = "") -> Listed:
    """`encoding`: auto, utf-8 or gbk; `column`: the heading of the number's column, or its place from 1.

    Errors: `UnreadableError`, `OSError`.
    """
    digest, lines, is_utf8 = _scanned(path)
    found = _encoding(path, encoding, is_utf8=is_utf8)
    delimiter = _delimiter(path, found)
    sample = [cells for _, cells in islice(_records(path, found, delimiter), SAMPLE)]
    if not sample:
        raise UnreadableError("list_empty")
    columns, has_header = _columns(sample, column)
    return Listed(path, digest, lines, found, delimiter, columns, has_header)


def read(listed: Listed, zone: tzinfo | None = None) -> Iterator[Row | Wrong]:
    """Every row that is not blank, in the file's order. `zone`: of times that name none."""
    records = _records(listed.path, listed.encoding, listed.delimiter)
    place = listed.columns["number"]
    others = {name: at for name, at in listed.columns.items() if name != "number"}
    for line, cells in islice(records, int(listed.has_header), None):
        cell = cells[place] if place < len(cells) else ""
        text = mending.number(cell)
        more = _more(cells, others, zone) if others else {}
        if isinstance(text, Broken):
            yield Wrong(line, cell, text.reason)
        elif isinstance(more, Broken):
            yield Wrong(line, cell, more.reason)
        else:
            yield Row(line, text, more)


def _scanned(path: Path) -> tuple[str, int, bool]:
    digest, lines, reader = hashlib.sha256(), 1, codecs.getincrementaldecoder("utf-8")("strict")
    is_utf8 = True
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            lines += block.count(b"\n")
            is_utf8 = is_utf8 and _decodes(reader, block)
    return digest.hexdigest(), lines, is_utf8 and _decodes(reader, b"", final=True)


def _decodes(reader: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        reader.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(path: Path, wanted: str, *, is_utf8: bool) -> str:
    with path.open("rb") as file:
        begins = file.read(4)
    marked = next((name for mark, name in _MARKS if begins.startswith(mark)), "")
    if wanted == "auto":
        name = marked or ("utf-8" if is_utf8 else "gb18030")
    else:
        name = "gb18030" if wanted == "gbk" else marked or wanted
    if name in {"utf-8", "utf-8-sig"} and is_utf8:
        return name
    reader = codecs.getincrementaldecoder(name)("strict")
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            if not _decodes(reader, block):
                raise UnreadableError("list_encoding")
    if not _decodes(reader, b"", final=True):
        raise UnreadableError("list_encoding")
    return name


def _delimiter(path: Path, encoding: str) -> str:
    """The one that parts the most lines into equally many cells."""
    with path.open(encoding=encoding, newline="") as file:
        lines = [line for line in islice(file, SAMPLE) if line.strip()]

    def parts(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines if delimiter in line]
        return (len(counts), max((counts.count(count) for count in set(counts)), default=0))

    return max(_DELIMITERS, key=parts)


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each that is not blank."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        line = 1
        try:
            for cells in reader:
                if reader.line_num > line:
                    _no_open_quote(line, cells)
                if any(cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            raise UnreadableError("list_quote", line=line) from None


def _no_open_quote(line: int, cells: Sequence[str]) -> None:
    """A quote that is opened and not closed would swallow the rows after it."""
    for cell in cells:
        if any(_LOOKS_LIKE_NUMBER.match(later) for later in cell.splitlines()[1:]):
            raise UnreadableError("list_quote", line=line)


def _columns(sample: Sequence[Sequence[str]], wanted: str) -> tuple[Mapping[str, int], bool]:
    """And whether the first row is a heading: one that nobody knows is read as a row, and told as such."""
    first, *rest = sample
    named: dict[str, list[int]] = {}
    for place, cell in enumerate(() if any(map(_looks_like_number, first)) else first):
        if name := _HEADERS.get(_plain(cell)):
            named.setdefault(name, []).append(place)
    chosen = _chosen(first, wanted) if wanted else named.get("number") or _by_content(rest if named else sample)
    if len(chosen) != 1:
        raise UnreadableError("list_columns" if chosen else "list_no_column", columns=", ".join(first))
    others = {name: places[0] for name, places in named.items() if name != "number" and len(places) == 1}
    return {**others, "number": chosen[0]}, bool(named) or bool(wanted and not wanted.isdecimal())


def _chosen(first: Sequence[str], wanted: str) -> list[int]:
    headed = [place for place, cell in enumerate(first) if _plain(cell) == _plain(wanted)]
    if headed or not wanted.isdecimal():
        return headed
    return [int(wanted) - 1] if 1 <= int(wanted) <= len(first) else []


def _by_content(rows: Sequence[Sequence[str]]) -> list[int]:
    """The columns that hold little else than numbers; the one column that there is."""
    width = max(map(len, rows), default=0)
    if width == 1:
        return [0]
    filled = [[row[place] for row in rows if place < len(row) and row[place].strip()] for place in range(width)]
    return [
        place
        for place, cells in enumerate(filled)
        if cells and sum(map(_looks_like_number, cells)) >= _MOST * len(cells)
    ]


def _looks_like_number(cell: str) -> bool:
    return _LOOKS_LIKE_NUMBER.fullmatch(cell.strip()) is not None


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading).casefold()


def _more(cells: Sequence[str], places: Mapping[str, int], zone: tzinfo | None) -> dict[str, object] | Broken:
    said = {name: cells[place].strip() for name, place in places.items() if place < len(cells)}
    more: dict[str, object] = {}
    scope: dict[str, str] = {}
    for name, cell in said.items():
        value = _READ[name](cell, zone)
        if isinstance(value, Broken):
            return value
        if value:
            (scope if name in {"channel", "purpose", "campaign"} else more)[name] = value
    narrow = {name: value for name, value in scope.items() if value != _EVERY}
    return {**more, "scope": narrow} if scope else more


def _channel(cell: str, _zone: tzinfo | None) -> str | Broken:
    return _CHANNELS.get(cell.casefold(), Broken("channel"))


def _purpose(cell: str, _zone: tzinfo | None) -> str | Broken:
    known = cell.casefold()
    return known if known in set(Purpose) | {""} else Broken("purpose")


def _campaign(cell: str, _zone: tzinfo | None) -> str | Broken:
    return cell if _CAMPAIGN.fullmatch(cell) else Broken("campaign")


def _source(cell: str, _zone: tzinfo | None) -> str | Broken:
    known = cell.casefold()
    return known if known in set(Source) | {""} else Broken("source")


def _note(cell: str, _zone: tzinfo | None) -> str | Broken:
    return mending.note(cell)


_READ: Mapping[str, Callable[[str, tzinfo | None], str | Broken]] = {
    "occurred_at": mending.instant,
    "note": _note,
    "channel": _channel,
    "purpose": _purpose,
    "campaign": _campaign,
    "source": _source,
}
