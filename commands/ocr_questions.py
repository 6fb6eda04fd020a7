"""What `ocr --questions` gives: the questions of each document, as JSON objects and as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from commands.page_lines import lines_by_document
from commands.terminal import escaped, remark, say, say_piece

if TYPE_CHECKING:
    from pipeline.events import Page
    from text.questions import FoundQuestion

NO_QUESTIONS = "no questions found"


def questions_by_document(pages: Sequence[Page]) -> dict[str, tuple[FoundQuestion, ...]]:
    """The questions of each document in reading order, by its name; a document without any has none."""
    from text.questions import find_questions

    return {name: find_questions(lines) for name, lines in lines_by_document(pages).items()}


def question_objects(questions: Sequence[FoundQuestion]) -> list[dict[str, Any]]:
    """The questions of a document as the objects of `--json`."""
    return [question_object(question) for question in questions]


def question_object(question: FoundQuestion) -> dict[str, Any]:
    """A question as the object of every `--json`."""
    return {
        "kind": question.kind,
        "number": question.number,
        "parent": question.parent,
        "stem": question.stem,
        "text": question.text,
        "options": [{"label": option.label, "text": option.text} for option in question.options],
        "asked": question.asked,
        "page": question.page,
        "lines": list(question.lines),
    }


def print_questions(pages: Sequence[Page]) -> None:
    """Print the questions of each document, one a line, options below; says on stderr where there are none."""
    for document, questions in questions_by_document(pages).items():
        if not questions:
            remark(f"{escaped(document)}: {NO_QUESTIONS}")
            continue
        count = "1 question" if len(questions) == 1 else f"{len(questions)} questions"
        say(f"{escaped(document)}: {count}", style="dim")
        for question in questions:
            _print(question)


def _print(question: FoundQuestion) -> None:
    say_piece(titled(question))
    say(f"   {question.kind.replace('_', ' ')}, {standing(question)}", style="dim")
    for option in question.options:
        say(f"    {option.label + '. ' if option.label else '- '}{option.text}")


def titled(question: FoundQuestion) -> str:
    """A question with its number, and that of the one it is a part of: "1. (a) How much do three cost?"."""
    return " ".join(part for part in (question.parent, question.number, question.text) if part)


def standing(question: FoundQuestion) -> str:
    """Where a question stands: "page 1, line 8", "page 2, lines 3-5"."""
    first, last = question.lines[0], question.lines[-1]
    return f"page {question.page}, " + (f"line {first}" if first == last else f"lines {first}-{last}")
