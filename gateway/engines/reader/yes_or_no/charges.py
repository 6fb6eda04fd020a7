"""Whether something costs: "is there a charge for bicycles", "are dogs free", 自行车要收费吗."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import answered
from gateway.engines.reader.words.values import of_kinds
from gateway.engines.reader.words.wording import Concept, Wording

_ASKS_FREE = re.compile(
    r"^(?:is|are) (?:the |a |an )?(?P<what>.+?) (?:for )?free(?: of charge)?$"
    r"|^(?:do|does|can) (?P<what2>.+?) (?:go|travel|come|ride|get in|enter|stay) (?:for )?free$"
    r"|^(?P<zh>.+?)(?:是|可以|能|还)?(?:不是)?免费(?:的|乘坐|入场|使用)?$",
    re.IGNORECASE,
)
_ASKS_CHARGE = re.compile(
    r"^(?:is|are) there (?:a |an |any )?(?:extra |additional )?(?:charges?|fees?|costs?)"
    r" (?:for|to) (?:the |a |an )?(?P<what>.+)$"
    r"|^(?:do|must|should) (?:i|we|you|one) (?:have to |need to )?pay (?:extra )?"
    r"(?:for|to) (?:the |a |an |my |our )?(?P<what2>.+)$"
    r"|^(?:do|does|must) (?:the |a |an |my |our )?(?P<what3>.+?) (?:have to |need to |need |cost )"
    r"(?:pay|(?:buy )?(?:a )?tickets?|anything|extra|money)$"
    r"|^(?:is|are) (?:the |my |our )?(?P<what4>.+?) charged(?: for)?$"
    r"|^(?P<zh>.+?)(?:还|需不需要|要不要|需要|要|用|得|另)*(?:另外)?(?:收费|要钱|收钱|花钱|付费|买票|付钱|交钱|交费)$",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\bfree\b(?! (?:time|seats?|places?))|\b(?:no|without) (?:extra |additional )?(?:charge|fee|cost)\b"
    r"|免费|不收(?:取|费)?|(?:无需|不必|不用|不需)[^，。]{0,6}(?:[付交缴]|买票)",
    re.IGNORECASE,
)
_PRICED = re.compile(
    r"\b(?:for|is|are|at|of) [$£€¥]|\bcosts?\b|\bfees?\b|\bcharges?\b|\bpay(?:s|able)?\b|收费|收取|[付交缴]",
    re.IGNORECASE,
)
_END = re.compile(r"[?？。.!！\s]+$|(?:吗|么|呢)[?？\s]*$")


def answer_charge(study: Study, question: Question) -> Finding | None:
    """Yes or no to whether something costs, from the place that names it with a price, or as free."""
    if question.asks != "whether":
        return None
    text = _END.sub("", _END.sub("", question.text))
    free = _ASKS_FREE.match(text)
    asked = free or _ASKS_CHARGE.match(text)
    if asked is None:
        return None
    what = next((said for said in asked.groups() if said), "")
    meant = study.misread(analyse(what)).with_field_as_concept()
    concepts = [concept for concept in meant.concepts if not concept.light]
    for place, lines, prices in _places(study, concepts):
        costs = _costs(place, prices)
        if costs is not None:
            verdict = "yes" if costs != (free is not None) else "no"
            return Finding(answered(verdict, place, question.language), tuple(lines), 2.0)
    return None


def _costs(place: str, prices: bool) -> bool | None:
    """Whether what `place` speaks of costs; None where it does not say."""
    if _FREE.search(place):
        return False
    return True if prices and (len(place.split()) < 10 or _PRICED.search(place)) else None


def _places(study: Study, concepts: Sequence[Concept]) -> Iterator[tuple[str, Sequence[SourceLine], bool]]:
    """The rows, then the sentences that speak of all of `concepts`, with whether they hold a price; free ones first."""
    found = [
        (line.text, (line,), bool(of_kinds(line.values, ("money",))))
        for table in study.tables
        for line in table.lines
        if _speaks(line.wording, concepts)
    ]
    tabled = {line.index for table in study.tables for line in table.lines}
    said: list[tuple[str, Sequence[SourceLine], bool]] = [
        (sentence.text, sentence.lines, bool(of_kinds(sentence.values, ("money",))))
        for sentence in study.sentences
        if sentence.lines[0].index not in tabled and _speaks(sentence.wording, concepts)
    ]
    yield from sorted((*found, *said), key=lambda place: _FREE.search(place[0]) is None)


def _speaks(place: Wording, concepts: Sequence[Concept]) -> bool:
    return bool(concepts) and all(place.speaks_of(concept) for concept in concepts)
