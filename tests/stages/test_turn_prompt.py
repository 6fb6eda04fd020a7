"""What of the documents stands in a prompt: marks for what was hard to read, and of long ones what is asked about."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.context import ConversationContext, Exchange
from pipeline.events import Citation, Line, Page, Word
from stages.turn_prompt import fit_pages, turn_prompt
from text.document_replies import WITHDRAWN
from text.prompt import PromptPage, PromptParts, build_prompt, parse_prompt
from text.tokens import estimate_tokens


def asked(question: str, context: ConversationContext, page_tokens: int = 8000) -> PromptParts:
    """The parts of the prompt for `question`."""
    return parse_prompt(asyncio.run(turn_prompt(question, context, page_tokens)))


def page(name: str, number: int, count: int, *texts: str) -> Page:
    """A page with those lines."""
    return Page(name, number, count, tuple(Line(place, text) for place, text in enumerate(texts, 1)))


def words(*read: tuple[str, float]) -> tuple[Word, ...]:
    """Words with their confidence."""
    return tuple(Word(text, 0, 0, 1, 1, confidence) for text, confidence in read)


def test_words_that_were_hard_to_read_are_marked() -> None:
    """In English and Chinese; a mark that is on the page is another one."""
    lines = (
        Line(1, "Total   $42O.00", words(("Total", 0.9), ("$42O.00", 0.3))),
        Line(2, "总额：420元", words(("总额：", 0.9), ("420", 0.2), ("元", 0.9))),
        Line(3, "Why (?)", words(("Why", 0.9), ("(?)", 0.9))),
    )
    parts = asked("?", ConversationContext(pages=(Page("a.png", 1, 1, lines),)))
    assert parts.pages[0].lines == ("Total   $42O.00(?)", "总额：420(?)元", "Why (\\?)")


def book(*, chinese: bool = False) -> tuple[Page, ...]:
    """Thirty pages of a contract: sections with clauses, and a table on page 17."""
    pages = []
    for number in range(1, 31):
        if chinese:
            texts = [f"第{number}条", *(f"甲乙双方应当遵守本条的第{clause}项规定。" for clause in range(1, 31))]
        else:
            texts = [f"{number}  Clause of the parties"]
            texts += [f"The parties agree on point {clause} of this clause as before." for clause in range(1, 31)]
        pages.append(texts)
    if chinese:
        pages[16][10:13] = ["押金", "租户入住前须支付九百元，", "退房后三十天内退还。"]
        pages[17][5:8] = ["费用   一月   二月", "水费   30元   35元", "网费   80元   80元"]
    else:
        pages[16][10:13] = ["Deposit", "The tenant pays 900 euro before moving in.", "It is returned in 30 days."]
        pages[17][5:8] = ["Charge   January   February", "Water   $30   $35", "Internet   $80   $80"]
    return tuple(page("contract.pdf", number, 30, *texts) for number, texts in enumerate(pages, 1))


@pytest.mark.parametrize(
    ("question", "chinese", "number", "texts"),
    [
        ("How much does the tenant pay before moving in?", False, 17, ["Deposit", "The tenant pays 900 euro"]),
        ("When is the deposit returned?", False, 17, ["Deposit", "It is returned in 30 days."]),
        ("What is the charge for the internet in February?", False, 18, ["Charge   January   February", "Internet"]),
        ("租户入住前要支付多少钱？", True, 17, ["押金", "租户入住前须支付九百元，"]),
        ("押金什么时候退还？", True, 17, ["押金", "退房后三十天内退还。"]),
        ("二月的网费是多少？", True, 18, ["费用   一月   二月", "网费   80元   80元"]),
    ],
)
def test_of_thirty_pages_the_right_lines_are_there(question: str, chinese: bool, number: int, texts: list[str]) -> None:
    """With the heading above them, and a row of a table with the table's first row; within the budget."""
    context = ConversationContext(pages=book(chinese=chinese))
    parts = asked(question, context, 1500)
    assert sum(estimate_tokens(line) for sheet in parts.pages for line in sheet.lines) <= 1500
    shown = next(sheet.lines for sheet in parts.pages if sheet.number == number)
    for text in texts:
        (line,) = (line for line in shown if line.startswith(text))
        assert line == context.pages[number - 1].lines[shown.index(line)].text


def test_a_heading_that_is_asked_about_leads_to_what_stands_under_it() -> None:
    """Of two lines that are alike, the one under the heading in question comes first."""
    lines = ["Summer", "The office is open from eight.", *["Nothing."] * 9, "Winter", "The office is open from ten."]
    (sheet,) = fit_pages([PromptPage("a", 1, tuple(lines))], "From when is the office open in winter?", 40)
    assert "The office is open from ten." in sheet.lines and "Winter" in sheet.lines
    assert "The office is open from eight." not in sheet.lines


def test_the_document_in_use_comes_first() -> None:
    """Of lines that are alike, and where no line is in question."""
    pages = [PromptPage(name, 1, ("Rent is due in May.", *["Nothing."] * 9)) for name in ("a", "b")]
    assert [sheet.document for sheet in fit_pages(pages, "When is the rent due?", 25, "b")] == ["b"]
    assert [sheet.document for sheet in fit_pages(pages, "zzz", 25, "b")] == ["b"]
    assert [sheet.document for sheet in fit_pages(pages, "zzz", 25)] == ["a"]


def test_a_request_does_not_lead_the_search() -> None:
    """A follow-up is about the question before the request, not about the request."""
    context = ConversationContext(
        pages=book(),
        recent=(
            Exchange("When is the deposit returned?", "In 30 days."),
            Exchange("What documents do you have?", "I have one document: contract.pdf, 30 pages."),
        ),
    )
    parts = asked("And how much?", context, 300)
    assert 17 in {sheet.number for sheet in parts.pages}


def test_what_is_left_out_costs_nothing() -> None:
    """A line at the foot of a long page comes alone."""
    lines = (*["Nothing here."] * 60, "The key lies under the mat.")
    (sheet,) = fit_pages([PromptPage("a", 1, lines)], "Where is the key?", 60)
    assert build_prompt(PromptParts("?", (sheet,))).count("[a p1 l") <= 3


def test_answers_go_with_the_lines_they_rest_on() -> None:
    """A document that was dropped, or came again with another line there, is no source any more; nor in the summary."""
    cited = (Citation("a.png", 1, 2, "Total   $420.00"),)
    said = (Exchange("What is the total?", "The total is $420.00.", cited), Exchange("Is it cold?", "I cannot say."))
    summary = "The assistant answered:\n- The tax is $20. (a.png p1)\n- The rent is $900. (b.png p1)"
    sheets = (page("a.png", 1, 1, "Invoice", "Total   $420.00"), page("b.png", 1, 1, "Rent   $900"))
    context = ConversationContext(summary=summary, recent=said, pages=sheets)
    parts = asked("?", context)
    assert parts.exchanges[0][1] == "The total is $420.00." and parts.summary == summary
    moved = asked("?", context.with_pages([page("a.png", 1, 1, "Total   $420.00", "Paid")]))
    assert moved.exchanges == parts.exchanges
    other = asked("?", context.with_pages([page("a.png", 1, 1, "Invoice", "Total   $99.00")]))
    assert other.exchanges == (("What is the total?", WITHDRAWN), ("Is it cold?", "I cannot say."))
    dropped = asked("?", context.without_document("a.png"))
    assert dropped.exchanges == other.exchanges
    assert dropped.summary == "The assistant answered:\n- The rent is $900. (b.png p1)"
