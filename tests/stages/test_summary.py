"""The summarisers keep what was told, invent nothing, and stay bounded."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.context import Exchange
from stages.summary import ExtractiveSummariser
from tests.stages.summarised import CHINESE, ENGLISH, EXCHANGES, NOTED, TEXTS, extract, invented
from text.summary import build_summary, parse_summary
from text.tokens import estimate_tokens


def told(*said: str) -> str:
    """The extractive summary of what somebody told, one exchange each."""
    return extract([Exchange(text, NOTED) for text in said])


def test_what_was_told_and_answered_is_kept() -> None:
    """Statements in the user's words, then figures with their documents; no questions, refusals, courtesies."""
    assert extract(ENGLISH).splitlines() == [
        "The user said:",
        "- My sister is called Mei and her flat number is 47.",
        "- I am allergic to nuts",
        "The assistant answered:",
        "- The total is $420.00. (invoice.png p1)",
        "- When does bus 12 leave? → 8:05. (times.png p1)",
        "- The tax is $20.00. (invoice.png p1)",
    ]


def test_chinese_is_kept_in_chinese() -> None:
    """The same in the other language."""
    assert extract(CHINESE).splitlines() == [
        "用户说过：",
        "- 我的妹妹叫小梅，她住在四十七号。",
        "助手答过：",
        "- 总额是420元。 (发票.png p1)",
    ]


def test_a_conversation_of_courtesies_leaves_nothing() -> None:
    """There is nothing to remember of a greeting."""
    assert extract([ENGLISH[0], ENGLISH[-1], CHINESE[0], CHINESE[-1]]) == ""


@pytest.mark.parametrize(
    ("older", "newer", "kept"),
    [
        ("My code is 5.", "My code is 7.", ["My code is 7."]),
        ("My code is five.", "Actually, my code is now 7.", ["Actually, my code is now 7."]),
        ("I live in Leeds.", "I live in York.", ["I live in York."]),
        ("My favourite colour is blue.", "My favourite colour is red.", ["My favourite colour is red."]),
        ("My sister is called Mei.", "No, my sister is called Lin.", ["No, my sister is called Lin."]),
        ("我的密码是5。", "我的密码现在是7。", ["我的密码现在是7。"]),
        ("I like tea.", "i like tea", ["i like tea"]),
        ("My sister is called Mei.", "My sister is 30.", ["My sister is called Mei.", "My sister is 30."]),
        ("I have 2 cats.", "I have 3 dogs.", ["I have 2 cats.", "I have 3 dogs."]),
        ("I met Anna.", "I met Bob.", ["I met Anna.", "I met Bob."]),
        ("My pal is called Anna.", "My pal is called Bob.", ["My pal is called Anna.", "My pal is called Bob."]),
        ("Room 5 is 20 euros.", "Room 6 is 30 euros.", ["Room 5 is 20 euros.", "Room 6 is 30 euros."]),
    ],
)  # fmt: skip
def test_a_newer_value_takes_the_place_of_the_older(older: str, newer: str, kept: list[str]) -> None:
    """Of the same thing only; where that is not sure both stay, in their order."""
    assert list(parse_summary(told(older, newer)).told) == kept


def test_a_correction_does_not_take_other_facts_with_it() -> None:
    """What was told in the same breath stays."""
    assert "47" in told("My sister is called Mei and her flat number is 47.", "Actually my sister is called Lin.")
    assert "nuts" in told("I live in Leeds and I am allergic to nuts.", "Actually I live in York.")


def test_answers_go_before_what_was_told() -> None:
    """When there is too much: no facts first, then old answers, then events, last what the user is and has."""
    mine = [Exchange("My sister is called Mei.", NOTED), Exchange("I met Bob on Monday.", NOTED)]
    answers = [Exchange(f"What is line {n}?", f"Line {n} is {n * 7} metres long.") for n in range(40)]
    crowded = extract([*mine, *answers], longest_tokens=100)
    assert "Mei" in crowded and "Bob" in crowded and "Line 39" in crowded and "Line 0 " not in crowded
    tight = extract([*mine, *answers], longest_tokens=14)
    assert parse_summary(tight).told == ("My sister is called Mei.",) and "Line" not in tight


