"""Yes or no to "may I": by the clause that says it of the very thing, and of the place that is asked about.

"Smoking is allowed in the garden" says nothing of my room; "no smoking in the house" does, for a room is part of it.
A clause with a condition is left to `verdicts`, which weighs conditions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import BY_RELATION, Sought, sought_of
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import answered
from gateway.engines.reader.words.dates import parse_date
from gateway.engines.reader.words.values import find_values, of_kinds
from gateway.engines.reader.words.wording import Wording, tokens_of
from text.passages import stem

_ASKS_LEAVE = re.compile(
    r"^(?:and |but |so )?(?:may|can|could) (?:i|we|you|he|she|they|my|our|an?|the|his|her|\w+)\b"
    r"|^(?:am|are|is) (?:i|we|he|she|they|it) (?:still )?(?:allowed|permitted)\b"
    r"|^(?:is|are) (?:the |my )?\w+(?: \w+)? (?:allowed|permitted)\b",
    re.IGNORECASE,
)
_ASKS_NEED = re.compile(
    r"^(?:do|does|must|should|will) (?:i|we|he|she|they) (?:still )?(?:have|need|must)?\b", re.IGNORECASE
)
_CIRCUMSTANCE = re.compile(
    r"\b(?:after|before|during|while|when|if|until|till|on|in|at|from|inside|outside|straight|immediately|right away"
    r"|for|because|with (?:me|us)|that|this|between)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|on|inside|outside|at|from) (?:the |my |our |your |a |an |any |all )?(?P<place>[a-z][\w -]*)",
    re.IGNORECASE,
)
_FORBIDS = re.compile(
    r"\bno\b(?! (?:later|more|less|need|charge|extra|one|longer|\d))"
    r"|\bnot (?:be |to )?(?:allowed|permitted|allow|permit)\b"
    r"|\b(?:must|may|should|shall|can) ?not\b|\bcan['’]t\b|^(?:please )?(?:do not|don['’]t|never|avoid)\b"
    r"|\byou should not\b|\b(?:prohibited|forbidden)\b|\b(?:is|are) not$|\bplease do not\b|\bnot allowed\b",
    re.IGNORECASE,
)
_PERMITS = re.compile(r"\b(?:allowed|permitted|welcome|may|can|fine|okay|free to)\b", re.IGNORECASE)
_NEEDLESS = re.compile(
    r"\b(?:do not|don['’]t|does not|need) (?:need|have|not) to\b|\bno need to\b|\bneed not\b", re.IGNORECASE
)
_CONDITION = re.compile(
    r"\b(?:unless|except|only|provided|without|with (?:written|prior|the)|consent|permission|if|on payment|at most"
    r"|up to|no more|maximum|until|till)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"; ?|(?<=[.]) |, (?:but )?(?=(?:[\w'’-]+ ){1,3}(?:is|are|may|must|can|cannot)\b)| but | and (?=no\b)"
)
_WITHOUT_WEIGHT = frozenset(
    stem(word)
    for word in """
    allowed permitted allow keep take have make use bring get stay go come do put hold eat drink give run visit
    still home again own wear
    """.split()
)
"""Verbs that the thing they go with may stand without: "no pets" is about keeping one."""
_COMPANY = frozenset(
    stem(word)
    for word in """
    friend friends visitor visitors guest guests companion girlfriend boyfriend wife husband mother father parents
    relative family partner
    """.split()
)
"""Anyone who comes along or comes to see somebody."""
_FOOD = frozenset(stem(word) for word in "food eat eating breakfast lunch dinner meal snack solid".split())
_SORTS = (_COMPANY, _FOOD)
"""Words of which a clause that says one speaks of the others too."""
_HOUSE = frozenset(stem(word) for word in "house flat apartment unit premises home building property anywhere".split())
_OF_HOUSE = frozenset(
    stem(word) for word in "room bedroom kitchen bathroom hall corridor living lounge indoors inside bed".split()
)
_NOWHERE = frozenset(
    stem(word) for word in "advance writing turn case order time morning evening row week day month".split()
)
_NOT_ALLOWED = re.compile(r"^(?:not allowed|not permitted|forbidden|prohibited)\b:?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    whole: str
    """The sentence that it is part of."""
    permits: bool
    lines: tuple[SourceLine, ...]


def answer_permission(study: Study, question: Question) -> Finding | None:
    """Yes or no from a clause that says all of what is asked and holds where it is asked; None for no such clause."""
    if question.asks != "whether" or question.language != "en":
        return None
    text = question.text
    leave = _ASKS_LEAVE.search(text) is not None
    if not leave and not _ASKS_NEED.search(text):
        return None
    core = _core(study, question)
    if not core or of_kinds(find_values(text), ("time", "duration", "number", "quantity", "weekday")):
        return None
    clauses = _clauses(study) if leave else _needless(study)
    saying = [clause for clause in clauses if _says_all(core, clause) and _holds_there(text, clause, core)]
    saying = [clause for clause in saying if _holds_then(text, clause.whole)]
    if not saying or len({clause.permits for clause in saying}) > 1 or _CONDITION.search(saying[0].text):
        return None
    if of_kinds(find_values(saying[0].text), ("time",)) and not _AT_A_TIME.search(text):
        return None
    best = saying[0]
    return Finding(answered("yes" if best.permits else "no", best.whole, question.language), best.lines, 2.5)


def _core(study: Study, question: Question) -> list[Sought]:
    """The words for what is to be done, without those that say when, where or with whom."""
    tokens = " ".join(question.tokens)
    first = next((found.start() for found in _CIRCUMSTANCE.finditer(tokens) if found.start() > SHORTEST), len(tokens))
    kept = set(tokens_of(tokens[:first]))
    words = [word for word in sought_of(study, question) if word.asked in kept]
    weighty = [word for word in words if word.word not in _WITHOUT_WEIGHT and word.weight > LEAST]
    return weighty or [word for word in words if word.word in _CORE_VERBS]


_AT_A_TIME = re.compile(r"\b(?:morning|afternoon|evening|night|breakfast|lunch|dinner|tonight|today)\b", re.IGNORECASE)
"""Without such a word, a clause with hours in it holds on a condition."""
SHORTEST = 6
"""Characters before which nothing is asked yet: "is it", "may I"."""
LEAST = 0.3
_CORE_VERBS = frozenset(stem(word) for word in "eat drink stay wear".split())


def _clauses(study: Study) -> Iterator[_Clause]:
    """Every clause that forbids or permits, and every item of a list of what is not allowed."""
    for found in study.sentences:
        listed = _NOT_ALLOWED.match(found.text)
        if listed is not None:
            yield _Clause(found.text, found.text, permits=False, lines=found.lines)
            continue
        for piece in _CLAUSE_END.split(found.text):
            clause = piece.strip(" .")
            if _FORBIDS.search(clause):
                yield _Clause(clause, found.text, permits=False, lines=found.lines)
            elif _PERMITS.search(clause) and not re.search(r"\bnot?\b|n['’]t\b", clause):
                yield _Clause(clause, found.text, permits=True, lines=found.lines)


def _needless(study: Study) -> Iterator[_Clause]:
    for found in study.sentences:
        for piece in _CLAUSE_END.split(found.text):
            if _NEEDLESS.search(piece):
                yield _Clause(piece, found.text, permits=False, lines=found.lines)


def _says_all(core: Sequence[Sought], clause: _Clause) -> bool:
    words = Wording.of(clause.text)
    alike = [sort for sort in _SORTS if words.distinct & sort]
    return all(
        word.found_in(words) > BY_RELATION or any(word.word in sort or word.asked in sort for sort in alike)
        for word in core
    )


def _holds_there(asked: str, clause: _Clause, core: Sequence[Sought]) -> bool:
    """False where the clause speaks of another place than the question."""
    said, wanted = _places(clause.text, core), _places(asked, core)
    if not said:
        return True
    if not wanted:
        return not clause.permits
    return bool(said & wanted) or bool(said & _HOUSE and wanted & (_OF_HOUSE | _HOUSE))


def _places(text: str, core: Sequence[Sought]) -> frozenset[str]:
    """The stems of the places that the text names; "anywhere" is one."""
    named = " ".join(found["place"] for found in _PLACE.finditer(text))
    stems = set(Wording.of(named).stems) | ({stem("anywhere")} if re.search(r"\banywhere\b", text) else set())
    return frozenset(stems - _NOWHERE - {word.word for word in core})


def _holds_then(asked: str, clause: str) -> bool:
    """False where the clause holds between two days and the day that is asked about is not between them."""
    stated = of_kinds(find_values(clause), ("date",))
    if len(stated) < 2:
        return True
    today = date(2000, 1, 1)
    days = [parse_date(value.text, today) for value in stated[:2]]
    wanted = parse_date(asked, today)
    if wanted is None or days[0] is None or days[1] is None:
        return False
    first, last, day = ((moment.month, moment.day) for moment in (days[0], days[1], wanted))
    return first <= day <= last if first <= last else day >= first or day <= last
