"""`check --stage`: a user's own recogniser, reader and voice."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import RunCommand
from tests.commands.sound_pairs import CHINESE, DOCUMENTS, sample
from tests.conftest import ROOT

STAGES = """
import asyncio
import numpy as np
from pipeline.events import Audio, Document, Line, Page, Sentence, Speech, Transcript

class Ears:
    name, accepts, emits = "ears", (Audio,), (Transcript,)
    async def run(self, inbox, turn):
        async for item in inbox:
            pass
        yield Transcript("What time", "en")
        yield Transcript("is it?", "en")

class Liar(Ears):
    async def run(self, inbox, turn):
        async for item in inbox:
            pass
        yield Page("x", 1, 1, ())

class Stuck(Ears):
    async def run(self, inbox, turn):
        await asyncio.sleep(3600)
        yield

class Cold(Ears):
    async def warm_up(self):
        raise OSError("no GPU")

class Reader:
    name, accepts, emits = "reader", (Document,), (Page,)
    async def run(self, inbox, turn):
        async for document in inbox:
            yield Page(document.name, 1, 1, (Line(1, "Hello"), Line(2, "you")))

class Voice:
    name, accepts, emits = "voice", (Sentence,), (Speech,)
    samples, rate = np.zeros(16000, np.float32), 16000
    async def run(self, inbox, turn):
        async for sentence in inbox:
            yield Speech(self.samples, self.rate, sentence.text)

class Integers(Voice):
    samples = np.ones(16000, np.int16)

class NoRate(Voice):
    samples, rate = np.ones(16000, np.float32), 100

class Nothing(Voice):
    samples = np.zeros(0, np.float32)

class Hum(Voice):
    samples = np.sin(np.arange(16000) / 10).astype(np.float32) / 2
"""


@pytest.fixture(autouse=True)
def _search_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a check adds to the search path, for a user's module, ends with the test."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "my_stages", raising=False)


def own_stages(folder: Path) -> None:
    (folder / "my_stages.py").write_text(STAGES, encoding="utf-8")


def test_a_stage_of_ones_own(command: RunCommand, tmp_path: Path) -> None:
    """It is found in the current folder, runs in place of ours, and all its transcripts count."""
    own_stages(tmp_path)
    sample(tmp_path, "time")
    outcome = command("check", "asr", "time.wav", "--stage", "my_stages:Ears", "--json")
    (case,) = outcome.object["cases"]
    assert (outcome.code, case["heard"], case["error_rate"]) == (0, "What time is it?", 0.0)
    assert outcome.err == ""


def test_the_documented_stage_runs(command: RunCommand, tmp_path: Path) -> None:
    """The one in docs/testing.md is a stage, and right where it says that it is."""
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "my_stages.py").write_text(example, encoding="utf-8")
    assert command("check", "asr", sample(tmp_path, "time"), "--stage", "my_stages:MyRecognizer").code == 0
    assert command("check", "asr", sample(tmp_path, "letter-date"), "--stage", "my_stages:MyRecognizer").code == 1


def test_a_stage_of_ones_own_may_know_chinese(command: RunCommand, tmp_path: Path) -> None:
    """What the shipped model knows is no matter then; Chinese is judged by characters."""
    own_stages(tmp_path)
    outcome = command("check", "asr", CHINESE, "--stage", "my_stages:Ears", "--json")
    assert outcome.code == 1
    assert {(case["language"], case["measure"]) for case in outcome.object["cases"]} == {("zh", "cer")}


@pytest.mark.parametrize(
    ("stage", "fault"),
    [
        ("Liar", "stage 'ears' emitted Page, which it does not declare"),
        ("Stuck", "it was not done after 0.05 s and was stopped"),
    ],
)
def test_a_stage_that_breaks_the_contract(command: RunCommand, tmp_path: Path, stage: str, fault: str) -> None:
    """The case is an error that says how."""
    own_stages(tmp_path)
    sample(tmp_path, "time")
    outcome = command("check", "asr", "time.wav", "--stage", f"my_stages:{stage}", "--timeout", "0.05")
    assert outcome.code == 1
    assert "ERROR  time.wav" in outcome.out
    assert fault in outcome.out


def test_a_stage_that_cannot_be_had(command: RunCommand, tmp_path: Path) -> None:
    """A wrong name is bad input; one that cannot get ready has failed."""
    own_stages(tmp_path)
    sample(tmp_path, "time")
    for stage, code, fault in (
        ("my_stages:Nobody", 2, "there is no 'Nobody'"),
        ("their_stages:Ears", 2, "there is no module 'their_stages'"),
        ("my_stages:Reader", 2, "needs a stage that accepts Audio; this one accepts Document"),
        ("my_stages:Cold", 1, "its `warm_up` failed: OSError: no GPU"),
    ):
        outcome = command("check", "asr", "time.wav", "--stage", stage)
        assert (outcome.code, outcome.out) == (code, "")
        assert fault in outcome.err
    assert command("check", "asr", "time.wav", "--stage", "my_stages:Ears", "--asr-model", "small").code == 2


def test_a_reader_of_ones_own(command: RunCommand, tmp_path: Path) -> None:
    """Its pages are compared line by line."""
    own_stages(tmp_path)
    shutil.copy(DOCUMENTS / "invoice.png", tmp_path)
    (tmp_path / "invoice.txt").write_text("Hello\nyou", encoding="utf-8")
    outcome = command("check", "ocr", "invoice.png", "--stage", "my_stages:Reader", "--json")
    assert (outcome.code, outcome.object["cases"][0]["heard"]) == (0, "Hello\nyou")


@pytest.mark.parametrize(
    ("stage", "fault"),
    [
        ("Voice", "silence only"),
        ("Nothing", "the voice made no sound"),
        ("Integers", "must be float32 in -1..1, mono, in shape (n,); these are int16"),
        ("NoRate", "the sample rate of `Speech` is 100; sound has"),
        ("Hum", "WER 100.0 %"),
    ],
)
def test_a_voice_of_ones_own(command: RunCommand, tmp_path: Path, stage: str, fault: str) -> None:
    """What keeps its sound from being heard is said."""
    own_stages(tmp_path)
    outcome = command("check", "tts", "--stage", f"my_stages:{stage}")
    assert outcome.code == 1
    assert fault in outcome.out
