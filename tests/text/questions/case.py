"""A document with the questions that a reader finds in it."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc

from text.placed_lines import placed_lines
from text.questions import FoundQuestion, find_questions

Expected = tuple[str, str, str]
"""Kind, number as printed, what is asked."""


@dataclass(frozen=True, slots=True)
class Case:
    """A document by what is special in it."""

    name: str
    text: str
    expected: tuple[Expected, ...]

    @property
    def found(self) -> tuple[Expected, ...]:
        """What is found in it."""
        return tuple((each.kind, each.number, each.asked) for each in self.questions)

    @property
    def questions(self) -> tuple[FoundQuestion, ...]:
        """The same, whole."""
        return find_questions(placed_lines(cleandoc(self.text)))
