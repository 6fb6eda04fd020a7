"""A conversation of `talk` on the virtual clock: its own loop, turns, commands and session; the ends are scripted.

The listener and the voice activity model are the real ones, on real sound files.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from commands.assembly import Assembly
from commands.keeping import opened_store
from commands.keyboard import Closed, Interrupt, Typed, Wish
from commands.settings import Settings
from commands.talk_commands import Devices, TalkCommands
from commands.talk_devices import SoundChoice, TalkDevices, TalkEnds
from commands.talk_loop import TalkLoop, TalkParts
from commands.talk_room import TalkRoom, new_name
from commands.talk_status import Phase, TalkStatus
from commands.talk_turn import ECHO_GUARD_S
from pipeline.errors import InputError, SetupError
from pipeline.events import (
    Answer,
    AnswerDelta,
    Audio,
    Document,
    Line,
    Page,
    Question,
    Sentence,
    Speech,
    Thought,
    Transcript,
)
from pipeline.records import StoredConversation
from pipeline.runner import Pipeline
from pipeline.session import Memory
from pipeline.stage import Inbox, MapStage, TurnInfo
from pipeline.testing import VirtualClock
from stages.sentences import SentenceSplitter
from stages.summary import ExtractiveSummariser
from stages.vad import VoiceModel
from tests.commands.talking_sound import RATE, ScriptedMicrophone, ScriptedSpeaker
from tests.conftest import ROOT

TOTAL = ROOT / "assets/audio/en/invoice-total.wav"
TIME = ROOT / "assets/audio/en/time.wav"
INVOICE = ROOT / "assets/documents/invoice.png"
_VOICES: list[VoiceModel] = []


def voices() -> VoiceModel:
    """The voice activity model, loaded once."""
    if not _VOICES:
        _VOICES.append(VoiceModel())
    return _VOICES[0]


class ScriptedKeyboard:
    """Wishes at their times, in seconds since the beginning. Implements `commands.keyboard.Wishes`."""

    def __init__(self, *script: tuple[float, Wish | str], interactive: bool = True) -> None:
        """A text is a line that is entered."""
        self.interactive = interactive
        self.echoes = False
        self.closed = False
        self._script = [(at_s, Typed(wish) if isinstance(wish, str) else wish) for at_s, wish in script]

    async def next(self) -> Wish:
        return await self._taken(lambda wish: not self.closed or _is_signal(wish))

    async def interruption(self) -> Wish:
        return await self._taken(_is_signal) if not self.interactive else await self.next()

    def drop_lines(self) -> None:
        self.closed = self.closed or not self.interactive

    async def _taken(self, wanted: Callable[[Wish], bool]) -> Wish:
        loop = asyncio.get_running_loop()
        entry = next((entry for entry in self._script if wanted(entry[1])), None)
        if entry is None:
            await asyncio.Event().wait()
            raise AssertionError("nobody sets it")
        await asyncio.sleep(max(0.0, entry[0] - loop.time()))
        self._script.remove(entry)
        self.closed = self.closed or isinstance(entry[1], Closed)
        return entry[1]


def _is_signal(wish: Wish) -> bool:
    return isinstance(wish, Interrupt) or (isinstance(wish, Closed) and bool(wish.exit_code))


class Ear:
    """Hears a text for each turn: 300 ms after 2.5 s of sound have come, or at the end of it."""

    name = "asr"
    accepts = (Audio,)
    emits = (Transcript,)

    def __init__(self, *texts: str, whole_s: float | None = 2.5) -> None:
        """`whole_s` None waits for the end of the input, as for push-to-talk."""
        self._texts = list(texts)
        self._whole_s = whole_s

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        seconds = 0.0
        async for audio in inbox:
            seconds += audio.seconds
            if self._whole_s is not None and seconds >= self._whole_s:
                turn.end_input()
                break
        if seconds:
            await asyncio.sleep(0.3)
            yield Transcript(self._texts.pop(0), "en", (), round((seconds - 0.2) * RATE))


class Eye(MapStage):
    """Reads a page in half a second; one named `broken…` not at all."""

    name = "ocr"
    accepts = (Document,)
    emits = (Page,)

    async def __call__(self, item: Any, turn: TurnInfo) -> Any:
        await asyncio.sleep(0.5)
        if item.name.startswith("broken"):
            raise InputError(f"{item.name}: this picture is damaged; scan it again")
        return Page(item.name, 1, 1, (Line(1, "Total $420.00"),))


class Mind:
    """Thinks half a second, then answers in two sentences, the second 300 ms after the first."""

    name = "reasoner"
    accepts = (Transcript, Question, Page)
    emits = (Thought, AnswerDelta, Answer)

    def __init__(self, *failures: Exception | None, after_first: bool = False) -> None:
        """What goes wrong in each turn, None for nothing; `after_first` only once a sentence is out."""
        self._failures = list(failures)
        self._after_first = after_first

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        question = ""
        async for item in inbox:
            question = question if isinstance(item, Page) else item.text
        failure = self._failures.pop(0) if self._failures and question else None
        yield Thought("hm")
        await asyncio.sleep(0.5)
        if failure is not None and not self._after_first:
            raise failure
        first, second = f"You said {question.rstrip('?.')} to me. ", "That is all there is."
        yield AnswerDelta(first)
        await asyncio.sleep(0.3)
        if failure is not None:
            raise failure
        yield AnswerDelta(second)
        yield Answer(question, first + second, served_by="mind")


class Mouth(MapStage):
    """Takes 80 ms to say a sentence, which then sounds for two seconds."""

    name = "tts"
    accepts = (Sentence,)
    emits = (Speech,)

    async def __call__(self, item: Any, turn: TurnInfo) -> Any:
        await asyncio.sleep(0.08)
        return Speech(np.full(2 * RATE, 0.5, np.float32), RATE, item.text)


@dataclass
class Scene:
    """What a conversation is held with, and what came of it."""

    keyboard: ScriptedKeyboard = field(default_factory=ScriptedKeyboard)
    microphone: Callable[[], Any] | None = None
    """Makes it, on the loop; None: there is none. The same for a new one after `/microphone`."""
    speaker: Callable[[], Any] | None = ScriptedSpeaker
    ear: Ear = field(default_factory=Ear)
    mind: Any = field(default_factory=Mind)
    mouth: Any = field(default_factory=Mouth)
    push_to_talk: bool = False
    name: str = ""
    language: str = "en"

    exit_code: int = -1
    seconds: float = 0.0
    """How long it lasted."""
    phases: list[Phase] = field(default_factory=list)
    microphones: list[Any] = field(default_factory=list)
    speakers: list[Any] = field(default_factory=list)
    tasks_left: int = -1

    def held(self) -> Scene:
        """Hold the conversation to its end."""
        VirtualClock().run(self._hold())
        return self

    @property
    def stored(self) -> StoredConversation:
        """As it stands on disk."""
        with opened_store() as store:
            return store.load(self.name)

    @property
    def said(self) -> list[tuple[str, str, str, str]]:
        """(question, state, what was heard of the answer, what was not) of each stored turn."""
        turns = self.stored.turns
        return [(turn.question, turn.outcome.state, turn.outcome.answer, turn.outcome.unheard) for turn in turns]

    def check_half_duplex(self) -> None:
        """At no moment was the microphone open while something was audible, or shortly after."""
        for speaker in self.speakers:
            for start_s, end_s in speaker.sounded:
                for microphone in self.microphones:
                    for open_s, closed_s in microphone.open:
                        assert closed_s <= start_s or open_s >= end_s + ECHO_GUARD_S - 1e-6, (
                            f"it listened from {open_s} to {closed_s} s, and spoke from {start_s} to {end_s} s"
                        )

    async def _hold(self) -> None:
        stages = [self.ear, Eye(), self.mind, SentenceSplitter(), self.mouth]
        pipeline = Pipeline(*stages, inputs=(Question, Audio, Document))
        assembly = Assembly(pipeline, self.mouth, Memory(ExtractiveSummariser()), 0)
        loop_time = asyncio.get_running_loop().time
        self.name = self.name or new_name()
        async with _ScriptedDevices(self) as devices, TalkRoom(assembly, Settings(language=self.language)) as room:
            await room.enter(self.name)
            if not self.push_to_talk:
                devices.wait_for_speech(voices())
            status = _PhaseNotes(devices.ends, self.phases, loop_time)
            commands = TalkCommands(room, devices.ends, status, Devices(devices.open_microphone, devices.open_speaker))
            loop = TalkLoop(TalkParts(room, devices.ends, self.keyboard, status), commands)
            await loop.run()
            self.name = room.name
        self.exit_code, self.seconds = loop.exit_code, loop_time()
        self.tasks_left = len(asyncio.all_tasks()) - 1


class _ScriptedDevices(TalkDevices):
    """Opens what the scene says."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(SoundChoice())
        self._scene = scene

    def _new_microphone(self, device: str | None) -> Any:
        microphone = _made(self._scene.microphone, "microphone", device)
        self._scene.microphones.append(microphone)
        return microphone

    def _new_speaker(self, device: str | None) -> Any:
        speaker = _made(self._scene.speaker, "loudspeaker", device)
        self._scene.speakers.append(speaker)
        return speaker


