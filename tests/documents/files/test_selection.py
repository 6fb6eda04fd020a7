"""Which pages are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.files.limits import DocumentLimits
from documents.files.selection import ALL_PAGES, PageSelection, chosen_pages, range_text
from pipeline.errors import InputError


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1-3,7", (1, 2, 3, 7)),
        ("9-", (9, 10)),
        ("-2", (1, 2)),
        ("7, 2 , 2-3", (2, 3, 7)),
        ("4", (4,)),
        ("1，3、5", (1, 3, 5)),
        ("8-99", (8, 9, 10)),
    ],
)
def test_what_a_selection_names(text: str, numbers: tuple[int, ...]) -> None:
    """Numbers and ranges, open ones too, each page once and in the document's order; Chinese commas count."""
    assert PageSelection.parse(text).numbers(10) == numbers


@pytest.mark.parametrize("text", ["", "a", "0", "3-1", "1,,2", "-", "1-2-3", "1.5", "-0"])
def test_what_cannot_be_understood(text: str) -> None:
    """A selection that makes no sense is refused with an example."""
    with pytest.raises(InputError, match="write for example 1-3,7 or 20-"):
        PageSelection.parse(text)


@given(st.lists(st.tuples(st.integers(1, 50), st.one_of(st.none(), st.integers(0, 9))), min_size=1, max_size=5))
def test_a_selection_reads_as_it_is_written(ranges: list[tuple[int, int | None]]) -> None:
    """Written out and parsed again it is the same."""
    selection = PageSelection(tuple((first, None if more is None else first + more) for first, more in ranges))
    assert PageSelection.parse(str(selection)) == selection


def test_the_limit_counts_what_is_read() -> None:
    """Three of 5,000 pages may be read, all of them not; a page that is not there is said."""
    limits = DocumentLimits(most_pages=10)
    assert chosen_pages("long.pdf", 5000, PageSelection.parse("4998-"), limits) == (4998, 4999, 5000)
    with pytest.raises(InputError, match=r"long\.pdf: has 5,000 pages, more than the limit of 10; choose fewer"):
        chosen_pages("long.pdf", 5000, ALL_PAGES, limits)
    with pytest.raises(InputError, match="11 of its pages are chosen"):
        chosen_pages("long.pdf", 5000, PageSelection.parse("1-11"), limits)
    with pytest.raises(InputError, match=r"short\.pdf: has 1 page, and none of those chosen \(7-\)"):
        chosen_pages("short.pdf", 1, PageSelection.parse("7-"), limits)


def test_ranges_that_are_not_there_are_named() -> None:
    """Those that begin behind the last page, each once; one that only ends there is cut without a word."""
    assert PageSelection.parse("2,9,9,4-8,7-").absent(5) == ((9, 9), (7, None))
    assert ALL_PAGES.absent(1) == ()
    assert [range_text(*one) for one in ((9, 9), (7, None), (6, 8))] == ["9", "7-", "6-8"]
