"""Telling invented text from heard text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.invented_text import is_believable, without_loops


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("you you you you you you you you", "you"),
        ("Thank you. Thank you. Thank you. Thank you. Thank you.", "Thank you."),
        ("The date is May. and then and then and then and then and then it ends", "The date is May. and then it ends"),
        ("谢谢观看谢谢观看谢谢观看谢谢观看", "谢谢观看"),
        ("The The the THE the the", "The"),
    ],
)
def test_a_loop_is_kept_once(text: str, kept: str) -> None:
    """A word six times over, or a phrase four times, is said once; what surrounds it stays."""
    assert without_loops(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "No, no, no, that is wrong.",
        "Read the first line, then the second line, then the third line.",
        "My number is 555 555 1234.",
        "It's that that that counts.",
        "妈妈妈妈妈",
        "",
        "...",
    ],
)
def test_what_people_say_stays_as_it_is(text: str) -> None:
    """Ordinary repetition is no loop."""
    assert without_loops(text) == text


@given(st.text(alphabet="ab ,.发票", max_size=60))
def test_what_is_left_holds_no_loop(text: str) -> None:
    """Taking loops out twice takes out no more than once, and adds nothing."""
    once = without_loops(text)
    assert without_loops(once) == once
    assert len(once) <= len(text)


def test_a_full_window_of_loops_is_quick() -> None:
    """The longest output that the model can make is checked in a moment."""
    started = time.process_time()
    without_loops(" ".join(f"word{n % 97}" for n in range(440)))
    without_loops("a b " * 440)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("text", "speech_s", "verdict"),
    [
        ("What is the total on this invoice?", 1.7, True),
        ("No.", 0.2, True),
        ("Thanks for watching, please subscribe!", 0.2, False),
        ("...", 2.0, False),
        ("♪♪", 2.0, False),
        ("", 1.0, False),
        ("发票的总金额是多少", 1.5, True),
    ],
)
def test_text_must_fit_into_the_time(text: str, speech_s: float, verdict: bool) -> None:
    """More than can be said, and text without a letter, was not heard."""
    assert is_believable(text, speech_s) is verdict
