"""Filters: each gives its reason for what it is there for, and for nothing else; in English and Chinese."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import GatewayError
from gateway.feedback import filters
from gateway.feedback.complaints import is_complaint
from gateway.feedback.correction import Texts
from gateway.feedback.filters import FilterOptions, judge
from gateway.feedback.languages import language_of, script_of, written_in
from gateway.feedback.reasons import SAID, Reason
from gateway.feedback.sensitive import SHIPPED, SensitiveWords
from gateway.feedback.units import comparable
from tests.gateway.feedback.corrections import TEXT

WORDS = SensitiveWords.read()
OPTIONS = FilterOptions()


def _judged(original: str, corrected: str, prompt: str = "", language: str = "") -> Reason | None:
    return judge(Texts(original, corrected, prompt), language, WORDS, OPTIONS)


@pytest.mark.parametrize(
    ("original", "corrected", "prompt"),
    [
        ("The total is $420.", "The total is $470.", ""),
        ("他是医生。", "她是医生。", "他是谁？"),
        ("是", "不是", "对吗？"),
        ("4", "5", "What is two plus three?"),
        ("It is on Monday.", "It is not on Monday.", ""),
        ("三点", "四点", ""),
        ("Paris is the capital.", "巴黎是首都。", "首都在哪里？"),
        ("对。", "不对。", "7 是偶数吗？"),
        ("No.", "Yes.", "Is 7 prime?"),
        ("发票总额 420 元", "发票 INV-7 的总额 420 美元", ""),
        ("The cat sat.", "A shiitake from Scunthorpe.", ""),
        ("做广播体操你累吗", "做广播体操你很累吗", ""),
        ("Hello", "你好", "Say hello in Chinese."),
        ("早", "Good morning", "“早上好”用英文怎么说？"),
    ],
)
def test_what_is_worth_learning(original: str, corrected: str, prompt: str) -> None:
    """One digit, one ideograph, one word of denial: the guide's distance of 3 would have dropped most of these."""
    assert _judged(original, corrected, prompt) is None


@pytest.mark.parametrize(
    ("reason", "original", "corrected", "prompt"),
    [
        (Reason.EMPTY, "", "Something.", ""),
        (Reason.EMPTY, "Something.", " …!? ", ""),
        (Reason.EMPTY, "有", "。。。", ""),
        (Reason.TOO_LONG, "a", "b" * 8_001, ""),
        (Reason.TOO_LONG, "a", "b", "总" * 8_001),
        (Reason.IDENTICAL, "The total is 5.", "the total is 5", ""),
        (Reason.IDENTICAL, "总额：５元。", "总额: 5元", ""),
        (Reason.COMPLAINT, "It is Rome.", "That's wrong!", ""),
        (Reason.COMPLAINT, "罗马。", "你错了，重新回答！", ""),
        (Reason.LANGUAGE_MISMATCH, "The total is 5.", "总额是六元。", "What is the total?"),
        (Reason.LANGUAGE_MISMATCH, "总额是五元。", "The total is six yuan.", "总额是多少？"),
        (Reason.SENSITIVE, "It is fine.", "It is fucking fine, really.", ""),
        (Reason.SENSITIVE, "好的。", "你这个傻 逼东西", ""),
        (Reason.SENSITIVE, "You are a wanker, sir.", "You are a gentleman, sir.", ""),
        (Reason.TOO_SMALL, "The colour is red.", "The color is red.", ""),
        (Reason.TOO_SMALL, "Write to <EMAIL_1> now.", "Write to <EMAIL_2> now.", ""),
        (Reason.TOO_SMALL, "word " * 900 + "end", "word " * 900 + "fin", ""),
    ],
)
def test_what_is_not(reason: Reason, original: str, corrected: str, prompt: str) -> None:
    """Each for the reason that a person would give."""
    assert _judged(original, corrected, prompt) is reason


def test_every_reason_has_words_for_whoever_sent_it() -> None:
    """None is given without a next step."""
    assert set(SAID) == set(Reason)


def test_a_told_language_holds() -> None:
    """A correction in letters that the language is not written in is a mistake of somebody's."""
    assert _judged("Total 5 euros", "Total 6 euros", language="zh") is Reason.LANGUAGE_MISMATCH
    assert _judged("Total 5 euros", "Total 6 euros", language="de-AT") is None
    assert _judged("Total 5 euros", "Total 6 euros", language="xx") is None


@given(TEXT, TEXT, TEXT)
def test_filters_take_anything(original: str, corrected: str, prompt: str) -> None:
    """No text raises; the same text gives the same verdict; a text is never a correction of itself."""
    texts = Texts(original, corrected, prompt)
    assert judge(texts, "", WORDS, OPTIONS) == judge(texts, "", WORDS, OPTIONS)
    assert _judged(original, original, prompt) in {Reason.EMPTY, Reason.IDENTICAL}
    if comparable(original) == comparable(corrected):
        assert judge(texts, "", WORDS, OPTIONS) in {Reason.EMPTY, Reason.IDENTICAL}


@given(TEXT, TEXT)
def test_a_stricter_limit_lets_no_more_through(original: str, corrected: str) -> None:
    """What is too small for a limit is too small for any above it."""
    texts = Texts(original, corrected)
    verdicts = [filters.too_small(texts, FilterOptions(least_weight=least)) for least in (1, 3, 9)]
    assert verdicts == sorted(verdicts, key=lambda verdict: verdict is not None)


