"""Words that the reader knows: where two of them differ in a letter, neither is the other one misread."""

from __future__ import annotations

from functools import cache

from gateway.engines.reader.words.labels import group_of
from gateway.engines.reader.words.related import FAINT, related
from gateway.engines.reader.words.vocabulary import FIELDS
from text.passages import stem

_OTHERS = """
    change charge paid price prize month mouth north south there three where house horse class glass
    form from train brain plane place party parts sales seals write white front brake break start stars
    """


def are_real(first: str, second: str) -> bool:
    """True when both stems are of words that are known."""
    return _is_known(first) and _is_known(second)


@cache
def _labels() -> frozenset[str]:
    words = {word for field in FIELDS for label in field.labels for word in label.split()}
    return frozenset(stem(word) for word in (*words, *_OTHERS.split()))


def _is_known(word: str) -> bool:
    return word in _labels() or word in FAINT or group_of(word) is not None or bool(related(word))
