"""Random scripted pipelines for property tests."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

from pipeline.errors import WiringError
from pipeline.events import Answer, AnswerDelta, Audio, Document, Page, Question, Sentence, Speech, Thought, Transcript
from pipeline.links import Limits
from pipeline.stage import JobDone
from pipeline.testing import Emit, EndInput, Fail, FakeStage, Pause, Spawn, Stop, Work
from pipeline.wiring import Wiring

from .simulator import Scenario

RATE = 16_000
MIDDLE = (Transcript, Page, AnswerDelta, Sentence, Answer)


def audio(samples: int) -> Audio:
    return Audio(np.zeros(samples, dtype=np.float32), RATE)


def speech(silent: int, loud: int) -> Speech:
    samples = np.concatenate([np.zeros(silent, np.float32), np.full(loud, 0.5, np.float32)])
    return Speech(samples, RATE, "…")


class Maker:
    """Draws one scenario. Durations are odd numbers of nanoseconds, so that no two moments agree by accident."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.total_samples = 0

    def seconds(self, most_ms: float = 200.0) -> float:
        return self.random.randint(1_000, int(most_ms * 1e6)) / 1e9

    def event(self, kind: type) -> Any:
        random = self.random
        if kind is Transcript:
            spoken = random.randint(1, self.total_samples) if self.total_samples and random.random() < 0.8 else None
            return Transcript("heard", "en", (), spoken)
        if kind is Speech:
            return speech(random.choice([0, 0, 0, 160]), random.choice([400, 400, 400, 0]))
        made: dict[type, Any] = {
            Page: Page("d", 1, 1, ()),
            AnswerDelta: AnswerDelta("a"),
            Sentence: Sentence("a.", 0),
            Answer: Answer("q", "a."),
            Thought: Thought("hm"),
        }
        return made[kind]

    def actions(self, emits: tuple[type, ...], most: int, *, pauses: bool, spawns: bool) -> list[Any]:
        random = self.random
        actions: list[Any] = []
        for _ in range(random.randint(0, most)):
            roll = random.random()
            if roll < 0.5:
                line = random.choice([None, None, "thinking", "prefill"])
                actions.append(Work(self.seconds(), line))
            elif roll < 0.85 and emits:
                actions.append(Emit(self.event(random.choice(emits))))
            elif roll < 0.92 and pauses:
                actions.append(Pause(self.seconds()))
            elif roll < 0.98 and spawns:
                actions.append(Spawn(self.seconds()))
        return actions

    def stage(self, place: int, available: tuple[type, ...], last: bool) -> FakeStage:
        random = self.random
        accepts = tuple(random.sample(available, min(len(available), random.choice([1, 1, 2]))))
        emits = (Speech,) if last else (MIDDLE[place % len(MIDDLE)],)
        if not last and random.random() < 0.3:
            emits = (*emits, Thought)
        spawns = random.random() < 0.5
        on_item: dict[type, list[Any]] = {kind: self.actions(emits, 4, pauses=True, spawns=spawns) for kind in accepts}
        if spawns:
            on_item[JobDone] = self.actions(emits, 2, pauses=False, spawns=False)
        on_end = self.actions(emits, 5, pauses=False, spawns=False)
        if last:
            on_end.append(Emit(self.event(Speech)))
        return FakeStage(
            name=f"s{place}",
            accepts=accepts,
            emits=emits,
            on_start=self.actions(emits, 1, pauses=False, spawns=False),
            on_item=on_item,
            on_end=on_end,
        )

    def items(self) -> list[tuple[int, Any]]:
        random = self.random
        items: list[tuple[int, Any]] = []
        for _ in range(random.randint(1, 8)):
            pause = random.choice([0, random.randint(1_000, 150_000_000)])
            kind = random.choice([Audio, Audio, Audio, Document, Question])
            if kind is Audio:
                samples = random.randint(200, 3_000)
                self.total_samples += samples
                items.append((pause, audio(samples)))
            else:
                items.append((pause, Document("d", b"") if kind is Document else Question("q")))
        if random.random() < 0.4:
            items.append((random.randint(1_000, 400_000_000), Question("last")))
        return items

    def scenario(self) -> Scenario | None:
        random = self.random
        items = self.items()
        count = random.randint(1, 5)
        available: tuple[type, ...] = (Audio, Document, Question)
        stages: list[FakeStage] = []
        for place in range(count):
            stages.append(self.stage(place, available, place == count - 1))
            available = tuple(dict.fromkeys((*available, *stages[-1].emits)))
            available = tuple(kind for kind in available if kind is not Thought)
        self.misfortune(stages)
        inputs = (Audio, Document, Question)
        try:
            Wiring(stages, inputs)
        except WiringError:
            return None
        limits = Limits(audio_s=random.choice([0.05, 0.1, 30.0]), items=random.choice([1, 1, 2, 64]))
        cancel_at = random.randint(1, 900_000_000) if random.random() < 0.15 else None
        return Scenario(stages, items, inputs, limits, cancel_at)

    def misfortune(self, stages: list[FakeStage]) -> None:
        """Now and then a stage fails, stops early or ends the input."""
        random = self.random
        stage: Any = random.choice(stages)
        roll = random.random()
        action: Any = Fail(RuntimeError("scripted")) if roll < 0.08 else Stop() if roll < 0.16 else EndInput()
        if roll < 0.24:
            target = random.choice([stage.on_start, stage.on_end, *stage.on_item.values()])
            target.insert(random.randint(0, len(target)), action)


def random_scenario(seed: int) -> Scenario:
    """The first buildable scenario of a seed."""
    random = Random(seed)
    while True:
        scenario = Maker(random).scenario()
        if scenario is not None:
            return scenario
