"""What a question asks for: its language, the kind of value wanted, the field named, the concepts to be found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from gateway.engines.reader.labels import concept_of, english_labels, group_of, label_concept
from gateway.engines.reader.numbers import ORDINALS, ordinal_of
from gateway.engines.reader.synonyms import DOCUMENT_KINDS, GENERIC_DOCUMENT, LIGHT_WORDS, STOP_WORDS
from gateway.engines.reader.values import MONTHS, Kind, weekday_of
from gateway.engines.reader.vocabulary import FIELDS_BY_NAME, TRIGGERS, Field
from gateway.engines.reader.wording import Concept, tokens_of
from text.passages import stem
from text.script import Language, has_ideographs

Asks = Literal["who", "when", "where", "many", "much", "long", "whether", "what", "why", "how", "order"]

WANTED: dict[Asks, tuple[Kind, ...]] = {
    "when": ("date", "time", "weekday", "duration"),
    "many": ("number", "quantity", "duration"),
    "much": ("money", "quantity", "percent", "number"),
    "long": ("duration", "time"),
}
"""Kinds of value that answer, by what is asked; others take any text."""

_WHEN_PAIRS = {
    *(
        (first, second)
        for first in ("what", "which")
        for second in ("time", "times", "date", "day", "days", "hour", "hours")
    ),
    *((first, "when") for first in ("by", "from", "since", "until", "till")),
}
_ADJECTIVES = frozenset("new old current full complete exact present actual whole last next final".split())
_COMPARED = frozenset(
    "higher lower more less greater larger smaller bigger over under above below exceed cheaper".split()
)
_LIGHT_STEMS = frozenset(stem(word) for word in LIGHT_WORDS)
_SPENDING = frozenset("cost pay paid spend spent owe charge".split())
_SIZES = frozenset("expensive high big large costly".split())
_FIRMS = frozenset("company firm shop business organisation organization store".split())
_ACTIONS = frozenset("pay buy order start begin".split())
"""What is done matters where the question is how or where to do it."""
_OPEN_OR_CLOSE = (
    "open",
    "close",
    "closed",
    "opening",
    "closing",
    "hours",
    "开放",
    "营业",
    "开门",
    "关门",
    "闭馆",
    "开馆",
)
_CHINESE_TENS = "零一二三四五六七八九十"
_AUXILIARIES = frozenset("is are was were do does did has have had can could will would should may must am".split())
_ORDERS = frozenset("read list summarise summarize translate explain write compose describe".split())
_RATES = frozenset("rate percent percentage".split())
_TIME_WORDS = frozenset("o'clock am pm morning evening afternoon night noon today tomorrow".split())
_NEVER_ALONE = frozenset(
    """to from re web due count room position cell when hours open starts begins time name title dated issued delivered
    born company shop contact place delivery account last job sex age charge call location signed website""".split()
)
"""Labels that are ordinary words in a question: alone they name no field there, except as "the name", "its title"."""
_STILL_ALONE = frozenset("name title time place contact company age account website job sex position".split())
_LEADS = frozenset("the its your and a their his her".split())
_TRAILS = frozenset(("", "of", "on", "in", "for", "is"))


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


def analyse_english(cleaned: str) -> Question:
    """An English question, cleaned, as a `Question`. Any text is legal; it may turn out to ask for nothing."""
    tokens = tokens_of(cleaned)
    asks = _asks(tokens)
    firm = _firm_asked_for(tokens)
    if firm:
        asks, tokens = "who", tuple(token for token in tokens if token != firm)
    found, used = _field_in(tokens, asks)
    if found is not None and found.name in ("date", "time") and _only_says_when(tokens, used):
        found, used = None, frozenset()
    if found is not None and found.name == "total" and asks == "many":
        tokens = tuple(token for place, token in enumerate(tokens) if place not in used)
        found, used = None, frozenset()
    kind, document_words = _document_kind(tokens, used)
    rest = [token for place, token in enumerate(tokens) if place not in used and token not in document_words]
    if "1" in rest and "1" not in cleaned:
        rest = [token for token in rest if token != "1"]
    chinese = [token for token in rest if has_ideographs(token)]
    concepts = [
        *concepts_of(word for word in kept_words(rest) if word not in chinese),
        *(Concept(run, (), (run,)) for run in chinese),
    ]
    ordinal = next((value for value in map(_ordinal, tokens) if value is not None), None)
    if "number" in tokens and tokens.index("number") not in used and (owner := _numbered(tokens)) is not None:
        found, used, concepts = (
            owner,
            frozenset(),
            [concept for concept in concepts if concept.asked not in owner.labels[0]],
        )
    if found is None and not any(not concept.optional for concept in concepts):
        if firm:
            found = FIELDS_BY_NAME["sender"]
        elif asks == "much" and not concepts:
            found = FIELDS_BY_NAME["total"]
    if asks in ("how", "where"):
        concepts = [
            replace(concept, optional=concept.optional and concept.asked not in _ACTIONS) for concept in concepts
        ]
    if asks == "when":
        concepts = [_hours() if concept.asked in _OPEN_OR_CLOSE else concept for concept in concepts]
    if asks == "long":
        concepts.append(concept_of("time", ("time", "duration", "时间", "时长"), optional=True))
    if used and (before := tokens[min(used) - 1] if min(used) else "") not in _ADJECTIVES:
        concepts = [replace(concept, optional=False) if concept.asked == before else concept for concept in concepts]
    question = Question(
        text=cleaned,
        language="en",
        tokens=tokens,
        asks=asks,
        concepts=(*concepts, *ordinal_concepts(ordinal)),
        field=found,
        field_words=" ".join(tokens[place] for place in sorted(used)) if used else found.labels[0] if found else "",
        document_kind=kind,
        speaks_of_document=bool(document_words),
        ordinal=ordinal,
        kinds=_kinds(asks, tokens, found),
        wants_name=found is None and "name" in tokens and "who" not in tokens,
    )
    return question.with_field_as_concept() if found is not None and _other_kind(asks, found) else question


def _firm_asked_for(tokens: Sequence[str]) -> str:
    """The word of "which company …" that asks for a name, as "who" does; empty for other questions."""
    for first, second in pairwise(tokens):
        if first in ("which", "what") and second in _FIRMS:
            return second
    return ""


def _hours() -> Concept:
    """Opening hours state both ends: whoever asks when it closes finds when it is open."""
    return concept_of("open", _OPEN_OR_CLOSE, optional=False)


def _asks(tokens: Sequence[str]) -> Asks:
    pairs = set(pairwise(tokens))
    if pairs & _WHEN_PAIRS:
        return "when"
    if pairs & {("how", adjective) for adjective in _SIZES}:
        return "much"
    if ("how", "long") in pairs:
        return "long"
    if pairs & {("how", "many"), ("how", "old")}:
        return "many"
    if pairs & {("how", "much"), ("how", "far")}:
        return "much"
    for token in tokens[:4]:
        if token in ("who", "whom", "whose"):
            return "who"
        if token in ("when", "where", "why", "how"):
            return token  # type: ignore[return-value]
        if token in ("what", "which"):
            return "what"
    if tokens and tokens[0] in _AUXILIARIES:
        return "whether"
    return "order" if tokens and tokens[0] in _ORDERS else "what"


def _kinds(asks: Asks, tokens: Sequence[str], found: Field | None) -> tuple[Kind, ...]:
    if found is not None and "percent" in found.kinds and _RATES & set(tokens):
        return ("percent",)
    if found is not None:
        return found.kinds
    if asks == "when" and "time" in tokens and "what" in tokens:
        return ("time",)
    if asks == "when" and "date" in tokens and "what" in tokens:
        return ("date",)
    if {"temperature", "hot", "warm"} & set(tokens):
        return ("quantity",)
    if asks == "much" and (_SPENDING | {"money", "expensive"}) & set(tokens):
        return ("money",)
    if asks == "much" and "time" in tokens:
        return ("duration",)
    if asks == "what" and _SPENDING & set(tokens) and {"do", "does", "did", "will", "must"} & set(tokens):
        return ("money",)
    return WANTED.get(asks, ())


def _other_kind(asks: Asks, field: Field) -> bool:
    """True when the question asks for another kind of thing than the field holds: "when does the rent rise"."""
    if asks in ("when", "many", "much", "long"):
        return (
            (bool(field.kinds) and not set(field.kinds) & set(WANTED[asks]))
            or field.person
            or (asks == "when" and not field.kinds)
        )
    if asks == "who":
        return not field.person
    if asks == "where":
        return field.name not in ("address", "place", "sender", "email", "website", "phone")
    return asks == "why" or (asks == "how" and field.kinds != () and field.name != "phone")


def _ordinal(token: str) -> int | None:
    return -1 if token in ("last", "final") else ordinal_of(token)


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


def _field_in(tokens: Sequence[str], asks: Asks) -> tuple[Field | None, frozenset[int]]:
    """The field a question names, and the places of the words that name it."""
    stems = [stem(token) for token in tokens]
    named = [
        (start, len(label), found)
        for label, found in english_labels()
        for start in range(len(stems) - len(label) + 1)
        if tuple(stems[start : start + len(label)]) == label and not _is_ordinary(tokens, start, label)
    ]
    if named:
        start, length, found = max(
            named, key=lambda entry: (not entry[2].person, entry[1], entry[0] if entry[1] == 1 else 0)
        )
        return found, frozenset(range(start, start + length))
    for words, name in TRIGGERS:
        wanted = [stem(word) for word in words.split()]
        wanted = [word for word in wanted if not (word == "when" and asks == "when")]
        if all(word in stems for word in wanted):
            return FIELDS_BY_NAME[name], frozenset(stems.index(word) for word in wanted)
    return None, frozenset()


def _only_says_when(tokens: Sequence[str], used: frozenset[int]) -> bool:
    """True for "from which date is it valid", where the field's name only says what kind of answer is wanted."""
    rest = [token for place, token in enumerate(tokens) if place not in used]
    before = tokens[min(used) - 1] if min(used) else ""
    return before in ("what", "which") and any(not concept.optional for concept in concepts_of(kept_words(rest)))


