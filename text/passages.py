"""Finding the passages of a text that a question is about: words, and BM25 over them. English and Chinese."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

SATURATION = 1.2
LENGTH_WEIGHT = 0.5
"""BM25's k1 and b (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, section 3). The usual b of
0.75 is lowered because passages here are lines, whose length says little."""

_WORDS = re.compile(r"[a-z0-9\u00c0-\u024f]+|[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_KEEPS_FINAL_S = ("ss", "us", "is")


def words_of(text: str) -> list[str]:
    """The words of `text` for comparing: lower case, English ones without their ending, Chinese as pairs of characters.

    A single ideograph between other things stands for itself.
    """
    words: list[str] = []
    for run in _WORDS.findall(text.replace("'s", "").replace("’s", "").lower()):
        if run[0] < "\u3400":
            words.append(stem(run))
        elif len(run) == 1:
            words.append(run)
        else:
            words.extend(run[place : place + 2] for place in range(len(run) - 1))
    return words


_IRREGULAR = {
    form: root
    for root, forms in {
        "send": "sent", "writ": "wrote written", "pay": "paid payment payments", "leav": "left", "begin": "began begun",
        "tak": "took taken",
        "mak": "made", "giv": "gave given", "hold": "held", "keep": "kept", "buy": "bought", "sell": "sold",
        "spend": "spent", "ris": "rose risen", "fall": "fell fallen", "com": "came", "go": "goes went gone",
        "run": "ran", "meet": "met", "build": "built", "lend": "lent", "say": "said", "tell": "told",
        "bring": "brought",
        "think": "thought", "grow": "grew grown", "get": "got gotten", "find": "found", "los": "lost", "cost": "cost",
        "child": "children", "person": "people", "man": "men", "woman": "women", "foot": "feet",
        "win": "won", "speak": "spoke spoken", "driv": "drove driven", "break": "broke broken", "choos": "chose chosen",
        "teach": "taught", "catch": "caught", "stand": "stood", "lead": "led", "read": "read", "wear": "wore worn",
    }.items()
    for form in forms.split()
}  # fmt: skip
"""English forms that no ending explains, by the stem of their base form."""


def stem(word: str) -> str:
    """An English word without plural or verb ending, so that "stopped" meets "stopping", and "sent" meets "send"."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.isalpha():
        return word
    for ending, replacement in (("ies", "y"), ("ation", ""), ("ement", ""), ("ing", ""), ("ed", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _undoubled(word[: -len(ending)] + replacement)
    if word.endswith("s") and not word.endswith(_KEEPS_FINAL_S):
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _undoubled(word: str) -> str:
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz"
    return word[:-1] if doubled or (word.endswith("e") and len(word) > 3) else word


class PassageIndex:
    """BM25 over a sequence of passages. Building it costs one pass over the text; asking, one over the question."""

    def __init__(self, passages: Iterable[str]) -> None:
        self._words: Sequence[Counter[str]] = [Counter(words_of(passage)) for passage in passages]
        self._lengths = [words.total() for words in self._words]
        self._mean = max(sum(self._lengths) / len(self._lengths), 1.0) if self._lengths else 1.0
        self._holding = Counter(word for words in self._words for word in words)

    def weight(self, word: str) -> float:
        """How telling a word (as `words_of` gives it) is: its inverse passage frequency, above 0."""
        holding = self._holding[word]
        return math.log(1 + (len(self._words) - holding + 0.5) / (holding + 0.5))

    def scores(self, words: Iterable[str]) -> list[float]:
        """One score per passage for a question's words, 0 where they share none."""
        asked = [(word, self.weight(word)) for word in dict.fromkeys(words) if self._holding[word]]
        return [self._score(place, asked) for place in range(len(self._words))]

    def best(self, words: Iterable[str], count: int) -> list[int]:
        """The places of at most `count` passages that share a word with the question, best first."""
        scores = self.scores(words)
        found = [place for place, score in enumerate(scores) if score > 0]
        return sorted(found, key=lambda place: (-scores[place], place))[:count]

    def _score(self, place: int, asked: Sequence[tuple[str, float]]) -> float:
        held = self._words[place]
        scale = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * self._lengths[place] / self._mean)
        return sum(weight * held[word] * (SATURATION + 1) / (held[word] + scale) for word, weight in asked)
