"""`ask --each-question`: the questions of a document, found and answered one by one, in writing and in sound."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.each_answer import (
    Answered,
    EachResult,
    each_object,
    markdown,
    print_answered,
    print_end,
    repeats,
    spoken_parts,
)
from commands.ocr_questions import questions_by_document
from commands.terminal import complain, counted, escaped, print_object

if TYPE_CHECKING:
    from commands.settings import Settings
    from pipeline.context import ConversationContext
    from pipeline.events import Document, Page
    from r1 import R1Client
    from r1.batch import BatchResult
    from stages.ocr import DocumentReader
    from stages.tts import SpeechSynthesizer
    from text.questions import FoundQuestion

PAUSE_S = 0.7
"""Of silence behind each answer that is spoken."""
DEFAULT_OUT = Path("answers.md")


@dataclass(frozen=True, slots=True)
class EachRequest:
    """Documents whose questions are to be answered."""

    documents: tuple[Document, ...]
    out: Path
    """Where the questions and answers go (Markdown)."""
    sound: Path | None
    """Where they go spoken (WAV); None: nowhere."""
    as_json: bool = False
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """Of encrypted documents."""


def ask_each(settings: Settings, request: EachRequest) -> int:
    """Answer each question of the documents; returns the exit code: 1 when any is without an answer.

    Raises `InputError` for a sound file that cannot be written, and what reading and connecting raise.
    """
    import asyncio

    from stages.audio_files import check_writable

    if request.sound is not None:
        check_writable(request.sound)
    result = asyncio.run(_run(settings, request))
    if request.as_json:
        print_object(each_object(result))
    elif result.found:
        print_end(result)
    if not result.found:
        names = ", ".join(escaped(document.name) for document in request.documents)
        complain(f"{names}: no questions were found there; ask one of your own with --text Q")
    if result.fault:
        complain(result.fault)
    return 0 if result.complete else 1


def sound_beside(out: Path) -> Path:
    """Where the sound goes that belongs to the written answers. Raises `InputError` when `out` is a sound file."""
    from pipeline.errors import InputError

    if out.suffix.lower() in {".wav", ".mp3", ".flac", ".ogg"}:
        raise InputError(
            f"--out {out}: with --each-question this is the written file, such as {out.with_suffix('.md')}; "
            "the sound goes beside it"
        )
    return out.with_suffix(".wav")


# ---------------------------------------------------------------------------------------------------------- the work


async def _run(settings: Settings, request: EachRequest) -> EachResult:
    from commands.assembly import Workshop
    from commands.report import remark_blank_pages
    from commands.turn import on_missing
    from pipeline.context import ConversationContext
    from pipeline.errors import PipelineError, StageError

    result = EachResult()
    async with Workshop(settings) as workshop:
        voice = await workshop.voice() if request.sound is not None else None
        reader = await workshop.reader(on_missing(result.missing), request.passwords)
        client = await workshop.client()
        await workshop.ready()
        result.pages = await _read(reader, request.documents)
        remark_blank_pages(result.pages)
        by_document = questions_by_document(result.pages)
        result.found = [(name, question) for name, questions in by_document.items() for question in questions]
        if not result.found:
            return result
        try:
            await _answer(client, ConversationContext().with_pages(result.pages), result, quiet=request.as_json)
        finally:  # what was answered before it was broken off is kept
            if result.answered:
                _write(request.out, result)
        if voice is not None and request.sound is not None:
            try:
                result.reply = await _speak(voice, result.answered, request.sound)
            except (PipelineError, StageError) as error:
                result.fault = str(error.cause if isinstance(error, StageError) else error)
    return result


async def _read(reader: DocumentReader, documents: Sequence[Document]) -> list[Page]:
    from pipeline.context import ConversationContext
    from pipeline.events import Document
    from pipeline.runner import Pipeline

    pipeline = Pipeline(reader, inputs=(Document,))
    async with pipeline.turn(ConversationContext(), _each(documents)) as turn:
        return [page async for page in turn]


async def _each(items: Sequence[Any]) -> AsyncIterator[Any]:
    for item in items:
        yield item


async def _answer(client: R1Client, context: ConversationContext, result: EachResult, *, quiet: bool) -> None:
    """Ask them side by side, and take the answers in their order."""
    from r1 import BatchOptions

    batch = BatchOptions(in_order=True)
    with counted("questions", len(result.found)) as one_more:
        prompts = _prompts([question.asked for _, question in result.found], context)
        async with aclosing(client.infer_many(prompts, batch=batch)) as outcomes:
            async for outcome in outcomes:
                document, question = result.found[outcome.index]
                result.answered.append(_answered(document, question, outcome, context))
                one_more()
                if not quiet:
                    print_answered(result.answered[-1])


async def _prompts(questions: Sequence[str], context: ConversationContext) -> AsyncIterator[str]:
    from stages.reasoning import ReasonerOptions
    from stages.turn_prompt import turn_prompt

    for question in questions:
        yield await turn_prompt(question, context, ReasonerOptions().page_tokens)


def _answered(document: str, question: FoundQuestion, outcome: BatchResult, context: ConversationContext) -> Answered:
    from stages.reasoning import answer_of

    if outcome.completion is None:
        return Answered(document, question, error=str(outcome.error))
    answer = answer_of(question.asked, outcome.completion, context.pages)
    if outcome.completion.fallback or not answer.text:
        return Answered(document, question, error=answer.text or "the model's answer was empty")
    if repeats(question.asked, answer.text):
        return Answered(document, question, error=f"{answer.served_by or 'the model'} only repeated the question")
    return Answered(document, question, answer)


async def _speak(voice: SpeechSynthesizer, answered: Sequence[Answered], path: Path) -> Path | None:
    """All questions and answers into one sound file, with pauses between; None when nothing could be said."""
    import numpy as np

    from pipeline.context import ConversationContext
    from pipeline.events import AnswerDelta, Speech
    from pipeline.runner import Pipeline
    from stages.audio_files import WavWriter
    from stages.sentences import SentenceSplitter

    pipeline = Pipeline(SentenceSplitter(), voice, inputs=(AnswerDelta,))
    with WavWriter(path) as sound, counted("spoken", len(answered)) as one_more:
        for place, each in enumerate(answered, 1):
            rate = 0
            said = [AnswerDelta(text) for text in spoken_parts(each, place)]
            async with pipeline.turn(ConversationContext(), _each(said)) as turn:
                async for event in turn:
                    if isinstance(event, Speech) and len(event.samples):
                        sound.write(event.samples, rate := event.sample_rate)
            if rate:
                sound.write(np.zeros(round(PAUSE_S * rate), dtype=np.float32), rate)
            one_more()
        return path if sound.seconds else None


def _write(path: Path, result: EachResult) -> None:
    from pipeline.errors import InputError

    try:
        path.write_text(markdown(result.answered, len(result.found)), encoding="utf-8")
    except OSError as error:
        raise InputError(f"--out {path}: this cannot be written ({error.strerror}); name another place") from error
    result.out = path
