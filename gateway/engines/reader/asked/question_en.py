"""Analysis of questions in English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gateway.engines.reader.asked.question import (
    SIZES,
    WANTED,
    Asks,
    Question,
    concepts_of,
    kept_words,
    ordinal_concepts,
    place_in_row,
)
from gateway.engines.reader.asked.triggers import TRIGGERS
from gateway.engines.reader.words.labels import concept_of, english_labels
from gateway.engines.reader.words.synonyms import DOCUMENT_KINDS, GENERIC_DOCUMENT, STOP_WORDS
from gateway.engines.reader.words.values import Kind
from gateway.engines.reader.words.vocabulary import FIELDS_BY_NAME, Field
from gateway.engines.reader.words.wording import Concept, tokens_of
from text.passages import stem
from text.script import has_ideographs

_WHEN_PAIRS = {
    *((first, second) for first in ("what", "which") for second in "time times date day days hour hours".split()),
    *((first, "when") for first in ("by", "from", "since", "until", "till")),
}
_NUMBERED = frozenset("bus route line train tram room class group platform gate flat building number".split())
_ADJECTIVES = frozenset("new old current full complete exact present actual whole last next final".split())
_SPENDING = frozenset("cost pay paid spend spent owe charge".split())
_FIRMS = frozenset("company firm shop business organisation organization store".split())
_PEOPLE = frozenset("doctor dentist surgeon teacher nurse person employee mechanic technician lawyer".split())
_ACTIONS = frozenset("pay buy order start begin".split())
"""What is done matters where the question is how or where to do it."""
_OPEN_OR_CLOSE = "open close closed opening closing hours 开放 营业 开门 关门 闭馆 开馆".split()
_QUESTION_WORDS: dict[str, Asks] = {
    "who": "who",
    "whom": "who",
    "whose": "who",
    "when": "when",
    "where": "where",
    "why": "why",
    "how": "how",
    "what": "what",
    "which": "what",
}
_AUXILIARIES = frozenset("is are was were do does did has have had can could will would should may must am".split())
_ORDERS = frozenset("read list summarise summarize translate explain write compose describe".split())
_RATES = frozenset("rate percent percentage".split())
_NEVER_ALONE = frozenset(
    """to from re web due count room position cell when hours issue sign open starts begins time name title dated issued
    delivered born company shop contact place delivery account last job sex age charge call location signed
    website""".split()
)
"""Labels that are ordinary words in a question: alone they name no field there, except as "the name", "its title"."""
_PARTICIPLES = frozenset("repair collect complet receiv return ready".split())
"""Labels of days on which something was done; as words of a question they say what was done."""
_STILL_ALONE = frozenset("name title time place contact company age account website job sex position".split())
_LEADS = frozenset("the its your and a their his her".split())
_TRAILS = frozenset(("", "of", "on", "in", "for", "is"))


@dataclass(frozen=True, slots=True)
class _Named:
    """The field a question names."""

    field: Field | None
    used: frozenset[int]
    """Places of the words that name it."""
    tokens: tuple[str, ...]
    """Of the question, without words that the field made superfluous."""

    @property
    def words(self) -> str:
        if self.used:
            return " ".join(self.tokens[place] for place in sorted(self.used))
        return self.field.labels[0] if self.field else ""


def analyse_english(cleaned: str) -> Question:
    """An English question, cleaned, as a `Question`. Any text is legal; it may turn out to ask for nothing."""
    tokens = tokens_of(cleaned)
    asks = _asks(tokens)
    firm = _firm_asked_for(tokens)
    if firm:
        asks, tokens = "who", tuple(token for token in tokens if token != firm)
    if asks == "what" and any(first in ("which", "what") and second in _PEOPLE for first, second in pairwise(tokens)):
        asks = "who"
    named = _field_of_question(tokens, asks)
    kind, document_words = _document_kind(named.tokens, named.used)
    concepts = _concepts(cleaned, named, document_words)
    if named.field is None and all(concept.optional for concept in concepts):
        implied = "sender" if firm else "total" if asks == "much" and not concepts else ""
        named = replace(named, field=FIELDS_BY_NAME[implied]) if implied else named
    ordinal = next((value for value in map(place_in_row, tokens) if value is not None), None)
    question = Question(
        text=cleaned,
        language="en",
        tokens=named.tokens,
        asks=asks,
        concepts=(*_fitted(concepts, asks, named), *ordinal_concepts(ordinal)),
        field=named.field,
        field_words=named.words,
        document_kind=kind,
        speaks_of_document=bool(document_words),
        ordinal=ordinal,
        kinds=_kinds(asks, tokens, named.field),
        wants_name=named.field is None and "name" in tokens and "who" not in tokens,
    )
    return question.with_field_as_concept() if named.field and _other_kind(asks, named.field) else question


def _field_of_question(tokens: tuple[str, ...], asks: Asks) -> _Named:
    found, used = _field_in(tokens, asks)
    if ("by", "how") in set(pairwise(tokens)):  # it asks for a change, not for the value
        return _Named(None, frozenset(), tokens)
    if "number" in tokens and tokens.index("number") not in used and (owner := _numbered(tokens)) is not None:
        return _Named(owner, frozenset(), tokens)
    if (
        found is not None
        and found.name == "date"
        and {("by", "what"), ("by", "which"), ("until", "which")} & set(pairwise(tokens))
    ):
        return _Named(FIELDS_BY_NAME["due date"], used, tokens)
    if found is not None and found.name in ("date", "time") and _follows_question_word(tokens, used):
        triggered = _triggered(tokens, asks)
        if triggered[0] is not None or _says_more(tokens, used):
            return _Named(*triggered, tokens)
    if found is not None and found.name == "total" and (asks == "many" or "notice" in tokens):
        return _Named(None, frozenset(), tuple(token for place, token in enumerate(tokens) if place not in used))
    return _Named(found, used, tokens)


def _concepts(cleaned: str, named: _Named, document_words: frozenset[str]) -> list[Concept]:
    """What the question speaks of besides its field and its document."""
    own = set(named.field.labels[0].split()) if named.field and not named.used else set()
    rest = [
        token
        for place, token in enumerate(named.tokens)
        if place not in named.used and token not in document_words and token not in own
    ]
    if "1" not in cleaned:  # "one helmet" counts nothing
        rest = [token for token in rest if token != "1"]
    chinese = [token for token in rest if has_ideographs(token)]
    english = [token for token in kept_words(rest) if token not in chinese]
    return [*concepts_of(english), *(Concept(run, (), (run,)) for run in chinese)]


def _fitted(concepts: Sequence[Concept], asks: Asks, named: _Named) -> list[Concept]:
    """The concepts, with those required that this kind of question stands on."""
    fitted = list(concepts)
    if asks in ("how", "where"):
        fitted = [replace(concept, optional=concept.optional and concept.asked not in _ACTIONS) for concept in fitted]
    if asks == "when":
        fitted = [_hours() if concept.asked in _OPEN_OR_CLOSE else concept for concept in fitted]
    fitted = [_numbering(concept, named.tokens) for concept in fitted]
    if asks == "long":
        fitted.append(concept_of("time", ("time", "duration", "时间", "时长"), optional=True))
    labelled = named.field is not None and named.words in named.field.labels
    first = min(named.used, default=0) if labelled else 0
    before = named.tokens[first - 1] if first else ""
    if before and before not in _ADJECTIVES:  # "start date" is no other date
        fitted = [replace(concept, optional=False) if concept.asked == before else concept for concept in fitted]
    return fitted


def _numbering(concept: Concept, tokens: Sequence[str]) -> Concept:
    """The concept, without the hour that a number may be, where it numbers a thing: bus 12 is not at 12:00."""
    numbers = any(first in _NUMBERED and second == concept.asked for first, second in pairwise(tokens))
    return replace(concept, forms=((concept.asked,),)) if concept.asked.isdigit() and numbers else concept


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
    if pairs & {("how", adjective) for adjective in SIZES}:
        return "much"
    if ("how", "late") in pairs:
        return "when"
    if pairs & {("how", "long"), ("how", "quickly"), ("how", "soon"), ("how", "fast"), ("how", "early")}:
        return "long"
    if pairs & {("how", "many"), ("how", "old")}:
        return "many"
    if pairs & {("how", "much"), ("how", "far")}:
        return "much"
    for token in tokens[:4]:
        if token in _QUESTION_WORDS:
            return _QUESTION_WORDS[token]
    if tokens and tokens[0] not in _AUXILIARIES | _ORDERS:
        later = next((token for token in tokens[4:] if token in _QUESTION_WORDS), None)
        if later is not None:
            return _QUESTION_WORDS[later]
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
    if asks == "when" and "date" in tokens and {"what", "which"} & set(tokens):
        return ("date",)
    if asks == "when" and {"days", "weekday"} & set(tokens) and {"what", "which"} & set(tokens):
        return ("weekday", "date", "duration")
    if asks == "many" and set(tokens) & _TIME_UNITS and _after_many(tokens) in _TIME_UNITS:
        return ("duration", "number")
    if {"temperature", "hot", "warm"} & set(tokens):
        return ("quantity",)
    if asks == "much" and (_SPENDING | {"money", "expensive"}) & set(tokens):
        return ("money",)
    if asks == "much" and {"time", "notice"} & set(tokens):
        return ("duration",)
    if asks == "what" and _SPENDING & set(tokens) and {"do", "does", "did", "will", "must"} & set(tokens):
        return ("money",)
    return WANTED.get(asks, ())


_TIME_UNITS = frozenset("minutes hours days weeks months years nights seconds".split())


def _after_many(tokens: Sequence[str]) -> str:
    """The word after "how many", "working" apart."""
    place = next((at for at in range(len(tokens) - 2) if tuple(tokens[at : at + 2]) == ("how", "many")), None)
    if place is None:
        return ""
    following = [token for token in tokens[place + 2 : place + 4] if token not in ("working", "more", "full", "whole")]
    return following[0] if following else ""


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
        if (
            (asks == "who" or "wrong" in tokens)
            and not found.person
            and (triggered := _triggered(tokens, asks))[0] is not None
        ):
            return triggered
        if not found.person or asks == "who" or _triggered(tokens, asks)[0] is None:
            return found, frozenset(range(start, start + length))
    return _triggered(tokens, asks)


_OF_THE_PAST = frozenset(("received date",))
_TO_COME = frozenset("may can could must shall should will".split())
"""With these, what is asked has not been yet: "when may I bring it" asks for no day on which it was brought."""


def _triggered(tokens: Sequence[str], asks: Asks) -> tuple[Field | None, frozenset[int]]:
    """The field that words of the question ask for together, though none of them is its label."""
    places = {stem(token): place for place, token in reversed(list(enumerate(tokens)))}
    if "whom" in places:
        places.setdefault("who", places["whom"])
    for words, name in TRIGGERS:
        wanted = [stem(word) for word in words.split() if not (word == "when" and asks == "when")]
        if name in _OF_THE_PAST and _TO_COME & set(tokens):
            continue
        if all(word in places for word in wanted):
            return FIELDS_BY_NAME[name], frozenset(places[word] for word in wanted)
    return None, frozenset()


def _follows_question_word(tokens: Sequence[str], used: frozenset[int]) -> bool:
    """True for "from which date is it valid", where the field's name only says what kind of answer is wanted."""
    first = min(used, default=0)
    return first > 0 and tokens[first - 1] in ("what", "which")


def _says_more(tokens: Sequence[str], used: frozenset[int]) -> bool:
    rest = [token for place, token in enumerate(tokens) if place not in used]
    return any(not concept.optional for concept in concepts_of(kept_words(rest)))


def _is_ordinary(tokens: Sequence[str], start: int, label: Sequence[str]) -> bool:
    if len(label) == 1 and tokens[start] == "far":  # it has the stem of "fare"
        return True
    if len(label) == 1 and label[0] in _PARTICIPLES:
        return True
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
    return Field(f"{before} number", labels, ("code", "number", "phone"), loose=(before,))


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
