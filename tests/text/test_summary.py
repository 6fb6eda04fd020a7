"""The written form of a summary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from text.summary import SummaryParts, build_summary, is_heading, parse_summary

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
