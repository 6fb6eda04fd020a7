"""The reader against pages and questions of the kinds that people hold in front of a camera (`pages.yaml`)."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.engines.reader import read
from text.prompt import PromptPage, PromptParts, build_prompt, parse_prompt

NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
PAGES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("pages.yaml").read_text(encoding="utf-8"))
NOT_FOUND = re.compile("cannot find|找不到", re.IGNORECASE)
MARKS = re.compile(r"\s*\[[^\[\]]* p\d+ l\d+\]")
LONGEST_ANSWER = 200
LEAST_RIGHT = 0.88
LEAST_REFUSED = 0.9

BILL = """Northside Cycle Works
Phone 555-0190
Received: 2 June 2026
Returned: 5 June 2026
Mechanic: Ada Quist
Part   Qty   Each   Total
Chain   1   $30.00   $30.00
Brake pad   2   $8.50   $17.00
Bottle cage   1   $12.00   $12.00
Subtotal   $59.00
Tax   $5.90
Total   $64.90
The repair is guaranteed for 6 months, unless the bicycle is used for racing."""
RULES = """House rules
Tenant: Lena Fox
1. Pets may be kept only with the written consent of the landlord.
2. The fee rises from $12.00 to $20.00 in May.
3. Do not use the washing machine after 22:00.
4. Children may use the lift only with an adult.
Kind: [ ] Single [x] Double"""
TRAMS = """Line 4
Stop   Tram A   Tram B
Harbour   8:05   9:10
Market   8:20   9:25
Hill   8:41   9:46"""
SHEET = """Worksheet 3
1. Name two rivers. (2 points)
2. Which is a fruit? (3 points)
A) stone   B) pear   C) door
3. A train leaves at 9:40 and arrives at 11:05. How long is the trip? (4 points)"""
NOTICE = """停水通知
停水日期：2026年5月18日
停水时间：9:00至16:00
停水范围：3号楼、5号楼、8号楼
除一号门外，其他出入口照常开放。
儿童须由家长陪同，否则不得入内。
联系人：赵敏"""
RECEIPT = """福满家超市
品名   数量   单价   金额
牛奶   3   4.50   13.50
面包   2   7.50   15.00
洗衣液   1   29.90   29.90
合计：58.40元
实付：50.40元"""


def ask(question: str, *exchanges: tuple[str, str], **documents: str) -> str:
    pages = tuple(
        PromptPage(name, number, tuple(text.strip().splitlines()))
        for name, whole in documents.items()
        for number, text in enumerate(whole.split("<page>"), 1)
    )
    prompt = build_prompt(PromptParts(question, pages, exchanges=exchanges))
    return MARKS.sub("", read(parse_prompt(prompt), NOW).answer)


def is_right(answer: str, expected: str | None) -> bool:
    if expected is None:
        return NOT_FOUND.search(answer) is not None
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", answer)
    found = re.search(expected, plain, re.IGNORECASE | re.DOTALL) is not None
    refused = NOT_FOUND.search(plain) is not None and "cannot find" not in expected
    return found and not refused and len(answer) <= LONGEST_ANSWER


def all_asked() -> list[tuple[str, str | None, str]]:
    asked: list[tuple[str, str | None, str]] = []
    for page in PAGES:
        document = {page["name"]: page["text"]}
        asked += [(question, expected, ask(question, **document)) for question, expected in page["asked"]]
        for first, second, expected in page.get("followed", ()):
            asked.append((second, expected, ask(second, (first, ask(first, **document)), **document)))
    return asked


def test_most_questions_are_answered_and_the_others_refused() -> None:
    """Of the invented pages' questions, most are answered right, briefly, and nearly all without an answer refused."""
    outcomes = all_asked()
    for answerable, least in ((True, LEAST_RIGHT), (False, LEAST_REFUSED)):
        chosen = [outcome for outcome in outcomes if (outcome[1] is not None) == answerable]
        wrong = [(question, answer) for question, expected, answer in chosen if not is_right(answer, expected)]
        assert 1 - len(wrong) / len(chosen) >= least, wrong


