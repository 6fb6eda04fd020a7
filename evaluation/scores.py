"""How far what was heard or read is from what it should be: error rates, and where they come from.

WER and CER are the edit distance over the length of the expected text, in words and in characters (jiwer's; Morris et
al. 2004). Where nothing is expected, hearing anything at all counts as a rate of 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import jiwer

from evaluation.comparable import Unit, comparable_print, comparable_speech, unit_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Relation = Literal["equal", "substitute", "insert", "delete"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring words or characters that fared alike."""

    relation: Relation
    expected: tuple[str, ...]
    """Empty for an insertion; as long as `heard` for a substitution."""
    heard: tuple[str, ...]
    """Empty for a deletion."""


@dataclass(frozen=True, slots=True)
class Score:
    """One comparison."""

    unit: Unit
    rate: float
    """Errors by length; above 1 when more was heard than there is."""
    length: int
    """Words or characters that were expected."""
    alignment: tuple[Stretch, ...]

    @property
    def measure(self) -> str:
        """The rate's name."""
        return "WER" if self.unit == "word" else "CER"

    @property
    def errors(self) -> int:
        """Substitutions, insertions and deletions."""
        return sum(max(len(s.expected), len(s.heard)) for s in self.alignment if s.relation != "equal")

    def count(self, relation: Relation) -> int:
        """How many words or characters were in this `relation`."""
        return sum(max(len(s.expected), len(s.heard)) for s in self.alignment if s.relation == relation)


def speech_score(expected: str, heard: str, language: str) -> Score:
    """What was heard against what was said, in words, or in characters in a language without spaces."""
    unit = unit_of(language)
    return _score(comparable_speech(expected, language), comparable_speech(heard, language), unit)


def print_score(expected: str, read: str, language: str) -> Score:
    """What was read against what stands on the page, in characters."""
    return _score(comparable_print(expected, language), comparable_print(read, language), "character")


def _score(expected: str, heard: str, unit: Unit) -> Score:
    if unit == "word":
        words = jiwer.process_words(expected, heard)
        return _of(unit, float(words.wer), words)
    characters = jiwer.process_characters(expected, heard)
    return _of(unit, float(characters.cer), characters)


def _of(unit: Unit, rate: float, output: jiwer.WordOutput | jiwer.CharacterOutput) -> Score:
    (expected,), (heard,), (chunks,) = output.references, output.hypotheses, output.alignments
    alignment = tuple(
        Stretch(
            cast("Relation", chunk.type),
            _part(expected, chunk.ref_start_idx, chunk.ref_end_idx),
            _part(heard, chunk.hyp_start_idx, chunk.hyp_end_idx),
        )
        for chunk in chunks
    )
    return Score(unit, rate if expected else min(rate, 1.0), len(expected), alignment)


def _part(tokens: Sequence[str], start: int, end: int) -> tuple[str, ...]:
    return tuple(tokens[start:end])
