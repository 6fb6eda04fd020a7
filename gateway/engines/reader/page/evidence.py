"""What supports an answer, and how strongly a place in a document speaks of what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_parts import Bill
from gateway.engines.reader.bills.bills import bill_of
from gateway.engines.reader.page.entries import Entry, entries_of
from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.page.sentences import SourceSentence, sentences_of
from gateway.engines.reader.page.tables import Table, tables_of
from gateway.engines.reader.page.value_lists import lists_of
from gateway.engines.reader.words.labels import field_of_label, label_concept
from gateway.engines.reader.words.vocabulary import Field
from gateway.engines.reader.words.wording import Concept, Wording, forgiving
from text.passages import stem

TITLE_LINES = 3
"""So many first lines of a document say what all of it is about."""
NEIGHBOUR = 2
"""So many lines away, a line still speaks of the same thing."""
WEIGHT_OF_TITLE_WORD = 0.3
"""A word of the title tells little about where in the document to look."""
WEIGHT_OF_OPTIONAL_WORD = 0.6


_OWNER_KEYS = frozenset("name|full name|first name|last name|surname|姓名|名字".split("|"))
"""Whose form it is concerns all of the form."""


_GREETING = re.compile(r"(?:Dear|Hello|Hi)\b|尊敬的|亲爱的")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_IMPLIED = (("minutes", "meeting"), ("invitation", "event"), ("会议记录", "会议"), ("receipt", "purchase"))
"""What a kind of document is about, though its title does not say so."""
LEAST_LABEL = 5
"""Labels are forgiven a misread letter from this length on: "Tota1" is a total."""


def _is_headline(line: SourceLine) -> bool:
    """True for a line that states nothing; the first may name the kind of document before a colon."""
    key = line.text.partition(":")[0]
    return not line.values and (
        ":" not in line.text or (line.index == 0 and len(line.cells) == 1 and field_of_label(key) is None)
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer with the lines it rests on."""

    text: str
    """One or two sentences in the question's language, without marks."""
    lines: tuple[SourceLine, ...]
    """Most telling first; all are cited."""
    score: float
    """To choose between documents: higher is better."""
    value: str = ""
    """The bare value, when the answer is one."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Lines around a place."""

    lines: tuple[SourceLine, ...]

    def speaks_of(self, concept: Concept) -> bool:
        """True when one of them does."""
        return any(line.wording.speaks_of(concept) for line in self.lines)


class Study:
    """A document prepared for questions: entries, tables and sentences are found once, when first asked for."""

    def __init__(self, document: SourceDocument) -> None:
        self.document = document

    @cached_property
    def bill(self) -> Bill | None:
        """The bill or receipt that the document is, as it is laid out."""
        return bill_of(self.document)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries."""
        return tuple(entries_of(self.document))

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """All tables."""
        return tuple(tables_of(self.document))

    @cached_property
    def lists(self) -> tuple[Table, ...]:
        """Lists of labels with one value each, outside the tables."""
        return tuple(lists_of(self.document, self.tables))

    @cached_property
    def sentences(self) -> tuple[SourceSentence, ...]:
        """All sentences."""
        apart = frozenset(line for table in self.tables for line in table.lines)
        return tuple(sentences_of(self.document, apart))

    @cached_property
    def title(self) -> Wording:
        """The file's name, the first lines that state no value, and whose form it is."""
        name = self.document.name.rpartition("/")[2].replace("_", " ").replace("-", " ").replace(".", " ")
        owner = [entry.value for entry in self.entries if entry.key.lowered in _OWNER_KEYS]
        lines = self.document.lines
        subject = [line.text for line, below in pairwise(lines[:20]) if _GREETING.match(below.text) and not line.values]
        head = [line.text for line in self.document.lines[:TITLE_LINES] if _is_headline(line)]
        said = " ".join([name, *head, *owner, *subject])
        return Wording.of(" ".join([said, *(implied for word, implied in _IMPLIED if word in said.lower())]))

    @cached_property
    def all_words(self) -> Wording:
        """The whole document."""
        return Wording.of(" ".join(line.text for line in self.document.lines))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the document, as `Wording` compares them."""
        return frozenset().union(*(line.wording.distinct for line in self.document.lines))

    @cached_property
    def proper(self) -> frozenset[str]:
        """Stems of words that only stand capitalised within lines: names, which are no forms of other words."""
        capital: set[str] = set()
        ordinary: set[str] = set()
        for line in self.document.lines:
            for place, word in enumerate(_LATIN.findall(line.text)):
                (capital if place and word[0].isupper() and not word.isupper() else ordinary).add(stem(word.lower()))
        return frozenset(capital - ordinary)

    def surroundings(self, lines: Sequence[SourceLine], heading: SourceLine | None) -> Surroundings:
        """The neighbouring lines and the heading."""
        first, last = lines[0].index, lines[-1].index
        before = self.document.lines[max(0, first - NEIGHBOUR) : first]
        after = self.document.lines[last + 1 : last + NEIGHBOUR + 1]
        return Surroundings((*before, *after, *([heading] if heading else [])))

    def misread(self, question: Question) -> Question:
        """`question` with the forms that its words have in this document through errors of reading."""
        concepts = tuple(forgiving(concept, self.vocabulary) for concept in question.concepts)
        return replace(question, concepts=concepts) if concepts != question.concepts else question

    def label(self, field: Field) -> Concept:
        """What a label of `field` looks like in this document."""
        return forgiving(label_concept(field), self.vocabulary, LEAST_LABEL)

    def weight(self, concept: Concept) -> float:
        """How much finding `concept` tells."""
        if concept.light or self.title.speaks_of(concept):
            return WEIGHT_OF_TITLE_WORD
        return WEIGHT_OF_OPTIONAL_WORD if concept.optional else 1.0


@dataclass(frozen=True, slots=True)
class Cover:
    """How well a place covers the concepts of a question."""

    own: float
    """Weight of what it says itself."""
    near: float
    """Weight of what its surroundings or the title say."""
    missing: tuple[Concept, ...]
    """Required, and found neither there nor around."""

    @property
    def score(self) -> float:
        """Own words count fully, those around by half."""
        return self.own + 0.4 * self.near


def cover(study: Study, concepts: Iterable[Concept], place: Wording, around: Surroundings | None) -> Cover:
    """How `place` covers `concepts`, with help of what stands `around` it and the title."""
    own = near = 0.0
    missing: list[Concept] = []
    for concept in concepts:
        if place.speaks_of(concept):
            own += study.weight(concept)
        elif (around is not None and around.speaks_of(concept)) or study.title.speaks_of(concept):
            near += study.weight(concept)
        elif not concept.optional:
            missing.append(concept)
    return Cover(own, near, tuple(missing))


def discriminating(study: Study, question: Question) -> tuple[Concept, ...]:
    """The concepts that lead to a place inside the document, because its title does not hold them."""
    return tuple(concept for concept in question.concepts if not study.title.speaks_of(concept))
