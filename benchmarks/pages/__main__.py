"""Writes pages: `python -m benchmarks.pages --out FOLDER`; each NAME.png beside NAME.txt and NAME.yaml.

The layout is what `check ocr FOLDER` takes. The yaml holds the questions, in the form of `assets/questions.yaml` with
the lines that each rests on; documents of several pages are NAME.pdf.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import yaml

from benchmarks.pages.chance import SPLITS, Split
from benchmarks.pages.damage import DAMAGES
from benchmarks.pages.documents import DOCUMENTS
from benchmarks.pages.kinds import KINDS
from benchmarks.pages.made import LAYERS, made_document, made_page
from benchmarks.pages.pairs import PAIRS, made_pair
from benchmarks.pages.questions import PageQuestion


def main(arguments: list[str] | None = None) -> None:
    """Writes what the command line asks for and says how much that was."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.seeds < 1 or asked.first_seed < 0:
        parser.error("--seeds must be at least 1 and --first-seed at least 0")
    if asked.out.exists() and not asked.out.is_dir():
        parser.error(f"--out {asked.out}: this is a file; name a folder")
    asked.out.mkdir(parents=True, exist_ok=True)
    pages = 0
    for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
        for damage in asked.damages:
            for kind in asked.kinds:
                _write_page(asked.out, kind, damage, seed, asked.split)
            pages += len(asked.kinds)
            for name in asked.pairs:
                _write_pair(asked.out, name, damage, seed, asked.split)
            pages += 2 * len(asked.pairs)
        for kind in asked.documents:
            for layer in asked.layers:
                _write_document(asked.out, kind, layer, seed, asked.split)
    documents = asked.seeds * len(asked.documents) * len(asked.layers)
    print(f"{asked.out}: {pages} pages and {documents} PDFs")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description="Writes pages for tests.")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where to; made if it is not there")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="pages of each kind and damage (1)")
    parser.add_argument("--first-seed", type=int, default=0, metavar="N", help="the seed of the first (0)")
    parser.add_argument("--split", choices=SPLITS, default="development", help="held_out is run for totals only")
    for name, known, default in (
        ("kinds", KINDS, list(KINDS)),
        ("damages", DAMAGES, list(DAMAGES)),
        ("documents", DOCUMENTS, []),
        ("layers", LAYERS, list(LAYERS)),
        ("pairs", PAIRS, []),
    ):
        told = f"{', '.join(known)}; {'all' if default else 'none'} unless given"
        parser.add_argument(f"--{name}", nargs="*", choices=list(known), default=default, metavar="NAME", help=told)
    return parser


def _write_page(folder: Path, kind: str, damage: str, seed: int, split: Split) -> None:
    page = made_page(kind, damage, seed, split)
    page.picture.save(folder / f"{page.name}.png")
    (folder / f"{page.name}.txt").write_text(page.text, encoding="utf-8")
    _write_questions(folder, page.name, [f"{page.name}.png"], page.questions, split)


def _write_pair(folder: Path, name: str, damage: str, seed: int, split: Split) -> None:
    pair = made_pair(name, damage, seed, split)
    files = []
    for number, page in enumerate(pair.pages, 1):
        file = folder / f"{pair.name}-{number}.png"
        page.picture.save(file)
        file.with_suffix(".txt").write_text(page.text, encoding="utf-8")
        files.append(file.name)
    _write_questions(folder, pair.name, files, pair.questions, split)


def _write_document(folder: Path, kind: str, layer: Any, seed: int, split: Split) -> None:
    document = made_document(kind, layer, seed, split)
    (folder / f"{document.name}.pdf").write_bytes(document.content)
    (folder / f"{document.name}.txt").write_text(document.text, encoding="utf-8")
    _write_questions(folder, document.name, [f"{document.name}.pdf"], document.questions, split)


def _write_questions(
    folder: Path, name: str, files: list[str], questions: tuple[PageQuestion, ...], split: Split
) -> None:
    entries: list[dict[str, Any]] = []
    for number, question in enumerate(questions, 1):
        entry: dict[str, Any] = {
            "id": f"{name}-{number:02d}",
            "set": split,
            "kind": question.kind,
            "documents": list(files),  # a copy: YAML would write a reference
            "question": question.question,
        }
        if question.after:
            entry["history"] = [list(exchange) for exchange in question.after]
        if question.accepted is not None:
            entry["answer"] = question.accepted
            entry["rests_on"] = [{"page": page, "line": line} for page, line in question.rests_on]
        entries.append(entry)
    text = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=110)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
