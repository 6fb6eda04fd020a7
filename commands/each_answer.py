"""What came of `ask --each-question`: printed, as JSON, as Markdown, and as it is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.ocr_questions import question_object, standing, titled
from commands.terminal import escaped, say

if TYPE_CHECKING:
    from pipeline.events import Answer, Page
    from stages.ocr import MissingPage
    from text.questions import FoundQuestion


_QUOTATION = re.compile("“[^”]*”")
_NO_LETTER = re.compile(r"[\W_]")
_LEAD_IN = 20
"""Characters around a quotation that say nothing by themselves: "It says: "."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one question."""

    document: str
    question: FoundQuestion
    answer: Answer | None = None
    """None when there is none."""
    error: str = ""
    """Why there is no answer."""


@dataclass(slots=True)
class EachResult:
    """What came of all."""

    pages: list[Page] = field(default_factory=list)
    found: list[tuple[str, FoundQuestion]] = field(default_factory=list)
    """The questions with the documents they stand in, in their order."""
    answered: list[Answered] = field(default_factory=list)
    """As many as were asked, in the same order."""
    out: Path | None = None
    """The written answers; None when there was nothing to write."""
    reply: Path | None = None
    """The spoken ones."""
    missing: list[MissingPage] = field(default_factory=list)
    """Pages that could not be read; the answers know nothing of them."""
    fault: str = ""
    """Why nothing was spoken, where it should have been."""

    @property
    def complete(self) -> bool:
        """Whether all was read, and there was a question, and an answer to each."""
        answers = sum(each.answer is not None for each in self.answered)
        return bool(self.found) and answers == len(self.found) and not (self.fault or self.missing)


def repeats(question: str, answer: str) -> bool:
    """Whether an answer is nothing but a quotation of the question, as an extractive engine gives of a worksheet."""
    quoted = [quotation.strip("“”").lstrip("0123456789.()（）、 ") for quotation in _QUOTATION.findall(answer)]
    said = _NO_LETTER.sub("", "".join(quoted))
    rest = _QUOTATION.sub("", answer)
    return bool(said) and len(rest) <= _LEAD_IN and said in _NO_LETTER.sub("", question)


def print_answered(each: Answered) -> None:
    """Print a question with its answer, or why there is none."""
    from commands.report import described

    say(titled(each.question))
    if each.answer is None:
        say(f"    no answer: {each.error}", style="red")
        return
    say(f"    {each.answer.text}", style="bold")
    for place in each.answer.citations:
        say(f"    {described(place)}", style="cyan")


def print_end(result: EachResult) -> None:
    """Print how many were answered, by whom, and where that can be read and heard."""
    say(_summary(result.answered, len(result.found)), style="dim")
    if result.out is not None:
        say(f"written to {escaped(str(result.out))}", style="dim")
    if result.reply is not None:
        say(f"spoken in {escaped(str(result.reply))}", style="dim")


def _summary(answered: Sequence[Answered], total: int) -> str:
    """How many of `total` questions were answered, and by whom: "6 questions, 4 answered by reader, 1 not found"."""
    from text.statements import is_refusal

    questions = "1 question" if total == 1 else f"{total} questions"
    told = [each.answer for each in answered if each.answer is not None]
    answers = [answer for answer in told if not is_refusal(answer.text)]
    servers = ", ".join(dict.fromkeys(answer.served_by for answer in told if answer.served_by))
    unfound = len(told) - len(answers)
    return (
        f"{questions}, {len(answers)} answered"
        + (f" by {servers}" if servers else "")
        + (f", {unfound} not found" if unfound else "")
    )


def each_object(result: EachResult) -> dict[str, Any]:
    """The object that `ask --each-question --json` prints."""
    from commands.report import citation_objects, document_objects, missing_objects

    return {
        "documents": document_objects(result.pages),
        "missing": missing_objects(result.missing),
        "questions": [
            {"document": each.document}
            | question_object(each.question)
            | {
                "answer": each.answer.text if each.answer else "",
                "citations": citation_objects(each.answer.citations if each.answer else ()),
                "served_by": each.answer.served_by if each.answer else "",
                "finish_reason": each.answer.finish_reason if each.answer else "",
                "error": each.error or None,
            }
            for each in result.answered
        ],
        "out": str(result.out) if result.out else None,
        "reply": str(result.reply) if result.reply else None,
    }


def markdown(answered: Sequence[Answered], total: int) -> str:
    """The questions with their answers, and where both stand, as Markdown. `total`: of the questions found."""
    from commands.literal_markdown import literal

    documents = list(dict.fromkeys(each.document for each in answered))
    title = f"# Answers: {literal(documents[0])}" if len(documents) == 1 else "# Answers"
    blocks = [title]
    for document in documents:
        if len(documents) > 1:
            blocks.append(f"## {literal(document)}")
        for each in answered:
            if each.document == document:
                blocks += _blocks(each, "##" if len(documents) == 1 else "###")
    blocks += ["---", literal(_summary(answered, total))]
    return "\n\n".join(blocks) + "\n"


def _blocks(each: Answered, heading: str) -> list[str]:
    from commands.literal_markdown import literal
    from commands.report import described

    question = each.question
    blocks = [f"{heading} {literal(titled(question))}"]
    if question.stem:
        blocks.append(literal(question.stem))
    if question.options:
        options = (f"{option.label}. {option.text}" if option.label else option.text for option in question.options)
        listed = (f"- {literal(option)}" for option in options)
        blocks.append("\n".join(listed))
    blocks.append(f"*{literal(each.document)}, {standing(question)}*")
    if each.answer is None:
        return [*blocks, f"**No answer:** {literal(each.error)}"]
    blocks += [literal(part) for part in each.answer.text.split("\n") if part.strip()]
    blocks += [f"> {literal(described(place))}" for place in each.answer.citations]
    return blocks


def spoken_parts(each: Answered, place: int) -> tuple[str, str]:
    """What is said of a question and of its answer. `place`: its number where none is printed, from 1."""
    from text.questions import BLANK
    from text.script import language_of

    question = each.question
    number = question.label or str(place)
    if language_of(question.text + (each.answer.text if each.answer else "")) == "zh":
        text = question.text.replace(BLANK, "什么")
        return f"第{number}题：{_ended(text, '。')}\n", each.answer.text if each.answer else "这一题没有答案。"
    text = question.text.replace(BLANK, "blank")
    return f"Question {number}: {_ended(text, '.')}\n", each.answer.text if each.answer else "I have no answer to this."


def _ended(text: str, mark: str) -> str:
    return text if text.endswith((".", "?", "!", "。", "？", "！")) else text + mark
