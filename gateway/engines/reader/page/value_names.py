"""What a sentence calls a sum: in "carries a late fee of $60" the sum is a late fee, and no rent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.page.likeness import Sought
from gateway.engines.reader.words.values import Value, of_kinds
from gateway.engines.reader.words.wording import Wording
from text.script import has_ideographs

NAMED_SO = 0.15
"""How much nearer a sentence is whose sum has the asked name, and how much less near one whose sum has another."""
NAMED_OTHERWISE = -0.2
_NOUNS = (
    "fee charge fine rent deposit bond penalty price cost fare refund supplement surcharge premium balance total fees"
    " rate discount tip salary wage"
).split()
_NAMED = re.compile(
    rf"(?P<name>(?:[A-Za-z-]+ ){{0,3}}(?P<noun>{'|'.join(_NOUNS)}))"
    r"(?:,? (?:of|is|are|was|were|at|to|will be|comes|for \w+|per \w+|up|about|only|currently|now))*:? ?$",
    re.IGNORECASE,
)
_NAMED_ZH = re.compile(
    r"(?P<name>[\u3400-\u9fff]{0,4}(?P<noun>费用?|金|房租|租|价格?|款|票))(?:为|是|共计?|合计|约|每.)*:?$"
)
_WORDS_BEFORE = 60
"""Characters before a sum in which its name is looked for."""


def fit_of_sum(text: str, values: Sequence[Value], asked: Sequence[Sought]) -> float:
    """How the name of the first sum in `text` that has one fits what is asked for; 0 where none has a name."""
    best = 0.0
    for value in of_kinds(values, ("money",)):
        before = text[max(0, value.start - _WORDS_BEFORE) : value.start]
        found = _NAMED.search(before) or _NAMED_ZH.search(before)
        if found is None:
            continue
        noun = Wording.of(found["noun"])
        name = Wording.of(found["name"])
        modifier = Wording.of(found["name"].removesuffix(found["noun"]).strip().rpartition(" ")[2])
        unasked = modifier.text.lower() not in _ARTICLES and not any(word.found_in(modifier) > NEARLY for word in asked)
        if unasked and not has_ideographs(found["noun"]):
            continue  # a late fee is not the fee that is asked for
        if any(
            word.found_in(noun) > NEARLY or (word.found_in(name) > NEARLY and word.weight > LEAST) for word in asked
        ):
            return NAMED_SO
        if any(_is_sum(word) for word in asked):
            best = NAMED_OTHERWISE
    return best


NEARLY = 0.8
_REGULAR = "monthly weekly annual yearly daily basic full total whole agreed".split()
_ARTICLES = frozenset(
    ("", "a", "an", "the", "your", "our", "my", "their", "this", "and", "or", "with", "is", "of", *_REGULAR)
)
LEAST = 0.2


def _is_sum(word: Sought) -> bool:
    return word.asked.rstrip("s") in _NOUNS or word.word.endswith(("费", "金", "租", "款"))
