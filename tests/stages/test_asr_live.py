"""Live turns that the recogniser ends by itself, on the real shipped model and in real time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import numpy as np
import pytest

from pipeline.context import ConversationContext
from pipeline.events import Audio, Samples
from pipeline.runner import Pipeline
from pipeline.testing import check_stage
from stages.asr import SpeechRecognizer, SpeechRecognizerOptions
from stages.endpointing import EndpointOptions
from stages.listening import UtteranceListener
from stages.vad import VoiceModel
from tests.stages.sounds import RATE, chunks, silence, speech

QUESTION, OTHER = "What is the total on this invoice?", "Who signed this letter?"


@pytest.fixture(scope="module")
def recognizer() -> Iterator[SpeechRecognizer]:
    """One that ends turns by itself."""
    made = SpeechRecognizer(SpeechRecognizerOptions(endpoint=EndpointOptions()))
    asyncio.run(made.warm_up())
    yield made
    asyncio.run(made.close())


class Asking:
    """Somebody who asks the next question once the one before was understood; in real time."""

    live = True

    def __init__(self, *questions: Samples) -> None:
        self._questions = questions
        self.understood = 0
        self.ends: list[tuple[int, float]] = []
        """Of each question, the position after its last sample and when that was captured, on the loop's clock."""

    async def __aiter__(self) -> AsyncIterator[Audio]:
        loop, sent = asyncio.get_running_loop(), 0
        began = loop.time()
        for number, question in enumerate(self._questions):
            self.ends.append((at := sent + RATE // 2 + len(question), began + at / RATE))
            sound = np.concatenate((silence(0.5), question))
            while len(sound) or self.understood <= number:
                chunk, sound = np.concatenate((sound[:512], silence(0.032)))[:512], sound[512:]
                sent += len(chunk)
                await asyncio.sleep(max(0.0, began + sent / RATE - loop.time()))
                yield Audio(chunk, RATE)


def test_two_questions_are_two_turns(recognizer: SpeechRecognizer) -> None:
    """Listener, pipeline and shipped model in real time: each question is its own turn, ended by half a second of
    silence, and its ledger begins at the last spoken sample and adds up.
    """

    async def main() -> None:
        asking = Asking(speech(QUESTION), speech(OTHER))
        listener = UtteranceListener(asking, VoiceModel())
        pipeline = Pipeline(recognizer, inputs=(Audio,))
        for number, text in enumerate((QUESTION, OTHER)):
            utterance = await listener.utterance()
            assert utterance is not None
            async with pipeline.turn(ConversationContext(), utterance) as turn:
                (transcript,) = [event async for event in turn]
            asking.understood += 1
            end, captured_s = asking.ends[number]
            assert transcript.text == text
            assert utterance.start + transcript.speech_end == pytest.approx(end, abs=0.03 * RATE)
            assert -0.05 < turn.ledger.t0 / 1e9 - captured_s < 0.5  # a busy machine takes the chunk later
            lines = {line.name: line.ms for line in turn.ledger.lines}
            assert set(lines) <= {"endpoint", "asr", "unattributed"}
            assert sum(lines.values()) == pytest.approx(turn.ledger.total_ms)
            assert turn.ledger.total_ms > 400 and lines["endpoint"] > 150
            assert lines["unattributed"] < 0.1 * turn.ledger.total_ms
        assert await listener.utterance() is None
        await listener.aclose()

    asyncio.run(main())


def test_the_stage_that_ends_turns_keeps_its_contract(recognizer: SpeechRecognizer) -> None:
    """From a source that is faster than real time and ends, everything is heard too."""
    (transcript,) = asyncio.run(
        check_stage(lambda: recognizer, chunks(np.concatenate((silence(0.5), speech(QUESTION), silence(0.6)))))
    )
    assert transcript.text == QUESTION
