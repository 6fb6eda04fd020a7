"""The prompt of a turn as text, and back: instructions, pages as marked lines, summary, exchanges, question.

    You are answering aloud ...          instructions, always the same
    Documents:                           only with pages
    [invoice.png p1 l1] ACME Ltd         one line of a page; `l0` stands for a page without text
    Summary: ...                         only with a summary
    User: ...
    Assistant: ...
    User: the question
    Assistant:

Only these words at the beginning of a line have a meaning. What comes from users and documents cannot reach the
beginning of a line (its further lines are indented), and a mark inside it gets a backslash, so nothing in it can pass
for a heading or for a citation. The next turn's prompt begins with all bytes of this one, as long as pages and summary
stay the same, so that a provider's prefix cache keeps hitting. There is no system prompt: R1 wants instructions in the
user turn (DeepSeek-R1 model card, usage recommendations).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from text.marks import mark, safe_name

INSTRUCTIONS = (
    "You are answering aloud: reply in one or two short sentences, in the language of the last question, as plain"
    " text.\n"
    "Use the documents, the summary and the conversation below. When the answer stands in a document, end with the mark"
    " of the line it rests on, exactly as written there, for example [invoice.png p1 l4].\n"
    "When a question is about a document and the answer is not in it, say that you cannot find it; never guess.\n"
)

_DOCUMENTS, _SUMMARY, _USER, _ASSISTANT = "Documents:", "Summary:", "User:", "Assistant:"
_INDENT = "  "
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_PAGE_LINE = re.compile(r"\[([^\[\]]+) p(\d+) l(\d+)\] (.*)", re.DOTALL)
_LOOKS_LIKE_MARK = re.compile(r"(\[[^\[\]]+ p\d+ l\d+)(\\*)\]")


@dataclass(frozen=True, slots=True)
class PromptPage:
    """A page as the prompt carries it."""

    document: str
    """The document's name; it comes back as `text.marks.safe_name` gives it."""
    number: int
    """Counted from 1."""
    lines: tuple[str, ...]
    """In reading order; line n of a mark is `lines[n - 1]`. Empty for a page without text."""


@dataclass(frozen=True, slots=True)
class PromptParts:
    """All that an engine is told."""

    question: str
    pages: tuple[PromptPage, ...] = ()
    """Each (document, number) at most once."""
    summary: str = ""
    """Of what was said before the exchanges."""
    exchanges: tuple[tuple[str, str], ...] = ()
    """Question and answer, oldest first."""


def build_prompt(parts: PromptParts) -> str:
    """The prompt for `parts`. `parse_prompt` is its inverse, up to the kind of line breaks and safe names."""
    lines = [INSTRUCTIONS]
    if parts.pages:
        lines.append(_DOCUMENTS)
        for page in parts.pages:
            lines.extend(_page_lines(page))
    if parts.summary:
        lines.append(f"{_SUMMARY} {_quoted(parts.summary)}")
    for question, answer in parts.exchanges:
        lines.append(f"{_USER} {_quoted(question)}")
        lines.append(f"{_ASSISTANT} {_quoted(answer)}")
    lines.append(f"{_USER} {_quoted(parts.question)}")
    lines.append(_ASSISTANT)
    return "\n".join(lines)


def parse_prompt(text: str) -> PromptParts:
    """The parts of a prompt made by `build_prompt`; any other text is taken whole as a question."""
    head, tail = f"{INSTRUCTIONS}\n", f"\n{_ASSISTANT}"
    if not (text.startswith(head) and text.endswith(tail)):
        return PromptParts(text.strip())
    pages: dict[tuple[str, int], list[str]] = {}
    summary = ""
    said: list[str] = []
    for block in _blocks(text[len(head) : -len(tail)].split("\n")):
        if block.startswith("["):
            _read_page_line(block, pages)
        elif block.startswith(_SUMMARY):
            summary = _unquoted(block[len(_SUMMARY) + 1 :])
        elif block.startswith(_USER):
            said.append(_unquoted(block[len(_USER) + 1 :]))
        elif block.startswith(_ASSISTANT):
            said.append(_unquoted(block[len(_ASSISTANT) + 1 :]))
    return PromptParts(
        question=said[-1] if said else "",
        pages=tuple(PromptPage(document, number, tuple(lines)) for (document, number), lines in pages.items()),
        summary=summary,
        exchanges=tuple(zip(said[0:-1:2], said[1::2], strict=False)),
    )


def one_line(text: str) -> str:
    """`text` as the prompt carries a line of a page: each line break becomes a space."""
    return _LINE_BREAK.sub(" ", text)


def _page_lines(page: PromptPage) -> Iterable[str]:
    if not page.lines:
        yield f"{mark(page.document, page.number, 0)} (no text on this page)"
    for number, line in enumerate(page.lines, start=1):
        yield f"{mark(page.document, page.number, number)} {_quoted(one_line(line))}"


def _read_page_line(block: str, pages: dict[tuple[str, int], list[str]]) -> None:
    found = _PAGE_LINE.fullmatch(block)
    if found is None:
        return
    lines = pages.setdefault((safe_name(found[1]), int(found[2])), [])
    if int(found[3]) > 0:
        lines.append(_unquoted(found[4]))


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
