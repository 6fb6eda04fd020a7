"""What a question asks for: its language, the kind of value wanted, the field named, the concepts to be found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from gateway.engines.reader.words.labels import concept_of, group_of, label_concept
from gateway.engines.reader.words.numbers import ORDINALS, ordinal_of
from gateway.engines.reader.words.synonyms import LIGHT_WORDS, STOP_WORDS
from gateway.engines.reader.words.values import MONTHS, Kind, weekday_of
from gateway.engines.reader.words.vocabulary import Field
from gateway.engines.reader.words.wording import Concept
from text.passages import stem
from text.script import Language

Asks = Literal["who", "when", "where", "many", "much", "long", "whether", "what", "why", "how", "order"]

WANTED: dict[Asks, tuple[Kind, ...]] = {
    "when": ("date", "time", "weekday", "duration"),
    "many": ("number", "quantity", "duration"),
    "much": ("money", "quantity", "percent", "number"),
    "long": ("duration", "time"),
}
"""Kinds of value that answer, by what is asked; others take any text."""
SIZES = frozenset("expensive high big large costly".split())
"""Words after "how" that ask for an amount."""

_COMPARED = frozenset(
    "higher lower more less greater larger smaller bigger over under above below exceed cheaper".split()
)
_WEAK_GROUPS = frozenset("need say item list full much".split())
"""Optional groups, by their first word, that tell no more than a verb of all work."""
_LIGHT_STEMS = frozenset(stem(word) for word in LIGHT_WORDS)
_CHINESE_TENS = "零一二三四五六七八九十"
_TIME_WORDS = frozenset("o'clock am pm morning evening afternoon night noon today tomorrow".split())


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed."""

    text: str
    """Cleaned; see `lines.clean`."""
    language: Language
    tokens: tuple[str, ...]
    """Lower case, numbers as digits."""
    asks: Asks
    concepts: tuple[Concept, ...]
    """Without those that the field stands for."""
    field: Field | None = None
    field_words: str = ""
    """The words that named the field."""
    document_kind: tuple[str, ...] = ()
    """Names of the kind of document it speaks of."""
    speaks_of_document: bool = False
    ordinal: int | None = None
    """"the third line" is 3; "the last" is -1."""
    kinds: tuple[Kind, ...] = ()
    """Kinds of value that answer it; empty for any."""
    wants_name: bool = False
    """True for "what is the name of …"."""

    @property
    def required(self) -> tuple[Concept, ...]:
        """The concepts that must be found."""
        return tuple(concept for concept in self.concepts if not concept.optional)

    def without_values(self) -> Question:
        """The question without the numbers, days and dates in it: "is the total 420" asks for the total."""
        kept = tuple(concept for concept in self.concepts if not is_value_word(concept.asked))
        return replace(self, concepts=kept)

    def with_field_as_concept(self, kinds: tuple[Kind, ...] | None = None) -> Question:
        """The question with what named the field as something to be found like any other word.

        `kinds` are the kinds of value that answer it then; by default those of the question word.
        """
        if self.field is None:
            return self
        words = self.field_words.split() if self.language == "en" else [self.field_words]
        named = self.field_words in self.field.labels
        group = group_of(self.field_words)
        if group is not None and group[1]:
            extra: tuple[Concept, ...] = tuple(concepts_of((self.field_words,)))
        else:
            extra = (label_concept(self.field),) if named else tuple(concepts_of(kept_words(words)))
        return replace(
            self,
            concepts=(*self.concepts, *extra),
            field=None,
            kinds=WANTED.get(self.asks, ()) if kinds is None else kinds,
        )


def is_value_word(word: str) -> bool:
    """True for a number, a month or a day of the week."""
    return word[:1].isdigit() or word in MONTHS or (len(word) > 3 and weekday_of(word) is not None) or word in _COMPARED


def ordinal_concepts(ordinal: int | None) -> Iterable[Concept]:
    """The place in a row that was asked for, as it may be written; "last" need not be."""
    if ordinal is None:
        return
    if ordinal < 0:
        yield Concept("last", (("last",), ("final",)), ("最后", "末"), optional=True)
        return
    words = [word for word, value in ORDINALS.items() if value == ordinal]
    written = [*words, *(f"{ordinal}{ending}" for ending in ("st", "nd", "rd", "th"))]
    chinese = [f"第{numeral}" for numeral in (_CHINESE_TENS[ordinal : ordinal + 1], str(ordinal)) if numeral]
    yield Concept(written[0], tuple((stem(word),) for word in written), tuple(chinese))


def kept_words(words: Iterable[str]) -> Iterable[str]:
    """Those of `words` that say what is looked for."""
    words = list(words)
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else ""
        clock = word[:1].isdigit() and (after in ("o'clock", "am", "pm") or ":" in word)
        before = words[place - 1] if place else ""
        said = (
            word in STOP_WORDS or (before == "how" and word in SIZES) or word in _TIME_WORDS or word in "$€£¥%" or clock
        )
        if not said and (word.isdigit() or place_in_row(word) is None):
            yield word


def concepts_of(words: Iterable[str]) -> Iterable[Concept]:
    """One concept per word, with what may stand for it."""
    for word in dict.fromkeys(words):
        day = weekday_of(word) if len(word) > 3 else None
        group = group_of(word)
        if group is not None:
            concept = concept_of(word, group[0], optional=group[1], weekday=day)
            yield replace(concept, light=True) if group[0][0] in _WEAK_GROUPS else concept
        elif word in LIGHT_WORDS or stem(word) in _LIGHT_STEMS:
            yield Concept(word, ((stem(word),),), optional=True, light=True)
        elif word.isdigit() and int(word) <= 24:
            yield Concept(word, ((word,), (f"{word}:00",)))
        else:
            yield Concept(word, ((stem(word),),), weekday=day)


def place_in_row(word: str) -> int | None:
    """The value of an ordinal word, -1 for "last"; None for any other."""
    return -1 if word in ("last", "final") else ordinal_of(word)
