"""Questions about a page: what is asked, which answers are right, and the lines that say so."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from benchmarks.pages.paper import Paper

QuestionKind = Literal[
    "field",  # the value beside a label
    "cell",  # where a row and a column of a table meet
    "sum",  # over a column
    "count",  # of rows, items, members
    "largest",  # or least, of a column
    "date",
    "unit",  # a quantity with its unit
    "condition",  # unless, only with, not before
    "text",  # what a sentence says
    "page_task",  # what a numbered question on the page says
    "arithmetic",  # over two values of the page
    "unanswerable",
]

Fact = str | int | date
"""A word, a sum in cents, a day."""

Where = tuple[int, int]
"""Page and line, both from 1."""

TaskKind = Literal["question", "blank", "choice", "order"]

_NOT_FOUND = re.compile(
    r"cannot|can't|could not|couldn't|do not know|don't know|not (?:mentioned|stated|given|in the)"
    r"|(?:does not|doesn't) (?:say|mention|contain|state)"
    r"|找不到|没有(?:找到|提到|说明|写)|未(?:找到|提及|提到|说明)|无法|不知道"
)
_MARK = re.compile(r"\[[^\[\]]* p\d+ l\d+\]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_BESIDE_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """A question about a page, or about several."""

    kind: QuestionKind
    question: str
    accepted: str | None
    """A regular expression that `plain_answer` of a right answer contains; None when the page does not say."""
    rests_on: tuple[Where, ...] = ()
    """The lines that the answer rests on; empty when the page does not say. Of two documents, the second is page 2."""
    after: tuple[tuple[str, str], ...] = ()
    """Earlier questions and answers of the conversation, oldest first, that this one follows up."""

    @property
    def answerable(self) -> bool:
        """Whether the page says it."""
        return self.accepted is not None

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines of `rests_on`, for a document of one page."""
        return tuple(line for _, line in self.rests_on)

    def accepts(self, answer: str) -> bool:
        """Whether `answer` is right; where the page does not say, whether it says so."""
        plain = plain_answer(answer)
        if self.accepted is None:
            return _NOT_FOUND.search(plain) is not None
        if "cannot find" in plain or "can't find" in plain or "找不到" in plain:
            return False
        return re.search(self.accepted, plain) is not None


@dataclass(frozen=True, slots=True)
class PageTask:
    """A question or task that stands on the page itself, as in a worksheet."""

    kind: TaskKind
    """Asked with a question mark, a blank to fill, a choice of options, or told ("Write …")."""
    number: str
    """As it is printed, such as `3.`; empty when it has none."""
    text: str
    """Without number and options, lines joined."""
    options: tuple[str, ...] = ()
    """With their letters, such as `A) blue`."""


def plain_answer(answer: str) -> str:
    """`answer` as it is looked at: half-width, lower case, straight quotes, one space between words and none beside
    Chinese, no comma inside numbers, no marks of citations.
    """
    text = unicodedata.normalize("NFKC", _MARK.sub("", answer)).casefold().replace("’", "'")
    return _BESIDE_CHINESE.sub("", _THOUSANDS.sub("", " ".join(text.split())))


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence or two for a page, with what can be asked about it."""

    text: str
    asked: tuple[tuple[QuestionKind, str, str], ...] = ()
    """Kind, question, and the expression that right answers contain."""


@dataclass(slots=True)
class Quiz:
    """The questions about the page that is on `paper`, gathered after it is set."""

    paper: Paper
    page: int = 1
    questions: list[PageQuestion] = field(default_factory=list)
    tasks: list[PageTask] = field(default_factory=list)
    """Those that stand on the page, in order."""
    facts: dict[str, Fact] = field(default_factory=dict)
    """What the page says, by a name that questions about two documents are made from."""

    def ask(self, kind: QuestionKind, question: str, accepted: str, *evidence: str) -> None:
        """Adds a question that is answered by the lines holding the text `evidence`."""
        self.questions.append(PageQuestion(kind, question, accepted, self.where(*evidence)))

    def state(self, statement: Statement, *, indent: float = 0.0, first: str = "") -> None:
        """Sets a statement as a paragraph (see `Paper.paragraph`) and adds its questions."""
        self.paper.paragraph(statement.text, indent=indent, first=first)
        for kind, question, accepted in statement.asked:
            self.ask(kind, question, accepted, statement.text)

    def follow_up(self, question: str, accepted: str, *evidence: str) -> None:
        """Adds a question that only makes sense after the last one."""
        last = self.questions[-1]
        answer = " ".join(self.paper.lines[line - 1] for line in last.lines)
        after = (*last.after, (last.question, answer))
        self.questions.append(PageQuestion(last.kind, question, accepted, self.where(*evidence), after))

    def unanswerable(self, *questions: str) -> None:
        """Adds questions that the page does not answer."""
        self.questions += [PageQuestion("unanswerable", question, None) for question in questions]

    def where(self, *evidence: str) -> tuple[Where, ...]:
        """The lines on which the texts of `evidence` first stand. Raises ValueError for one that does not."""
        owners = [number for number, line in enumerate(self.paper.lines, 1) for _ in "".join(line.split())]
        page = "".join("".join(line.split()) for line in self.paper.lines)
        found: set[int] = set()
        for text in evidence:
            sought = "".join(text.split())
            begin = page.index(sought)
            found.update(owners[begin : begin + len(sought)])
        return tuple((self.page, line) for line in sorted(found))
