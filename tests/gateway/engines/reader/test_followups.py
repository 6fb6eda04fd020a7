"""Follow-ups, and what the user told."""

import re
from datetime import UTC, datetime

import pytest

from gateway.engines.reader import read
from gateway.engines.reader.asked.followups import completed
from text.document_replies import WITHDRAWN
from text.prompt import PromptPage, PromptParts

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
        ("电梯检修是什么时候？", "那住户大会呢？", "住户大会是什么时候"),
        ("住户大会什么时候开？", "在哪里", "住户大会在哪里"),
        ("停水日期是哪天？", "几点开始？", "停水几点开始"),
        ("物业费谁付？", "那水电费呢", "水电费谁付"),
        ("苹果的单价是多少？", "牛奶呢？", "牛奶的单价是多少"),
        ("买了几个苹果？", "那单价呢？", "苹果的单价是多少"),
        ("12路车几点到大学？", "那医院呢？", "12路车几点到医院？"),
        ("一共多少钱", "什么时候", "日期什么时候"),
        ("一共多少钱", "什么时候买的", "什么时候买的"),
        ("一共多少钱", "在哪里", "在哪里"),
        ("什么时候到期", "什么时候", "什么时候到期"),
        ("可以养狗吗？", "是谁写的？", "是谁写的？"),
    ],
)
def test_questions_are_made_whole(previous: str, question: str, whole: str) -> None:
    """A fragment takes the place of its like in the question before; a whole question stays."""
    assert completed(question, previous)[0] == whole


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


RECEIPT = """鲜果园超市
地址：滨海路18号
日期：2026年5月9日
商品   数量   单价   金额
苹果   2   6.50   13.00
牛奶   3   12.80   38.40
税额   5.48
合计   ¥56.88"""
NOTICE = """通知
3号楼电梯将于6月12日上午9点进行检修。
住户大会将于6月20日晚上7点在社区活动室举行，请携带房产证。
业主如不能参加大会，须书面委托他人，否则视为弃权。"""
BILL = """Repair invoice TA-5521
Date: 14 April 2026
Tax: $23.00
Total due: $310.50
Pay by 28 April 2026. After that a late fee of $20 is added."""


@pytest.mark.parametrize(
    ("page", "turns"),
    [
        (RECEIPT, [("一共多少钱", "56.88"), ("那税呢", "5.48"), ("什么时候", "5月9日"), ("在哪里", "滨海路"),
                   ("那苹果呢？", "苹果")]),
        (RECEIPT, [("买了几个苹果？", "2"), ("牛奶呢？", "3"), ("单价呢？", "12.80"), ("那苹果呢", "6.50")]),
        (NOTICE, [("电梯检修是什么时候？", "6月12日"), ("那住户大会呢？", "6月20日"), ("在哪儿", "活动室"),
                  ("几点？", "晚上7点"), ("不来会怎么样", "弃权")]),
        (BILL, [("一共多少钱", "310.50"), ("那税呢", "23.00"), ("如果迟交会怎么样", r"\$20")]),
        (BILL, [("What is the total?", "310.50"), ("那税呢？", "23.00"), ("what if I pay late?", r"\$20")]),
    ],
)  # fmt: skip
def test_a_conversation_about_a_page(page: str, turns: list[tuple[str, str]]) -> None:
    """Each question takes what it lacks from the ones before it, in English and Chinese."""
    said: list[tuple[str, str]] = []
    for question, wanted in turns:
        parts = PromptParts(question, (PromptPage("page.png", 1, tuple(page.split("\n"))),), "", tuple(said))
        answer = read(parts, NOW).answer
        assert re.search(wanted, answer), (question, answer)
        said.append((question, answer.partition(" [page.png")[0]))


def test_what_was_only_repeated_is_no_source() -> None:
    """Nor is an answer that was withdrawn with its document."""
    said = (("What is the rent?", WITHDRAWN), ("And the rent?", "It was said before: “The rent is $900.”"))
    answer = read(PromptParts("What is the rent?", exchanges=said), NOW).answer
    assert answer == "I cannot answer that: no document is attached."
    told = (*said, ("The rent is $700.", "Noted."))
    assert "$700" in read(PromptParts("What is the rent?", exchanges=told), NOW).answer
