"""Follow-ups, and what the user told."""

from datetime import UTC, datetime

import pytest

from gateway.engines.reader import read
from gateway.engines.reader.followups import completed
from text.prompt import PromptParts

NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("previous", "question", "whole"),
    [
        ("What is 2 plus 2?", "And 3 plus 9?", "3 plus 9"),
        ("What is two plus two?", "And three times nine?", "three times nine"),
        ("When does bus 12 reach the university?", "And bus 14?", "when does bus 14 reach the university"),
        ("When does bus 12 reach the university?", "and the hospital?", "when does bus 12 reach the hospital"),
        ("When does bus 12 reach the university?", "and when does it leave", "when does bus 12 leave"),
        ("What is the third step?", "what about the second one?", "what is the second step"),
        ("Is it open on Monday?", "and on Sunday?", "is it open on sunday"),
        ("How much sugar do I need?", "And flour?", "how much flour do i need"),
        ("What is the total?", "and the due date?", "what is the due date"),
        ("What is the total?", "who sent it?", "who sent it?"),
        ("停水日期是哪天？", "那地址呢？", "地址是什么"),
        ("12路车几点到？", "那14路呢", "14路车几点到？"),
    ],
)
def test_questions_are_made_whole(previous: str, question: str, whole: str) -> None:
    """A fragment takes the place of its like in the question before; a whole question stays."""
    assert completed(question, previous) == whole


TOLD = (
    ("My name is Alice and I live in Oslo.", "Noted."),
    ("I have two dogs.", "Noted."),
    ("我的电话是555-1234。", "好。"),
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("what is my name", "Your name is Alice."),
        ("Where do I live?", "You told me: “My name is Alice and I live in Oslo.”"),
        ("How many dogs do I have?", "You told me: “I have two dogs.”"),
        ("我的电话是多少？", "您的电话是555-1234。"),
        ("What is my shoe size?", "I cannot say: you have not told me that."),
    ],
)
def test_what_was_told_is_remembered(question: str, answer: str) -> None:
    """Facts from the conversation are given back; what was not told is not invented."""
    assert read(PromptParts(question, exchanges=TOLD), NOW).answer == answer


def test_the_summary_is_remembered_too() -> None:
    """What the conversation's summary says counts as said."""
    parts = PromptParts("What is my name?", summary="The user's name is Bob. The total was $420.00.")
    assert read(parts, NOW).answer == "Your name is Bob."
    again = PromptParts("What was the total?", summary=parts.summary)
    assert "$420.00" in read(again, NOW).answer


def test_a_fact_is_acknowledged() -> None:
    """A statement is no question."""
    assert read(PromptParts("My name is Peter."), NOW).answer == "Hello, Peter."
