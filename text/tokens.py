"""How many tokens a text is likely to be, without a tokeniser."""

from __future__ import annotations

import math

from text.script import count_cjk

TOKENS_PER_CJK_CHARACTER = 0.6
TOKENS_PER_LATIN_CHARACTER = 0.3
"""Both figures are those DeepSeek's API documentation gives for estimates ("Token & Token Usage")."""


def token_weight(text: str) -> float:
    """Tokens in `text`, not rounded, so that the weights of pieces add up to that of the whole."""
    cjk = count_cjk(text)
    return TOKENS_PER_CJK_CHARACTER * cjk + TOKENS_PER_LATIN_CHARACTER * (len(text) - cjk)


def estimate_tokens(text: str) -> int:
    """Tokens in `text`, rounded up; 0 for the empty text. Good to about a fifth either way on ordinary prose."""
    return math.ceil(token_weight(text))
