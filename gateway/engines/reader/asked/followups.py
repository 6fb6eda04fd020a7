"""Follow-up questions made whole with the question before: "and bus 14?", "what about the second one"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.followups_zh import completed_chinese
from gateway.engines.reader.asked.question import kept_words
from gateway.engines.reader.words.numbers import ordinal_of, words_to_digits
from gateway.engines.reader.words.values import weekday_of
from gateway.engines.reader.words.wording import tokens_of
from text.script import has_ideographs

LONGEST_FRAGMENT = 7
"""Words; more than this is a question of its own."""

_LEAD = re.compile(
    r"^(?:(?:and|also|ok|okay|so|then|now|but)\b[, ]*)*(?:(?:what|how) about\b|and\b)?[, ]*", re.IGNORECASE
)
_COMPLETE = re.compile(
    r"^(?:what|who|whom|whose|when|where|why|how|which|is|are|was|were|do|does|did|can|could|will|would|should"
    r"|may|has|have"
    r"|please|tell|show|read|find|give|summari[sz]e|list|translate|calculate|add|subtract|multiply|divide)\b",
    re.IGNORECASE,
)
_NUMBERED_THING = re.compile(r"\b(?:bus|train|tram|line|flight|room|class|step|question|flat) \d+\b")
_ASKING = re.compile(
    r"^(?:(?:on|at|in|by|from|until|till|for|to) )?(?:what|which|when|where|who|how(?: much| many| long"
    r"| often)?)\b(?: (?:date|day|time|room"
    r"|place|doctor|stop|floor|street|month|year))?",
    re.IGNORECASE,
)
_ASKED_AGAIN = re.compile(
    r"(?:(?:on|at|in|by|from|until|till|for) )?(?:what|which) (?:date|day|time|room|place|floor|year|month)$"
    r"|^(?:until |till |since |by |from )?when$"
    r"|^(?:where|who|why|how long|how much|how often)$",
    re.IGNORECASE,
)
"""A question word alone: it asks for another side of what the question before was about."""
_LETTERED = re.compile(r"\b(?:bus|line|route|train|tram|room|class|group|option|flat|gate|platform) [a-z]\b")
"""A thing that a letter names, which is no article there."""
_POINTS_BACK = re.compile(
    r" (?:then|there|on that day|in that (?:month|quarter|year|week)|at that time)$",
    re.IGNORECASE,
)
_WHERE = re.compile(r"\b(?:in|on|at|during) (?:the )?[\w ]+$", re.IGNORECASE)
_SMALL = frozenset("the a an in on at for from to of by one ones with please".split())


_WHOLE_CALCULATION = re.compile(r"\d[\d.,]*\s*(?:[-+*/×÷]|plus|minus|times|divided by)\s*\d", re.IGNORECASE)
"""It has both its numbers, so that nothing of the question before belongs to it."""


def completed(question: str, previous: str) -> tuple[str, ...]:
    """The questions that `question` may mean after `previous`, the likeliest first; itself when it is whole."""
    return (
        completed_chinese(question, previous) if has_ideographs(question) else (_completed_english(question, previous),)
    )


def _completed_english(question: str, previous: str) -> str:
    stripped = question.strip()
    rest = _LEAD.sub("", stripped, count=1).strip(" ?.!")
    led = len(rest) < len(stripped.strip(" ?.!"))
    pointing = _POINTS_BACK.search(rest)
    if pointing is not None and (where := _WHERE.search(previous.strip(" ?"))) is not None:
        return f"{rest[: pointing.start()]} {where[0]}"
    asked_again = _ASKED_AGAIN.match(rest)
    if asked_again is not None and (about := _ASKING.sub("", previous.strip(" ?"), count=1)) != previous.strip(" ?"):
        return f"{asked_again[0]} {about}{rest[asked_again.end() :]}"
    if not rest or (_COMPLETE.match(rest) and len(rest.split()) > 1):
        return _named(rest if led and rest else question, previous)
    if not led and (len(rest.split()) > LONGEST_FRAGMENT - 3 or not stripped.endswith("?")):
        return question
    if len(rest.split()) > LONGEST_FRAGMENT or re.match(r"[-+*/]|plus|minus|times|divided", rest):
        return question
    if _WHOLE_CALCULATION.match(words_to_digits(rest)):
        return rest
    return _substituted(rest, previous)


def _named(question: str, previous: str) -> str:
    """For "When does it leave" after a question about bus 12 is about bus 12."""
    numbered = _NUMBERED_THING.findall(" ".join(tokens_of(previous)))
    if len(numbered) != 1 or _NUMBERED_THING.search(" ".join(tokens_of(question))):
        return question
    return re.sub(r"\bit\b", numbered[0], question, count=1)


def _substituted(rest: str, previous: str) -> str:
    fragment = [token for token in tokens_of(rest) if token not in _SMALL]
    before = list(tokens_of(previous))
    if not fragment:
        return rest
    lettered, letter = _LETTERED.search(" ".join(before)), _LETTERED.search(" ".join(tokens_of(rest)))
    if lettered is not None and letter is not None:
        return " ".join(before).replace(lettered[0], letter[0], 1)
    for alike in (_is_ordinal, _is_weekday, _is_number):
        new = [token for token in fragment if alike(token)]
        old = [place for place, token in enumerate(before) if alike(token)]
        if new and old:
            before[old[-1]] = new[-1]
            return " ".join(before)
    asked = analyse(rest)
    if asked.field is not None and not asked.required:
        return f"what is the {' '.join(fragment)}"
    place = _noun(before)
    if place is None:
        return f"{' '.join(before)} {rest}"
    return " ".join([*before[: place[0]], *fragment, *before[place[1] :]])


def _is_ordinal(token: str) -> bool:
    return ordinal_of(token) is not None or token in ("last", "final", "next")


def _is_weekday(token: str) -> bool:
    return len(token) > 2 and weekday_of(token) is not None


def _is_number(token: str) -> bool:
    return token[:1].isdigit()


def _noun(tokens: Sequence[str]) -> tuple[int, int] | None:
    """The words that a fragment takes the place of: those after "how much" or "how many", else the last that count."""
    for first, second in (("how", "much"), ("how", "many")):
        for place in range(len(tokens) - 2):
            if tokens[place] == first and tokens[place + 1] == second and _says(tokens[place + 2]):
                return _run(tokens, place + 2, _says)
    required = {concept.asked for concept in analyse(" ".join(tokens)).required}
    places = [place for place, token in enumerate(tokens) if token in required] or [
        place for place, token in enumerate(tokens) if _says(token)
    ]
    if not places:
        return None
    start = places[-1]
    while start - 1 in places:
        start -= 1
    return start, places[-1] + 1


def _run(tokens: Sequence[str], start: int, belongs: Callable[[str], bool]) -> tuple[int, int]:
    end = start
    while end < len(tokens) and belongs(tokens[end]):
        end += 1
    return start, end


def _says(token: str) -> bool:
    return bool(list(kept_words((token,))))
