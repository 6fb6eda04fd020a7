"""The document in use has the word, and words that were hard to read are told as such."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.engines.reader import read
from text.marks import find_marks
from text.prompt import PromptPage, PromptParts, PromptUse, build_prompt, parse_prompt

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
INVOICE = PromptPage("invoice.png", 1, ("ACME Ltd", "Invoice number: 7", "Phone: 555-0100", "Total   $420.00"))
LETTER = PromptPage("letter.png", 1, ("Dear Ann,", "Phone: 555-0142", "The rent is $900.00 a month.", "Total   $88.00"))
NOTICE = PromptPage("通知.png", 1, ("停水通知", "电话：555-0199", "停水时间：上午9点"))


def answer(question: str, *pages: PromptPage, used: str = "", said: tuple[tuple[str, str], ...] = ()) -> str:
    """The reader's answer, with its marks; `used` was put in use before the question."""
    uses = (PromptUse(used, len(said)),) if used else ()
    prompt = build_prompt(PromptParts(question, pages, "", said, uses))
    return read(parse_prompt(prompt), NOW).answer


@pytest.mark.parametrize(
    ("question", "used", "wanted", "document"),
    [
        ("What is the total?", "letter.png", "$88.00", "letter.png"),
        ("What is the total?", "invoice.png", "$420.00", "invoice.png"),
        ("What is the phone number?", "通知.png", "555-0199", "通知.png"),
        ("电话是多少？", "letter.png", "555-0142", "letter.png"),
        ("What is the rent?", "invoice.png", "$900.00", "letter.png"),
        ("停水时间是什么时候？", "invoice.png", "9点", "通知.png"),
        ("What is the total on the invoice?", "letter.png", "$420.00", "invoice.png"),
        ("What is the invoice number?", "letter.png", "7", "invoice.png"),
    ],
)
def test_the_document_in_use_is_read_first(question: str, used: str, wanted: str, document: str) -> None:
    """The others answer what it does not say, or what is asked about them by name."""
    said = answer(question, INVOICE, LETTER, NOTICE, used=used)
    assert wanted in said
    assert {mark.document for mark in find_marks(said)} == {document}


def test_without_one_in_use_both_answer() -> None:
    """As before: each with its document's name."""
    said = answer("What is the total?", INVOICE, LETTER)
    assert "$420.00" in said and "$88.00" in said


def test_what_no_document_says_is_not_found() -> None:
    """Whichever is in use."""
    assert "cannot find" in answer("What is the postal code?", INVOICE, LETTER, used="letter.png")


def test_a_follow_up_goes_back_beyond_a_request() -> None:
    """It is completed with the question before, and answered from the document that was asked for."""
    said = (("What is the phone number?", "The phone number is 555-0142."), ("use the invoice", "I am using"))
    assert "$420.00" in answer("and the total?", INVOICE, LETTER, used="invoice.png", said=said)


def test_requests_are_no_facts() -> None:
    """What was said of the documents is not recalled as if somebody had told it."""
    said = (("forget the letter", "letter.png is no longer attached."),)
    assert "forget" not in answer("What did I tell you about the letter?", said=said)


@pytest.mark.parametrize(
    ("question", "lines", "wanted"),
    [
        ("What is the total?", ("Bill", "Total   $42.00(?)"), "The total is $42.00, but that word is hard to read."),
        ("What is the total?", ("Bill", "Total(?)   $42.00"), "The total is $42.00."),
        ("What is the total?", ("Bill", "Total   $42.00", "Tax   $4.00(?)"), "The total is $42.00."),
        ("总额是多少？", ("账单", "总额：420(?)元"), "总额是420元，不过这个字不太清楚。"),
        ("总额是多少？", ("账单", "总额(?)：420元"), "总额是420元。"),
    ],
)
def test_a_value_that_was_hard_to_read_is_told_as_such(question: str, lines: tuple[str, ...], wanted: str) -> None:
    """And only the value that is answered with; no mark is ever shown."""
    said = answer(question, PromptPage("a.png", 1, lines))
    assert said.startswith(wanted + " [")


def test_a_quotation_is_shown_without_marks() -> None:
    """Its figures are doubted, its words are not."""
    bill = ("Please note", "The repair(?) of the lift begins on May 4(?) in house three.", "Kind regards")
    said = answer("When does the repair of the lift begin?", PromptPage("a.png", 1, bill))
    assert "(?)" not in said and "May 4" in said and "hard to read" in said
    assert "hard to read" not in answer(
        "When does the repair of the lift begin?",
        PromptPage("a.png", 1, ("Please note", "The repair(?) of the lift begins on May 4 in house three.")),
    )


def test_a_real_question_mark_in_brackets_stays() -> None:
    """The page itself may have one: the prompt shows it with a backslash, and the quotation as printed."""
    sheet = PromptPage("a.png", 1, ("Note", "The garage door (\\?) is opened by Mr Bell on Sunday."))
    assert "door (?) is" in answer("Who opens the garage door?", sheet)