class _PhaseNotes(TalkStatus):
    """Notes the phases."""

    def __init__(self, ends: TalkEnds, phases: list[Phase], clock: Callable[[], float]) -> None:
        super().__init__(ends, lambda: 80, clock)
        self._phases = phases

    def enter(self, phase: Phase) -> None:
        if phase is not self.phase:
            self._phases.append(phase)
        super().enter(phase)


def _made(make: Callable[[], Any] | None, noun: str, device: str | None) -> Any:
    if device is not None:
        raise InputError(f"there is no {noun} '{device}'; there are: 0 “test”")
    if make is None:
        raise SetupError(f"there is no {noun} on this machine: plug one in")
    return make()


def ctrl_c(at_s: float) -> tuple[float, Wish]:
    """Ctrl-C at that time."""
    return at_s, Interrupt()


def lines(*texts: str) -> Sequence[tuple[float, Wish | str]]:
    """A script of lines that ends."""
    return [*((0.0, text) for text in texts), (0.0, Closed())]


__all__ = [
    "INVOICE", "RATE", "TIME", "TOTAL", "Ear", "Eye", "Mind", "Mouth", "Scene", "ScriptedKeyboard",
    "ScriptedMicrophone", "ScriptedSpeaker", "ctrl_c", "lines", "voices",
]  # fmt: skip
