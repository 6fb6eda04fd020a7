"""What was told or answered long ago is recalled from the summary, whoever wrote it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from gateway.engines.reader import read
from pipeline.context import Exchange
from pipeline.events import Citation
from stages.summary import ExtractiveSummariser
from text.prompt import PromptPage, PromptParts, build_prompt, parse_prompt

NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
NOTED = "Thank you, I will remember that in this conversation."
SAID = (
    Exchange("My sister is called Mei and her flat number is 47.", NOTED),
    Exchange(
        "What is the total on this invoice?", "The total is $420.00.", (Citation("a.png", 1, 3, "Total $420.00"),)
    ),
    Exchange("When does bus 12 leave?", "8:05.", (Citation("times.png", 1, 2, "12 8:05"),)),
    Exchange(
        "Is it open on Monday?", "No. It says: “The library is closed on Mondays.”", (Citation("b.png", 1, 1, ""),)
    ),
    Exchange("I live in Leeds and I am allergic to nuts.", NOTED),
    Exchange("I have two dogs called Rex and Bella.", NOTED),
    Exchange("My code is 5.", NOTED),
    Exchange("Actually, my code is 7.", NOTED),
    Exchange("What is the discount?", "I cannot find that in the document."),
)
SAID_ZH = (
    Exchange("我的妹妹叫小梅，她住在四十七号。", "好的，我记住了。"),
    Exchange("发票的总额是多少？", "总额是420元。", (Citation("发票.png", 1, 3, "总额：420元"),)),
    Exchange("12路车几点到？", "8点5分。", (Citation("时刻表.png", 1, 2, "12路 8:05"),)),
    Exchange("我的密码是5。", "好的，我记住了。"),
    Exchange("我的密码现在是7。", "好的，我记住了。"),
)
WRITTEN = (
    "The user's sister is called Mei. She lives at number 47. The user lives in Leeds, is allergic to nuts and has two"
    " dogs named Rex and Bella. The user's code is 7. The total of the invoice was $420.00. Bus 12 leaves at 8:05."
)
WRITTEN_ZH = "用户的妹妹叫小梅，住在四十七号。用户的密码是7。发票的总额是420元。"
LATER = tuple((f"What is {number} plus 1?", f"{number} plus 1 is {number + 1}.") for number in range(4))
DOCUMENT = (PromptPage("menu.png", 1, ("Corner Cafe", "Cappuccino 3.40", "Open daily 9:00 to 17:00")),)


@pytest.fixture(scope="module")
def extracted() -> dict[str, str]:
    """The extractive summary of what was said, by language."""
    summariser = ExtractiveSummariser()
    return {
        "en": asyncio.run(summariser.summarise("", SAID)),
        "zh": asyncio.run(summariser.summarise("", SAID_ZH)),
    }


def answer(question: str, summary: str, pages: tuple[PromptPage, ...] = ()) -> str:
    """Through the written prompt, as it reaches the engine; `recent` holds other things."""
    return read(parse_prompt(build_prompt(PromptParts(question, pages, summary, LATER))), NOW).answer


@pytest.mark.parametrize("pages", [(), DOCUMENT], ids=["no document", "another document"])
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is my sister called?", "Your sister is Mei."),
        ("What's my sister's name?", "Your sister is Mei."),
        ("Who is my sister?", "Your sister is Mei."),
        ("What is my sister's flat number?", "Your sister's flat number is 47."),
        ("What is her flat number?", "It was said before: “My sister is called Mei and her flat number is 47.”"),
        ("Where do I live?", "You told me: “I live in Leeds”"),
        ("What am I allergic to?", "You told me: “I am allergic to nuts.”"),
        ("What are my dogs called?", "Your dogs are Rex and Bella."),
        ("How many dogs do I have?", "You told me: “I have two dogs called Rex and Bella.”"),
        ("What is my code?", "Your code is 7."),
        ("What did you say the total was?", "It was said before: “The total is $420.00.”"),
        ("What did you say 12 times 12 is?", "12 times 12 is 144."),
        ("When does bus 12 leave?", "It was said before: 8:05."),
        ("When did you say bus 12 leaves?", "It was said before: 8:05."),
        ("Is the library open on Monday?", "It was said before: No. “The library is closed on Mondays.”"),
    ],
)
def test_the_extractive_summary_is_recalled(
    question: str, said: str, pages: tuple[PromptPage, ...], extracted: dict[str, str]
) -> None:
    """What was told comes back as told, what was answered as said before; neither as if a document had said it."""
    assert answer(question, extracted["en"], pages) == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("我的妹妹叫什么？", "您的妹妹是小梅。"),
        ("我妹妹叫什么名字？", "您的妹妹是小梅。"),
        ("我妹妹住在几号？", "您说过：“我的妹妹叫小梅，她住在四十七号。”"),
        ("我的密码是多少？", "您的密码是7。"),
        ("总额是多少？", "之前说过：“总额是420元。”"),
        ("你刚才说总额是多少？", "之前说过：“总额是420元。”"),
        ("12路车几点到？", "之前说过：8点5分。"),
    ],
)
def test_the_chinese_summary_is_recalled(question: str, said: str, extracted: dict[str, str]) -> None:
    """The same in Chinese."""
    assert answer(question, extracted["zh"]) == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is my sister called?", "Your sister is Mei."),
        ("Where does my sister live?", "You told me: “My sister is called Mei. She lives at number 47.”"),
        ("What is my code?", "Your code is 7."),
        ("What did you say the total was?", "It was said before: “The total of the invoice was $420.00.”"),
        ("When does bus 12 leave?", "It was said before: “Bus 12 leaves at 8:05.”"),
    ],
)
def test_a_summary_that_r1_wrote_is_recalled(question: str, said: str) -> None:
    """What it says of the user is what the user told."""
    assert answer(question, WRITTEN) == said


def test_a_chinese_summary_that_r1_wrote_is_recalled() -> None:
    """用户 is the one who asks."""
    assert answer("我的妹妹叫什么？", WRITTEN_ZH) == "您的妹妹是小梅。"
    assert answer("我的密码是多少？", WRITTEN_ZH) == "您的密码是7。"
    assert "420元" in answer("你说过的总额是多少？", WRITTEN_ZH)


@pytest.mark.parametrize(
    "question",
    [
        "What is my shoe size?",
        "What is my brother called?",
        "When does bus 12 arrive?",
        "When does bus 14 leave?",
        "What is the discount?",
        "我的生日是哪天？",
        "我的弟弟叫什么？",
    ],
)
def test_what_was_never_said_is_not_recalled(question: str, extracted: dict[str, str]) -> None:
    """A question that only resembles what was said is refused."""
    for summary in extracted.values():
        reply = answer(question, summary, DOCUMENT)
        assert any(word in reply for word in ("cannot", "找不到")), reply


def test_a_correction_is_taken_note_of() -> None:
    """As any other statement."""
    assert answer("Actually, my code is 7.", "") == NOTED


def test_a_document_is_asked_before_memory(extracted: dict[str, str]) -> None:
    """What stands on a page is cited from there, also when it was spoken of before."""
    page = (PromptPage("a.png", 1, ("Invoice", "Tax: $20.00", "Total: $421.00")),)
    assert answer("What is the total?", extracted["en"], page) == "The total is $421.00. [a.png p1 l3]"


def test_marks_in_a_summary_are_not_cited() -> None:
    """Only a page's own lines are."""
    summary = "The user said:\n- My code is 7 [a.png p1 l1].\nThe assistant answered:\n- The total is $5. [a.png p1 l2]"
    for question in ("What is my code?", "What was the total?"):
        assert "p1 l" not in answer(question, summary)
