"""`talk` over a real sound card without hardware: heard, answered aloud, stopped, unplugged and plugged in again."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest

from commands.keeping import opened_store
from pipeline.events import Audio, Samples
from pipeline.records import StoredTurn
from stages.asr import SpeechRecognizer
from tests.commands.talking import INVOICE, TOTAL
from tests.conftest import ROOT
from tests.stages.sound_card import RECORDING_RATE, WHY_NOT, SoundCard

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]

PATIENCE_S = 60.0


class Talk:
    """The program on the card, and everything it printed."""

    def __init__(self, card: SoundCard, data: Path, *arguments: str) -> None:
        command = [sys.executable, "run_agent.py", "talk", "--conversation", "work", *arguments]
        self.printed = ""
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=card.environment | {"XDG_DATA_HOME": str(data)}, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, text: str, count: int = 1) -> None:
        """Until `text` has been printed so many times."""
        deadline = time.monotonic() + PATIENCE_S
        while self.printed.count(text) < count:
            assert time.monotonic() < deadline, f"no {text!r} came; this did:\n{self.printed}"
            time.sleep(0.02)

    def type(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def interrupt(self) -> None:
        self._process.send_signal(2)

    def exit_code(self) -> int:
        return self._process.wait(PATIENCE_S)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join(PATIENCE_S)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.printed += line


@pytest.fixture
def card() -> Iterator[SoundCard]:
    with SoundCard() as plugged_in:
        yield plugged_in


def test_a_question_is_heard_and_answered_aloud(
    card: SoundCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reply, recorded from the loudspeaker, can be understood; the second is cut off by Ctrl-C."""
    talk = Talk(card, tmp_path, "--document", str(INVOICE))
    try:
        talk.wait_for("I am listening.")
        with card.record_speaker() as recording:
            card.play_into_microphone(TOTAL)
            talk.wait_for("latency   ")
        assert "heard     What is the total on this invoice?\n" in talk.printed
        assert "four hundred" in heard(recording.samples)
        card.play_into_microphone(TOTAL)
        talk.wait_for("answer    The total is $420.00.", 2)
        time.sleep(1.0)
        talk.interrupt()
        talk.wait_for("stopped\n")
        talk.interrupt()
        assert talk.exit_code() == 0
    finally:
        talk.end()
    first, second = stored(tmp_path, monkeypatch)
    assert (first.outcome.state, first.outcome.answer) == ("done", "The total is $420.00.")
    assert second.outcome.state == "cancelled"
    assert f"{second.outcome.answer} {second.outcome.unheard}" == first.outcome.answer


def test_unplugged_and_plugged_in(card: SoundCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The devices go while it waits: that is said, typed questions are answered; then both are opened again."""
    talk = Talk(card, tmp_path, "--document", str(INVOICE))
    try:
        talk.wait_for("I am listening.")
        card.unplug()
        talk.wait_for("Type your questions meanwhile; /microphone tries again")
        talk.type("What is two plus two?")
        talk.wait_for("The answers go on as text; /speaker tries the loudspeaker again")
        talk.wait_for("latency   ")
        talk.type("/microphone")
        talk.wait_for("error: ")
        card.plug_in()
        talk.type("/microphone")
        talk.wait_for("the microphone is open")
        talk.type("/speaker")
        talk.wait_for("the loudspeaker is open")
        time.sleep(0.5)
        with card.record_speaker() as recording:
            card.play_into_microphone(TOTAL)
            talk.wait_for("latency   ", 2)
        assert "four hundred" in heard(recording.samples)
        talk.type("/quit")
        assert talk.exit_code() == 0
    finally:
        talk.end()
    assert [turn.outcome.state for turn in stored(tmp_path, monkeypatch)] == ["done", "done"]


def heard(sound: Samples) -> str:
    """What the shipped model makes of a recording, in small letters; figures as they are spoken."""

    async def chunks() -> AsyncIterator[Audio]:
        yield Audio(np.ascontiguousarray(sound), RECORDING_RATE)

    async def transcribe() -> str:
        recognizer = SpeechRecognizer()
        try:
            return (await recognizer.transcribe(chunks())).text.casefold()
        finally:
            await recognizer.close()

    return asyncio.run(transcribe())


def stored(data: Path, monkeypatch: pytest.MonkeyPatch) -> list[StoredTurn]:
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    with opened_store() as store:
        return list(store.load("work").turns)
