"""What `ocr --questions` and `ocr --fields` make of read pages."""

from __future__ import annotations

import pytest

from commands.ocr_fields import field_objects, fields_by_document, print_fields
from commands.ocr_questions import print_questions, question_objects, questions_by_document
from pipeline.events import Line, Page, Word


def page(document: str, number: int, *texts: str) -> Page:
    """A page with those lines; each word is one that was read with confidence 0.5."""
    lines = tuple(
        Line(place, text, tuple(Word(word, 0, 0, 9, 9, 0.5) for word in text.split()))
        for place, text in enumerate(texts, 1)
    )
    return Page(document, number, 2, lines)


EXAM = (
    page("exam.png", 2, "capital of Hungary?", "2. Is ice", "a metal?"),
    page("exam.png", 1, "Geography test", "1. Which river flows through the"),
    page("note.png", 1, "Milk and bread"),
)
FORM = (page("form.png", 1, "Name:   Ann", "Pay: [x] Cash [ ] Card", "Phone:"), page("note.png", 1, "Milk and bread"))


def test_questions_of_each_document() -> None:
    """Documents in their order, pages by number, each question with its place."""
    found = questions_by_document(EXAM)
    assert list(found) == ["exam.png", "note.png"]
    assert found["note.png"] == ()
    assert question_objects(found["exam.png"]) == [
        {
            "kind": "question",
            "number": "1.",
            "parent": "",
            "stem": "",
            "text": "Which river flows through the capital of Hungary?",
            "options": [],
            "asked": "Which river flows through the capital of Hungary?",
            "page": 1,
            "lines": [2],
        },
        {
            "kind": "question",
            "number": "2.",
            "parent": "",
            "stem": "",
            "text": "Is ice a metal?",
            "options": [],
            "asked": "Is ice a metal?",
            "page": 2,
            "lines": [2, 3],
        },
    ]


def test_questions_in_print(capsys: pytest.CaptureFixture[str]) -> None:
    """One a line with its place, options below; a document without any is named on stderr."""
    print_questions((*EXAM, page("q.png", 1, "1. Which is red?", "A. grass   B. blood", "2. Why? ☐ Yes ☐ No")))
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "exam.png: 2 questions",
        "1. Which river flows through the capital of Hungary?   question, page 1, line 2",
        "2. Is ice a metal?   question, page 2, lines 2-3",
        "q.png: 2 questions",
        "1. Which is red?   choice, page 1, lines 1-2",
        "    A. grass",
        "    B. blood",
        "2. Why?   choice, page 1, line 3",
        "    - Yes",
        "    - No",
    ]
    assert printed.err == "note.png: no questions found\n"


def test_fields_of_each_document() -> None:
    """Key, value, place and confidence; boxes with what is ticked; an empty field has an empty value."""
    found = fields_by_document(FORM)
    assert found["note.png"] == ()
    assert field_objects(found["form.png"]) == [
        {"key": "Name", "value": "Ann", "page": 1, "line": 1, "confidence": 0.5},
        {
            "key": "Pay",
            "value": "Cash",
            "page": 1,
            "line": 2,
            "confidence": 0.5,
            "options": [{"text": "Cash", "checked": True}, {"text": "Card", "checked": False}],
        },
        {"key": "Phone", "value": "", "page": 1, "line": 3, "confidence": 0.5},
    ]


def test_fields_in_print(capsys: pytest.CaptureFixture[str]) -> None:
    """One a line with its place; an empty one says so, a document without any is named on stderr."""
    print_fields(FORM)
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "form.png: 3 fields",
        "Name: Ann   page 1, line 1, 50% sure",
        "Pay: Cash   page 1, line 2, 50% sure",
        "Phone: (empty)   page 1, line 3, 50% sure",
    ]
    assert printed.err == "note.png: no fields found\n"


def test_control_characters_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither those of a name nor those of a text."""
    print_fields([page("a\x1b[2J.png", 1, "Name: A\x1b[31mnn")])
    print_questions([page("a\x1b[2J.png", 1, "1. Who\x1b[31m are you?")])
    assert "\x1b" not in capsys.readouterr().out
