"""Lists as people keep them: any encoding, delimiter and order of columns."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialgate.ops.reading_lists import Listed, Row, UnreadableError, Wrong, look_through, read

NUMBERS = ("+14155552671", "+8613800138000", "+442079460958")


def listed(tmp_path: Path, text: str | bytes, written_as: str = "utf-8", **options: str) -> Listed:
    path = tmp_path / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(written_as))
    return look_through(path, **options)


def rows(tmp_path: Path, text: str | bytes, encoding: str = "utf-8", **options: str) -> list[Row | Wrong]:
    return list(read(listed(tmp_path, text, encoding, **options), UTC))


def numbers(tmp_path: Path, text: str | bytes, encoding: str = "utf-8", **options: str) -> list[str]:
    return [one.number if isinstance(one, Row) else one.reason for one in rows(tmp_path, text, encoding, **options)]


def test_one_number_a_line(tmp_path: Path) -> None:
    """Blank lines are nothing; a line that is no number is told by its place."""
    assert [Row(1, "+14155552671"), Row(3, "rubbish"), Wrong(4, "1.38E+10", "exponent")] == rows(
        tmp_path, "+14155552671\r\n\r\nrubbish\r\n1.38E+10"
    )


@given(
    order=st.permutations(("手机号", "备注", "退订日期", "渠道")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030")),
    delimiter=st.sampled_from((",", ";", "\t")),
    ending=st.sampled_from(("\n", "\r\n", "\r")),
)
def test_any_encoding_delimiter_and_order(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], encoding: str, delimiter: str, ending: str
) -> None:
    """The same rows come out of every file that holds them."""
    cells = {"手机号": "13800138000", "备注": '"投诉, ""很生气""; 真的"', "退订日期": "2026-03-02", "渠道": "短信"}
    text = ending.join((delimiter.join(order), delimiter.join(cells[name] for name in order), ""))
    more = {"note": '投诉, "很生气"; 真的', "occurred_at": "2026-03-02T00:00:00Z", "scope": {"channel": "sms"}}
    assert [Row(2, "13800138000", more)] == rows(tmp_path_factory.mktemp("lists"), text, encoding)


@pytest.mark.parametrize("heading", ["Phone", "phone_number", "MOBILE NUMBER", "号码", "手機號碼", "Tel."])
def test_the_number_is_found_by_its_heading(tmp_path: Path, heading: str) -> None:
    """In English and Chinese, however it is spelled."""
    assert ["13800138000"] == numbers(tmp_path, f"id,{heading}\n20000000001,13800138000\n")


def test_the_number_is_found_by_what_the_column_holds(tmp_path: Path) -> None:
    """Without a heading, the one column that holds little else than numbers."""
    text = "\n".join(f"name {place},{number},note" for place, number in enumerate((*NUMBERS, "oops", *NUMBERS)))
    assert [*NUMBERS, "oops", *NUMBERS] == numbers(tmp_path, text)


def test_the_number_is_where_the_operator_says(tmp_path: Path) -> None:
    """By heading or by place."""
    text = "a,b\n13800138000,13900139000\n"
    assert ["13900139000"] == numbers(tmp_path, text, column="B")
    assert ["a", "13800138000"] == numbers(tmp_path, text, column="1")


@pytest.mark.parametrize(
    ("text", "column", "word"),
    [
        ("", "", "list_empty"),
        ("\n\n", "", "list_empty"),
        ("phone,mobile\n1,2\n", "", "list_columns"),
        ("13800138000,13900139000\n13800138001,13900139001\n", "", "list_columns"),
        ("name,town\nann,bonn\n", "", "list_no_column"),
        ("phone\n1\n", "mobile", "list_no_column"),
        ("phone\n1\n", "2", "list_no_column"),
    ],
)
def test_a_list_whose_numbers_cannot_be_found_is_not_guessed(tmp_path: Path, text: str, column: str, word: str) -> None:
    """The operator is asked which column it is."""
    with pytest.raises(UnreadableError) as told:
        listed(tmp_path, text, column=column)
    assert word == told.value.word


def test_a_quote_that_swallows_rows_stops_the_import(tmp_path: Path) -> None:
    """No number is lost in a note that never ends; a note of two lines is read."""
    assert ["13800138000"] == numbers(tmp_path, 'phone,note\n13800138000,"two\nlines"\n')
    with pytest.raises(UnreadableError) as told:
        numbers(tmp_path, 'phone,note\n13800138000,"open\n13900139000,x\n13900139001,"\n')
    assert ("list_quote", 2) == (told.value.word, told.value.values["line"])


def test_the_line_is_where_the_row_begins(tmp_path: Path) -> None:
    """Also after a note of several lines."""
    said = rows(tmp_path, 'phone,note\n13800138000,"two\nlines"\n13900139000,x\n')
    assert [2, 4] == [one.line for one in said]


def test_bytes_of_no_known_encoding_are_refused(tmp_path: Path) -> None:
    """What cannot be decoded is not imported with holes in it."""
    with pytest.raises(UnreadableError) as told:
        listed(tmp_path, b"phone\n13800138000,\xff\xff\n")
    assert "list_encoding" == told.value.word
    with pytest.raises(UnreadableError):
        listed(tmp_path, "手机\n13800138000\n".encode("gbk"), encoding="utf-8")


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("channel", "Call", {"scope": {"channel": "voice"}}),
        ("channel", "全部", {"scope": {}}),
        ("channel", "", {}),
        ("channel", "fax", "channel"),
        ("purpose", "Marketing", {"scope": {"purpose": "marketing"}}),
        ("purpose", "fun", "purpose"),
        ("campaign", "spring", {"scope": {"campaign": "spring"}}),
        ("campaign", "a b", "campaign"),
        ("source", "Complaint", {"source": "complaint"}),
        ("source", "hearsay", "source"),
        ("date", "46083", "date_serial"),
        ("date", "", {}),
    ],
)
def test_what_a_row_says_beside_its_number(tmp_path: Path, heading: str, cell: str, expected: object) -> None:
    """A scope or time that cannot be read is told: it is neither widened nor narrowed by guess."""
    (said,) = rows(tmp_path, f"phone,{heading}\n13800138000,{cell}\n")
    assert expected == (said.more if isinstance(said, Row) else said.reason)


def test_a_short_row_has_no_number(tmp_path: Path) -> None:
    """A row that ends before the number's column is told."""
    assert ["missing", "13800138000"] == numbers(tmp_path, "name,phone\nann\nbob,13800138000\n")


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    """Another list under the same name is another one; its lines are counted for the bar."""
    first, second = listed(tmp_path, "phone\n1\n"), listed(tmp_path, "phone\n2\n")
    assert (True, 3) == (first.digest != second.digest, first.lines)


@given(st.binary(max_size=400), st.randoms(use_true_random=False))
def test_no_bytes_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, chance: random.Random
) -> None:
    """Whatever a file holds, it is read, told row by row, or refused as a whole."""
    text = b"phone\n13800138000\n"
    place = chance.randrange(len(text))
    with suppress(UnreadableError):
        said = rows(tmp_path_factory.mktemp("lists"), text[:place] + noise + text[place:])
        assert all(isinstance(one, (Row, Wrong)) for one in said)
