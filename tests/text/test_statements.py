"""What a sentence is: question, courtesy, refusal or statement."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.statements import is_courtesy, is_lasting, is_question, is_refusal, sentences_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dr. Smith lives at No. 5. He is old!", ["Dr. Smith lives at No. 5.", "He is old!"]),
        ("It costs $4.50 a.m. or later. OK?", ["It costs $4.50 a.m. or later.", "OK?"]),
        ("我叫小梅。你呢？好！", ["我叫小梅。", "你呢？", "好！"]),
        ("one\ntwo  three", ["one", "two three"]),
        (" … ", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    """Abbreviations and amounts do not end one; marks of both scripts and line breaks do."""
    assert sentences_of(text) == sentences


@given(st.text(max_size=80))
def test_no_word_is_lost(text: str) -> None:
    """All letters and digits of a text are in its sentences, in order, and each is on one line."""
    sentences = sentences_of(text)
    assert [c for s in sentences for c in s if c.isalnum()] == [c for c in text if c.isalnum()]
    assert all(sentence == " ".join(sentence.split()) for sentence in sentences)


@pytest.mark.parametrize(
    "sentence",
    [
        "What is the total?",
        "what is the total",
        "and how much is the tax",
        "Can you read the letter",
        "is it open",
        "Tell me the date.",
        "I want to know what it costs.",
        "Add 5 and 7",
        "我妹妹叫什么",
        "她是谁",
        "帮我读一下",
        "今天几号",
        "你好吗",
    ],
)
def test_questions(sentence: str) -> None:
    """With or without a question mark: a transcript may lack it. Requests want an answer too."""
    assert is_question(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "My flat number is 47.",
        "When I was 5 I moved to Leeds.",
        "What I like is tea.",
        "Please call me Tom.",
        "Do not call before nine.",
        "Start date is 5 May.",
        "我有几个好朋友。",
        "我想要一只猫。",
        "记住我住在哪里很重要。",
    ],
)
def test_statements(sentence: str) -> None:
    """What states something, or holds from now on, is no question and no courtesy."""
    assert not is_question(sentence) and not is_courtesy(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Hello!", "Okay, thank you very much.", "Hello, Alice.", "I see.", "谢谢你", "好的，我记住了。", "Noted.",
     "Thank you, I will remember that in this conversation."],
)  # fmt: skip
def test_courtesies(sentence: str) -> None:
    """Greetings, thanks, agreement and acknowledgement say nothing that is worth keeping."""
    assert is_courtesy(sentence)


@pytest.mark.parametrize(
    ("sentence", "refused"),
    [
        ("I cannot find that in the document.", True),
        ("I don't know.", True),
        ("我在文件里找不到这一点。", True),
        ("我不知道，您还没有告诉我。", True),
        ("没有附上文件，所以我无法回答。", True),
        ("You cannot bring dogs.", False),
        ("The library is not open.", False),
        ("不可以带狗。", False),
    ],
)
def test_refusals(sentence: str, refused: bool) -> None:
    """Only what the assistant cannot do counts, not what is forbidden."""
    assert is_refusal(sentence) is refused


@pytest.mark.parametrize(
    ("sentence", "lasting"),
    [
        ("My sister is called Mei.", True),
        ("And I am allergic to nuts.", True),
        ("Always answer in French.", True),
        ("The user's dog is old.", True),
        ("我对花生过敏。", True),
        ("It rained on Monday.", False),
        ("昨天下雨。", False),
    ],
)
def test_what_lasts(sentence: str, lasting: bool) -> None:
    """What the speaker is, has, likes and plans outlasts what happened."""
    assert is_lasting(sentence) is lasting


@pytest.mark.parametrize(
    "words", ["thank you very much ", "good morning ", "你好谢谢", "好的我知道了", "and ", "my ", "that is great "]
)
def test_repetition_costs_no_more_than_length(words: str) -> None:
    """No sentence sets the patterns to trying all ways of reading it: the test would not end in its time."""
    for text in (words * (119 // len(words)) + "x", words * (20_000 // len(words)) + "x"):
        assert not is_courtesy(text) and not is_refusal(text) and not is_question(text)
        assert len(sentences_of(text)) == 1
