"""The same length of conversation for real: questions played into a microphone, replies recorded from a loudspeaker."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.events import Audio, Samples
from stages.asr import SpeechRecognizer
from tests.stages.sound_card import RECORDING_RATE, WHY_NOT, SoundCard

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]

ROOT = Path(__file__).resolve().parents[2]
ASKED = (
    "invoice-total", "invoice-number", "invoice-due", "invoice-tax", "invoice-discount",
    "recipe-title", "recipe-eggs", "recipe-baking", "subtraction", "invoice-total",
)  # fmt: skip
"""The samples that are played, in order."""

BEFORE_RECIPE = 5
PATIENCE_S = 60.0


class Talk:
    """The program as a user runs it, with the lines it prints."""

    def __init__(self, card: SoundCard, data: Path) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable, "run_agent.py", "talk", "--conversation", "ten turns",
                "--document", "assets/documents/invoice.png",
            ],
            cwd=ROOT, env={**card.environment, "XDG_DATA_HOME": str(data)}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.lines: list[str] = []
        self._new: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._new.put(line.rstrip("\n"))

    def wait_for(self, beginning: str) -> str:
        """The next line that begins so."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                line = self._new.get(timeout=max(0.1, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line with {beginning!r} came; so far:\n" + "\n".join(self.lines)) from None
            self.lines.append(line)
            if line.startswith(beginning):
                return line

    def type(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def leave(self) -> int:
        self.type("/quit")
        return self._process.wait(timeout=PATIENCE_S)

    def end(self) -> None:
        """Whatever state it is in."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=PATIENCE_S)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def test_ten_turns_over_a_sound_card(tmp_path: Path) -> None:
    """Ten spoken questions about two documents are heard word for word, answered aloud, summarised and kept."""
    heard, replies = [], []
    with SoundCard() as card:
        talk = Talk(card, tmp_path)
        try:
            talk.wait_for("attached  invoice.png")
            with card.record_speaker() as recording:
                for number, sample in enumerate(ASKED):
                    if number == BEFORE_RECIPE:
                        talk.type("/doc assets/documents/recipe.png")
                        talk.wait_for("attached  recipe.png")
                    begin = recording.seconds
                    card.play_into_microphone(ROOT / f"assets/audio/en/{sample}.wav")
                    heard.append(talk.wait_for("heard").removeprefix("heard").strip())
                    talk.wait_for("latency")
                    replies.append(recording.samples[round(begin * RECORDING_RATE) :])
                    time.sleep(0.5)
            assert talk.leave() == 0
        finally:
            talk.end()
            print("\n".join(talk.lines))
    for sample, text in zip(ASKED, heard, strict=True):
        assert words(text) == words((ROOT / f"assets/audio/en/{sample}.txt").read_text(encoding="utf-8"))
    kept = stored(tmp_path)
    assert [turn["state"] for turn in kept["turns"]] == ["done"] * 10
    assert kept["context"]["documents"] == ["invoice.png", "recipe.png"]
    assert kept["context"]["covers_turns"] == 5 and kept["context"]["summary"]
    assert "$420.00" in kept["turns"][0]["answer"] and "$420.00" in kept["turns"][9]["answer"]
    for turn in kept["turns"]:
        ledger = turn["ledger"]
        assert abs(sum(line["ms"] for line in ledger["lines"]) - ledger["total_ms"]) < 0.01
        assert {"endpoint", "playback"} <= {line["name"] for line in ledger["lines"]}
    said = asyncio.run(transcribed(replies[0]))
    assert "four hundred and twenty dollars" in said.lower()
    assert all(np.abs(reply).max() > 0.05 for reply in replies)


def stored(data: Path) -> Any:
    """The conversation as `conversations show` gives it."""
    shown = subprocess.run(
        [sys.executable, "run_agent.py", "conversations", "show", "ten turns", "--json"],
        cwd=ROOT, env={**os.environ, "XDG_DATA_HOME": str(data)}, capture_output=True, text=True, check=True,
        timeout=60,
    )  # fmt: skip
    return json.loads(shown.stdout)


async def transcribed(reply: Samples) -> str:
    """What the shipped model hears in a reply."""

    async def chunks() -> AsyncIterator[Audio]:
        yield Audio(reply, RECORDING_RATE)

    recognizer = SpeechRecognizer()
    try:
        return (await recognizer.transcribe(chunks())).text
    finally:
        await recognizer.close()


def words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
