"""The trace of a reading: what was asked for, where the reader looked, what it relied on. Streamed as thoughts."""

from __future__ import annotations

from datetime import datetime

from gateway.engines.reader.arithmetic import Calculation
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import spoken_name, typeset
from gateway.engines.reader.words.vocabulary import Field
from text.prompt import PromptParts
from text.script import has_ideographs


class Trace:
    """Gathers the steps of one reading, in the question's language."""

    def __init__(self, question: Question, parts: PromptParts) -> None:
        self._chinese = question.language == "zh"
        self._steps: list[str] = []
        looked_for = [_named(question.field, question)] if question.field else []
        looked_for += [concept.asked for concept in question.concepts]
        if looked_for and parts.pages:
            self._say(f"Looking for: {', '.join(looked_for)}.", f"要找的是：{'、'.join(looked_for)}。")

    def understood(self, question: str) -> None:
        """The question was completed from the conversation."""
        self._say(f"With what was said before, the question is: {question}", f"结合前文，问题是：{question}")

    def calculated(self, calculation: Calculation) -> None:
        """It was arithmetic."""
        self._say(f"This is arithmetic: {calculation.expression}.", f"这是算术：{calculation.expression}。")

    def looked_at_clock(self, now: datetime) -> None:
        """It was a question for the clock or calendar."""
        self._say(f"The clock says {now:%Y-%m-%d %H:%M}.", f"现在的时间是{now:%Y-%m-%d %H:%M}。")

    def needs_r1(self) -> None:
        """It was not for a reader."""
        self._say("This asks for more than reading.", "这不是只靠阅读就能回答的。")

    def looked_at(self, study: Study) -> None:
        """A document was searched."""
        count, name = len(study.document.lines), study.document.name
        self._say(f"Reading {count} lines of {name}.", f"阅读{name}的{count}行。")

    def relied_on(self, finding: Finding) -> None:
        """The line that decides."""
        if finding.lines:
            line = finding.lines[0]
            where = f"page {line.page} line {line.number}"
            self._say(
                f"{where.capitalize()} answers: “{typeset(line.text)}”",
                f"第{line.page}页第{line.number}行：“{typeset(line.text)}”",
            )

    def found_nothing(self) -> None:
        """No line answers."""
        self._say("No line answers that.", "没有一行能回答。")

    def text(self) -> str:
        """All steps, one a line."""
        return "".join(f"{step}\n" for step in self._steps)

    def _say(self, english: str, chinese: str) -> None:
        self._steps.append(chinese if self._chinese else english)


def _named(field: Field, question: Question) -> str:
    """The field in the question's language; its key is English and only for this program."""
    if question.language == "en":
        return field.name
    return question.field_words if has_ideographs(question.field_words) else spoken_name(field, question.language)
