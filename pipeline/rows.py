"""Turns and pages as rows of the conversations' file, and back. A value that cannot be read is left out, never guessed:
a damaged place of the file costs that value, and not the conversation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from pipeline.events import Citation, Line, Page, Word
from pipeline.records import StoredTurn, TurnOutcome, TurnState

Row = Mapping[str, Any]
Value = TypeVar("Value")

_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def turn_of(row: Row) -> StoredTurn:
    """The turn in a row of `turns`."""
    return StoredTurn(
        number=row["number"],
        turn_id=row["turn_id"],
        started_at=time_of(row["started_at"]),
        ended_at=time_of(row["ended_at"]) if row["ended_at"] else None,
        question=row["question"],
        cold=bool(row["cold"]),
        documents=names_of(row["documents"]),
        outcome=TurnOutcome(
            state=_readable(lambda: TurnState(row["state"]), TurnState.UNFINISHED),
            answer=row["answer"],
            unheard=row["unheard"],
            citations=_readable(lambda: tuple(Citation(**place) for place in json.loads(row["citations"])), ()),
            served_by=row["served_by"],
            finish_reason=row["finish_reason"],
            usage=_readable(lambda: dict(json.loads(row["usage"])), {}),
            thinking_s=row["thinking_s"],
            ledger=_readable(lambda: dict(json.loads(row["ledger"])), None) if row["ledger"] else None,
            error=row["error"],
        ),
        in_use=row["in_use"],
    )


def time_of(text: str) -> datetime:
    """A time as the file has it; the beginning of 1970 when it cannot be read."""
    return _readable(lambda: datetime.fromisoformat(text), _UNKNOWN_TIME)


def names_json(names: Sequence[str]) -> str:
    """Names, which may hold any character, as a JSON list."""
    return _json(list(names))


def names_of(text: str) -> tuple[str, ...]:
    """The inverse of `names_json`."""
    return _readable(lambda: tuple(str(name) for name in json.loads(text)), ())


def citations_json(citations: Sequence[Citation]) -> str:
    """Citations as a JSON list."""
    return _json(
        [
            {"document": place.document, "page": place.page, "line": place.line, "quote": place.quote}
            for place in citations
        ]
    )


def mapping_json(mapping: Mapping[str, Any]) -> str:
    """A mapping of JSON values as a JSON object."""
    return _json(dict(mapping))


def page_row(page: Page) -> dict[str, Any]:
    """The columns of `pages` for a page. A word is [text, left, top, width, height, confidence]."""
    lines = [
        [
            line.number,
            line.text,
            [[w.text, w.left, w.top, w.width, w.height, round(w.confidence, 4)] for w in line.words],
        ]
        for line in page.lines
    ]
    return {
        "name": page.document,
        "number": page.number,
        "page_count": page.page_count,
        "width": page.width,
        "height": page.height,
        "lines": _json(lines),
    }


def page_of(row: Row) -> Page:
    """The page in a row of `pages`."""
    blank: tuple[Line, ...] = ()
    lines = _readable(lambda: _lines(row["lines"]), blank)
    return Page(row["name"], row["number"], row["page_count"], lines, row["width"], row["height"])


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(Line(number, said, tuple(Word(*word) for word in words)) for number, said, words in json.loads(text))


def _readable(read: Callable[[], Value], otherwise: Value) -> Value:
    try:
        return read()
    except (ValueError, TypeError):
        return otherwise


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
