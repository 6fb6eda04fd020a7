"""`talk`: a conversation, hands-free: it listens, answers aloud, listens again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.flags import R1, AsrModel, Language, Model, OcrEngine
from commands.talk_devices import SoundChoice, TalkDevices, print_devices
from commands.terminal import escaped, remark, screen

if TYPE_CHECKING:
    from commands.keyboard import Keyboard
    from commands.settings import Settings
    from commands.talk_devices import TalkEnds
    from pipeline.events import Document

Conversation = Annotated[
    str | None,
    typer.Option("--conversation", metavar="NAME", help="Continue this conversation, or begin it under this name."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Continue the conversation that was spoken last.")]
Documents = Annotated[
    list[Path] | None,
    typer.Option(
        "--document", metavar="F", readable=False, help="Attach a picture, a PDF, or all in a folder; repeatable."
    ),
]
PushToTalk = Annotated[
    bool, typer.Option("--push-to-talk", help="Record between two presses of Enter, instead of listening always.")
]
MicrophoneName = Annotated[
    str | None, typer.Option("--microphone", metavar="D", help="A device by number or (part of its) name.")
]
SpeakerName = Annotated[str | None, typer.Option("--speaker", metavar="D", help="The same for the loudspeaker.")]
Questions = Annotated[
    list[Path] | None,
    typer.Option("--from", metavar="F", readable=False, help="Hear these sound files, no microphone; repeatable."),
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="F", readable=False, help="Write the replies (WAV), no loudspeaker.")
]
ListDevices = Annotated[bool, typer.Option("--list-devices", help="List microphones and loudspeakers, and end.")]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How the conversation is to be held."""

    name: str
    documents: tuple[Document, ...]
    passwords: tuple[str, ...] = field(repr=False)
    """Of encrypted documents."""
    sound: SoundChoice


def run(  # noqa: PLR0913, PLR0917  # the flags of the verb, one a parameter, as typer wants them
    conversation: Conversation = None,
    resume: Resume = False,
    document: Documents = None,
    push_to_talk: PushToTalk = False,
    microphone: MicrophoneName = None,
    speaker: SpeakerName = None,
    questions: Questions = None,
    out: Out = None,
    list_devices: ListDevices = False,
    asr_model: AsrModel = None,
    language: Language = None,
    ocr_engine: OcrEngine = None,
    r1: R1 = None,
    model: Model = None,
) -> None:
    """Talk with the assistant: speak, listen, show documents. Questions can be typed too; /help says what else."""
    import asyncio
    import os

    from commands.document_passwords import given_passwords
    from commands.settings import load_settings
    from commands.talk_room import check_free, last_name, new_name
    from commands.turn import documents_at
    from pipeline.errors import InputError
    from stages.audio_files import check_readable, check_writable

    if list_devices:
        print_devices()
        return
    if conversation is not None and resume:
        raise InputError("--conversation and --resume both say which conversation; give one of them")
    for path in questions or []:
        check_readable(path)
    if out is not None:
        check_writable(out)
    settings = load_settings(os.environ).chosen(r1, model, asr_model, language, ocr_engine)
    passwords = given_passwords(None, settings)
    documents = documents_at(document or [], passwords)
    name = last_name() if resume else conversation or new_name()
    check_free(name)
    sound = SoundChoice(microphone, tuple(questions or ()), speaker, out, push_to_talk)
    raise typer.Exit(asyncio.run(_talk(settings, _Wanted(name, documents, tuple(passwords.known), sound))))


async def _talk(settings: Settings, wanted: _Wanted) -> int:
    from commands.assembly import Needs, assembled
    from commands.keyboard import Keyboard
    from commands.talk_commands import Devices, TalkCommands
    from commands.talk_loop import TalkLoop, TalkParts
    from commands.talk_room import TalkRoom
    from commands.talk_status import TalkStatus
    from commands.turn import on_missing
    from stages.vad import VoiceModel

    endpoint = not wanted.sound.push_to_talk
    needs = Needs(audio=True, documents=True, endpoint=endpoint, passwords=wanted.passwords)
    async with (
        TalkDevices(wanted.sound) as devices,
        assembled(settings, needs, on_missing([])) as assembly,
        TalkRoom(assembly, settings) as room,
    ):
        await room.enter(wanted.name)
        if before := room.turns_before:
            remark(f"going on with '{escaped(room.name)}' after {before} turn{'' if before == 1 else 's'}")
        if not wanted.sound.push_to_talk:
            devices.wait_for_speech(VoiceModel())
        status = TalkStatus(devices.ends, lambda: screen().width)
        async with Keyboard(status.line) as keyboard:
            commands = TalkCommands(room, devices.ends, status, Devices(devices.open_microphone, devices.open_speaker))
            loop = TalkLoop(TalkParts(room, devices.ends, keyboard, status), commands)
            if wanted.documents:
                await commands.attach(wanted.documents, loop)
            _greet(settings, wanted, devices.ends, keyboard)
            await loop.run()
        if room.kept:
            with suppress(OSError):  # the terminal may be what is gone
                remark(f"kept as '{escaped(room.name)}'; `python run_agent.py talk --resume` goes on with it")
    return loop.exit_code


def _greet(settings: Settings, wanted: _Wanted, ends: TalkEnds, keyboard: Keyboard) -> None:
    from commands.settings import SHIPPED_MODEL

    if keyboard.echoes:  # and so there is no status line to say it
        remark("Type a question, or /help; Ctrl-D ends.")
    if ends.microphone is None:
        return
    if settings.asr_model == SHIPPED_MODEL and not wanted.sound.questions:
        remark("the shipped speech model hears the samples' synthetic voices only: for people, --asr-model small")
    remark("Press Enter, ask, press Enter again." if wanted.sound.push_to_talk else "I am listening.")