@pytest.mark.parametrize(
    ("document", "question", "said"),
    [
        (BILL, "what do the chain and the bottle cage cost together", "$42.00"),
        (BILL, "How many parts are listed?", "3"),
        (BILL, "Which part was the most expensive?", "Chain"),
        (BILL, "Which costs more, the chain or the brake pad?", "Chain"),
        (BILL, "ok so um whats the tax", "$5.90"),
        (BILL, "could you please tell me how many brake pads were used", "2"),
        (BILL, "how many days did the repair take", "3 days"),
        (BILL, "who is the mechanic", "Ada Quist"),
        (BILL, "Does the guarantee hold if I use the bicycle for racing?", "No."),
        (RULES, "Can I keep a dog?", "Only on a condition."),
        (RULES, "May children use the lift alone?", "No."),
        (RULES, "by how much does the fee rise", "$8.00"),
        (RULES, "Which kind is ticked?", "Double"),
        (RULES, "what does rule 3 say about the washing machine", "22:00"),
        (TRAMS, "how long does tram B take from the harbour to the hill", "36 minutes"),
        (TRAMS, "which tram is at the market at 9:25", "Tram B"),
        (TRAMS, "How many stops are there?", "3"),
        (TRAMS, "What is the stop after the market?", "Hill"),
        (SHEET, "how many questions are there", "3"),
        (SHEET, "Which options does question 2 offer?", "B) pear"),
        (SHEET, "How many points can I get altogether?", "9"),
        (SHEET, "how long is the trip", "85 minutes"),
        (NOTICE, "一共有几栋楼停水", "3"),
        (NOTICE, "停水从几点开始", "9:00"),
        (NOTICE, "我想问一下联系人是谁啊", "赵敏"),
        (NOTICE, "哪个门不开放？", "一号门"),
        (NOTICE, "小孩可以自己进去吗", "不"),
        (RECEIPT, "牛奶和面包一共多少钱？", "28.50"),
        (RECEIPT, "最贵的商品是什么", "洗衣液"),
        (RECEIPT, "一共买了几种商品？", "3"),
        (RECEIPT, "实付多少钱", "50.40"),
    ],
)
def test_abilities(document: str, question: str, said: str) -> None:
    """One question for each thing that the reader can do with a page."""
    assert said in ask(question, doc=document)


@pytest.mark.parametrize(
    ("document", "question"),
    [
        (BILL, "How much did the new saddle cost?"),
        (BILL, "Where was the bicycle made?"),
        (RULES, "Is there a swimming pool?"),
        (TRAMS, "When does tram C reach the market?"),
        (TRAMS, "When does tram A reach the airport?"),
        (SHEET, "What grade did I get for my essay?"),
        (NOTICE, "物业费是多少？"),
        (RECEIPT, "可乐多少钱？"),
    ],
)
def test_what_the_page_does_not_say_is_refused(document: str, question: str) -> None:
    """A row, a column, a thing or a kind of value that is not there is not guessed."""
    assert NOT_FOUND.search(ask(question, doc=document))


def test_two_documents_together() -> None:
    """Sums, differences and the higher of two documents' totals."""
    other = BILL.replace("$64.90", "$80.00").replace("Northside Cycle Works", "Invoice")
    first = BILL.replace("Northside Cycle Works", "Repair receipt")
    assert "$144.90" in ask("What do the receipt and the invoice come to together?", receipt=first, invoice=other)
    assert "$15.10" in ask("What is the difference between the two totals?", receipt=first, invoice=other)
    assert ask("Which is higher, the receipt or the invoice?", receipt=first, invoice=other).startswith("Invoice")


def test_follow_up_names_another_letter() -> None:
    """A letter that names a tram takes the place of the one before."""
    assert "9:25" in ask("And tram B?", ("When does tram A reach the market?", "8:20"), doc=TRAMS)


def test_one_letter_wrong_in_a_label() -> None:
    """A row is found though a letter of its label was misread."""
    assert "8:05" in ask("When does tram A reach the harbour?", doc=TRAMS.replace("Harbour", "Harbaur"))
