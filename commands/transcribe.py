"""`transcribe`: sound files to text, with the recogniser alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.flags import AsJson, AsrModel, Language

if TYPE_CHECKING:
    from commands.settings import Settings
    from pipeline.events import Transcript

SoundFiles = Annotated[
    list[Path], typer.Argument(metavar="F…", readable=False, help="Sound files in any common format.")
]


def run(files: SoundFiles, as_json: AsJson = False, asr_model: AsrModel = None, language: Language = None) -> None:
    """Write down what is said in sound files."""
    import asyncio
    import os

    from commands.report import NOTHING_HEARD, transcript_object
    from commands.settings import load_settings
    from commands.terminal import escaped, print_object, say
    from stages.audio_files import check_readable

    for file in files:
        check_readable(file)
    settings = load_settings(os.environ).chosen(asr_model=asr_model, language=language)
    transcripts = asyncio.run(_transcribe(settings, files))
    if as_json:
        print_object({"transcripts": [transcript_object(str(file), heard) for file, heard in transcripts]})
        return
    for file, heard in transcripts:
        if len(files) > 1:
            say(f"{escaped(str(file))}:", style="dim")
        say(heard.text or NOTHING_HEARD)


async def _transcribe(settings: Settings, files: list[Path]) -> list[tuple[Path, Transcript]]:
    from commands.assembly import Workshop
    from stages.audio_files import audio_source

    async with Workshop(settings) as workshop:
        recognizer = await workshop.recognizer()
        await workshop.ready()
        return [(file, await recognizer.transcribe(audio_source(file))) for file in files]
