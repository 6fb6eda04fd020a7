"""How many in all, where a sentence counts them kind by kind: "two flat keys, two door keys and one for the box"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import Sought, sought_of
from gateway.engines.reader.page.sentences import SourceSentence
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.numbers import parse_chinese
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

_NUMERALS = "one two three four five six seven eight nine ten eleven twelve".split()
_ITEM = re.compile(
    rf"(?:^|[,:;] |\band |\bwith |\w )(?P<count>{'|'.join(_NUMERALS)}|\d{{1,3}}) "
    r"(?P<what>[^,;.:\d]+?)(?=,| and |;|\.|:|$)",
    re.IGNORECASE,
)
_ITEM_ZH = re.compile(
    r"(?P<what>[\u3400-\u9fff]{1,8}?)(?P<count>[一二两三四五六七八九十]+|\d{1,3})(?:把|个|张|套|台|本|份|只|条|支|间|辆|盏)"
)
_ASKS = re.compile(
    r"\bhow many (?:[a-z-]+ ){0,2}?(?P<what>[a-z-]+)"
    r"(?= (?:are|is|do|does|did|will|have|has|can|were|in|come|altogether|to|for|of)\b|[?]|$)",
    re.IGNORECASE,
)
_ASKS_ZH = re.compile(
    r"[几多少](?:把|个|张|套|台|本|份|只|条|支|间|辆|盏)(?P<what>[\u3400-\u9fff]{1,4}?)(?:[?？吗呢]|$|一共)"
)
_MEASURES = re.compile(
    r"(?:minute|hour|day|week|month|year|gram|litre|liter|euro|dollar|pound|metre|meter|mile|kilometre|percent|time)s?",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:in all|altogether|in total|together|total)\b|一共|总共|共", re.IGNORECASE)
FEWEST = 2
NEAR_COUNT = 3
"""So many words behind its count a thing is named."""


def answer_counted_list(study: Study, question: Question) -> Finding | None:
    """The sum of the counts of a sentence that lists what is counted, or the count of the kind that is named."""
    asks = _ASKS.search(question.text) if question.language == "en" else _ASKS_ZH.search(question.text)
    if question.asks != "many" or asks is None:
        return None
    if _MEASURES.fullmatch(asks["what"]):
        return None
    noun = stem(asks["what"].lower()) if question.language == "en" else asks["what"]
    asked = [word for word in sought_of(study, question) if word.word != noun and word.weight > LEAST]
    for found in study.sentences:
        items = _items(found, noun)
        if len(items) < FEWEST:
            continue
        named = _named(items, asked)
        if named is not None:
            return Finding(sentence(f"{named[0]} {named[1]}", question.language), found.lines, 2.0, str(named[0]))
        if asked and not _ALL.search(question.text) and not _all_said(asked, found):
            continue
        total = sum(count for count, _ in items)
        plus = " + ".join(str(count) for count, _ in items)
        listed = ("、" if question.language == "zh" else ", ").join(what for _, what in items)
        return Finding(sentence(f"{plus} = {total} ({listed})"[:180], question.language), found.lines, 2.0, str(total))
    return None


LEAST = 0.5


def _items(found: SourceSentence, noun: str) -> list[tuple[int, str]]:
    """The counts with what they count, where the first or each of them names the noun."""
    pattern = _ITEM if noun.isascii() else _ITEM_ZH
    items = [(_number(match["count"]), match["what"].strip()) for match in pattern.finditer(found.text)]
    if any(
        match["what"].endswith(":") or found.text[match.end() :].startswith(":")
        for match in pattern.finditer(found.text)
    ):
        return []  # "three bedrooms: one double, one twin": the first count is that of all
    naming = [place for place, (_, what) in enumerate(items) if _says(noun, what)]
    if len(naming) == len(items):
        return items
    return items[naming[0] :] if len(naming) == 1 and naming[0] == 0 else []


def _says(noun: str, what: str) -> bool:
    return noun in Wording.of(what).stems[:NEAR_COUNT] if noun.isascii() else noun in what


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    lowered = text.lower()
    return _NUMERALS.index(lowered) + 1 if lowered in _NUMERALS else int(parse_chinese(text) or 0)


def _named(items: Sequence[tuple[int, str]], asked: Sequence[Sought]) -> tuple[int, str] | None:
    """The one item that alone says a word of the question."""
    for word in asked:
        saying = [item for item in items if word.found_in(Wording.of(item[1])) > 0]
        if len(saying) == 1:
            return saying[0]
    return None


def _all_said(asked: Sequence[Sought], found: SourceSentence) -> bool:
    return all(word.found_in(found.wording) > 0 for word in asked)
