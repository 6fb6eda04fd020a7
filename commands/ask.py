"""`ask`: one question, spoken or typed, about documents or without; the answer in text and in sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.flags import R1, AsJson, AsrModel, Language, Model, OcrEngine

if TYPE_CHECKING:
    from commands.settings import Settings

# `readable=False`: typer would refuse a file with usage text; the checks of ours name the fault and the remedy.
AudioPath = Annotated[
    Path | None, typer.Argument(metavar="[AUDIO]", readable=False, help="A sound file with the question.")
]
Text = Annotated[str | None, typer.Option("--text", metavar="Q", help="The question, typed.")]
Documents = Annotated[
    list[Path] | None,
    typer.Option("--document", metavar="F", readable=False, help="A picture or PDF to answer from; repeatable."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="F",
        readable=False,
        help="Where the spoken reply goes (WAV; reply.wav); with --each-question the answers (answers.md).",
    ),
]
EachQuestion = Annotated[
    bool, typer.Option("--each-question", help="Answer each question that stands in the documents.")
]
Silent = Annotated[bool, typer.Option("--silent", help="With --each-question: no spoken answers.")]
ConversationName = Annotated[
    str | None,
    typer.Option("--conversation", metavar="NAME", help="Continue this conversation, or begin it: it is kept."),
]
TraceFile = Annotated[
    Path | None,
    typer.Option("--trace", metavar="F", readable=False, help="Write the turn as a trace that Perfetto loads."),
]


def run(  # noqa: PLR0913, PLR0917  # the flags of the verb, one a parameter, as typer wants them
    audio: AudioPath = None,
    text: Text = None,
    document: Documents = None,
    each_question: EachQuestion = False,
    silent: Silent = False,
    out: Out = None,
    as_json: AsJson = False,
    trace: TraceFile = None,
    conversation: ConversationName = None,
    asr_model: AsrModel = None,
    language: Language = None,
    ocr_engine: OcrEngine = None,
    r1: R1 = None,
    model: Model = None,
) -> None:
    """Ask a question, spoken or typed; hear the answer."""
    import asyncio
    import os

    from commands.document_passwords import given_passwords
    from commands.report import NOTHING_HEARD, print_turn, remark_blank_pages, turn_object, write_trace
    from commands.settings import load_settings
    from commands.terminal import complain, print_object
    from commands.turn import TurnRequest, TurnResult, TurnWatch, documents_at, run_turn
    from pipeline.errors import InputError

    if each_question:
        beside = {"the sound file": audio, "--text": text, "--conversation": conversation, "--trace": trace}
        _check_alone(beside, document or [])
        settings = load_settings(os.environ).chosen(r1, model, asr_model, language, ocr_engine)
        raise typer.Exit(_ask_each(settings, document or [], out, silent=silent, as_json=as_json))
    if silent:
        raise InputError("--silent goes with --each-question; a single answer is always spoken")
    if (audio is None) == (text is None):
        raise InputError("give the question once: a sound file, or --text Q")
    if text is not None and not text.strip():
        raise InputError("--text: the question is empty; type one, such as --text 'What is the total?'")
    out = out or Path("reply.wav")
    _check_files(audio, out, trace, document or ())
    settings = load_settings(os.environ).chosen(r1, model, asr_model, language, ocr_engine)
    passwords = given_passwords(None, settings)
    documents = documents_at(document or [], passwords)
    request = TurnRequest(audio, text, documents, out, conversation, tuple(passwords.known))

    def show(result: TurnResult) -> None:
        remark_blank_pages(result.pages)
        if trace is not None:
            write_trace(result, trace)
        if not as_json:
            print_turn(result)

    result = asyncio.run(run_turn(settings, request, TurnWatch(result=show)))
    if as_json:
        print_object(turn_object(result))
    if result.heard_nothing:
        complain(f"{audio}: {NOTHING_HEARD}; record the question again, closer to the microphone")
    failed = result.answer is None or result.answer.finish_reason == "empty_answer"
    raise typer.Exit(1 if result.heard_nothing or failed or result.missing or not result.kept else 0)


def _check_alone(beside: Mapping[str, Any], documents: Sequence[Path]) -> None:
    """Before anything is loaded: `--each-question` has a document, and nothing that asks something else."""
    from pipeline.errors import InputError

    for name, given in beside.items():
        if given is not None:
            shown = f"{name} {given}" if isinstance(given, Path) else name
            raise InputError(f"--each-question and {shown} do not go together; leave one of them out")
    if not documents:
        raise InputError("--each-question: name what the questions stand in, such as --document exam.png")


def _ask_each(settings: Settings, files: Sequence[Path], out: Path | None, *, silent: bool, as_json: bool) -> int:
    """Returns the exit code."""
    from commands.ask_each import DEFAULT_OUT, EachRequest, ask_each, sound_beside
    from commands.document_passwords import given_passwords
    from commands.overwriting import refuse_overwriting
    from commands.turn import documents_at
    from stages.audio_files import check_writable

    written = out or DEFAULT_OUT
    check_writable(written)
    sound = sound_beside(written)
    for place in (written, sound):
        refuse_overwriting("--out", place, files)
    passwords = given_passwords(None, settings)
    documents = documents_at(files, passwords)
    request = EachRequest(documents, written, None if silent else sound, as_json, tuple(passwords.known))
    return ask_each(settings, request)


def _check_files(audio: Path | None, out: Path, trace: Path | None, documents: Sequence[Path]) -> None:
    """Before anything is loaded: what is read can be read, what is written can be written, and is none of that."""
    from commands.overwriting import refuse_overwriting
    from stages.audio_files import check_readable, check_writable

    for flag, written in (("--out", out), ("--trace", trace)):
        if written is not None:
            refuse_overwriting(flag, written, (audio, *documents))
            check_writable(written)
    if audio is not None:
        check_readable(audio)
