"""Places that an answer names: held against the pages, and said aloud."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.context import ConversationContext
from pipeline.events import Answer, Citation, Line, Page, Question
from pipeline.runner import Pipeline
from pipeline.testing import VirtualClock, scripted
from stages.citing import Citing
from stages.reasoning import Reasoner
from tests.r1.upstream import DONE, Upstream, data, guide_event, stream
from text.marks import Mark


def page(document: str, number: int, count: int, *texts: str) -> Page:
    """A page with those lines."""
    return Page(document, number, count, tuple(Line(place, text) for place, text in enumerate(texts, 1)))


INVOICE = page(
    "invoice.png", 1, 1, "Invoice 2047", "Tax   $20.00", "Total   $1,420.00", "Due in 30 days", "Page 1",
    "Signed 03.05.47", "Pay in twelve months",
)  # fmt: skip
LETTER = page("letter.png", 1, 1, "Dear Ann,", "the rent is $900.00.")
REPORT = tuple(page("report.pdf", number, 3, f"Page {number}", "Costs rose.") for number in (1, 2, 3))


def cited(answer: str, pages: Sequence[Page], *marks: tuple[str, int, int]) -> tuple[list[int], int]:
    """The lines that hold, and how many were left out."""
    citing = Citing(pages)
    for mark in marks:
        citing.add(Mark(*mark))
    places = citing.checked(answer)
    return [citation.line for citation in places.citations], places.unproven


@pytest.mark.parametrize(
    ("answer", "lines", "kept"),
    [
        ("The total is $1,420.00.", [3], [3]),
        ("The total is 1420 dollars.", [3], [3]),
        ("总额是１４２０元。", [3], [3]),
        ("The total is $1,420.00.", [2], []),
        ("The total is $1,420.00.", [2, 3], [2, 3]),
        ("The total is $1,420.00, with a tax of $20.00.", [2], [2]),
        ("Without the tax it is $1,400.00.", [2, 3], [2, 3]),
        ("It is due in 30 days.", [1], [1]),
        ("There is a tax.", [2], [2]),
        ("It is invoice 2047.", [4], []),
        ("It was signed on May 3, 2047.", [6], [6]),
        ("It was signed on May 3, 2047.", [2], []),
        ("It must be paid within a year: in 2047.", [7], [7]),
    ],
)
def test_a_line_that_cannot_be_proof_is_left_out(answer: str, lines: list[int], kept: list[int]) -> None:
    """One without any figure of the answer, when a telling one stands in another line; sums and small figures pass."""
    found = cited(answer, [INVOICE], *(("invoice.png", 1, line) for line in lines))
    assert found == (kept, len(lines) - len(kept))


def test_places_that_there_are_not_are_counted() -> None:
    """Each once, however often it was named."""
    marks = [("invoice.png", 1, 3), ("invoice.png", 1, 99), ("invoice.png", 2, 1), ("x", 1, 1), ("invoice.png", 1, 99)]
    assert cited("It is so.", [INVOICE], *marks) == ([3], 3)


@given(st.text(max_size=40), st.lists(st.tuples(st.just("invoice.png"), st.integers(0, 2), st.integers(0, 7))))
def test_any_answer(answer: str, marks: list[tuple[str, int, int]]) -> None:
    """What is cited stands there; nothing named is lost from the count."""
    lines, unproven = cited(answer, [INVOICE], *marks)
    assert len(lines) + unproven == len(set(marks))
    assert set(lines) <= set(range(1, 8))


@pytest.mark.parametrize(
    ("answer", "pages", "marks", "said"),
    [
        ("It is $20.", [INVOICE], [("invoice.png", 1, 2)], ""),
        ("It is $20.", [INVOICE, LETTER], [("invoice.png", 1, 2)], "In invoice.png."),
        ("In invoice.png it is $20.", [INVOICE, LETTER], [("invoice.png", 1, 2)], ""),
        ("是20元。", [INVOICE, LETTER], [("invoice.png", 1, 2)], "在invoice.png。"),
        ("They rose.", REPORT, [("report.pdf", 2, 2)], "On page 2."),
        ("They rose.", REPORT[1:2], [("report.pdf", 2, 2)], "On page 2."),
        ("They rose, page two says.", REPORT, [("report.pdf", 2, 2)], ""),
        ("They rose.", REPORT, [("report.pdf", 2, 2), ("report.pdf", 2, 1), ("report.pdf", 1, 2)], "On pages 1 and 2."),
        ("成本上升了。", REPORT, [("report.pdf", 2, 2)], "在第2页。"),
        ("They rose.", [*REPORT, INVOICE], [("report.pdf", 2, 2)], "On page 2 of report.pdf."),
        ("成本上升了。", [*REPORT, INVOICE], [("report.pdf", 2, 2)], "在report.pdf的第2页。"),
        (
            "They rose.",
            [*REPORT, INVOICE],
            [("report.pdf", 2, 2), ("invoice.png", 1, 1)],
            "On page 2 of report.pdf and in invoice.png.",
        ),
        ("They rose.", [*REPORT, INVOICE], [], ""),
    ],
)
def test_where_it_stands_is_said(
    answer: str, pages: Sequence[Page], marks: list[tuple[str, int, int]], said: str
) -> None:
    """The page of a document with several, the document where there are several, and neither twice."""
    citations = [Citation(document, number, line, "quote") for document, number, line in marks]
    assert Citing(pages).spoken(answer, citations) == said


def replied(text: str, *pages: Page) -> list[Any]:
    """The events of a turn over `pages`, in which R1 says `text`."""
    upstream = Upstream([stream([*data(guide_event(text, ""), guide_event("", "", "stop")), DONE])])

    async def main() -> list[Any]:
        reasoner = Reasoner(upstream.client())
        inputs = [*((0.0, each) for each in pages), (0.0, Question("What is it?"))]
        async with Pipeline(reasoner, inputs=reasoner.accepts).turn(ConversationContext(), scripted(*inputs)) as turn:
            return [event async for event in turn]

    return VirtualClock().run(main())


def test_the_place_is_an_aside_behind_the_answer() -> None:
    """It delays no piece of the answer, and is no part of its text."""
    *deltas, answer = replied("They rose [report.pdf p2 l2].", *REPORT, INVOICE)
    assert [(delta.text, delta.aside) for delta in deltas] == [
        ("They rose.", False), ("On page 2 of report.pdf.", True),
    ]  # fmt: skip
    assert isinstance(answer, Answer) and answer.text == "They rose."


def test_marks_of_hard_words_are_not_repeated() -> None:
    """An engine may copy them from the prompt; they are neither shown nor said."""
    *deltas, answer = replied("It is $4(?) (in all (?)) [invoice.png p1 l2].", INVOICE)
    assert "".join(delta.text for delta in deltas) == answer.text == "It is $4 (in all )."


def test_what_was_left_out_is_counted_and_not_said() -> None:
    """A place that there is not is neither shown nor spoken."""
    *deltas, answer = replied("They rose [report.pdf p4 l2] [x p1 l1].", *REPORT)
    assert [delta.text for delta in deltas] == ["They rose."]
    assert answer.citations == () and answer.unproven == 2
