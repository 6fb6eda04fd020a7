"""What came of a turn or a reading, as JSON objects and as text. The shapes are documented in docs/output.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.terminal import duration, escaped, remark, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commands.turn import TurnResult
    from pipeline.context import ConversationContext
    from pipeline.events import Answer, Citation, Page, Transcript
    from stages.ocr import MissingPage

NOTHING_HEARD = "I did not hear anything"
NO_TEXT = "no text found"

_SHOWN_THOUGHTS = 400
"""Characters; the whole of them is in the JSON."""


def turn_object(result: TurnResult) -> dict[str, Any]:
    """The object that `ask --json` prints."""
    answer = result.answer
    return {
        "transcript": result.transcript.text if result.transcript else "",
        "documents": document_objects(result.pages),
        "missing": missing_objects(result.missing),
        "thoughts": result.thoughts,
        "answer": answer.text if answer else "",
        "citations": citation_objects(answer.citations if answer else ()),
        "unproven_citations": answer.unproven if answer else 0,
        "served_by": answer.served_by if answer else "",
        "finish_reason": answer.finish_reason if answer else "",
        "reply": str(result.reply) if result.reply else None,
        "ledger": result.ledger.to_json() | {"thinking": _thinking(result)} if result.ledger else None,
    } | ({"context": context_object(result.context)} if result.context is not None else {})


def missing_objects(missing: Sequence[MissingPage]) -> list[dict[str, Any]]:
    """What could not be read, as the objects of every `--json`; `page` is None for a whole document."""
    return [{"name": one.document, "page": one.number, "reason": str(one.error)} for one in missing]


def citation_objects(citations: Sequence[Citation]) -> list[dict[str, Any]]:
    """Citations as the objects of every `--json`."""
    return [
        {"document": place.document, "page": place.page, "line": place.line, "quote": place.quote}
        for place in citations
    ]


def context_object(context: ConversationContext) -> dict[str, Any]:
    """What the next turn of a conversation will know of those before."""
    return {
        "summary": context.summary,
        "covers_turns": context.covers_turns,
        "recent": [
            {"question": exchange.question, "answer": exchange.answer, "documents": list(exchange.documents)}
            for exchange in context.recent
        ],
        "documents": list(context.documents),
        "document_in_use": context.document_in_use or None,
    }


def _thought(result: TurnResult) -> str:
    answer = result.answer
    tokens = answer.usage.get("reasoning_tokens", 0) if answer else 0
    if answer is None or not tokens:
        return ""
    return f"; thought for {duration(answer.thinking_s)} in {tokens} tokens"


def _thinking(result: TurnResult) -> dict[str, float | None]:
    """How long the model thought, in how many tokens, and how fast; of the whole turn, whatever gated the reply."""
    tokens = result.answer.usage.get("reasoning_tokens", 0) if result.answer else 0
    seconds = result.answer.thinking_s if result.answer else 0.0
    rate = round(tokens / seconds, 1) if tokens and seconds > 0 else None
    return {"ms": round(seconds * 1000, 3), "tokens": tokens, "tokens_per_s": rate}


def document_objects(pages: Sequence[Page]) -> list[dict[str, Any]]:
    """Pages grouped by document, in the order in which the documents came."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for page in sorted(pages, key=lambda page: page.number):
        entry = {"number": page.number, "text": page.text, "confidence": round(page.confidence, 3)}
        grouped.setdefault(page.document, []).append(entry)
    order = dict.fromkeys(page.document for page in pages)
    return [{"name": name, "pages": grouped[name]} for name in order]


def transcript_object(name: str, transcript: Transcript) -> dict[str, Any]:
    """One of the transcripts that `transcribe --json` prints."""
    return {
        "name": name,
        "text": transcript.text,
        "language": transcript.language,
        "segments": [
            {"start_s": round(segment.start_s, 3), "end_s": round(segment.end_s, 3), "text": segment.text}
            for segment in transcript.segments
        ],
    }


def print_turn(result: TurnResult) -> None:
    """What was heard, thought and answered, and where it stands."""
    if result.transcript is not None and result.transcript.text:
        say(f"heard     {result.transcript.text}")
    if result.thoughts:
        say(f"thought   {_shortened(result.thoughts)}", style="dim")
    if result.answer is not None:
        say(f"answer    {result.answer.text}", style="bold")
        for place in result.answer.citations:
            say(f"          {described(place)}", style="cyan")
        remark_unproven(result.answer)
        if result.answer.served_by:
            say(f"served by {result.answer.served_by}{_thought(result)}", style="dim")
    if result.reply is not None and result.ledger is not None:
        say(f"spoken in {escaped(str(result.reply))}, first audio after {result.ledger.total_ms:.0f} ms", style="dim")


def described(place: Citation) -> str:
    """A citation as a person reads it."""
    return f"{escaped(place.document)}, page {place.page}, line {place.line}: “{place.quote}”"


def remark_unproven(answer: Answer) -> None:
    """Say on stderr how many places that the engine named are not shown."""
    if answer.unproven:
        places = (
            "1 place that was named is" if answer.unproven == 1 else f"{answer.unproven} places that were named are"
        )
        remark(f"{places} left out: the documents do not say that there")


def remark_blank_pages(pages: Sequence[Page]) -> None:
    """Say on stderr which pages have no text."""
    for page in pages:
        if not page.lines:
            remark(f"{escaped(page.document)}, page {page.number}: {NO_TEXT}")


def write_trace(result: TurnResult, path: Path) -> None:
    """Write the turn as a trace that Perfetto loads. Raises `InputError` when that cannot be done."""
    from pipeline.errors import InputError
    from pipeline.trace import to_trace

    if result.ledger is None:
        return
    try:
        path.write_text(json.dumps(to_trace(result.ledger)), encoding="utf-8")
    except OSError as error:
        raise InputError(f"--trace {path}: this cannot be written ({error.strerror}); name another place") from error


def _shortened(thoughts: str) -> str:
    line = " ".join(thoughts.split())
    return line if len(line) <= _SHOWN_THOUGHTS else line[:_SHOWN_THOUGHTS].rstrip() + " …"
