"""The written form of a summary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.summary import SummaryParts, build_summary, is_heading, parse_summary, rests_on_others

LINES = st.builds(
    lambda text: " ".join(text.split()), st.text(max_size=30) | st.sampled_from(["- a", "我住四十七号", "a → b"])
)
ITEMS = st.lists(LINES.filter(bool), max_size=4).map(tuple)


@given(LINES.filter(lambda line: not is_heading(line)), ITEMS, ITEMS)
def test_what_was_written_is_read_back(prose: str, told: tuple[str, ...], answered: tuple[str, ...]) -> None:
    """`parse_summary` is the inverse of `build_summary`."""
    parts = SummaryParts(prose, told, answered)
    assert parse_summary(build_summary(parts)) == parts


def test_headings_are_in_the_language_of_the_conversation() -> None:
    """A Chinese summary is Chinese throughout."""
    assert build_summary(SummaryParts("", ("我叫小梅。",), ("总额是420元。",))) == (
        "用户说过：\n- 我叫小梅。\n助手答过：\n- 总额是420元。"
    )
    assert build_summary(SummaryParts("", ("I am Mei.",))) == "The user said:\n- I am Mei."
    assert build_summary(SummaryParts()) == ""


def test_a_summary_of_another_hand_is_prose() -> None:
    """What has no headings of ours is taken as it is, on one line."""
    assert parse_summary("The user has a cat.\n\n- It is old.") == SummaryParts("The user has a cat. - It is old.")


@pytest.mark.parametrize(
    ("answered", "others"),
    [
        ("The total is $420.00. (invoice.png p1)", False),
        ("The total is $420.00. (letter.png p12)", True),
        ("Both say so. (invoice.png p1, scan (2).png p3)", False),
        ("Both say so. (invoice.png p1, letter.png p3)", True),
        ("It is due (see below). (scan (2).png p3)", False),
        ("It is due (see below). (scan (3).png p3)", True),
        ("The answer is 12 (twelve).", False),
        ("When does bus 12 leave? → 8:05", False),
    ],
)
def test_answers_that_rest_on_other_documents(answered: str, others: bool) -> None:
    """One source that is not attached is enough; names may have brackets of their own."""
    assert rests_on_others(answered, {"invoice.png", "scan (2).png"}) == others
