"""The ledger as people see it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from commands.ledger_table import print_ledger
from pipeline.context import ConversationContext
from pipeline.events import Question, Sentence, Speech
from pipeline.runner import Pipeline
from pipeline.stage import Inbox, TurnInfo
from pipeline.testing import VirtualClock


class Thinker:
    """Takes 30 ms for a question."""

    name, accepts, emits = "thinker", (Question,), (Sentence,)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> Any:
        import asyncio

        async for question in inbox:
            await asyncio.sleep(0.03)
            yield Sentence(question.text, 0)


class Mouth:
    """Takes 20 ms for a sentence."""

    name, accepts, emits = "mouth", (Sentence,), (Speech,)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> Any:
        import asyncio

        import numpy as np

        async for sentence in inbox:
            await asyncio.sleep(0.02)
            yield Speech(np.ones(160, np.float32), 16_000, sentence.text)


async def _turn() -> Any:
    async def source() -> Any:
        yield Question("How late is it?")

    async with Pipeline(Thinker(), Mouth(), inputs=(Question,)).turn(ConversationContext(), source()) as turn:
        async for _ in turn:
            pass
    return turn.ledger.with_cold_start(7_000_000)


def test_the_lines_add_up_on_paper(capsys: pytest.CaptureFixture[str]) -> None:
    """The printed lines sum to the printed total, each with a bar where the one before it ends."""
    print_ledger(VirtualClock().run(_turn()))
    printed = capsys.readouterr().out
    lines = dict(re.findall(r"^ (\w[\w ]*?\w)  .*?(\d+\.\d)\b", printed.partition("What each")[0], re.MULTILINE))
    assert lines == {"thinker": "30.0", "mouth": "20.0", "unattributed": "0.0", "time to first audio": "50.0"}
    bars = [line.rstrip() for line in printed.splitlines() if "█" in line]
    assert len(bars[0]) <= len(bars[1])
    assert "7 ms cold start" in printed


def test_the_stages_and_what_if(capsys: pytest.CaptureFixture[str]) -> None:
    """Each stage shows what it added and did, and that a faster one would have made first audio earlier."""
    print_ledger(VirtualClock().run(_turn()))
    stages = capsys.readouterr().out.partition("What each")[2]
    row = next(line.split() for line in stages.splitlines() if line.startswith(" mouth"))
    assert row == ["mouth", "20.0", "20.0", "30.0", "0.0", "0.0", "0.0", "50.0", "-20"]
