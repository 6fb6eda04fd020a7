"""What the tests of speech share: a warm voice, and turns that have sentences said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from pipeline.context import ConversationContext
from pipeline.events import Sentence, Speech
from pipeline.runner import Pipeline, Turn
from pipeline.testing import scripted
from stages.tts import SpeechSynthesizer, SpeechSynthesizerOptions

ESPEAK_VARIES_S = 0.1
"""The same sentence is not always equally long: espeak's voices waver, and it remembers what it said before."""


@asynccontextmanager
async def voice(**options: Any) -> AsyncIterator[SpeechSynthesizer]:
    """A warm synthesizer, closed at the end."""
    stage = SpeechSynthesizer(SpeechSynthesizerOptions(**options))
    try:
        await stage.warm_up()
        yield stage
    finally:
        await stage.close()


def turn_of(stage: SpeechSynthesizer, *texts: str) -> Turn:
    """A turn that has these sentences said."""
    source = scripted(*((0.0, Sentence(text, index)) for index, text in enumerate(texts)))
    return Pipeline(stage, inputs=(Sentence,)).turn(ConversationContext(), source)


async def say(stage: SpeechSynthesizer, *texts: str) -> list[Speech]:
    """What the stage makes of the sentences."""
    async with turn_of(stage, *texts) as turn:
        return [event async for event in turn]


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))
