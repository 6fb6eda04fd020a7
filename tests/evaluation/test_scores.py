"""Error rates: what counts as the same, what as an error, and where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.comparable import comparable_speech, speech_language, unit_of
from evaluation.scores import Score, Stretch, print_score, speech_score

SAME = [
    ("en", "What is the total on this invoice?", "what is the total, on this invoice"),
    ("en", "It's twenty-five colours.", "it is 25 colors"),
    ("en", "The total is $420.00.", "the total is four hundred and twenty dollars"),
    ("en", "１２ apples", "twelve apples"),
    ("de", "Grüße, Jürgen!", "grüße jürgen"),
    ("hi", "नमस्ते, दुनिया!", "नमस्ते दुनिया"),
    ("zh", "停水日期是哪天？", "停水 日期,是哪天"),
    ("zh", "电话是 555-0142，共３００元。", "电话是555-0142共三百元"),
    ("zh", "发票 INV-7 的 Total 是多少", "发票INV7的total是多少"),
    ("zh", "2026年12月3日上午9:30", "二〇二六年十二月三日上午九点三十分"),
    ("ja", "水道は、止まりますか？", "水道は止まりますか"),
]

DIFFERENT = [
    ("en", "the total is $420.00", "the total is $42.00"),
    ("de", "schön", "schon"),
    ("zh", "停水", "停电"),
    ("zh", "联系电话", "聯繫電話"),
    ("zh", "三百元", "三百零一元"),
]


@pytest.mark.parametrize(("language", "expected", "heard"), SAME)
def test_two_ways_to_write_the_same_speech(language: str, expected: str, heard: str) -> None:
    """Case, marks, contractions, spellings, widths and ways to write numbers are no errors."""
    score = speech_score(expected, heard, language)
    assert (score.rate, score.errors) == (0.0, 0), score.alignment


@pytest.mark.parametrize(("language", "expected", "heard"), DIFFERENT)
def test_different_speech(language: str, expected: str, heard: str) -> None:
    """Other amounts, other letters and other characters are, traditional ones too."""
    assert speech_score(expected, heard, language).rate > 0


def test_words_are_counted_where_there_are_spaces() -> None:
    """Substitutions, insertions and deletions over the words expected, with their places."""
    score = speech_score("When was the big invoice due?", "when is the invoice due so", "en")
    assert (score.measure, score.length, score.errors, score.rate) == ("WER", 6, 3, 0.5)
    assert [score.count(relation) for relation in ("substitute", "insert", "delete")] == [1, 1, 1]
    assert score.alignment == (
        Stretch("equal", ("when",), ("when",)),
        Stretch("substitute", ("was",), ("is",)),
        Stretch("equal", ("the",), ("the",)),
        Stretch("delete", ("big",), ()),
        Stretch("equal", ("invoice", "due"), ("invoice", "due")),
        Stretch("insert", (), ("so",)),
    )


def test_characters_are_counted_in_chinese() -> None:
    """Each character is one."""
    score = speech_score("停水日期是哪天？", "停电日期是哪天", "zh")
    assert (score.measure, score.length, score.errors) == ("CER", 7, 1)


def test_nothing_expected() -> None:
    """Silence that is heard as silence is right; words in it are a rate of 1, however many."""
    assert speech_score("", "", "en").rate == 0.0
    assert speech_score("", "thanks for watching", "en").rate == 1.0
    assert speech_score("Hello there.", "", "en").rate == 1.0


def test_pages_are_compared_by_characters() -> None:
    """Case and marks count, line ends and widths do not, nor do spaces in Chinese."""
    assert print_score("Total   $420.00\nTax", "Total $420.00 Tax", "en").rate == 0.0
    assert print_score("Total", "total", "en").errors == 1
    assert print_score("to day", "today", "en").errors == 1
    assert print_score("电话：５５５ 0142", "电 话:555\n0142", "zh").rate == 0.0


def test_the_script_says_the_language() -> None:
    """Chinese by its script, others as configured; what the user asked for wins, but for `auto`."""
    assert speech_language("停水") == "zh"
    assert speech_language("Hello") == "en"
    assert speech_language("Guten Tag", configured="de") == "de"
    assert speech_language("Hello", configured="zh") == speech_language("Hello", configured="auto") == "en"
    assert speech_language("停水", asked="ja") == "ja"
    assert speech_language("停水", asked="auto") == "zh"
    assert [unit_of(language) for language in ("en", "de", "zh", "yue", "ja", "th", "ko")] == [
        "word", "word", "character", "character", "character", "character", "word",
    ]  # fmt: skip


def rebuilt(score: Score) -> tuple[list[str], list[str]]:
    """Both sides of an alignment as one."""
    expected = [token for part in score.alignment for token in part.expected]
    return expected, [token for part in score.alignment for token in part.heard]


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["en", "de", "zh", "ja"]))
def test_an_alignment_holds_both_texts(expected: str, heard: str, language: str) -> None:
    """Any two texts can be compared; nothing of them is lost, and the rate is what the alignment shows."""
    score = speech_score(expected, heard, language)
    between = " " if score.unit == "word" else ""
    left, right = rebuilt(score)
    assert between.join(left) == comparable_speech(expected, language)
    assert between.join(right) == comparable_speech(heard, language)
    assert len(left) == score.length
    if score.length:
        assert score.rate == pytest.approx(score.errors / score.length)


@given(st.text(max_size=60), st.sampled_from(["en", "zh"]))
def test_a_text_is_like_itself(text: str, language: str) -> None:
    """Heard or read as it stands, a text has no errors."""
    assert speech_score(text, text, language).errors == 0
    assert print_score(text, text, language).errors == 0
