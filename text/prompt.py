"""The prompt of a turn as text, and back: instructions, pages as marked lines, summary, exchanges, question.

    You are answering aloud ...          instructions, always the same
    Documents:                           only with pages
    [invoice.png p1 l1] ACME Ltd         one line of a page; `l0` stands for a page without text
    Summary: ...                         only with a summary
    User: ...
    Assistant: ...
    Documents:                           only where pages came in between
    [letter.pdf p1 l1] Dear ...
    In use: [letter.pdf]                 only where that changed; "all documents" ends it
    User: the question
    Assistant:

Only these words at the beginning of a line have a meaning. What comes from users and documents cannot reach the
beginning of a line (its further lines are indented), and a mark inside it gets a backslash, so nothing in it can pass
for a heading or for a citation. Pages stand where they came in, so the next turn's prompt begins with all bytes of this
one, as long as the summary stays the same, and a provider's prefix cache keeps hitting. There is no system prompt: R1
wants instructions in the user turn (DeepSeek-R1 model card, usage recommendations).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from text.marks import mark, safe_name

INSTRUCTIONS = (
    "You are answering aloud: reply in one or two short sentences, in the language of the last question, as plain"
    " text.\n"
    "Use the documents, the summary and the conversation below. When the answer stands in a document, end with the mark"
    " of the line it rests on, exactly as written there, for example [invoice.png p1 l4]. Of several documents the one"
    " that was last in use is meant, and the others only for what it does not say.\n"
    "A word with (?) behind it was hard to read: leave the (?) out, and say so when the answer rests on such a word.\n"
    "When a question is about a document and the answer is not in it, say that you cannot find it; never guess.\n"
)

_DOCUMENTS, _SUMMARY, _USER, _ASSISTANT = "Documents:", "Summary:", "User:", "Assistant:"
_IN_USE, _ALL = "In use:", "all documents"
_INDENT = "  "
_MOST_SKIPPED = 2_000
"""Empty lines in a row, which are left out; no page has so many, and a prompt of a stranger may claim any number."""
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_PAGE_LINE = re.compile(r"\[([^\[\]]+) p(\d+) l(\d+)\] (.*)", re.DOTALL)
_USE_LINE = re.compile(rf"{_IN_USE} (?:\[([^\[\]]+)\]|{_ALL})")
_LOOKS_LIKE_MARK = re.compile(r"(\[[^\[\]]+ p\d+ l\d+)(\\*)\]")


@dataclass(frozen=True, slots=True)
class PromptPage:
    """A page as the prompt carries it."""

    document: str
    """The document's name; it comes back as `text.marks.safe_name` gives it."""
    number: int
    """Counted from 1."""
    lines: tuple[str, ...]
    """In reading order; line n of a mark is `lines[n - 1]`. Empty for a page without text; a line may be empty too."""
    after: int | None = None
    """How many exchanges stand before it; 0: after the summary; None: in front of everything said."""


@dataclass(frozen=True, slots=True)
class PromptUse:
    """From here on questions are about one document, unless they or it lead to another."""

    document: str
    """Its name, as in `PromptPage`; empty when they are about any of the documents."""
    after: int | None = None
    """How many exchanges stand before it, as in `PromptPage`."""


@dataclass(frozen=True, slots=True)
class PromptParts:
    """All that an engine is told."""

    question: str
    pages: tuple[PromptPage, ...] = ()
    """Each (document, number) at most once, in the order of their places."""
    summary: str = ""
    """Of what was said before the exchanges."""
    exchanges: tuple[tuple[str, str], ...] = ()
    """Question and answer, oldest first."""
    uses: tuple[PromptUse, ...] = ()
    """Which document was put in use, in the order of their places, at most one in a place."""

    @property
    def document_in_use(self) -> str:
        """The document that was put in use last, by its safe name; empty for any, or for one that is not there."""
        name = safe_name(self.uses[-1].document) if self.uses and self.uses[-1].document else ""
        return name if any(safe_name(page.document) == name for page in self.pages) else ""

    def without_oldest(self, count: int) -> PromptParts:
        """A copy without the `count` oldest exchanges; what stood between them of documents stays."""
        pages = tuple(replace(page, after=_earlier(page.after, count)) for page in self.pages)
        uses = {_earlier(use.after, count): use for use in self.uses}
        moved = tuple(replace(use, after=place) for place, use in uses.items())
        return replace(self, pages=pages, exchanges=self.exchanges[count:], uses=moved)


def _earlier(after: int | None, count: int) -> int | None:
    return None if after is None else max(0, after - count)


