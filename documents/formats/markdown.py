"""A page as Markdown: headings, paragraphs, lists, fields and tables, after CommonMark with tables as GitHub has them.

Everything that Markdown would take for its own signs is escaped, so that what is shown is what stands on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.layout.structure import Block, Field, Heading, ListItem, Paragraph, Table, structure_of
from pipeline.events import Page

_SIGNS = re.compile(r"([\\`*_\[\]<>~&])")
_AT_START = re.compile(r"^(\s*)([#+=-]|\d+[.)](?=\s|$))")
_COUNTED = re.compile(r"\(?(\d{1,9})[.)、．）]?")


def markdown_of(page: Page) -> str:
    """The page in Markdown, its blocks parted by empty lines; empty for a page without text."""
    parts: list[str] = []
    before: Block | None = None
    for block in structure_of(page).blocks:
        text = "\n".join(_written(block))
        close = type(block) is type(before) and isinstance(block, ListItem | Field)
        parts.append(("\n" if close else "\n\n" if parts else "") + text)
        before = block
    return "".join(parts)


def _written(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * block.level} {_inline(block.text)}"
        case Paragraph():
            yield _escaped(block.text)
        case ListItem():
            yield f"{_marker(block)} {_escaped(block.text)}".rstrip()
        case Field():
            yield f"- **{_inline(block.key)}:** {_inline(block.value)}".rstrip()
        case Table():
            yield from _table(block)


def _marker(item: ListItem) -> str:
    """The item's own number where Markdown knows such; letters and Chinese numerals stand behind a dash."""
    counted = _COUNTED.fullmatch(item.marker)
    if counted:
        return f"{counted[1]}."
    return f"- {_inline(item.marker)}" if item.ordered else "-"


def _table(table: Table) -> Iterator[str]:
    rows = [[_inline(text).replace("|", "\\|") for text in row] for row in table.texts]
    head, body = (rows[0], rows[1:]) if table.has_head else ([""] * table.column_count, rows)
    for row in (head, ["---"] * table.column_count, *body):
        yield f"| {' | '.join(row)} |"


def _inline(text: str) -> str:
    """`text` within a line."""
    return " ".join(_SIGNS.sub(r"\\\1", text).split())


def _escaped(text: str) -> str:
    """`text` at the beginning of a line, where more signs mean something."""
    return _AT_START.sub(_without_meaning, _inline(text))


def _without_meaning(found: re.Match[str]) -> str:
    sign = found[2]
    return f"{found[1]}\\{sign}" if len(sign) == 1 else f"{found[1]}{sign[:-1]}\\{sign[-1]}"
