from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.redaction import Redactor
from r1.redaction.placeholders import LONGEST, PLACEHOLDER, beginning_of_placeholder
from r1.results import Delta
from r1.thinking import ThinkSplitter
from tests.r1.redaction.texts import restored

REDACTION = Redactor().redact("alice@example.com bob@example.com 13800138000 4111111111111111 https://u:p@example.com")

WRITINGS = [
    ("<EMAIL_1>", "alice@example.com"),
    ("**<EMAIL_2>**", "**bob@example.com**"),
    ("<email_1>", "alice@example.com"),
    ("<Email 1>", "alice@example.com"),
    ("<EMAIL-1>", "alice@example.com"),
    (r"<EMAIL\_1>", "alice@example.com"),
    ("< EMAIL_1 >", "alice@example.com"),
    ("＜EMAIL_1＞", "alice@example.com"),
    ("&lt;EMAIL_1&gt;", "alice@example.com"),
    ("请拨打<PHONE_1>。", "请拨打13800138000。"),
    ("<BANK CARD 1>", "4111111111111111"),
    ("<bank-card_1>", "4111111111111111"),
    (r"&lt; url\_credentials\_1 &gt;", "u:p"),
    ("<<EMAIL_1>>", "<alice@example.com>"),
    ("<EMAIL_<PHONE_1>", "<EMAIL_13800138000"),
    ("<EMAIL_3>", "<EMAIL_3>"),
    ("<EMAIL_01>", "<EMAIL_01>"),
    ("<EMAIL_12>", "<EMAIL_12>"),
    ("<EMAIL_1234567>", "<EMAIL_1234567>"),
    ("<NAME_1>", "<NAME_1>"),
    ("EMAIL_1", "EMAIL_1"),
    ("<EMAIL__1>", "<EMAIL__1>"),
    ("<EMAIL_1", "<EMAIL_1"),
    ("a < b && c", "a < b && c"),
]


@pytest.mark.parametrize(("answer", "expected"), WRITINGS)
def test_placeholders_come_back_as_models_write_them(answer: str, expected: str) -> None:
    """Each writing is read whole and one character at a time; what was not given out stays."""
    assert restored(REDACTION, answer) == expected
    assert restored(REDACTION, answer, range(len(answer))) == expected


PIECES = st.sampled_from(
    [writing for writing, _expected in WRITINGS] + list("<>&;_1 E\\") + ["&l", "EMAIL", "_1>", "gt;", "＜"]
)


@given(
    st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=15).map("".join),
    st.lists(st.integers(0, 300), max_size=20),
)
def test_any_cutting_gives_the_same(text: str, cuts: list[int]) -> None:
    """Whatever the answer, it never raises, and the pieces in which it comes make no difference."""
    assert restored(REDACTION, text, cuts) == restored(REDACTION, text)


@given(st.lists(PIECES, max_size=10).map("".join))
def test_little_is_held_back(text: str) -> None:
    """Never more than the longest placeholder less one character, well within a window of 64, and only a beginning."""
    assert LONGEST <= 64
    restorer = REDACTION.restorer()
    fed = given_back = ""
    for character in text:
        fed += character
        given_back += restorer.feed(character)
        held = beginning_of_placeholder(fed)
        assert held < LONGEST
        assert given_back == PLACEHOLDER.sub(lambda found: restored(REDACTION, found[0]), fed[: len(fed) - held])


@pytest.mark.parametrize("writing", [writing for writing, _expected in WRITINGS if PLACEHOLDER.fullmatch(writing)])
def test_every_beginning_is_held(writing: str) -> None:
    """No part of a placeholder gets out before the whole of it is there."""
    restorer = REDACTION.restorer()
    assert [restorer.feed(character) for character in writing[:-1]] == [""] * (len(writing) - 1)


@pytest.mark.parametrize("text", ["<b", "<think", "&amp", "<EMAIL_x", "x <", "<3", "<EMAIL_1234567"])
def test_other_angle_brackets_go_on_at_once(text: str) -> None:
    """What can no longer become a placeholder is not held back."""
    restorer = REDACTION.restorer()
    assert restorer.feed(text + "!") == text + "!"


def test_without_values_nothing_is_held() -> None:
    """A call that had nothing to redact streams as if there were no redaction."""
    assert Redactor().redact("Total $420.00").restorer().feed("<EMAIL_") == "<EMAIL_"


def test_flush_leaves_the_restorer_as_new() -> None:
    """An answer that breaks off within a placeholder is given as it is, once."""
    restorer = REDACTION.restorer()
    assert (restorer.feed("to <EMAIL_"), restorer.flush(), restorer.flush()) == ("to ", "<EMAIL_", "")
    assert restorer.feed("1>") == "1>"


def test_channels_do_not_meet() -> None:
    """The answer's restorer knows nothing of what the thoughts' holds back."""
    thoughts, answer = REDACTION.restorer(), REDACTION.restorer()
    assert thoughts.feed("<EMAIL_") == ""
    assert answer.feed("1>") == "1>"
    assert thoughts.feed("1>") == "alice@example.com"


def test_a_value_is_not_read_again() -> None:
    """A value that looks like a placeholder of another comes back as it was."""
    redaction = Redactor().redact('password: "<EMAIL_1" a@example.com')
    assert restored(redaction, redaction.text) == 'password: "<EMAIL_1" a@example.com'


@given(st.lists(st.integers(0, 100), max_size=10))
def test_the_parser_of_thoughts_lets_placeholders_pass(cuts: list[int]) -> None:
    """Placeholders in thoughts and answer survive the splitter that comes before the restorer."""
    text = "<think>Is it <EMAIL_1>?</think>Yes: <PHONE_1>"
    splitter = ThinkSplitter("tagged")
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    deltas: list[Delta] = []
    for start, end in itertools.pairwise(edges):
        deltas += splitter.feed(text[start:end])
    deltas += splitter.finish(complete=True)
    restorers = {"thought": REDACTION.restorer(), "answer": REDACTION.restorer()}
    said = {"thought": "", "answer": ""}
    for delta in deltas:
        said[delta.kind] += restorers[delta.kind].feed(delta.text)
    assert said["thought"] + restorers["thought"].flush() == "Is it alice@example.com?"
    assert said["answer"] + restorers["answer"].flush() == "Yes: 13800138000"