def test_a_two_hour_monologue_is_bounded_and_leaves_what_was_known() -> None:
    """Twenty thousand words in one breath, with and without full stops, take half of the room."""
    known = told("My sister is called Mei.", "My code is 7.")
    for speech in (
        " ".join(f"In {1000 + n} my brother was {n} years old and we met Anna." for n in range(1700)),
        "and then we went on to number 5 " * 2500,
        "我们走了很远的路" * 2500,
        "x" * 100_000,
    ):
        summary = extract([Exchange(speech, "I see.")], known)
        assert "Mei" in summary and "my code is 7" in summary.lower()
        assert estimate_tokens(summary) <= 500


@pytest.mark.parametrize(
    ("fact", "noise", "kept"),
    [("My sister is called Maria.", "I like tea.", "Maria"), ("我的妹妹叫小梅。", "我喜欢喝茶。", "小梅")],
)
def test_what_is_repeated_pushes_nothing_out(fact: str, noise: str, kept: str) -> None:
    """A sentence said three hundred times in one breath counts once."""
    exchange = Exchange(" ".join((fact, *[noise] * 300)), NOTED)
    assert kept in asyncio.run(ExtractiveSummariser().summarise("", [exchange]))


def test_twenty_exchanges_cost_little() -> None:
    """A few milliseconds of processor time, on top of a full summary; the bound allows for a busy machine."""
    summary = extract([Exchange(f"My cat {n} is called Tom{n}.", "ok") for n in range(60)])
    exchanges = (*ENGLISH, *CHINESE, *ENGLISH)[:20]
    before = time.process_time()
    for _ in range(5):
        extract(exchanges, summary)
    assert (time.process_time() - before) / 5 < 0.05


@settings(deadline=None)
@given(TEXTS, EXCHANGES, st.integers(0, 200))
def test_it_is_bounded_and_continues_from_itself(summary: str, exchanges: list[Exchange], longest: int) -> None:
    """Within its tokens; summarised again it is the same, and the same conversation always gives the same."""
    made = extract(exchanges, summary, longest)
    assert estimate_tokens(made) <= longest
    assert extract([], made, longest) == made
    assert extract(exchanges, summary, longest) == made
    assert build_summary(parse_summary(made)) == made


@settings(deadline=None)
@given(TEXTS, EXCHANGES)
def test_it_invents_nothing(summary: str, exchanges: list[Exchange]) -> None:
    """Every number and name in it was said."""
    assert not invented(extract(exchanges, summary), summary, exchanges)


@settings(deadline=None, max_examples=20)
@given(st.lists(EXCHANGES, max_size=8))
def test_small_steps_lose_nothing(batches: list[list[Exchange]]) -> None:
    """Exchange by exchange it holds the same as all at once, while there is room."""
    step = ""
    for batch in batches:
        for exchange in batch:
            step = extract([exchange], step, 10**6)
    whole = extract([exchange for batch in batches for exchange in batch], "", 10**6)
    assert sorted(parse_summary(step).told) == sorted(parse_summary(whole).told)


def test_five_hundred_rounds_forget_no_lasting_fact() -> None:
    """A fact of the first round is there in the last, and the summary has not grown."""
    summary = extract(ENGLISH[:3])
    for number in range(500):
        chat = Exchange(f"I saw {number} birds on day {number}.", f"There are {number + 3} kinds of them.")
        summary = extract([chat], summary, 400)
    assert "My sister is called Mei and her flat number is 47." in summary
    assert "499 birds" in summary and estimate_tokens(summary) <= 400


def test_requests_about_documents_are_not_kept() -> None:
    """Which document is in use, and which are gone, the context knows; a summary of it would soon be wrong."""
    requests = [
        Exchange("What documents do you have?", "I have one document: invoice.png, 1 page."),
        Exchange("use the invoice", "I am using"),
        Exchange("the second one", "I am using letter.png now."),
        Exchange("把发票关掉", "invoice.png已经拿掉了。"),
    ]
    assert extract(requests) == ""
    assert extract([*ENGLISH, *requests]) == extract(ENGLISH)
