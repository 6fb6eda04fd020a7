"""A scripted voice agent, and what is said to it."""

from __future__ import annotations

import numpy as np

from pipeline.events import Answer, AnswerDelta, Audio, Document, Page, Question, Sentence, Speech, Thought, Transcript
from pipeline.testing import (
    Emit,
    FakeStage,
    Work,
)


def audio(seconds: float, rate: int = 16_000) -> Audio:
    return Audio(np.zeros(round(seconds * rate), np.float32), rate)


def speech(seconds: float = 0.1) -> Speech:
    return Speech(np.full(round(seconds * 16_000), 0.5, np.float32), 16_000, "…")


def voice_agent(**changes: FakeStage) -> list[FakeStage]:
    """A scripted agent: it hears for 100 ms after the end, reads for 500 ms, thinks, and speaks two sentences."""
    stages = {
        "asr": FakeStage("asr", (Audio,), (Transcript,), on_end=[Work(0.1), Emit(Transcript("q", "en", (), 16_000))]),
        "ocr": FakeStage("ocr", (Document,), (Page,), on_item={Document: [Work(0.5), Emit(Page("d", 1, 1, ()))]}),
        "reasoner": FakeStage(
            "reasoner",
            (Transcript, Question, Page),
            (Thought, AnswerDelta, Answer),
            on_end=[
                Work(0.05, "prefill"), Emit(Thought("hm")), Work(0.2, "thinking"), Work(0.03, "first sentence"),
                Emit(AnswerDelta("One. ")), Work(0.3), Emit(AnswerDelta("Two.")), Emit(Answer("q", "One. Two.")),
            ],
        ),
        "sentences": FakeStage(
            "sentences", (AnswerDelta,), (Sentence,), on_item={AnswerDelta: [Emit(Sentence("s", 0))]}
        ),
        "tts": FakeStage("tts", (Sentence,), (Speech,), on_item={Sentence: [Work(0.08), Emit(speech())]}),
    }  # fmt: skip
    return list((stages | changes).values())


INPUTS = (Audio, Document, Question)
SPOKEN = [(0.0, Document("d", b""))] + [(0.1, audio(0.1))] * 13
"""A document, and 1.3 s of audio of which the first second is speech (the transcript says sample 16,000)."""
