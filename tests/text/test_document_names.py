"""Which document is meant by what is typed of its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.document_names import matching, named

ATTACHED = ("a-invoice.png", "b-invoice.png", "Letter two.pdf", "停水通知.png")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a-invoice.png", ("a-invoice.png",)),
        ("B-INV", ("b-invoice.png",)),
        ("invoice", ("a-invoice.png", "b-invoice.png")),
        ("two", ("Letter two.pdf",)),
        ("pdf", ("Letter two.pdf",)),
        ("停水", ("停水通知.png",)),
        ("the second document", ("b-invoice.png",)),
        ("the notice", ("停水通知.png",)),
        ("那份通知", ("停水通知.png",)),
        ("contract", ()),
        ("", ()),
    ],
)
def test_a_part_of_the_name_is_enough(typed: str, found: tuple[str, ...]) -> None:
    """Its beginning before its middle; else whatever would be meant if it were said."""
    assert named(ATTACHED, typed) == found


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4, unique_by=str.casefold), st.data())
def test_a_whole_name_is_never_in_doubt(attached: list[str], data: st.DataObject) -> None:
    """Whatever the others are called."""
    name = data.draw(st.sampled_from(attached))
    if name.strip():
        assert named(attached, name)[0] in attached
    assert set(named(attached, name)) <= set(attached)


def test_a_name_with_a_letter_alone() -> None:
    """Said as it is spelled, it is that one, though "a" is no word of a name otherwise."""
    assert matching(ATTACHED, "a-invoice") == ("a-invoice.png",)
