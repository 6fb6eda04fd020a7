"""A place in a document that is near to a question: a sentence or an entry, and what the question asks it for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.entries import Entry
from gateway.engines.reader.page.likeness import Likeness
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.words.values import Value
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

CONDITION = re.compile(
    r"\b(?:unless|except|if|only (?:with|when|if|after|by|for|on|until)|provided|otherwise|without)\b"
    r"|除.{1,20}外|如|若|须|凭|只|仅|否则|不得",
    re.IGNORECASE,
)
ASKS_CONDITION = re.compile(
    r"\bwhen (?:may|can|must)\b|\bwhen (?:will|is|are|does|do) .+ not\b|\b(?:condition|happens? (?:if|when)"
    r"|in what case|in which case|under what)\b|怎么办|什么条件|什么情况",
    re.IGNORECASE,
)
ASKS_TIME = re.compile(
    r"\b(?:what|which) (?:time|day|date|hour)\b|\bwhen (?:should|shall|do i (?:have|need) to)\b|几点|哪一?天|几号",
    re.IGNORECASE,
)
"""A condition is no answer to these: they ask for a time or a day."""
FOCUS = re.compile(
    r"\b(?:which|what|how many|how much|whose|what is the|what are the|what was the|what kind of|what sort of"
    r"|what type of)"
    r" (?:other |different |exact |total |new |main )*([a-z][a-z-]+)"
)
_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")


@dataclass(frozen=True, slots=True)
class Near:
    """A sentence or an entry, with how alike it is to the question."""

    text: str
    lines: tuple[SourceLine, ...]
    values: tuple[Value, ...]
    likeness: Likeness
    score: float
    linked: bool = False
    """True when its first words point back to the sentence before."""
    before: Wording | None = None
    """The sentence before."""
    entry: Entry | None = None
    titled: bool = False
    """True when the title of its clause speaks of what is asked for."""


def focus_of(question: Question) -> str:
    """The stem of the thing that the question asks for or counts; empty for none."""
    found = FOCUS.search(" ".join(question.tokens)) if question.language == "en" else None
    return stem(found[1]) if found else ""


def newly_named(text: str, question: Question) -> bool:
    """True when a name stands in the middle of `text` that the question does not say."""
    asked = question.text.lower()
    return any(found[0].lower() not in asked for found in _CAPITAL.finditer(text))
