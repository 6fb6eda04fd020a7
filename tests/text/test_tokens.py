"""Token estimates know Chinese."""

from hypothesis import given
from hypothesis import strategies as st

from text.tokens import estimate_tokens


def test_chinese_costs_more_per_character_than_english() -> None:
    """0.6 tokens for a Chinese character, 0.3 for a Latin one, rounded up."""
    assert estimate_tokens("这张发票的总额是多少") == 6
    assert estimate_tokens("What is the total?") == 6
    assert estimate_tokens("") == 0


@given(st.text(), st.text())
def test_longer_texts_never_cost_less(first: str, second: str) -> None:
    """Adding text adds tokens, and nothing is free."""
    assert estimate_tokens(first) <= estimate_tokens(first + second) <= estimate_tokens(first) + estimate_tokens(second)
