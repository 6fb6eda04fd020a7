"""Marks name a line of a page, in a prompt and in an answer."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from text.marks import MARK_PATTERN, MAXIMUM_NAME_LENGTH, Mark, MarkStripper, find_marks, mark, safe_name

PIECES = st.one_of(
    st.sampled_from(
        ["[", "]", " p1 l4]", "[invoice.png p1 l4]", "[发票.png p2 l10]", "\n", " ", ". ", ".", "420", "。"]
    ),
    st.text(max_size=6),
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def strip(chunks: list[str]) -> tuple[str, list[Mark]]:
    stripper = MarkStripper()
    pieces = [piece for chunk in chunks for piece in stripper.feed(chunk)] + stripper.flush()
    return (
        "".join(piece for piece in pieces if isinstance(piece, str)),
        [piece for piece in pieces if isinstance(piece, Mark)],
    )


def test_mark_is_name_page_and_line_in_brackets() -> None:
    """A mark has the form the design shows."""
    assert mark("invoice.png", 1, 4) == "[invoice.png p1 l4]"


@given(st.text(max_size=300), st.integers(1, 9999), st.integers(1, 9999))
def test_every_name_gives_a_mark_that_is_found_again(name: str, page: int, line: int) -> None:
    """Whatever a document is called, its mark is one line, is recognised whole, and leads back to the safe name."""
    written = mark(name, page, line)
    assert "\n" not in written
    assert list(find_marks(f"x {written} y")) == [Mark(safe_name(name), page, line)]


@given(st.text(max_size=300))
def test_safe_name_is_idempotent_and_bounded(name: str) -> None:
    """A safe name is not changed by making it safe again."""
    assert safe_name(safe_name(name)) == safe_name(name)
    assert 1 <= len(safe_name(name)) <= MAXIMUM_NAME_LENGTH


def test_long_names_keep_their_ends() -> None:
    """A shortened name still shows how it begins and its extension."""
    name = safe_name("a" * 200 + ".pdf")
    assert name.startswith("aaa") and name.endswith(".pdf")


@given(TEXTS, st.lists(st.integers(0, 80), max_size=8))
def test_any_cutting_gives_the_same_result(text: str, cuts: list[int]) -> None:
    """Text and marks do not depend on where the stream was cut."""
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    chunks = [text[start:end] for start, end in itertools.pairwise(places)]
    assert strip(chunks) == strip([text]) == strip(list(text))


@given(TEXTS)
def test_text_without_marks_is_unchanged(text: str) -> None:
    """Brackets that are no mark pass through to the letter."""
    if not list(find_marks(text)):
        assert strip(list(text)) == (text, [])


@given(TEXTS)
def test_no_mark_is_left_in_the_text_of_a_stream(text: str) -> None:
    """Every mark of the text is taken out and handed over, in order."""
    left, marks = strip([text])
    assert marks == list(find_marks(text))
    assert "".join(left.split()) == "".join(re.sub(MARK_PATTERN, "", text).split())


def test_spaces_around_a_mark_close_up() -> None:
    """Taking a mark out leaves neither a double space nor a space before a full stop."""
    assert strip(["It is $420 [a.png p1 l9]."])[0] == "It is $420."
    assert strip(["It is $420. [a.png p1 l9] Pay soon."])[0] == "It is $420. Pay soon."
    assert strip(["It is [a.png p1 l9] due."])[0] == "It is due."
    assert strip(["It is $420. [a.png p1 l9][b.png p1 l2]"])[0] == "It is $420. "
    assert strip(["总额为420元[发票.png p1 l9]。"])[0] == "总额为420元。"


def test_only_what_may_still_be_a_mark_is_held_back() -> None:
    """Ordinary text leaves at once, also the space that shows that a sentence has ended."""
    stripper = MarkStripper()
    assert stripper.feed("It is due. ") == ["It is due. "]
    assert stripper.feed("See [1") == ["See"]
    assert stripper.feed("] there") == [" [1] there"]
    assert stripper.feed(" [a.png p1 l") == []
    assert stripper.feed("9]") == [Mark("a.png", 1, 9)]


def test_an_open_bracket_is_released_when_it_is_too_long_for_a_mark() -> None:
    """A bracket that is never closed cannot hold the answer back for ever."""
    stripper = MarkStripper()
    given_out = "".join(str(piece) for piece in stripper.feed("[" + "word " * 200))
    assert len(given_out) > 500
