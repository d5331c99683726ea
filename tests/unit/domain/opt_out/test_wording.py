"""What a tenant may answer with: it names the sender, fits, sells nothing, and takes no word away."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dialgate.domain.opt_out.keywords import Intent, compile_keywords
from dialgate.domain.opt_out.wording import MOST_SEPTETS, MOST_UNITS, Replies, compile_replies, size

KEYWORDS = compile_keywords(
    yaml.safe_load((Path(__file__).parents[4] / "config" / "keywords.yaml").read_text(encoding="utf-8"))
)


def compiled(data: object, *, region: str = "US", tenant: str = "acme") -> Replies:
    return compile_replies(data, tenant, region, KEYWORDS)


def english(kind: str, text: str) -> dict[str, object]:
    return {"texts": {"en": {kind: text}}}


def test_nothing_of_ones_own_is_the_words_of_all() -> None:
    """In the tenant's name, in every language; what is unsure counts as a refusal."""
    replies = compiled({})
    assert ("acme", False, {}) == (replies.name, replies.waits, dict(replies.words))
    assert "acme" in replies.text(Intent.STOP, "fr")
    assert set(KEYWORDS.confirmations) == set(replies.texts)


def test_a_name_of_any_length_answers() -> None:
    """A tenant that set nothing has nothing to mend."""
    assert "a" * 63 in compiled({}, tenant="a" * 63).text(Intent.START, "pt")


def test_own_texts_are_said_in_their_language_and_the_words_of_all_elsewhere() -> None:
    """With the shown name in both."""
    replies = compiled({"name": "Acme 公司", **english("stop", "{sender_name}: done. Bye.")})
    assert "Acme 公司: done. Bye." == replies.text(Intent.STOP, "en")
    assert "Acme 公司" in replies.text(Intent.STOP, "zh-Hans")
    assert replies.text(Intent.STOP, "en") == replies.text(Intent.STOP, "xx")
    assert "" == replies.text(Intent.NONE, "en")


def test_help_holds_the_contact() -> None:
    """Where a text has a place for it there, else behind the words of all."""
    data = {"contact": "+1 202 555 0100", **english("help", "{sender_name}, call {contact}.")}
    replies = compiled(data)
    assert "acme, call +1 202 555 0100." == replies.text(Intent.HELP, "en")
    assert replies.text(Intent.HELP, "de").endswith(" +1 202 555 0100")
    assert "555" not in replies.text(Intent.STOP, "en")


def test_words_are_read_with_what_they_mean() -> None:
    """One letter is enough in China alone."""
    words = {"stop": ["ya basta"], "help": ["quién"]}
    assert {Intent.STOP: ("ya basta",), Intent.HELP: ("quién",)} == dict(compiled({"words": words}).words)
    assert {Intent.STOP: ("X",)} == dict(compiled({"words": {"stop": ["X"]}}, region="CN").words)
    assert compiled({"unsure": "wait"}).waits


@pytest.mark.parametrize(
    ("data", "place", "mend"),
    [
        ([], "replies", "mapping"),
        ({"colour": "red"}, "replies", "colour is unknown"),
        ({"name": ""}, "replies.name", "must be a text"),
        ({"name": "x" * 61}, "replies.name", "61 characters, at most 60"),
        ({"name": "Acme\u202e"}, "replies.name", "nobody sees"),
        ({"name": "Acme 20% off"}, "replies.name", "for sale"),
        ({"contact": 5}, "replies.contact", "must be a text"),
        ({"contact": "{sender_name}"}, "replies.contact", "brace"),
        ({"unsure": "maybe"}, "replies.unsure", "stop or wait"),
        ({"texts": {"xx": {}}}, "replies.texts.xx", "zh-Hans"),
        ({"texts": {"en": {"bye": "x"}}}, "replies.texts.en", "bye is unknown"),
        (english("stop", "Bye."), "replies.texts.en.stop", "must name {sender_name}"),
        (english("stop", "{sender_name} {name}"), "replies.texts.en.stop", "placeholder"),
        (english("stop", "{sender_name}\nBye"), "replies.texts.en.stop", "one line"),
        (english("stop", "{sender_name}: 10% off if you stay"), "replies.texts.en.stop", "advertises"),
        (english("stop", "{sender_name}: reply YES to buy"), "replies.texts.en.stop", "advertises (buy)"),
        (english("start", "{sender_name}：全场优惠"), "replies.texts.en.start", "advertises (优惠)"),
        (english("stop", "{sender_name}, see https://acme.example"), "replies.texts.en.stop", "link"),
        (english("stop", "{sender_name}, see acme.com"), "replies.texts.en.stop", "link"),
        (english("stop", "{sender_name}: your number is 482 913"), "replies.texts.en.stop", "code"),
        (english("stop", "{sender_name}, {contact}"), "replies.texts.en.stop", "placeholder"),
        (english("help", "{sender_name}, {contact}"), "replies.texts.en.help", "set replies.contact"),
        ({"contact": "a@b.example", **english("help", "{sender_name}")}, "replies.texts.en.help", "{contact}"),
        (english("stop", "{sender_name}" + "x" * 303), "replies.texts.en.stop", "307 characters"),
        (english("stop", "{sender_name}" + "断" * 131), "replies.texts.en.stop", "135 characters"),
        ({"contact": "https://" + "x" * 92}, "replies.texts.es.help", "at most 134"),
        ({"words": {"none": ["x"]}}, "replies.words", "none is unknown"),
        ({"words": {"stop": ["x"]}}, "replies.words.stop[0]", "CN"),
        ({"words": {"stop": ["!!"]}}, "replies.words.stop[0]", "no letter"),
        ({"words": {"stop": ["help"]}}, "replies.words.stop[0]", "help"),
        ({"words": {"start": ["ok go", "yes"]}}, "replies.words.start[1]", "never starts"),
        ({"words": {"start": ["Stop!"]}}, "replies.words.start[0]", "stop"),
        ({"words": {"stop": ["basta"] * 101}}, "replies.words.stop", "at most 100"),
        ({"words": {"stop": ["halt now"], "help": ["HALT NOW"]}}, "replies.words.help[0]", "means something else"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_its_mend(data: object, place: str, mend: str) -> None:
    """Nothing that the gate would not say is accepted."""
    with pytest.raises(ValueError, match=r"^replies") as refused:
        compiled(data)
    said = str(refused.value)
    assert (True, True) == (said.startswith(f"{place}:"), mend in said), said


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("hello", (5, MOST_SEPTETS)),
        ("10 € [x]", (11, MOST_SEPTETS)),
        ("ç", (1, MOST_UNITS)),
        ("退订", (2, MOST_UNITS)),
        ("👋", (2, MOST_UNITS)),
    ],
)
def test_length_is_counted_as_the_carrier_counts(written: str, expected: tuple[int, int]) -> None:
    """In septets of the default alphabet, where one character outside it makes all of them wide."""
    assert expected == size(written)
