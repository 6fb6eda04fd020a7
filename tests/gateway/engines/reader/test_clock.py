"""Questions that clock and calendar answer."""

from datetime import UTC, date, datetime

import pytest

from gateway.engines.reader.clock import is_about_now, tell
from text.script import language_of

NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)


def said(question: str) -> str | None:
    told = tell(question, NOW, language_of(question), lambda _phrase: None)
    return told.text if told else None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What time is it?", "It is 8:05 p.m."),
        ("what time is it in tokyo", "It is 5:05 a.m. in Tokyo."),
        ("what's the date", "Today is Monday, November 23, 2026."),
        ("What day is it today?", "Today is Monday, November 23, 2026."),
        ("is it tuesday today", "No. Today is Monday, November 23, 2026."),
        ("what is tomorrow's date", "It is Tuesday, November 24, 2026."),
        ("what day of the week is march third twenty twenty seven", "March 3, 2027 is a Wednesday."),
        ("how many days until christmas", "It is 32 days."),
        ("how many days are there between 3 March and 5 April 2027", "It is 33 days."),
        ("what is the date in 10 days", "It is Thursday, December 3, 2026."),
        ("which year is it", "It is 2026."),
        ("现在几点了？", "现在是20点05分。"),
        ("今天星期几", "今天是2026年11月23日，星期一。"),
        ("十天后是几号", "是2026年12月3日，星期四。"),
        ("离圣诞节还有多少天", "32天。"),
    ],
)
def test_told(question: str, answer: str) -> None:
    """Time, date, days of the week, differences and shifts, in both languages, from the clock handed in."""
    assert said(question) == answer


@pytest.mark.parametrize(
    "question",
    ["when is the due date", "what day is the meeting", "几点开会", "how long is the trip", "what time does it open"],
)
def test_questions_about_documents_are_not_for_the_clock(question: str) -> None:
    """A time or a date of something is for the document that states it."""
    assert said(question) is None


def test_a_date_of_the_document_can_be_reckoned_with() -> None:
    """For "how many days until the due date", the document gives the date, and its line is cited."""
    told = tell("how many days until the due date", NOW, "en", lambda _phrase: (date(2026, 12, 3), "[a p1 l2]"))
    assert told is not None and (told.text, told.mark) == ("It is 10 days.", "[a p1 l2]")


def test_now_is_no_document() -> None:
    """Questions about now are told from those that a document may answer."""
    assert is_about_now("what is today's date") and is_about_now("what time is it")
    assert not is_about_now("what is the date")
