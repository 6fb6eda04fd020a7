"""The reader answers what the prompt holds, cites it, and refuses the rest."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.engines.reader import read
from gateway.engines.reader.phrasing import typeset
from text.marks import find_marks
from text.prompt import PromptPage, PromptParts

NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)

RECEIPT = """CORNER CAFE
12 High Road, Oldham
Receipt No: 88-104
Date: 4 March 2026
2 Cappuccino 3.40 6.80
1 Cheese Sandwich 5.20 5.20
Tota1 $12.OO
Paid by: card
VAT $2.00"""
SCHOOL = """Green Hill Primary School
Dear parents,
the summer festival takes place on Saturday, 13 June at 14:30 in the
school garden. Please bring a cake. Dogs are not allowed. The library is
closed on Mondays. Opening hours: Tuesday to Friday 9:00 - 17:00
Kind regards,
Helen Ford
Headmistress"""
BUSES = """Line From To Departs Arrives
12 Central University 8:05 8:40
14 Central Airport 8:15 9:05
17 Market Airport 8:25 8:55"""
CHINESE = """家 长 会 通 知
时 间 ： 2026 年 3 月 12 日 （ 星 期 四 ） 下 午 两 点 半
地 点 ： 教 学 楼 三 楼 会 议 室
请 各 位 家 长 准 时 参 加 。
联 系 电 话 ： 010-5555 0123
李 明 老 师"""


def pages(**documents: str) -> tuple[PromptPage, ...]:
    return tuple(PromptPage(name, 1, tuple(text.splitlines())) for name, text in documents.items())


def answer(question: str, **documents: str) -> str:
    return read(PromptParts(question, pages(**documents)), NOW).answer


@pytest.mark.parametrize(
    ("document", "question", "said"),
    [
        (RECEIPT, "what is the total", "The total is $12.00. [doc p1 l7]"),
        (RECEIPT, "how many cappuccinos", "2"),
        (RECEIPT, "what is the receipt number", "88-104"),
        (RECEIPT, "When was the receipt issued?", "4 March 2026"),
        (RECEIPT, "How was it paid?", "card"),
        (RECEIPT, "Where is the cafe?", "12 High Road"),
        (RECEIPT, "is the total more than ten dollars", "Yes. The total is $12.00."),
        (RECEIPT, "总额是多少", "总额是$12.00。"),
        (SCHOOL, "When is the summer festival?", "Saturday, 13 June"),
        (SCHOOL, "where does the festival take place", "school garden"),
        (SCHOOL, "what should I bring", "cake"),
        (SCHOOL, "are dogs allowed", "No."),
        (SCHOOL, "Is the library open on Monday?", "No."),
        (SCHOOL, "who wrote the letter", "Helen Ford"),
        (SCHOOL, "Who is the headmistress?", "Helen Ford"),
        (SCHOOL, "what does it say about the library", "closed on Mondays"),
        (BUSES, "when does line 14 arrive at the airport", "9:05"),
        (BUSES, "when does line 12 depart", "8:05"),
        (CHINESE, "家长会什么时候开？", "3月12日"),
        (CHINESE, "在哪里开会？", "三楼会议室"),
        (CHINESE, "联系电话是多少？", "010-5555 0123"),
        (CHINESE, "What is the phone number?", "010-5555 0123"),
        ("Step 1: Heat water.\nStep 2: Add tea.", "what comes after step one", "Add tea"),
        ("1. What is 7 times 8?\n2. Name a river.", "what is the answer to question one", "7 times 8 is 56."),
    ],
)
def test_answers(document: str, question: str, said: str) -> None:
    """Fields, tables, sentences and steps are found, through errors of reading, in either language."""
    assert said in answer(question, doc=document)


@pytest.mark.parametrize(
    ("document", "question"),
    [
        (RECEIPT, "What is the discount?"),
        (RECEIPT, "How much is the tea?"),
        (RECEIPT, "What is the phone number?"),
        (RECEIPT, "Who is the waiter?"),
        (RECEIPT, "What is the order number?"),
        (SCHOOL, "How much does a ticket cost?"),
        (SCHOOL, "What is the name of the music teacher?"),
        (SCHOOL, "Is smoking allowed?"),
        (SCHOOL, "When does the winter festival take place?"),
        (BUSES, "when does line 99 arrive at the airport"),
        (BUSES, "when does line 12 reach the hospital"),
        (CHINESE, "停车费是多少？"),
        (CHINESE, "老师的邮箱是什么？"),
    ],
)
def test_refusals(document: str, question: str) -> None:
    """What the document does not say is not guessed."""
    assert answer(question, doc=document) in (
        "I cannot find that in the document.",
        "我在文件里找不到这一点。",
    )


def test_thoughts_tell_what_was_looked_at() -> None:
    """The trace names the document and the line that decided."""
    thoughts = read(PromptParts("what is the total", pages(doc=RECEIPT)), NOW).thoughts
    assert "9 lines of doc" in thoughts and "Page 1 line 7" in thoughts


def test_the_document_of_the_kind_asked_for_is_chosen() -> None:
    """With several documents, the kind named in the question decides; without one, both answers are given."""
    letter = "Letter\nPhone: 555-0001"
    invoice = "Invoice\nPhone: 555-0002"
    assert "555-0002" in answer("what is the phone number on the invoice", a=letter, b=invoice)
    both = answer("what is the phone number", a=letter, b=invoice)
    assert "In a: " in both and "555-0001" in both and "In b: " in both and "555-0002" in both


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the total?", "no document is attached"),
        ("Write a poem about spring.", "R1_BASE_URL"),
        ("Who was the first king of France?", "R1_BASE_URL"),
        ("翻译这句话", "R1_BASE_URL"),
        ("What is my name?", "you have not told me"),
        ("hello", "Hello"),
        ("", "What would you like to know?"),
    ],
)
def test_without_a_document(question: str, said: str) -> None:
    """What is missing, or what would be needed, is said in one sentence."""
    assert said in answer(question)


def test_a_page_without_text_is_named_so() -> None:
    """A blank page is not searched for an answer."""
    assert read(PromptParts("what is the total", (PromptPage("a", 1, ()),)), NOW).answer == (
        "I cannot find any text in the document."
    )


TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "what is the total",
        "when does bus 12 leave",
        "and the second?",
        "是多少",
        "Total: $4",
        "Date",
        "Bus 10 12",
        "x 7:10 8:10",
    ]
)


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=8), TEXTS, st.lists(st.tuples(TEXTS, TEXTS), max_size=2), TEXTS)
def test_any_prompt_gets_an_answer(
    lines: list[str], question: str, exchanges: list[tuple[str, str]], summary: str
) -> None:
    """No text makes the reader fail, it always says something, and it cites only lines that were shown."""
    parts = PromptParts(question, (PromptPage("doc", 1, tuple(lines)),), summary, tuple(exchanges))
    reading = read(parts, NOW)
    assert reading.answer.strip()
    assert all(1 <= mark.line <= len(lines) for mark in find_marks(reading.answer) if mark.document == "doc")
    assert read(parts, NOW) == reading


def test_twenty_pages_are_read_quickly() -> None:
    """Twenty dense pages cost well under a second of processor time, even on a busy machine."""
    many = tuple(
        PromptPage("long", number, tuple(f"{line} {number}" for line in (SCHOOL + RECEIPT).splitlines() * 2))
        for number in range(1, 21)
    )
    before = time.process_time()
    read(PromptParts("what does it say about elephants", many), NOW)
    assert time.process_time() - before < 1.0


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("What is [cafe.png p1 l2] the receipt number?", "What is the receipt number?"),
        ("[cafe.png p1 l8] What is 5 plus 6?", "What is 5 plus 6?"),
        ("What is the receipt number? [cafe.png p1 l1]", "What is the receipt number?"),
    ],
)
def test_a_mark_typed_in_a_question_changes_nothing(marked: str, plain: str) -> None:
    """What looks like a citation in the user's own words is ignored."""
    pages = (PromptPage("cafe.png", 1, tuple(RECEIPT.splitlines())),)
    expected = read(PromptParts(plain, pages), NOW)
    assert "cannot" not in expected.answer
    assert read(PromptParts(marked, pages), NOW) == expected


def test_chinese_thoughts_name_the_field_in_chinese() -> None:
    """The trace shows the user's word, not the program's key for it."""
    thoughts = read(PromptParts("总额是多少？", (PromptPage("a.png", 1, ("发票", "总额：420元")),)), NOW).thoughts
    assert "总额" in thoughts and "total" not in thoughts


def test_chinese_is_quoted_in_chinese_marks() -> None:
    """What is said in Chinese stands in the marks that Chinese is written in; times and English keep theirs."""
    notice = "停水通知\n停水日期：2026年12月8日（星期二）\n停水时间：上午9:00至下午4:30"
    assert "停水日期：2026年12月8日（星期二）。" in answer("什么时候停水？", notice=notice)
    assert "上午9:00至下午4:30" in answer("停水时间是几点到几点？", notice=notice)
    assert typeset("Total (net): $5.00") == "Total (net): $5.00"
