"""A reply with its values back: what the model said with placeholders, the caller hears with the values."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from r1.redaction.redactor import Redaction
from r1.results import Completion, Delta, Kind


async def restored(
    stream: AsyncGenerator[Delta | Completion, None], redaction: Redaction
) -> AsyncGenerator[Delta | Completion, None]:
    """`stream` with the values of `redaction` in thoughts and answer, and their counts in the completion."""
    restorers = {"thought": redaction.restorer(), "answer": redaction.restorer()}
    heard: dict[str, list[str]] = {"thought": [], "answer": []}

    def told(kind: Kind, text: str) -> list[Delta]:
        if text:
            heard[kind].append(text)
        return [Delta(kind, text)] if text else []

    async with aclosing(stream) as items:
        async for item in items:
            if isinstance(item, Delta):
                if item.kind == "answer" and not heard["answer"]:
                    for delta in told("thought", restorers["thought"].flush()):
                        yield delta
                for delta in told(item.kind, restorers[item.kind].feed(item.text)):
                    yield delta
                continue
            for kind in ("thought", "answer"):
                for delta in told(kind, restorers[kind].flush()):
                    yield delta
            yield replace(
                item, answer="".join(heard["answer"]), thoughts="".join(heard["thought"]), redacted=redaction.counts
            )
