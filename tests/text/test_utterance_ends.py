"""Whether somebody has finished what he is saying."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.utterance_ends import Ending, continued, ending_of

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "assets" / "audio").glob("*/*.txt"))

COMPLETE = """What is the total on this invoice?|what time is it|Who is Dr. Smith?|Tell me what the total is.|Why not?
Do you know where the station is?|Turn it on.|Read it, please.|Read the line. Please.|Thank you.|I think so.
I want to know.|What page is it on?|What does it look like?|Is it 4.50 or 5.20?|It is due on the third of May.
And who signed it?|What do I need?|Who is it from?|What is it made of?|Stop.|Yes please.
How many pages does the report have
Where am I?|Read the first line and the last line.|What does the doctor do?|that's all|It costs 42 dollars.
今天下雨了。|谁写的？|这张发票的总金额是多少|停水日期是哪天|帮我读第三行。|打开空调|明天提醒我买牛奶|现在几点？|可以吗？|谢谢|这份报告有几页
他来了吧|你在哪里|发票的 total 是多少？|有没有折扣|好的""".replace("\n", "|").split("|")

UNCLEAR = """Yes.|No.|Tuesday.|The third line of the letter.|What.|Why?|My number is four one five.|It is 415
Not now, Daniel.
是|不是。|好|三点|电话是一三八|是他写的|发票的总额|星期二。""".replace("\n", "|").split("|")

OPEN = """|...|And.|and|So,|I have a cat and|because.|What is|What is the.|The total is.|What is the date on?
Can you tell me|Can you tell me?|Do you know.|I want to|I'd like to.|um|Well, um.
Yes, well|I was thinking...|I was thinking…|Please.
It was red, green,|the invoice from|How many pages does|What is ninety minus|I think that|And what about|If
you know|it's|Tell me. What is the|So I|Let me see.|The bill of|我想知道|发票的|然后。|因为|还有|我要茶还是|嗯|请问|帮我
那个|今天，|发票号码是|我在想……|如果
我觉得|和|这张发票，还有|等一下|你能""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", COMPLETE)
def test_questions_and_whole_sentences_are_complete(text: str) -> None:
    """What needs nothing more."""
    assert ending_of(text) is Ending.COMPLETE


@pytest.mark.parametrize("text", UNCLEAR)
def test_short_answers_and_fragments_are_unclear(text: str) -> None:
    """What may be all, and numbers, which are said in groups."""
    assert ending_of(text) is Ending.UNCLEAR


@pytest.mark.parametrize("text", OPEN)
def test_what_leads_on_is_open(text: str) -> None:
    """Conjunctions, articles, fillers, commas and openings, whatever mark the recogniser put behind them."""
    assert ending_of(text) is Ending.OPEN


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_are_complete_with_and_without_their_mark(path: Path) -> None:
    """The shipped questions are finished, and a recogniser that writes another mark, or none, changes nothing."""
    text = path.read_text(encoding="utf-8").strip().rstrip("?.？。")
    assert {ending_of(text + mark) for mark in ("", ".", "?", "。", " ?")} == {Ending.COMPLETE}


@given(st.text(), st.sampled_from(["", " ", "\n"]))
def test_any_text_has_an_ending(text: str, space: str) -> None:
    """No text fails, and white space behind it does not matter."""
    assert ending_of(text + space) is ending_of(text)


@given(
    st.lists(
        st.sampled_from("what is the total on it and because um please read you 三 的 发票 多少".split()), min_size=1
    )
)
def test_a_full_stop_is_no_evidence(words: list[str]) -> None:
    """A recogniser writes one behind everything."""
    assert ending_of(" ".join(words) + ".") is ending_of(" ".join(words))


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["What is the.", "Total?"], "What is the Total?"),
        (["Hello there.", "I want to.", "Know the.", "Total."], "I want to Know the Total."),
        (["What is the total?", "And who signed it?"], "And who signed it?"),
        (["发票的。", "总额是多少"], "发票的总额是多少"),
        (["One."], "One."),
        ([], ""),
    ],
)
def test_a_sentence_heard_in_pieces_is_taken_together(texts: list[str], said: str) -> None:
    """What was open goes on with what comes next, without the marks between."""
    assert continued(texts) == said
