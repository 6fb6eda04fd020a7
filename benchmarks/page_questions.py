"""How well the embedded reader answers questions about made pages: `python -m benchmarks.page_questions`.

The pages are those of `benchmarks.pages`, read by the OCR stage as `ocr` reads them, or taken from their true text. An
answer is right when the page's expression accepts it and it has at most 200 characters; a question that the page does
not answer is right when the reader says that it cannot find it.

    python -m benchmarks.page_questions --truth              without reading: what the reader itself can do
    python -m benchmarks.page_questions --damages clean,skew,photo --seeds 3 --keep FOLDER
    python -m benchmarks.page_questions --show 20            the first wrong answers, with what was right
    python -m benchmarks.page_questions --split held_out     totals alone, for the split that nobody looks at

Reading takes half a second a page: with `--keep` what was read is left in FOLDER and not read again. Take another
folder, or an empty one, when the OCR stage has changed.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.pages import (
    DAMAGES,
    DOCUMENTS,
    KINDS,
    PAIRS,
    SPLITS,
    PageQuestion,
    made_document,
    made_page,
    made_pair,
    plain_answer,
)
from gateway.engines.reader import read
from text.prompt import PromptPage, PromptParts, build_prompt, parse_prompt

if TYPE_CHECKING:
    from PIL import Image

NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
"""The reader's clock, the same in every run."""
LONGEST_ANSWER = 200
"""Characters."""
Texts = tuple[tuple[str, ...], ...]
"""The lines of each page of a document."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Documents, and the questions about them."""

    kind: str
    names: tuple[str, ...]
    """Of the documents' files."""
    true_texts: tuple[Texts, ...]
    contents: tuple[bytes, ...]
    questions: tuple[PageQuestion, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question."""

    asked: Asked
    question: PageQuestion
    answer: str
    right: bool
    too_long: bool


def all_asked(asked: argparse.Namespace, source: str) -> Iterator[Asked]:
    """Every page, pair and document that the command line names, under the damage `source`."""
    damage = "clean" if source == "truth" else source
    for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
        for kind in asked.kinds:
            page = made_page(kind, damage, seed, asked.split)
            yield Asked(kind, (f"{page.name}.png",), ((_lines(page.text),),), (_png(page.picture),), page.questions)
        for name in asked.pairs:
            pair = made_pair(name, damage, seed, asked.split)
            names = tuple(f"{page.name}.png" for page in pair.pages)
            texts = tuple((_lines(page.text),) for page in pair.pages)
            yield Asked(name, names, texts, tuple(_png(page.picture) for page in pair.pages), pair.questions)
        for kind in asked.documents:
            document = made_document(kind, "text" if damage == "clean" else "none", seed, asked.split, damage)
            pages = tuple(map(_lines, document.texts))
            yield Asked(f"{kind} (PDF)", (f"{document.name}.pdf",), (pages,), (document.content,), document.questions)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.splitlines())


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


async def read_all(wanted: Sequence[Asked], folder: Path | None, workers: int) -> dict[str, Texts]:
    """The lines of every document by its name, read by the OCR stage or found in `folder`."""
    from pipeline.context import ConversationContext
    from pipeline.events import Document, Page
    from pipeline.runner import Pipeline
    from stages.ocr import DocumentReader, DocumentReaderOptions

    files = {name: content for one in wanted for name, content in zip(one.names, one.contents, strict=True)}
    known = {name: texts for name in files if (texts := _kept(folder, name)) is not None}
    found: dict[str, list[tuple[str, ...]]] = {name: [] for name in files if name not in known}

    async def source() -> AsyncIterator[Document]:
        for name in found:
            yield Document(name, files[name])

    reader = DocumentReader(
        DocumentReaderOptions(workers=workers), lambda missing: print(missing.error, file=sys.stderr)
    )
    try:
        async with Pipeline(reader, inputs=(Document,)).turn(ConversationContext(), source()) as turn:
            async for event in turn:
                if isinstance(event, Page):
                    found[event.document].append(tuple(line.text for line in event.lines))
    finally:
        await reader.close()
    for name, pages in found.items():
        known[name] = tuple(pages)
        if folder is not None:
            (folder / f"{name}.json").write_text(json.dumps(pages, ensure_ascii=False), encoding="utf-8")
    return known


def _kept(folder: Path | None, name: str) -> Texts | None:
    file = folder / f"{name}.json" if folder is not None else None
    if file is None or not file.exists():
        return None
    return tuple(tuple(page) for page in json.loads(file.read_text(encoding="utf-8")))


def outcomes(wanted: Iterable[Asked], texts: dict[str, Texts]) -> Iterator[Outcome]:
    """Every question asked, the prompt going through its written form as it does in the assistant."""
    for one in wanted:
        pages = tuple(
            PromptPage(name, number, lines) for name in one.names for number, lines in enumerate(texts[name], 1)
        )
        for question in one.questions:
            prompt = build_prompt(PromptParts(question.question, pages, exchanges=question.after))
            answer = read(parse_prompt(prompt), NOW).answer
            too_long = question.answerable and len(plain_answer(answer)) > LONGEST_ANSWER
            yield Outcome(one, question, answer, question.accepts(answer) and not too_long, too_long)


def report(found: Sequence[Outcome], source: str, shown: int) -> None:
    """Totals by kind of page and of question, then the first `shown` failures."""
    print(f"\n{source}: {len(found)} questions")
    _table(found, lambda outcome: outcome.asked.kind)
    _table(found, lambda outcome: outcome.question.kind)
    for outcome in [outcome for outcome in found if not outcome.right][:shown]:
        question = outcome.question
        before = "".join(f"{asked} > " for asked, _ in question.after)
        print(f"{outcome.asked.names[0]} {question.kind}: {before}{question.question}")
        print(f"    wanted {question.accepted or 'a refusal'}")
        print(f"    given  {outcome.answer}")


def _table(found: Sequence[Outcome], group_of: Callable[[Outcome], str]) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in found:
        word = "answerable" if outcome.question.answerable else "refusable"
        for group in (group_of(outcome), "all"):
            counts[group, word] += 1
            counts[group, f"{word} right"] += outcome.right
            counts[group, "too long"] += outcome.too_long
    groups = [*dict.fromkeys(group for group, _ in counts if group != "all"), "all"]
    print(f"{'':22}{'answered right':>24}{'refused rightly':>24}{'too long':>10}")
    for group in groups:
        cells = "".join(f"{_share(counts[group, f'{word} right'], counts[group, word]):>24}" for word in _WORDS)
        print(f"{group:22}{cells}{counts[group, 'too long']:>10}")


_WORDS = ("answerable", "refusable")


def _share(right: int, count: int) -> str:
    return f"{right} of {count} ({right / count:.1%})" if count else "-"


def _names(known: Iterable[str]) -> Callable[[str], list[str]]:
    choices = list(known)

    def parse(text: str) -> list[str]:
        names = [name for name in text.split(",") if name]
        for name in names:
            if name not in choices:
                raise argparse.ArgumentTypeError(f"{name}: there are {', '.join(choices)}")
        return names

    return parse


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=SPLITS, default="development")
    parser.add_argument("--seeds", type=int, default=3, help="pages of each kind (3)")
    parser.add_argument("--first-seed", type=int, default=0, help="the seed of the first (0)")
    parser.add_argument("--kinds", type=_names(KINDS), default=list(KINDS))
    parser.add_argument("--pairs", type=_names(PAIRS), default=list(PAIRS))
    parser.add_argument("--documents", type=_names(DOCUMENTS), default=list(DOCUMENTS))
    parser.add_argument("--damages", type=_names(DAMAGES), default=["clean"])
    parser.add_argument("--truth", action="store_true", help="the pages' true text, nothing read")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the first N wrong answers")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where what was read is kept; made if missing")
    parser.add_argument("--workers", type=int, default=2, help="pages read at once (2)")
    asked = parser.parse_args(arguments)
    if asked.split == "held_out" and asked.show:
        parser.error("--show: nobody looks at the held-out split; it gives totals alone")
    if asked.seeds < 1 or asked.first_seed < 0 or asked.workers < 1:
        parser.error("--seeds and --workers must be at least 1 and --first-seed at least 0")
    if asked.keep is not None:
        asked.keep.mkdir(parents=True, exist_ok=True)
    for source in ["truth"] if asked.truth else asked.damages:
        wanted = list(all_asked(asked, source))
        if asked.truth:
            texts = {name: its for one in wanted for name, its in zip(one.names, one.true_texts, strict=True)}
        else:
            texts = asyncio.run(read_all(wanted, asked.keep, asked.workers))
        report(list(outcomes(wanted, texts)), source, asked.show)


if __name__ == "__main__":
    main()
