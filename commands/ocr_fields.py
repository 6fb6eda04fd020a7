"""What `ocr --fields` gives: the labels and values of each document, as JSON objects and as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from commands.page_lines import lines_by_document
from commands.terminal import escaped, remark, say, say_piece

if TYPE_CHECKING:
    from pipeline.events import Page
    from text.fields import FoundField

NO_FIELDS = "no fields found"
EMPTY = "(empty)"
"""Shown for a blank to be filled in; in JSON its value is an empty string."""


def fields_by_document(pages: Sequence[Page]) -> dict[str, tuple[FoundField, ...]]:
    """The fields of each document in reading order, by its name; a document without any has none."""
    from text.fields import find_fields

    return {name: find_fields(lines) for name, lines in lines_by_document(pages).items()}


def field_objects(fields: Sequence[FoundField]) -> list[dict[str, Any]]:
    """The fields of a document as the objects of `--json`. Those with boxes to tick have `options`."""
    return [
        {
            "key": field.key,
            "value": field.value,
            "page": field.place.page,
            "line": field.place.line,
            "confidence": None if field.confidence is None else round(field.confidence, 3),
        }
        | (
            {"options": [{"text": text, "checked": checked} for text, checked in field.options]}
            if field.options
            else {}
        )
        for field in fields
    ]


def print_fields(pages: Sequence[Page]) -> None:
    """Print the fields of each document, one a line; says on stderr where there are none."""
    for document, fields in fields_by_document(pages).items():
        if not fields:
            remark(f"{escaped(document)}: {NO_FIELDS}")
            continue
        say(f"{escaped(document)}: {'1 field' if len(fields) == 1 else f'{len(fields)} fields'}", style="dim")
        for field in fields:
            say_piece(f"{field.key}: {field.value or EMPTY}")
            sure = "" if field.confidence is None else f", {field.confidence:.0%} sure"
            say(f"   page {field.place.page}, line {field.place.line}{sure}", style="dim")
