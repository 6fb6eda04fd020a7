"""`demo`: the first thing anyone sees."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from commands.demo import DEMO, faults
from commands.turn import TurnResult
from pipeline.events import Answer, Citation, Transcript
from tests.commands.conftest import RunCommand

EXPECT = json.loads(DEMO.read_text(encoding="utf-8"))["expect"]


def test_the_demo(command: RunCommand) -> None:
    """It hears the question, answers rightly, shows where that stands and the ledger, and the reply says it."""
    outcome = command("demo")
    assert outcome.code == 0, outcome.err
    assert EXPECT["transcript"] in outcome.out
    assert "$420.00" in outcome.out
    cited = EXPECT["citation"]
    assert f"{cited['document']}, page {cited['page']}, line {cited['line']}" in outcome.out
    for line in ("endpoint", "asr", "prefill", "tts", "unattributed", "time to first audio"):
        assert line in outcome.out
    assert "█" in outcome.out
    assert command("transcribe", Path("reply.wav")).out.strip() == EXPECT["reply"]


def test_the_shipped_answer_is_checked() -> None:
    """Each thing that could be wrong with the demo is found."""
    cited = EXPECT["citation"]
    right = TurnResult(
        transcript=Transcript(EXPECT["transcript"], "en"),
        answer=Answer("", "The total is $420.00.", (Citation(cited["document"], cited["page"], cited["line"], ""),)),
        reply=Path("reply.wav"),
    )
    assert right.answer is not None
    assert faults(right, EXPECT) == []
    assert len(faults(replace(right, transcript=Transcript("What is this?", "en")), EXPECT)) == 1
    assert len(faults(replace(right, answer=replace(right.answer, text="The total is $42.00.")), EXPECT)) == 1
    assert len(faults(replace(right, answer=replace(right.answer, citations=())), EXPECT)) == 1
    assert len(faults(replace(right, reply=None), EXPECT)) == 1
    assert len(faults(TurnResult(), EXPECT)) == 4