def _is_ordinary(tokens: Sequence[str], start: int, label: Sequence[str]) -> bool:
    if len(label) == 1 and tokens[start].endswith(("ed", "ing")) and tokens[start] not in _NEVER_ALONE:
        return True
    if len(label) > 1 or tokens[start] not in _NEVER_ALONE:
        return False
    after = tokens[start + 1] if start + 1 < len(tokens) else ""
    before = tokens[start - 1] if start else ""
    owned = (
        before in _LEADS
        or (before in ("what", "which") and tokens[start] in ("job", "age", "sex", "position"))
        or (bool(before) and before not in STOP_WORDS and tokens[start] == "name")
    )
    return not (owned and (after in _TRAILS or before in ("what", "which")) and tokens[start] in _STILL_ALONE) or (
        tokens[start],
        after,
    ) == ("name", "of")


def _numbered(tokens: Sequence[str]) -> Field | None:
    """For "the card number": a field of its own, whose label must say number too."""
    place = tokens.index("number")
    before = tokens[place - 1] if place else ""
    if not before.isalpha() or before in STOP_WORDS or before in ("total", "page"):
        return None
    labels = tuple(f"{before} {word}" for word in ("number", "no", "id", "code"))
    return Field(f"{before} number", labels, ("code", "number", "phone"))


