"""Stored ledgers, as they are read."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.turn_timing import Stretch, TurnTiming, UnreadableLedgerError, path_of, timing_of
from pipeline.context import ConversationContext
from pipeline.events import Question, Sentence, Speech
from pipeline.runner import Pipeline
from pipeline.stage import Inbox, TurnInfo
from pipeline.testing import VirtualClock
from tests.evaluation.latency_turns import ledger

WHOLE = ledger(
    [
        ("endpoint", "source", 300.0),
        ("unattributed", "asr", 0.5),
        ("asr", "asr", 200.0),
        ("thinking", "reasoner", 1000.0),
        ("thinking", "reasoner", 500.0),
        ("hand-off", "tts", 3.0),
    ],
    playback_ms=20.0,
    cold_start_ms=900.0,
)


class Mouth:
    """Thinks 30 ms about a question, marked as such, and speaks after 20 more, with 10 ms of silence first."""

    name, accepts, emits = "mouth", (Question,), (Speech, Sentence)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        import asyncio

        import numpy as np

        async for question in inbox:
            turn.mark("thinking")
            await asyncio.sleep(0.03)
            turn.mark("tts")
            await asyncio.sleep(0.02)
            yield Speech(np.r_[np.zeros(160, np.float32), np.ones(160, np.float32)], 16_000, question.text)


def test_the_engines_own_ledger_is_read_whole() -> None:
    """What a turn's ledger says is what is read of it after a way through JSON."""

    async def one_turn() -> Any:
        async def source() -> AsyncIterator[Any]:
            yield Question("How late is it?")

        async with Pipeline(Mouth(), inputs=(Question,)).turn(ConversationContext(), source()) as turn:
            async for _ in turn:
                pass
        return turn.ledger

    kept = json.loads(json.dumps(VirtualClock().run(one_turn()).to_json()))
    timing = timing_of(kept)
    assert timing.lines == {"thinking": 30.0, "tts": 20.0, "playback": 10.0, "unattributed": 0.0}
    assert timing.stages == {"mouth": 50.0, "playback": 10.0}
    assert timing.total_ms == 60.0
    assert path_of(kept) == (
        Stretch("thinking", "mouth", 0.0, 30.0),
        Stretch("tts", "mouth", 30.0, 20.0),
        Stretch("playback", "", 50.0, 10.0),
    )


def test_stages_are_charged_with_their_own_time_only() -> None:
    """What no stage spent stands beside the stages, so that they add up to the total too."""
    beside = {"hand-off": 3.0, "playback": 20.0, "unattributed": 0.5}
    assert timing_of(WHOLE) == TurnTiming(
        outcome="answered",
        total_ms=2023.5,
        cold_start_ms=900.0,
        lines={"endpoint": 300.0, "asr": 200.0, "thinking": 1500.0} | beside,
        stages={"source": 300.0, "asr": 200.0, "reasoner": 1500.0} | beside,
    )  # fmt: skip


def test_the_path_is_without_seams() -> None:
    """Neighbours of one line and stage are one piece, and the playback comes last."""
    path = path_of(WHOLE)
    assert [(piece.line, piece.ms) for piece in path] == [
        ("endpoint", 300.0), ("unattributed", 0.5), ("asr", 200.0), ("thinking", 1500.0), ("hand-off", 3.0),
        ("playback", 20.0),
    ]  # fmt: skip
    ends = [0.0, *(piece.start_ms + piece.ms for piece in path)]
    assert [piece.start_ms for piece in path] == ends[:-1]
    assert ends[-1] == timing_of(WHOLE).total_ms


@pytest.mark.parametrize(
    "kept",
    [
        None, [], "ledger", 7, {},
        *({key: value for key, value in WHOLE.items() if key != gone}
          for gone in ("outcome", "total_ms", "lines", "path", "cold_start_ms")),
        WHOLE | {"total_ms": "2023.5"}, WHOLE | {"total_ms": True}, WHOLE | {"total_ms": float("nan")},
        WHOLE | {"total_ms": -1}, WHOLE | {"total_ms": 1e300}, WHOLE | {"total_ms": 10**400},
        WHOLE | {"total_ms": 2024.5}, WHOLE | {"lines": WHOLE["lines"][1:]}, WHOLE | {"path": WHOLE["path"][1:]},
        WHOLE | {"lines": None}, WHOLE | {"path": [None]}, WHOLE | {"path": [{"name": 3}]},
        WHOLE | {"lines": {"asr": 3}}, WHOLE | {"outcome": "lost"}, WHOLE | {"outcome": ["answered"]},
    ],
    ids=lambda kept: str(kept)[:40],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(kept: Any) -> None:
    """A ledger that lacks something, does not add up, or holds what is no time, is not guessed at."""
    with pytest.raises(UnreadableLedgerError):
        timing_of(kept)


JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_damage_anywhere_never_crashes(data: st.DataObject) -> None:
    """Whatever stands in place of a value, the ledger is read or refused, and what is read adds up."""
    kept = copy.deepcopy(WHOLE)
    key = data.draw(st.sampled_from(sorted(kept)))
    junk = data.draw(JUNK)
    if isinstance(kept[key], list) and kept[key] and data.draw(st.booleans()):
        entry = kept[key][data.draw(st.integers(0, len(kept[key]) - 1))]
        entry[data.draw(st.sampled_from(sorted(entry)))] = junk
    else:
        kept[key] = junk
    try:
        timing = timing_of(kept)
    except UnreadableLedgerError:
        return
    assert sum(timing.lines.values()) == pytest.approx(timing.total_ms, abs=0.02)
    assert sum(timing.stages.values()) == pytest.approx(timing.total_ms, abs=0.02)
    assert path_of(kept)
