"""How much silence ends a turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.endpointing import EndpointOptions


@pytest.mark.parametrize(
    ("text", "silence_s"),
    [
        ("What is the total on this invoice?", 0.45),
        ("这张发票的总金额是多少？", 0.45),
        ("Tuesday.", 0.75),
        ("星期二。", 0.75),
        ("I would like to know the total and.", 1.5),
        ("我想知道总额，还有", 1.5),
        ("", 1.5),
    ],
)
def test_the_words_decide(text: str, silence_s: float) -> None:
    """Short after a question, long after "and", in both languages; long as long as nothing was understood."""
    assert EndpointOptions().silence_s(text) == silence_s


@given(st.text())
def test_voices_in_the_background_never_shorten_the_wait(text: str) -> None:
    """Where silence is told by loudness alone, at least a second of it is needed."""
    options = EndpointOptions()
    alone, among = options.silence_s(text), options.silence_s(text, distant_voices=True)
    assert options.complete_s <= alone <= among <= options.open_s
    assert among >= options.distant_s


@pytest.mark.parametrize(
    "wrong",
    [
        {"complete_s": 0.8},
        {"usual_s": 0.3},
        {"look_s": 0.6},
        {"look_s": 0.0},
        {"no_speech_s": 0.0},
        {"longest_s": -1.0},
    ],
)
def test_silences_in_the_wrong_order_are_refused(wrong: dict[str, float]) -> None:
    """Less than nothing, or less after "and" than after a question."""
    with pytest.raises(ValueError, match=r"look_s <=|positive"):
        EndpointOptions(**wrong)
