"""Stored answers as bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1 import Usage
from r1.cache import CachedReply
from tests.r1.cache.answers import CANARY, reply_of

texts = st.text(st.characters(codec=None))
counts = st.integers(0, 10**9)


@given(
    st.builds(CachedReply, texts, texts, texts, st.builds(Usage, counts, counts, counts, counts, st.booleans()), texts)
)
def test_a_reply_survives_its_bytes(reply: CachedReply) -> None:
    """Any text, half characters included."""
    assert CachedReply.from_bytes(reply.to_bytes()) == reply


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_other_bytes_are_refused(stored: bytes) -> None:
    """As a ValueError and as nothing else."""
    with pytest.raises(ValueError, match="stored answer"):
        CachedReply.from_bytes(stored)


@pytest.mark.parametrize(
    "change",
    [
        {"answer": 1},
        {"thoughts": None},
        {"served_by": ["x"]},
        {"usage": 3},
        {"usage": {}},
        {"usage": {**reply_of().usage.counts(), "estimated": 1}},
        {"usage": {**reply_of().usage.counts(), "total_tokens": "14", "estimated": True}},
        {"usage": {**reply_of().usage.counts(), "total_tokens": True, "estimated": True}},
    ],
)
def test_a_reply_with_a_wrong_part_is_refused(change: dict[str, Any]) -> None:
    """And the error repeats nothing of it."""
    stored = json.dumps({**json.loads(reply_of().to_bytes()), **change}).encode()
    with pytest.raises(ValueError, match="stored answer") as caught:
        CachedReply.from_bytes(stored)
    assert CANARY not in str(caught.value)


def test_deeply_nested_bytes_are_refused() -> None:
    """Not with a RecursionError."""
    with pytest.raises(ValueError, match="stored answer"):
        CachedReply.from_bytes(b"[" * 100_000)


def test_texts_are_not_in_the_repr() -> None:
    """It may end up in a log."""
    assert CANARY not in repr(reply_of())
    assert "deepseek-r1" in repr(reply_of())