@given(st.integers(0, 5), st.integers(0, 5))
def test_consent_and_cap(kept: int, cap: int) -> None:
    """Nothing without consent, and no more of one user than the cap."""
    assert filters.without_consent(False) is Reason.NO_CONSENT and filters.without_consent(True) is None
    assert (filters.over_cap(kept, FilterOptions(per_user_per_day=cap)) is Reason.OVER_CAP) == (kept >= cap)


@pytest.mark.parametrize(
    "corrected",
    [
        "wrong",
        "That's wrong!",
        "No, that's completely wrong. Try again.",
        "your answer is not correct",
        "this is useless",
        "Please fix it.",
        "You don't understand the question",
        "i don't like this",
        "WTF",
        "no. Wrong answer again",
        "不对",
        "这个答案不对。",
        "你错了",
        "答非所问，重新回答",
        "胡说八道",
        "完全是胡说",
        "你根本没听懂我的问题吗",
        "回答错误！",
        "什么东西，垃圾",
        "你算错了！重新回答",
        "理解错了",
        "You got it wrong.",
        "you misunderstood me",
    ],
)
def test_complaints(corrected: str) -> None:
    """They say that it is wrong, in one clause or several, and not what is right."""
    assert is_complaint(corrected, "It is Rome.")


@pytest.mark.parametrize(
    "corrected",
    [
        "No, it is Paris.",
        "不对，是巴黎",
        "Wrong is the opposite of right",
        "The total is wrong: it is 5",
        "错误代码是 42",
        "",
        "It is a garbage can.",
        "He answered again.",
        "不是罗马",
        "垃圾分类从周一开始",
    ],
)
def test_corrections_that_sound_like_one(corrected: str) -> None:
    """As soon as one clause says what is right, it is a correction."""
    assert not is_complaint(corrected, "It is Rome.")


def test_filters_take_linear_time() -> None:
    """A text made to be read in many ways is read in one."""
    started = time.process_time()
    for piece in ("真是", "just ", "no, ", "你的", ".-5", "a.", "傻", "<EMAIL_", "1,", "‐'", "的了"):
        text = piece * (OPTIONS.longest_characters // len(piece))
        _judged(text, f"{text}x", text)
        is_complaint(piece * 20 + "x", "")
    assert time.process_time() - started < 10


def test_a_verdict_corrects_a_verdict() -> None:
    """Where the answer was yes or no, so is the right one."""
    assert not is_complaint("不对。", "对。") and not is_complaint("Wrong.", "That's right.")
    assert is_complaint("不对。", "对，因为它能被 2 整除。")


@pytest.mark.parametrize(
    ("text", "script", "language"),
    [
        ("The total is five.", "Latn", "en"),
        ("Le total est de cinq.", "Latn", "und"),
        ("总额是多少", "Hani", "zh"),
        ("发票 INV-7 的 total 是多少", "Hani", "zh"),
        ("これはペンです", "Jpan", "ja"),
        ("東京に行きました", "Jpan", "ja"),
        ("한국어입니다", "Kore", "ko"),
        ("Привет", "Cyrl", "und"),
        ("420 %", "", "und"),
        ("", "", "und"),
        (
            "他买了一台任天堂スイッチ游戏机送给自己的弟弟作为十二岁的生日礼物，弟弟非常高兴地收下了它，并且立刻打开玩了",
            "Hani",
            "zh",
        ),
    ],
)
def test_scripts_and_languages(text: str, script: str, language: str) -> None:
    """By what most of it is written in; a foreign name changes nothing."""
    assert (script_of(text), language_of(text)) == (script, language)


def test_regions_do_not_change_the_script() -> None:
    """And an unknown language has none."""
    assert written_in("zh-Hant-TW") == ("Hani",) and written_in("tlh") == ()


def test_words_of_ones_own(tmp_path: Path) -> None:
    """Whole words, beginnings with *, innocent words with !, comments; a byte order mark does no harm."""
    file = tmp_path / "words.txt"
    file.write_text("\ufeff# mine\nacme\nsecre*\n机密\n!机密码\n  two  words \n*\n!\n", encoding="utf-8")
    words = SensitiveWords.read([file])
    assert len(words) == 4
    assert all(map(words.found_in, ("ACME!", "so secretive", "这是机密。", "机 密", "Two words", "机密码和机密")))
    assert not any(map(words.found_in, ("acmes", "unsecret", "机密码", "two more words", "", "acmé")))


@given(TEXT, TEXT)
def test_a_listed_word_is_found_between_spaces(before: str, after: str) -> None:
    """Whatever stands around it."""
    assert WORDS.found_in(f"{before} 傻逼 {after}") or "傻逼" not in comparable(f"{before} 傻逼 {after}")
    assert WORDS.found_in(f"{before} \n. cunt .\n {after}")


def test_an_empty_list_finds_nothing() -> None:
    """Not even in the empty text."""
    assert not SensitiveWords([]).found_in("anything") and not SensitiveWords([]).found_in("")


@pytest.mark.parametrize(("content", "fault"), [(b"\xff\xfe\x00", "UTF-8"), (None, "cannot be read")])
def test_a_list_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, fault: str) -> None:
    """With what is wrong and what would do."""
    file = tmp_path / "words.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(GatewayError, match=fault) as raised:
        SensitiveWords.read([file])
    assert str(file) in str(raised.value)


def test_the_shipped_lists_are_there_in_both_languages() -> None:
    """And each of their words is found."""
    for file in SHIPPED:
        lines = file.read_text(encoding="utf-8").splitlines()
        listed = [line.rstrip("*") for line in lines if line and line[0] not in "#!"]
        assert len(listed) > 10 and all(WORDS.found_in(f"so {word} !") for word in listed)