def build_prompt(parts: PromptParts) -> str:
    """The prompt for `parts`. `parse_prompt` is its inverse, up to the kind of line breaks and safe names, and to
    `after`: 0 is None where nothing is said before it.
    """
    lines = [INSTRUCTIONS, *_documents_after(None, parts)]
    if parts.summary:
        lines.append(f"{_SUMMARY} {_quoted(parts.summary)}")
    for place, (question, answer) in enumerate(parts.exchanges):
        lines.extend(_documents_after(place, parts))
        lines.append(f"{_USER} {_quoted(question)}")
        lines.append(f"{_ASSISTANT} {_quoted(answer)}")
    lines.extend(_documents_after(len(parts.exchanges), parts))
    lines.append(f"{_USER} {_quoted(parts.question)}")
    lines.append(_ASSISTANT)
    return "\n".join(lines)


def parse_prompt(text: str) -> PromptParts:
    """The parts of a prompt made by `build_prompt`; any other text is taken whole as a question."""
    head, tail = f"{INSTRUCTIONS}\n", f"\n{_ASSISTANT}"
    if not (text.startswith(head) and text.endswith(tail)):
        return PromptParts(text.strip())
    pages: dict[tuple[str, int], _OpenPage] = {}
    uses: list[PromptUse] = []
    summary: str | None = None
    said: list[str] = []
    for block in _blocks(text[len(head) : -len(tail)].split("\n")):
        after = len(said) // 2 if said or summary is not None else None
        if block.startswith("["):
            _read_page_line(block, after, pages)
        elif found := _USE_LINE.fullmatch(block):
            uses.append(PromptUse(found[1] or "", after))
        elif block.startswith(_SUMMARY):
            summary = _unquoted(block[len(_SUMMARY) + 1 :])
        elif block.startswith(_USER):
            said.append(_unquoted(block[len(_USER) + 1 :]))
        elif block.startswith(_ASSISTANT):
            said.append(_unquoted(block[len(_ASSISTANT) + 1 :]))
    return PromptParts(
        question=said[-1] if said else "",
        pages=tuple(
            PromptPage(document, number, tuple(page.lines), page.after) for (document, number), page in pages.items()
        ),
        summary=summary or "",
        exchanges=tuple(zip(said[0:-1:2], said[1::2], strict=False)),
        uses=tuple(uses),
    )


def one_line(text: str) -> str:
    """`text` as the prompt carries a line of a page: each line break becomes a space."""
    return _LINE_BREAK.sub(" ", text)


@dataclass(slots=True)
class _OpenPage:
    after: int | None
    lines: list[str] = field(default_factory=list)


def _documents_after(place: int | None, parts: PromptParts) -> Iterable[str]:
    pages = [page for page in parts.pages if page.after == place]
    if pages:
        yield _DOCUMENTS
    for page in pages:
        yield from _page_lines(page)
    for use in parts.uses:
        if use.after == place:
            yield f"{_IN_USE} {f'[{safe_name(use.document)}]' if use.document else _ALL}"


def _page_lines(page: PromptPage) -> Iterable[str]:
    if not page.lines:
        yield f"{mark(page.document, page.number, 0)} (no text on this page)"
    for number, line in enumerate(page.lines, start=1):
        if line or number == len(page.lines):
            yield f"{mark(page.document, page.number, number)} {_quoted(one_line(line))}"


def _read_page_line(block: str, after: int | None, pages: dict[tuple[str, int], _OpenPage]) -> None:
    found = _PAGE_LINE.fullmatch(block)
    if found is None:
        return
    page = pages.setdefault((safe_name(found[1]), int(found[2])), _OpenPage(after))
    missing = int(found[3]) - 1 - len(page.lines)
    if 0 <= missing <= _MOST_SKIPPED:
        page.lines += [*[""] * missing, _unquoted(found[4])]


def _blocks(lines: Iterable[str]) -> Iterable[str]:
    """Each line that begins at the margin, together with the indented lines that continue it."""
    block: list[str] = []
    for line in lines:
        if block and line.startswith(_INDENT):
            block.append(line[len(_INDENT) :])
            continue
        if block:
            yield "\n".join(block)
        block = [line]
    if block:
        yield "\n".join(block)


def _quoted(text: str) -> str:
    """`text` with its further lines indented, and a backslash in all that looks like a mark."""
    escaped = _LOOKS_LIKE_MARK.sub(r"\1\\\2]", text)
    return f"\n{_INDENT}".join(_LINE_BREAK.split(escaped))


def _unquoted(text: str) -> str:
    """The inverse of `_quoted`; the indentation is already gone."""
    return _LOOKS_LIKE_MARK.sub(lambda found: f"{found[1]}{found[2][1:]}]", text)