def _document_kind(tokens: Sequence[str], used: frozenset[int]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The kind of document spoken of with its names, and the words of the question that speak of it."""
    free = [token for place, token in enumerate(tokens) if place not in used]
    stems = {stem(token): token for token in free}
    generic = {token for token in free if stem(token) in {stem(word) for word in GENERIC_DOCUMENT}}
    for names in DOCUMENT_KINDS:
        spoken = {stems[stem(name)] for name in names if stem(name) in stems}
        if spoken:
            return names, frozenset(spoken | generic)
    return (), frozenset(generic)


def kept_words(words: Iterable[str]) -> Iterable[str]:
    """Those of `words` that say what is looked for."""
    words = list(words)
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else ""
        clock = word[:1].isdigit() and (after in ("o'clock", "am", "pm") or ":" in word)
        before = words[place - 1] if place else ""
        said = (
            word in STOP_WORDS
            or (before == "how" and word in _SIZES)
            or word in _TIME_WORDS
            or word in "$€£¥%"
            or clock
        )
        if not said and (word.isdigit() or _ordinal(word) is None):
            yield word


def concepts_of(words: Iterable[str]) -> Iterable[Concept]:
    """One concept per word, with what may stand for it."""
    for word in dict.fromkeys(words):
        day = weekday_of(word) if len(word) > 3 else None
        group = group_of(word)
        if group is not None:
            yield concept_of(word, group[0], optional=group[1], weekday=day)
        elif word in LIGHT_WORDS or stem(word) in _LIGHT_STEMS:
            yield Concept(word, ((stem(word),),), optional=True, light=True)
        elif word.isdigit() and int(word) <= 24:
            yield Concept(word, ((word,), (f"{word}:00",)))
        else:
            yield Concept(word, ((stem(word),),), weekday=day)
