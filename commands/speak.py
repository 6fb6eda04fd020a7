"""`speak`: text to sound, with the voice alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from commands.settings import Settings
    from pipeline.events import AnswerDelta

Text = Annotated[str, typer.Argument(metavar="TEXT", help="What to say, in English or Chinese.")]
Out = Annotated[Path, typer.Option("--out", metavar="F", readable=False, help="Where the sound goes (WAV).")]


def run(text: Text, out: Out) -> None:
    """Say a text into a sound file."""
    import asyncio
    import os

    from commands.settings import load_settings
    from commands.terminal import escaped, say
    from pipeline.errors import InputError
    from stages.audio_files import check_writable

    if not text.strip():
        raise InputError("TEXT: there is nothing to say; give a sentence in quotes")
    check_writable(out)
    seconds = asyncio.run(_speak(load_settings(os.environ), text, out))
    say(f"{escaped(str(out))}: {seconds:.1f} s", style="dim")


async def _speak(settings: Settings, text: str, out: Path) -> float:
    """Cut and speak `text` as an answer would be; returns the seconds written."""
    from commands.assembly import Workshop
    from pipeline.context import ConversationContext
    from pipeline.errors import InputError
    from pipeline.events import AnswerDelta, Speech
    from pipeline.runner import Pipeline
    from stages.audio_files import WavWriter
    from stages.sentences import SentenceSplitter

    async with Workshop(settings) as workshop:
        pipeline = Pipeline(SentenceSplitter(), await workshop.voice(), inputs=(AnswerDelta,))
        await workshop.ready()
        async with pipeline.turn(ConversationContext(), _once(text)) as turn:
            with WavWriter(out) as sound:
                async for event in turn:
                    if isinstance(event, Speech) and len(event.samples):
                        sound.write(event.samples, event.sample_rate)
    if not sound.seconds:
        raise InputError(f"TEXT {text!r}: there is nothing in it that can be said; give words or numbers")
    return sound.seconds


async def _once(text: str) -> AsyncIterator[AnswerDelta]:
    from pipeline.events import AnswerDelta

    yield AnswerDelta(text)
