"""When a conversation is summarised, and what stays word for word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.context import ConversationContext, Exchange
from pipeline.memory import MemoryOptions, exchanges_to_cover, tokens_of

EXCHANGES = st.builds(Exchange, st.text(max_size=200), st.text(max_size=200))


def context_of(*exchanges: Exchange) -> ConversationContext:
    return ConversationContext(recent=exchanges)


@given(st.lists(EXCHANGES, max_size=30), st.integers(1, 300), st.integers(0, 5))
def test_what_stays_is_bounded(exchanges: list[Exchange], tokens: int, keep: int) -> None:
    """After compaction neither threshold is passed, and as many of the last exchanges stay as fit."""
    options = MemoryOptions(tokens, threshold_exchanges=6, keep_exchanges=keep, ceiling_tokens=300)
    count = exchanges_to_cover(context_of(*exchanges), options)
    left = exchanges[count:]
    assert exchanges_to_cover(context_of(*left), options) == 0
    if count:
        assert len(left) <= keep
        assert len(left) == min(keep, len(exchanges)) or tokens_of(exchanges[count - 1 :]) > tokens


def test_nothing_is_rewritten_below_the_thresholds() -> None:
    """Eight short exchanges stay as they are; the ninth lets the first five be summarised."""
    short = Exchange("What is two plus two?", "4.")
    assert exchanges_to_cover(context_of(*[short] * 8), MemoryOptions()) == 0
    assert exchanges_to_cover(context_of(*[short] * 9), MemoryOptions()) == 5


def test_a_monologue_is_covered_at_once() -> None:
    """One exchange beyond the threshold leaves nothing word for word but what came after it."""
    monologue = Exchange("word " * 20_000, "I see.")
    assert exchanges_to_cover(context_of(monologue), MemoryOptions()) == 1
    assert exchanges_to_cover(context_of(monologue, Exchange("q", "a")), MemoryOptions()) == 1


def test_chinese_counts_by_its_own_measure() -> None:
    """Four thousand Chinese characters are about 2,400 tokens, not a thousand."""
    assert exchanges_to_cover(context_of(Exchange("你好" * 1_000, "好" * 2_000)), MemoryOptions()) == 1


@pytest.mark.parametrize(("name", "value"), [("keep_exchanges", 8), ("threshold_tokens", 9_000)])
def test_options_that_contradict_are_refused(name: str, value: int) -> None:
    """The message names the option and what is possible."""
    with pytest.raises(ValueError, match=name):
        MemoryOptions(**{name: value})
