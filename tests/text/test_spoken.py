"""English text as it is said."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.script import Language
from text.spoken import spoken
from text.spoken_english import cardinal, digits, number, year

LANGUAGES: tuple[Language, ...] = ("en", "zh")
CASES = {
    "The total is $420.00.": "The total is four hundred and twenty dollars.",
    "$420.50": "four hundred and twenty dollars and fifty cents",
    "$1": "one dollar",
    "£0.99 or £1.01": "ninety-nine pence or one pound and one penny",
    "€1,234.5": "one thousand two hundred and thirty-four euros and fifty cents",
    "¥5000 and 300元": "five thousand yen and three hundred yuan",
    "USD 12, 12 EUR, 12 USD.": "twelve dollars, twelve euros, twelve dollars.",
    "420.00 dollars, 1 dollar": "four hundred and twenty dollars, one dollar",
    "$4.2 million, $10-20, -$5": "four point two million dollars, ten to twenty dollars, minus five dollars",
    "on 2026-03-03.": "on March third, twenty twenty-six.",
    "3/3/2026 and 31/12/25": "March third, twenty twenty-six and December thirty-first, twenty twenty-five",
    "99/99/2020": "ninety-nine slash ninety-nine slash two thousand and twenty",
    "March 3 and Jan. 5, 2026": "March third and January fifth, twenty twenty-six",
    "the 3rd of March 2026, 1 May": "the third of March, twenty twenty-six, the first of May",
    "May 2026, in 1905, 2026 items": "May twenty twenty-six, in nineteen oh five, two thousand and twenty-six items",
    "at 14:30, 9:05, 9:00, 0:00": "at fourteen thirty, nine oh five, nine o'clock, midnight",
    "at 9 a.m. or 9:30 pm": "at nine A M or nine thirty P M",
    "It ends at 5 p.m.": "It ends at five P M.",
    "5 kg, 1 kg, 1.5 kg": "five kilograms, one kilogram, one point five kilograms",
    "100 km/h, -5°C, 6 ft": "one hundred kilometers per hour, minus five degrees Celsius, six feet",
    "3.5% of 5 m²": "three point five percent of five square meters",
    "3-5 kg, 10–12, 1990–2005": "three to five kilograms, ten to twelve, nineteen ninety to two thousand and five",
    "16:9": "sixteen to nine",
    "Call 555-123-4567.": "Call five five five, one two three, four five six seven.",
    "+44 20 7946 0958": "plus four four, two zero, seven nine four six, zero nine five eight",
    "order number 4172, room 214, PIN 0007": (
        "order number four one seven two, room two one four, PIN zero zero zero seven"
    ),
    "INV-2026-014 on A4": "I N V, two zero two six, zero one four on A four",
    "12345678 or 1,000,000": "one two three four five six seven eight or one million",
    "1st, 22nd, 103rd": "first, twenty-second, one hundred and third",
    "1/2, 3/4, 2 1/2, 2½, 24/7": "one half, three quarters, two and a half, two and a half, twenty-four seven",
    "17 × 23 = 391": "seventeen times twenty-three equals three hundred and ninety-one",
    "5 - 3 + 2": "five minus three plus two",
    "v1.2.3, 3.14, .5": "version one point two point three, three point one four, zero point five",
    "No. 5, p. 12, #3, e.g. this": "number five, page twelve, number three, for example this",
    "Dr. Smith & Mr. Lee": "Doctor Smith and Mister Lee",
    "john.smith@example.com.": "john dot smith at example dot com.",
    "See https://www.example.com/a-b?c=1.": "See example dot com slash a dash b.",
    "https://example.com/" + "long/" * 20: "example dot com",
    "① Ｔｏｔａｌ ４ 𝐛𝐨𝐥𝐝 ﬁne half\ud83d": "one Total four bold fine half",
    "Sure! 😊\u200b snake_case": "Sure! snake case",
    "The title is 会议.": "The title is 会议.",
    "": "",
}


@pytest.mark.parametrize("written", CASES)
def test_figures_are_written_out(written: str) -> None:
    """Each kind of figure is said as a person would."""
    assert spoken(written, "en") == CASES[written]


WORDS = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
         " seventeen eighteen nineteen").split()  # fmt: skip
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SIZES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def value_of(words: str) -> int:
    """What number words mean."""
    total = part = 0
    for word in words.replace("-", " ").split():
        if word in WORDS:
            part += WORDS.index(word)
        elif word in TENS:
            part += 20 + 10 * TENS.index(word)
        elif word == "hundred":
            part *= 100
        elif word in SIZES:
            total, part = total + part * SIZES[word], 0
        else:
            assert word == "and"
    return total + part


@given(st.integers(0, 10**15 - 1))
def test_numbers_can_be_read_back(value: int) -> None:
    """The words of a number mean that number, written plain or with separators."""
    assert value_of(cardinal(value)) == value
    assert number(f"{value:,}") == number(str(value)) == cardinal(value)


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_amounts_keep_their_value(dollars: int, cents: int) -> None:
    """Neither a dollar nor a cent is lost."""
    said = spoken(f"${dollars}.{cents:02}", "en")
    parts = {unit.rstrip("s"): value_of(words) for words, unit in _amounts(said)}
    assert parts.get("dollar", 0) * 100 + parts.get("cent", 0) == dollars * 100 + cents


def _amounts(said: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    words: list[str] = []
    for word in said.split():
        if word.rstrip("s") in ("dollar", "cent"):
            found.append((" ".join(words).removeprefix("and "), word))
            words = []
        else:
            words.append(word)
    assert not words
    return found


def test_digits_and_years() -> None:
    """Digits come one by one; years in pairs."""
    assert digits("40-7") == "four zero seven"
    assert [year(text) for text in ("1905", "1990", "2000", "2026")] == [
        "nineteen oh five",
        "nineteen ninety",
        "two thousand",
        "twenty twenty-six",
    ]


FIGURES = st.text(alphabet="0123456789.,:/-–+$€%°#=×½ abAMpTeJMar年月日元号第是\n", max_size=80)


@given(FIGURES, st.sampled_from(LANGUAGES))
def test_no_digit_is_left(text: str, language: Language) -> None:
    """Whatever figures look like, each of their digits is said in words."""
    assert not re.search("[0-9]", spoken(text, language))


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_text_can_be_said(text: str, language: Language) -> None:
    """No text fails, and what comes back is one line."""
    said = spoken(text, language)
    assert said == " ".join(said.split())


@given(st.lists(st.sampled_from(["the", "invoice", "is", "due", "now,", "please.", "Yes!", "don't"]), max_size=20))
def test_words_are_left_alone(words: list[str]) -> None:
    """Text without figures comes back as it was."""
    assert spoken(" ".join(words), "en") == " ".join(words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "bit", ["1", "1,", "1.", "a.", "$", "1-", "A-1", "@", "-", "https://", "1/", "12:", "a@", "no ", "½"]
)
def test_takes_linear_time(language: Language, bit: str) -> None:
    """Eight times the text takes nowhere near 64 times the time, whatever is repeated."""

    def seconds(length: int) -> float:
        text = bit * (length // len(bit))
        start = time.process_time()
        spoken(text, language)
        return time.process_time() - start

    seconds(100)
    assert min(seconds(8_000), seconds(8_000)) < 24 * min(seconds(1_000), seconds(1_000)) + 0.05
