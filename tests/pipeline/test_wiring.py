"""Which stage takes which event, and what cannot be chained."""

from __future__ import annotations

import pytest

from pipeline.errors import WiringError
from pipeline.events import Answer, AnswerDelta, Audio, Document, Page, Question, Sentence, Speech, Thought, Transcript
from pipeline.testing import FakeStage
from pipeline.wiring import SOURCE, Wiring


def stage(name: str, accepts: tuple[type, ...], emits: tuple[type, ...]) -> FakeStage:
    return FakeStage(name, accepts, emits)


ASR = stage("asr", (Audio,), (Transcript,))
OCR = stage("ocr", (Document,), (Page,))
REASONER = stage("reasoner", (Transcript, Question, Page), (Thought, AnswerDelta, Answer))
SENTENCES = stage("sentences", (AnswerDelta,), (Sentence,))
TTS = stage("tts", (Sentence,), (Speech,))
INPUTS = (Audio, Document, Question)


def test_a_linear_chain_is_multimodal() -> None:
    """A document passes the recogniser by; its page and the transcript meet at the reasoner."""
    wiring = Wiring([ASR, OCR, REASONER, SENTENCES, TTS], INPUTS)
    assert wiring.consumer_of(SOURCE, Document) == 1
    assert wiring.consumer_of(SOURCE, Question) == 2
    assert wiring.consumer_of(0, Transcript) == wiring.consumer_of(1, Page) == 2
    assert wiring.consumer_of(2, Thought) is None
    assert wiring.producers_of(2) == [SOURCE, 0, 1]
    assert wiring.consumers_of(SOURCE) == [0, 1, 2]


def test_the_nearest_later_stage_takes_every_event_of_its_type() -> None:
    """A stage between two others can change what passes, if it emits it again."""
    polisher = stage("polisher", (Sentence,), (Sentence,))
    wiring = Wiring([REASONER, SENTENCES, polisher, TTS], INPUTS)
    assert wiring.consumer_of(1, Sentence) == 2
    assert wiring.consumer_of(2, Sentence) == 3


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([REASONER, TTS], "stage 'tts' accepts Sentence, but nothing before it emits one"),
        ([TTS, SENTENCES, REASONER], "stage 'tts' accepts Sentence, but nothing before it emits one"),
        (
            [REASONER, SENTENCES, stage("log", (Sentence,), ()), TTS],
            "stage 'tts' accepts Sentence, but stage 'log' before it takes every Sentence and does not emit it",
        ),
        ([ASR, stage("asr", (Audio,), ())], "two workers are named 'asr'"),
        ([stage("source", (Audio,), ())], "two workers are named 'source'"),
        ([stage("mute", (), ())], "stage 'mute' accepts nothing, but nothing before it emits one"),
        ([], "at least one stage"),
    ],
)
def test_what_cannot_be_chained_is_refused_by_name(stages: list[FakeStage], message: str) -> None:
    """The message names the stage and what it misses."""
    with pytest.raises(WiringError, match=message):
        Wiring(stages, INPUTS)
