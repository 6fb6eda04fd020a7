"""The reader against the repository's own questions, on pages as Tesseract reads them."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.engines.reader import read
from pipeline.context import ConversationContext
from pipeline.events import Document, Page
from pipeline.runner import Pipeline
from stages.ocr import DocumentReader
from text.marks import Mark, MarkStripper
from text.prompt import PromptPage, PromptParts, build_prompt, parse_prompt

ROOT = Path(__file__).parents[3]
QUESTIONS: list[dict[str, Any]] = yaml.safe_load((ROOT / "assets" / "questions.yaml").read_text(encoding="utf-8"))
REFUSAL = re.compile(
    r"cannot|can't|could not|do not know|don't know|does not (say|mention|contain)|is not (mentioned|stated|in the)"
    r"|找不到|没有(找到|提到|说明|写)|无法|不知道",
    re.IGNORECASE,
)
"""As the questions' own header states it."""
NOT_FOUND = re.compile("cannot find|找不到", re.IGNORECASE)
LEAST_RIGHT = 0.9
"""Of answerable and of unanswerable questions each (issue 2)."""


@pytest.fixture(scope="module")
def pages() -> dict[str, tuple[PromptPage, ...]]:
    """The pages of every document that a question is about, by its path, read by the real stage."""
    return asyncio.run(_read_all(sorted({path for entry in QUESTIONS for path in entry["documents"]})))


async def _read_all(paths: list[str]) -> dict[str, tuple[PromptPage, ...]]:
    reader = DocumentReader()
    pipeline = Pipeline(reader, inputs=(Document,))

    async def source() -> AsyncIterator[Document]:
        for path in paths:
            yield Document(path, (ROOT / path).read_bytes())

    found: dict[str, list[PromptPage]] = {path: [] for path in paths}
    try:
        async with pipeline.turn(ConversationContext(), source()) as turn:
            async for event in turn:
                if isinstance(event, Page):
                    lines = tuple(line.text for line in event.lines)
                    found[event.document].append(PromptPage(Path(event.document).name, event.number, lines))
    finally:
        await reader.close()
    return {path: tuple(its) for path, its in found.items()}


def answer(entry: dict[str, Any], pages: dict[str, tuple[PromptPage, ...]], now: datetime) -> tuple[str, list[Mark]]:
    """What is shown for a question, and what is cited; the prompt goes through its written form."""
    history = tuple((question, said) for question, said in entry.get("history", ()))
    shown = tuple(page for path in entry["documents"] for page in pages[path])
    prompt = build_prompt(PromptParts(entry["question"], shown, exchanges=history))
    stripper = MarkStripper()
    pieces = [*stripper.feed(read(parse_prompt(prompt), now).answer), *stripper.flush()]
    text = "".join(piece for piece in pieces if isinstance(piece, str))
    return text, [piece for piece in pieces if isinstance(piece, Mark)]


def is_right(entry: dict[str, Any], text: str, now: datetime) -> bool:
    """By the rules in the header of the questions."""
    if "answer" not in entry:
        return REFUSAL.search(text) is not None
    wanted = now.strftime(entry["answer"]) if entry.get("clock") else entry["answer"]
    forbidden = entry.get("forbid")
    return (
        NOT_FOUND.search(text) is None
        and re.search(wanted, text, re.IGNORECASE | re.DOTALL) is not None
        and not (forbidden and re.search(forbidden, text, re.IGNORECASE | re.DOTALL))
    )


@pytest.mark.parametrize("chosen", ["development", "held_out"])
def test_nine_of_ten_are_right(chosen: str, pages: dict[str, tuple[PromptPage, ...]]) -> None:
    """At least 90 % of answerable questions are answered right, and 90 % of unanswerable ones refused."""
    now = datetime.now().astimezone()
    for answerable in (True, False):
        asked = [entry for entry in QUESTIONS if entry["set"] == chosen and ("answer" in entry) == answerable]
        wrong = [entry["id"] for entry in asked if not is_right(entry, answer(entry, pages, now)[0], now)]
        share = 1 - len(wrong) / len(asked)
        kind = "answerable" if answerable else "unanswerable"
        print(f"{chosen}, {kind}: {len(asked) - len(wrong)} of {len(asked)} right ({share:.1%})")
        assert share >= LEAST_RIGHT, f"{kind} {chosen} questions answered wrongly: {wrong}"


def test_answers_from_documents_cite_a_line_of_them(pages: dict[str, tuple[PromptPage, ...]]) -> None:
    """Every mark names a line that was shown, and an answer that quotes a document carries one."""
    now = datetime.now().astimezone()
    for entry in QUESTIONS:
        text, marks = answer(entry, pages, now)
        shown = {(page.document, page.number): len(page.lines) for path in entry["documents"] for page in pages[path]}
        assert all(1 <= mark.line <= shown[(mark.document, mark.page)] for mark in marks), entry["id"]
        if "It says" in text or "文件里写着" in text:
            assert marks, entry["id"]
