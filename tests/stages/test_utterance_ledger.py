"""The zero of the ledger in a turn whose source is an utterance, on the virtual clock."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.context import ConversationContext
from pipeline.events import Audio, Transcript
from pipeline.runner import Pipeline
from pipeline.testing import Emit, EndInput, FakeStage, VirtualClock
from stages.listening import UtteranceListener
from stages.vad import VoiceModel
from tests.stages.live_sound import PacedSource, spoken_at
from tests.stages.sounds import RATE, speech

MODEL = VoiceModel()


@pytest.mark.parametrize("text", ["No.", "Who signed this letter?"])
@pytest.mark.parametrize("sizes", [[512], [320], [1_600], [37, 911]])
def test_the_ledger_begins_at_the_last_spoken_sample(text: str, sizes: list[int]) -> None:
    """Also for a word that is over soon after it was noticed, t0 is when its last sample was captured."""
    said = speech(text)
    sound = spoken_at((2.0, said), seconds=4.0)
    end = 2 * RATE + len(said)

    async def main() -> float:
        source = PacedSource(sound, sizes)
        utterance = await UtteranceListener(source, MODEL).utterance()
        assert utterance is not None
        heard = Transcript(text, "en", speech_end=end - utterance.start)
        asr = FakeStage("asr", (Audio,), (Transcript,), on_end=(EndInput(), Emit(heard)))
        async with Pipeline(asr, inputs=(Audio,)).turn(ConversationContext(), utterance) as turn:
            [event async for event in turn]
        return (turn.ledger.t0 / 1e9 - source.started) * RATE

    assert VirtualClock().run(main()) == pytest.approx(end, abs=0.01)


def test_a_word_that_was_over_before_its_turn_began_is_dated_to_the_beginning() -> None:
    """A turn cannot begin earlier than it is made: who makes it late sees none of that in its ledger."""
    said = speech("No.")
    sound = spoken_at((2.0, said), seconds=4.0)

    async def main() -> tuple[float, float]:
        source = PacedSource(sound)
        utterance = await UtteranceListener(source, MODEL).utterance()
        assert utterance is not None
        await asyncio.sleep(0.5)
        heard = Transcript("No.", "en", speech_end=2 * RATE + len(said) - utterance.start)
        asr = FakeStage("asr", (Audio,), (Transcript,), on_end=(Emit(heard),))
        begun = asyncio.get_running_loop().time()
        async with Pipeline(asr, inputs=(Audio,)).turn(ConversationContext(), utterance) as turn:
            [event async for event in turn]
        return begun, turn.ledger.t0 / 1e9

    begun, t0 = VirtualClock().run(main())
    assert t0 == pytest.approx(begun)
