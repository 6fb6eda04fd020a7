"""Sentences of the domain, drawn at random: the same seed gives the same sentences.

`SentenceGrammar(random.Random(1)).sentence()` gives one.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Mapping

import vocabulary as words
from rules import MINIMAL_PAIRS, RULES

# share of each kind of sentence in the corpus
KINDS = {
    "usual question": 0.15,
    "usual command": 0.05,
    "usual statement": 0.08,
    "question": 0.25,
    "command": 0.09,
    "statement": 0.13,
    "short": 0.04,
    "chain": 0.07,
    "random words": 0.10,
    "numbers": 0.04,
}
MAX_DEPTH = 7
MAX_WORDS = 16
HELD_OUT_PERCENT = 3

_OPENINGS = ("please tell me", "can you tell me", "do you know", "I want to know")
_MARKUP = re.compile(r"[{}\[\]()|]")


def cardinal(number: int) -> str:
    """A whole number below one million in words, "four hundred and twenty"."""
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        joint = "" if rest == 0 else " and " if rest < 100 else " "
        return f"{cardinal(thousands)} thousand{joint}{cardinal(rest) if rest else ''}"
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        return f"{words.ONES[hundreds]} hundred" + (f" and {cardinal(rest)}" if rest else "")
    if number >= 20:
        tens, rest = divmod(number, 10)
        return words.TENS[tens - 2] + (f" {words.ONES[rest]}" if rest else "")
    return words.ONES[number]


def ordinal(number: int) -> str:
    """A whole number from 1 to 59 as an ordinal in words, "twenty third"."""
    if number <= 20:
        return words.ORDINALS[number - 1]
    tens, rest = divmod(number, 10)
    return f"{words.TENS[tens - 2]} {words.ORDINALS[rest - 1]}" if rest else words.TENS_ORDINALS[tens - 2]


def is_held_out(sentence: str) -> bool:
    """Whether the sentence never enters training: decided by its words alone, so that spelling variants agree."""
    key = " ".join(words.words_of(sentence)).encode()
    return int(hashlib.md5(key, usedforsecurity=False).hexdigest(), 16) % 100 < HELD_OUT_PERCENT


class SentenceGrammar:
    """Draws sentences; `excluded` holds word sequences (as `words_of` joins them) that are never returned."""

    def __init__(self, source: random.Random, excluded: frozenset[str] = frozenset()) -> None:
        self._random = source
        self._excluded = excluded
        self._all_words = tuple(sorted(words.all_words()))
        self._clear_words = tuple(word for word in self._all_words if word not in words.AMBIGUOUS)
        self._nouns = (
            words.DOCUMENTS + words.PARTS + words.THINGS + words.THING + words.INGREDIENTS + words.PLACES + words.PEOPLE
            + words.EVENTS + words.TRANSPORT + words.TOPICS + words.FIELDS
        )  # fmt: skip
        self._slots = self._slot_table()

    def sentence(self) -> str:
        """One sentence of training: never held out, never excluded."""
        while True:
            text = self.any_sentence()
            key = " ".join(words.words_of(text))
            if not is_held_out(text) and key not in self._excluded:
                return text

    def any_sentence(self, kinds: Mapping[str, float] = KINDS) -> str:
        """One sentence of the grammar, held out or not, of one of those kinds by their shares."""
        kind = self._random.choices(tuple(kinds), tuple(kinds.values()))[0]
        while True:
            text = self._words_of_kind(kind)
            if len(text.split()) <= MAX_WORDS:
                break
        asks = kind.endswith("question")
        if asks:
            opening = self._random.random()
            if opening < 0.08:
                text = f"{self._random.choice(_OPENINGS)} {text}"
            if opening > 0.95:
                text = text + " please"
        mark = "?" if asks or (kind == "chain" and self._random.random() < 0.2) else "."
        return _as_sentence(text, mark)

    def _words_of_kind(self, kind: str) -> str:
        if kind == "random words":
            count = self._random.randint(2, 9)
            return " ".join(self._word() for _ in range(count))
        if kind == "numbers":
            return " ".join(self._random.choice(self._number_makers())() for _ in range(self._random.randint(1, 3)))
        return self._expand(self._random.choice(RULES[kind]), 0)

    def _word(self) -> str:
        return _with_capital(self._random.choice(self._clear_words))

    def _expand(self, pattern: str, depth: int) -> str:
        """The pattern with its innermost brackets resolved first; `{slot}` last of all, left to right."""
        while (match := re.search(r"\[([^\[\]()]*)\]|\(([^\[\]()]*)\)", pattern)) is not None:
            optional, choice = match.groups()
            options = (optional if choice is None else choice).split("|")
            text = "" if choice is None and self._random.random() < 0.5 else self._random.choice(options)
            pattern = pattern[: match.start()] + text + pattern[match.end() :]
        parts = re.split(r"\{([^}]*)\}", pattern)
        for index in range(1, len(parts), 2):
            parts[index] = self._slot(parts[index], depth)
        return " ".join("".join(parts).split())

    def _slot(self, name: str, depth: int) -> str:
        if name in self._slots:
            return self._slots[name]()
        options = RULES[name]
        if depth >= MAX_DEPTH:
            options = tuple(sorted(options, key=lambda option: option.count("{")))[:2]
        return self._expand(self._random.choice(options), depth + 1)

    def _slot_table(self) -> dict[str, Callable[[], str]]:
        pick = self._random.choice
        lists: dict[str, tuple[str, ...]] = {
            "document": words.DOCUMENTS, "part": words.PARTS, "field": words.FIELDS, "name": words.FIRST_NAMES,
            "surname": words.LAST_NAMES, "city": words.CITIES, "month": words.MONTHS, "weekday": words.WEEKDAYS,
            "language": words.LANGUAGES, "color": words.COLORS, "room": words.ROOMS, "device": words.DEVICES,
            "things": words.THINGS, "thing": words.THING, "ingredient": words.INGREDIENTS, "kitchen": words.KITCHEN,
            "measure": words.MEASURES, "transport": words.TRANSPORT, "place": words.PLACES, "person": words.PEOPLE,
            "topic": words.TOPICS, "event": words.EVENTS, "adjective": words.ADJECTIVES, "adverb": words.ADVERBS,
            "preposition": words.PREPOSITIONS, "determiner": words.DETERMINERS, "pronoun": words.PRONOUNS,
            "question word": words.QUESTION_WORDS, "auxiliary": words.AUXILIARIES, "conjunction": words.CONJUNCTIONS,
            "modal": ("can", "could", "will", "would", "should", "must", "may"), "any noun": self._nouns,
            "minimal pair": MINIMAL_PAIRS,
            "verb": tuple(v[0] for v in words.VERBS), "verbs": tuple(v[1] for v in words.VERBS),
            "verb past": tuple(v[2] for v in words.VERBS), "participle": tuple(v[3] for v in words.VERBS),
            "motion verb": tuple(v[0] for v in words.MOTION_VERBS),
            "motion verbs": tuple(v[1] for v in words.MOTION_VERBS),
            "motion verb past": tuple(v[2] for v in words.MOTION_VERBS),
        }  # fmt: skip
        table: dict[str, Callable[[], str]] = {}
        for name, entries in lists.items():
            table[name] = lambda entries=entries: pick(entries)  # type: ignore[misc]  # binds the loop's value
        table |= {
            "parts": lambda: pick(words.PARTS[:7]) + "s", "any word": self._word, "number": self._number,
            "small": lambda: cardinal(self._random.randint(1, 20)), "ordinal": self._ordinal, "money": self._money,
            "date": self._date, "year": self._year, "time": self._time, "digits": self._digits,
        }  # fmt: skip
        return table

    def _number_makers(self) -> tuple[Callable[[], str], ...]:
        return (self._number, self._money, self._date, self._time, self._digits, self._ordinal, self._year)

    def _number(self) -> str:
        kind = self._random.random()
        if kind < 0.6:
            return cardinal(self._random.randint(0, 99))
        if kind < 0.85:
            return cardinal(self._random.choice((self._random.randint(100, 999), self._random.randint(1, 9) * 100)))
        if kind < 0.95:
            return cardinal(self._random.choice((self._random.randint(1000, 9999), self._random.randint(1, 99) * 1000)))
        return f"{cardinal(self._random.randint(0, 99))} point {cardinal(self._random.randint(0, 9))}"

    def _money(self) -> str:
        currency = self._random.choice(("dollars",) * 4 + words.CURRENCIES)
        kind = self._random.random()
        if kind < 0.7:
            return f"{self._number()} {currency}"
        cents = cardinal(self._random.choice((50, 99, 25, 75, self._random.randint(1, 99))))
        whole = cardinal(self._random.choice((self._random.randint(2, 99), self._random.randint(100, 999))))
        return f"{whole} {currency} and {cents} cents" if kind < 0.95 else f"{cents} cents"

    def _ordinal(self) -> str:
        kind = self._random.random()
        if kind < 0.65:
            return ordinal(self._random.randint(1, 10))
        if kind < 0.85:
            return ordinal(self._random.randint(11, 31))
        return self._random.choice(("last", "next", "previous"))

    def _year(self) -> str:
        kind = self._random.random()
        if kind < 0.6:
            return f"twenty {cardinal(self._random.randint(10, 40))}"
        if kind < 0.8:
            return f"two thousand and {cardinal(self._random.randint(1, 30))}"
        return f"nineteen {cardinal(self._random.randint(40, 99))}"

    def _date(self) -> str:
        day, month = ordinal(self._random.randint(1, 31)), self._random.choice(words.MONTHS)
        kind = self._random.random()
        text = f"{month} {day}" if kind < 0.6 else f"the {day} of {month}" if kind < 0.85 else f"{month} the {day}"
        return f"{text} {self._year()}" if self._random.random() < 0.15 else text

    def _time(self) -> str:
        hour = words.ONES[self._random.randint(1, 12)]
        minutes = cardinal(self._random.choice((15, 30, 45, 5, 10, 20, 25, 40, 50, 55, self._random.randint(1, 59))))
        kind = self._random.random()
        if kind < 0.45:
            return f"{hour} {minutes}"
        if kind < 0.6:
            return f"{hour} o'clock"
        if kind < 0.7:
            return self._random.choice((f"half past {hour}", f"a quarter past {hour}", f"a quarter to {hour}"))
        if kind < 0.8:
            return self._random.choice((f"{minutes} past {hour}", f"{minutes} minutes to {hour}"))
        return f"{hour} in the {self._random.choice(('morning', 'evening', 'afternoon'))}" if kind < 0.9 else hour

    def _digits(self) -> str:
        return " ".join(words.ONES[self._random.randint(0, 9)] for _ in range(self._random.randint(2, 7)))


_NAMES = {
    name.lower(): name
    for group in (words.FIRST_NAMES, words.LAST_NAMES, words.CITIES, words.MONTHS, words.WEEKDAYS, words.LANGUAGES)
    for name in group
}
# also common words; a chain of random words writes them small
_COMMON_TOO = frozenset("may march frank grace jack young king baker green brown cooper".split())


def _with_capital(word: str) -> str:
    if word in ("i", "i'm"):
        return word.capitalize()
    return word if word in _COMMON_TOO else _NAMES.get(word, word)


def _as_sentence(text: str, mark: str) -> str:
    assert not _MARKUP.search(text), f"unresolved markup in {text!r}"
    return text[0].upper() + text[1:] + mark
