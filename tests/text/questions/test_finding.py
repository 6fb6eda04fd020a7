"""Which questions are found in a document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.text.questions.case import Case
from tests.text.questions.cases_chinese import CHINESE
from tests.text.questions.cases_english import ENGLISH
from tests.text.questions.cases_further import FURTHER
from tests.text.questions.cases_whole import WHOLE
from text.placed_lines import Place, PlacedLine, placed_lines
from text.questions import Option, find_questions

DOCUMENTS = ROOT / "assets" / "documents"


@pytest.mark.parametrize("case", [*ENGLISH, *CHINESE, *WHOLE, *FURTHER], ids=lambda case: case.name)
def test_the_questions_of_a_document(case: Case) -> None:
    """Every question is found with its kind, its number and what to ask, in order, and nothing else."""
    assert case.found == case.expected


def test_there_are_enough_cases() -> None:
    """At least 40 English and 30 Chinese documents, beside the whole ones."""
    assert len(ENGLISH) >= 40
    assert len(CHINESE) >= 30


def test_the_shipped_worksheet() -> None:
    """All six, with their lines; head, instruction, example and points are left out."""
    found = find_questions(placed_lines((DOCUMENTS / "worksheet.txt").read_text(encoding="utf-8")))
    assert [(question.number, question.page, question.lines) for question in found] == [
        (f"{number}.", 1, (number + 7,)) for number in range(1, 7)
    ]


@pytest.mark.parametrize("name", ["form", "invoice", "letter", "notice-zh", "recipe", "report", "timetable"])
def test_documents_without_questions(name: str) -> None:
    """Nothing is found where nothing is asked."""
    assert find_questions(placed_lines((DOCUMENTS / f"{name}.txt").read_text(encoding="utf-8"))) == ()


def test_places_options_and_parents() -> None:
    """A question tells its lines, its options and the question it is a part of."""
    first, second = find_questions(placed_lines("2. A car drives.\n(a) How far?\n3. Which is red?\nA. blood\nB. grass"))
    assert (first.parent, first.number, first.label, first.stem) == ("2.", "(a)", "2 a", "A car drives.")
    assert (first.text, first.lines) == ("How far?", (2,))
    assert second.options == (Option("A", "blood"), Option("B", "grass"))
    assert second.lines == (3, 4, 5)


def test_a_question_over_two_pages() -> None:
    """It stands where it begins; all its places are kept."""
    lines = [
        PlacedLine("1. Which river flows through the", Place(1, 30)),
        PlacedLine("capital of Hungary?", Place(2, 1)),
    ]
    (question,) = find_questions(lines)
    assert question.asked == "Which river flows through the capital of Hungary?"
    assert (question.page, question.lines) == (1, (30,))
    assert question.places == (Place(1, 30), Place(2, 1))


PIECES = st.sampled_from(
    "1.|2)|(a)|（1）|一、|①|A.|B.|Q1|•|What is|Explain|为什么|计算|？|?|____|（ ）|(5 marks)|（5分）|Section A"
    "|选择题|True or false|[ ]|Yes / No|3 + 4 =|   |the|。|.|Answer:|Example:"
    "|Dear Ann,|Name:|>|“|”|iv)|1.2|Step 1:|\t|\u3000|：".split("|")
)


@given(st.lists(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=8).map(" ".join), max_size=14))
def test_anything_is_read(lines: list[str]) -> None:
    """No text fails. Each question says something, on lines that are there, and has room for no answer behind it."""
    for question in find_questions([PlacedLine(line, Place(1, number)) for number, line in enumerate(lines, 1)]):
        assert any(map(str.isalnum, question.text))
        assert question.text == " ".join(question.text.split())
        assert question.lines
        assert all(1 <= line <= len(lines) for line in question.lines)
        assert question.asked
        assert len(set(question.places)) == len(question.places)


@given(st.integers(1, 99), st.sampled_from(["{}.", "{})", "({})", "{}、", "（{}）", "Q{}.", "第{}题："]))
def test_every_numbering_is_kept(number: int, printed: str) -> None:
    """The number comes out as it was printed, and is not part of the question."""
    (question,) = find_questions(placed_lines(f"{printed.format(number)} What is the boiling point of water?"))
    assert (question.number, question.text) == (printed.format(number), "What is the boiling point of water?")


@pytest.mark.parametrize(
    ("piece", "times"),
    [
        ("1. ", 1500),
        ("(a) ", 1000),
        ("____ ", 900),
        ("A. x ", 900),
        ("？", 4000),
        ("if a, ", 700),
        ("请用把", 1300),
        ("[ ] a ", 700),
    ],
)
def test_long_lines_take_no_long_time(piece: str, times: int) -> None:
    """A hostile line ends; the limit of the test run would end the test otherwise."""
    find_questions(placed_lines("\n".join([f"1. {piece * times}"] * 3)))
