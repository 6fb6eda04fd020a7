"""A user's own stage, by name."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from evaluation.named_stage import Task, load_stage, warmed
from pipeline.errors import InputError, SetupError
from pipeline.events import Audio, Transcript

LISTEN = Task(Audio, Transcript)

STAGES = """
from pipeline.errors import SetupError
from pipeline.events import Audio, Document, Transcript

class Ears:
    name, accepts, emits = "ears", (Audio,), (Transcript,)
    def __init__(self, model="tiny"):
        self.calls = []
    async def run(self, inbox, turn):
        async for item in inbox:
            yield Transcript("hello", "en")

class Cared(Ears):
    async def warm_up(self): self.calls.append("warm_up")
    def close(self): self.calls.append("close")

class ColdFails(Cared):
    async def warm_up(self): raise ValueError("no GPU")

class CloseFails(Ears):
    def close(self): raise ValueError("stuck")

class Needy(Ears):
    def __init__(self, model): pass

class Broken(Ears):
    def __init__(self): raise OSError("no licence")

class Ours(Ears):
    def __init__(self): raise SetupError("install the weights")

class NoRun:
    name, accepts, emits = "ears", (Audio,), (Transcript,)

class NotTuple(Ears):
    accepts = Audio

class Reader(Ears):
    accepts = (Document,)

class Mute(Ears):
    emits = ()

class Source(Ears):
    name = "source"

def make():
    return Ears("large")

number = 3
"""

_numbers = count()


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Writes a module of the given source into the current folder, and gives its name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))

    def write(source: str) -> str:
        name = f"stages_of_a_user_{next(_numbers)}"
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        return name

    return write


def test_a_stage_in_the_current_folder(module: Callable[[str], str]) -> None:
    """A class whose arguments have defaults, and a function that makes one, are both found there."""
    name = module(STAGES)
    assert load_stage(f"{name}:Ears", LISTEN).name == "ears"
    assert load_stage(f"{name}:make", LISTEN).name == "ears"


def test_one_of_ours() -> None:
    """An installed module is found too."""
    assert load_stage("stages.asr:SpeechRecognizer", LISTEN).name == "asr"


@pytest.mark.parametrize(
    ("member", "fault"),
    [
        ("Nobody", "there is no 'Nobody' in .*stages_of_a_user"),
        ("number", "no class"),
        ("Needy", "cannot be made without arguments .*'model'"),
        ("Broken", "fails while it is made: OSError: no licence"),
        ("NoRun", "no stage, `run` missing"),
        ("NotTuple", r"`accepts` must be a tuple of event types, such as \(Audio,\)"),
        ("Reader", "needs a stage that accepts Audio; this one accepts Document"),
        ("Mute", "needs a stage that emits Transcript; this one emits nothing"),
        ("Source", "two workers are named 'source'"),
    ],
)
def test_a_class_that_cannot_be_used(module: Callable[[str], str], member: str, fault: str) -> None:
    """It is said which part of the contract it breaks."""
    with pytest.raises(InputError, match=fault):
        load_stage(f"{module(STAGES)}:{member}", LISTEN)


def test_our_own_errors_come_through(module: Callable[[str], str]) -> None:
    """A constructor that says in our terms what is missing is heard."""
    with pytest.raises(SetupError, match="install the weights"):
        load_stage(f"{module(STAGES)}:Ours", LISTEN)


@pytest.mark.parametrize(
    ("named", "fault"),
    [
        ("nowhere_at_all:Ears", "there is no module 'nowhere_at_all'"),
        ("nowhere_at_all.deep:Ears", "there is no module 'nowhere_at_all'"),
        ("stages:Ears", "there is no 'Ears'"),
        ("mine.py:Ears", "without its ending: mine:Ears"),
        ("folder/mine:Ears", "write it as module:Class"),
        ("mine", "write it as module:Class"),
        (":Ears", "write it as module:Class"),
        ("mine:", "write it as module:Class"),
        ("..mine:Ears", "cannot be imported"),
    ],
)
def test_a_name_that_leads_nowhere(module: Callable[[str], str], named: str, fault: str) -> None:
    """It is said which part of it is wrong."""
    with pytest.raises(InputError, match=fault):
        load_stage(named, LISTEN)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("import a_package_that_is_not_there", "needs 'a_package_that_is_not_there', which is not installed"),
        ("def (", "fails while it is imported: SyntaxError"),
        ("1 / 0", "fails while it is imported: ZeroDivisionError"),
        ("import sys; sys.exit(3)", "fails while it is imported: SystemExit"),
    ],
)
def test_a_module_that_cannot_be_imported(module: Callable[[str], str], source: str, fault: str) -> None:
    """Its own fault is told, and that it is its own."""
    with pytest.raises(InputError, match=fault):
        load_stage(f"{module(source)}:Ears", LISTEN)


async def _use(stage: Any) -> None:
    async with warmed(stage):
        stage.calls.append("use")


def test_care(module: Callable[[str], str]) -> None:
    """`warm_up` comes before and `close` after, async or not; a stage without them is used as it is."""
    name = module(STAGES)
    cared: Any = load_stage(f"{name}:Cared", LISTEN)
    asyncio.run(_use(cared))
    assert cared.calls == ["warm_up", "use", "close"]
    plain: Any = load_stage(f"{name}:Ears", LISTEN)
    asyncio.run(_use(plain))
    assert plain.calls == ["use"]


def test_care_that_fails(module: Callable[[str], str]) -> None:
    """It names stage and method; a stage that could not be warmed up is closed all the same."""
    name = module(STAGES)
    cold: Any = load_stage(f"{name}:ColdFails", LISTEN)
    with pytest.raises(SetupError, match="stage 'ears': its `warm_up` failed: ValueError: no GPU"):
        asyncio.run(_use(cold))
    assert cold.calls == ["close"]
    with pytest.raises(SetupError, match="stage 'ears': its `close` failed: ValueError: stuck"):
        asyncio.run(_use(load_stage(f"{name}:CloseFails", LISTEN)))


def test_what_failed_first_counts(module: Callable[[str], str]) -> None:
    """A `close` that fails does not hide what went wrong before it."""

    async def fail() -> None:
        async with warmed(load_stage(f"{module(STAGES)}:CloseFails", LISTEN)):
            raise KeyError("first")

    with pytest.raises(KeyError, match="first"):
        asyncio.run(fail())
