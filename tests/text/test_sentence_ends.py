"""Cutting streaming text into sentences."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from text.sentence_ends import CODE_NOTICE, CutLimits, SentenceCutter


def cut(text: str, chunk: int | None = None, limits: CutLimits | None = None) -> list[str]:
    """The pieces of `text`, fed in chunks of so many characters."""
    cutter = SentenceCutter(limits or CutLimits())
    size = chunk or max(1, len(text))
    pieces: list[str] = []
    for start in range(0, len(text), size):
        pieces += cutter.feed(text[start : start + size])
    return pieces + cutter.end()


CASES = {
    "two sentences": ("The total is four. It is due.", ["The total is four.", "It is due."]),
    "a title": ("Ask Dr. Smith or Prof. Lee. Thanks.", ["Ask Dr. Smith or Prof. Lee.", "Thanks."]),
    "examples": ("Fruit, e.g. apples, i.e. food. Yes.", ["Fruit, e.g. apples, i.e. food.", "Yes."]),
    "acronym inside": ("The U.S. Government met in the U.K. today.", ["The U.S. Government met in the U.K. today."]),
    "acronym at the end": ("I live in the U.S. How about you?", ["I live in the U.S.", "How about you?"]),
    "time of day": (
        "Come at 3 p.m. on Monday. It ends at 5 p.m. He left.",
        ["Come at 3 p.m. on Monday.", "It ends at 5 p.m.", "He left."],
    ),
    "number sign": ("See No. 5 and p. 12. No. It is not.", ["See No. 5 and p. 12.", "No.", "It is not."]),
    "initials": (
        "J. R. R. Tolkien wrote it. Plan B. Then we go.",
        ["J. R. R. Tolkien wrote it.", "Plan B.", "Then we go."],
    ),
    "calendar": ("Due Jan. 5. The cat sat. Then it slept.", ["Due Jan. 5.", "The cat sat.", "Then it slept."]),
    "decimals": ("Pi is 3.14. It costs $420.50. Right.", ["Pi is 3.14.", "It costs $420.50.", "Right."]),
    "versions": ("Version 1.2.3 is out. Use v2.0.", ["Version 1.2.3 is out.", "Use v2.0."]),
    "address": (
        "See https://example.com/a.b?c=d. Or www.example.org! Fine.",
        ["See https://example.com/a.b?c=d.", "Or www.example.org!", "Fine."],
    ),
    "e-mail": ("Write to john.smith@example.com. Thanks.", ["Write to john.smith@example.com.", "Thanks."]),
    "file name": ("Open invoice.png with Node.js. Done.", ["Open invoice.png with Node.js.", "Done."]),
    "ellipsis goes on": ("Wait... what? I think… So it is.", ["Wait... what?", "I think…", "So it is."]),
    "marks in a row": ("What?! Really!!! Yes.", ["What?!", "Really!!!", "Yes."]),
    "quote goes on": (
        'He said "Stop." and left. "Why?" she asked.',
        ['He said "Stop." and left.', '"Why?" she asked.'],
    ),
    "quote ends": ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
    "brackets": ("Then (it was late.) he slept. (He did.) So.", ["Then (it was late.) he slept.", "(He did.)", "So."]),
    "inches": ('It is 5" long. It fits. Good.', ['It is 5" long.', "It fits.", "Good."]),
    "list": (
        "Buy:\n- apples\n* pears, 4.5 kg\n1. milk\n2) eggs",
        ["Buy:", "apples", "pears, 4.5 kg", "1. milk", "2) eggs"],
    ),
    "headings": ("# Results. All\nThe total\n\n## Next", ["Results.", "All", "The total", "Next"]),
    "wrapped line": (
        "The total of the\ninvoice is four.\nIt is due.",
        ["The total of the invoice is four.", "It is due."],
    ),
    "windows lines": ("One\r\n\r\n- two\r\n- three\r\n", ["One", "two", "three"]),
    "bold": ("**The total is four.** It is _due_.", ["The total is four.", "It is due."]),
    "link": ("See [Mr. A. The man](http://a.b/c.html). Go.", ["See Mr. A. The man.", "Go."]),
    "table": ("| Item | Price |\n|---|---:|\n| Dr. No. | 4. |\n\nEnd.", ["Item, Price", "Dr. No., 4.", "End."]),
    "code": ("Run this:\n```python\nx = 1. y\n```\nDone.", ["Run this:", CODE_NOTICE["en"], "Done."]),
    "code in Chinese": ("请运行：\n~~~\nrm. x\n~~~\n好。", ["请运行：", CODE_NOTICE["zh"], "好。"]),
    "open code": ("Run this.\n```\nx = 1. y\n", ["Run this.", CODE_NOTICE["en"]]),
    "Chinese": ("总额是420.50元。好吗？请付款！完", ["总额是420.50元。", "好吗？", "请付款！", "完"]),
    "Chinese clauses": ("先看发票；再付款。", ["先看发票；", "再付款。"]),
    "Chinese quote": ("他说：“好。”然后走了……再见。", ["他说：“好。”", "然后走了……", "再见。"]),
    "mixed": (
        "发票 INV-7 的 total 是 4.5 元。It is due.是的",
        ["发票 INV-7 的 total 是 4.5 元。", "It is due.", "是的"],
    ),
    "number before Chinese": ("价格是4.然后走", ["价格是4.", "然后走"]),
    "mark apart": ("It is $420 . It has .5 and .NET too .", ["It is $420 .", "It has .5 and .NET too ."]),
    "no mark": ("The total is four", ["The total is four"]),
    "nothing to say": ("--- \n\n *** ... !", []),
    "nothing": ("", []),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("chunk", [None, 1, 3])
def test_cuts_where_a_reader_would(name: str, chunk: int | None) -> None:
    """Each kind of text is cut at its sentences, whatever the chunks."""
    text, expected = CASES[name]
    assert cut(text, chunk) == expected


BITS = st.sampled_from(
    [
        *".!?…。！？；，,;:\"'“”()[]（）《》*_`~#|-\n\r\t >1、@/\\$",
        " ",
        " ",
        " ",
        "\n\n",
        "\n- ",
        "\n1. ",
        "\n```\n",
        "**",
        "...",
        "Dr",
        "e.g",
        "U.S",
        "p.m",
        "No",
        "Jan",
        "a",
        "I",
        "The",
        "the",
        "total",
        "é",
        "4",
        "3.14",
        "420",
        "http://a.b",
        "a@b.c",
        "发票",
        "总额",
        "是",
        "😊",
        "[a](http://b.c)",
    ]
)
TEXTS = st.lists(BITS, max_size=60).map("".join)


@given(TEXTS, st.lists(st.integers(1, 9), min_size=1, max_size=20), st.sampled_from([(12, 20), (120, 240)]))
@example("a\n```\nb", [1], (12, 20))
def test_chunking_cannot_matter(text: str, sizes: list[int], limits: tuple[int, int]) -> None:
    """Any re-chunking of a text gives the same pieces."""
    bounds = CutLimits(*limits)
    cutter = SentenceCutter(bounds)
    pieces: list[str] = []
    position, turn = 0, 0
    while position < len(text):
        size = sizes[turn % len(sizes)]
        pieces += cutter.feed(text[position : position + size])
        position, turn = position + size, turn + 1
    pieces += cutter.end()
    assert pieces == cut(text, limits=bounds)


WORDS = st.text(alphabet="abc XYZ .,;:!?…\"'()。！？，、发票总额 0123456789", max_size=300)


@given(WORDS, st.integers(5, 60), st.lists(st.sampled_from(["", "settle", "expire"]), min_size=1, max_size=30))
def test_nothing_is_lost_doubled_or_moved(text: str, limit: int, pauses: list[str]) -> None:
    """Every letter and digit comes back once and in order, wherever the stream pauses."""
    cutter = SentenceCutter(CutLimits(limit, limit))
    pieces: list[str] = []
    for place, character in enumerate(text):
        pieces += cutter.feed(character)
        match pauses[place % len(pauses)]:
            case "settle":
                pieces += cutter.settle()
            case "expire":
                pieces += cutter.expire()
    pieces += cutter.end()
    assert [c for c in "".join(pieces) if c.isalnum()] == [c for c in text if c.isalnum()]


@given(st.text(alphabet="abcdefg   ,发票总额", max_size=400), st.integers(20, 90))
def test_long_text_is_cut_between_words(text: str, limit: int) -> None:
    """Text without marks is cut at spaces or between CJK characters, never inside a word, and within the limit."""
    pieces = cut(text, limits=CutLimits(limit, limit))
    assert re.findall("[a-g]+", " ".join(pieces)) == re.findall("[a-g]+", text)
    for piece in pieces:
        weight = sum(3 if character >= "\u2e80" else 1 for character in piece)
        assert weight <= limit or not re.search(" |[发票总额]{2}", piece)


def test_a_long_piece_ends_at_a_clause() -> None:
    """Where there is no mark for too long, a comma is preferred to a mere space."""
    text = "because the invoice was sent in March, and the letter came in the month after that one"
    assert cut(text, limits=CutLimits(60, 60))[0] == "because the invoice was sent in March,"


def test_a_plain_end_is_given_out_when_nothing_follows() -> None:
    """A full stop behind a word needs no further token, only that none has arrived."""
    cutter = SentenceCutter()
    assert cutter.feed("The total is four.") == []
    assert cutter.can_settle
    assert cutter.settle() == ["The total is four."]
    assert cutter.feed(" It") + cutter.end() == ["It"]


@pytest.mark.parametrize(
    "text", ["The total is 4.", "Ask Dr.", "in the U.S.", "Well...", 'He said "Stop!"', "See a.b@c.de."]
)
def test_an_ambiguous_end_waits(text: str) -> None:
    """A digit, an abbreviation, an ellipsis, a closed quote or an address before the end of the text waits."""
    cutter = SentenceCutter()
    assert cutter.feed(text) == []
    assert not cutter.can_settle
    assert cutter.settle() == []
    assert cutter.pending
    assert cutter.end() == [text]


def test_late_closing_marks_do_not_begin_the_next_sentence() -> None:
    """A quotation mark that comes after its sentence was given out is not read as an opening one."""
    cutter = SentenceCutter()
    pieces = cutter.feed("He said “it is four.")
    pieces += cutter.expire() + cutter.feed('” "') + cutter.feed(" It is due.") + cutter.settle()
    assert pieces == ["He said “it is four.", "It is due."]


def test_an_expired_text_is_spoken_up_to_its_last_word() -> None:
    """After a stall the text goes out without the word that may be incomplete; the next stall brings that too."""
    cutter = SentenceCutter()
    cutter.feed("The total is fo")
    assert cutter.expire() == ["The total is"]
    assert cutter.expire() == ["fo"]
    assert cutter.expire() == []
    assert not cutter.pending


@pytest.mark.parametrize(
    "text", ["x" * 60_000, "." * 60_000, "\n" * 60_000, '"' * 60_000, "U.S. The " * 6000, "[" * 60_000, "| a." * 15_000]
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    """Text made to be slow takes no more than some microseconds a character."""
    start = time.process_time()
    cut(text)
    assert time.process_time() - start < 5
