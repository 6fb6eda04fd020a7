"""Questions for two things at once, each asked for by itself: "when do buses 4 and 7 leave", 4路和7路几点开."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study

MOST_ASKED = 3
LONGEST_TOGETHER = 190
"""Characters of all answers together."""
_COMPUTED = re.compile(
    r"\b(?:together|altogether|in total|in all|sum|difference|between|from|more|less|higher|lower"
    r"|cheaper|longer|shorter"
    r"|both|or|how long|average|compared?|combined)\b|一共|总共|合计|加起来|相差|比|还是|平均|多长|多久|从",
    re.IGNORECASE,
)
_NOUN = "bus|line|tram|train|route|room|class|group|platform|flight|coach|ferry|floor|building"
_NUMBERED = re.compile(
    rf"\b(?P<noun>{_NOUN}|ferr)(?:e?s|ies) (?P<first>\w{{1,4}})(?P<more>(?:, \w{{1,4}})?),? and (?P<last>\w{{1,4}})\b",
    re.IGNORECASE,
)
_NUMBERED_ZH = re.compile(r"(?P<first>\w{1,4}?)路?(?:和|与|及|、)(?P<last>\w{1,4}?)(?P<noun>路|号线|班)")
_AND = r"(?:,? and |、|和|与|及| & )(?:the )?"
_ONE = ("do", "does"), ("are", "is"), ("were", "was"), ("have", "has")


def answer_several(
    study: Study, question: Question, answer: Callable[[Study, Question], Finding | None]
) -> Finding | None:
    """The answers for each of the two or three things named, or None when it names fewer, or one has no answer."""
    if question.asks in ("whether", "many", "much", "long") or _COMPUTED.search(question.text):
        return None
    for texts in _apart(study, question):
        findings = [answer(study, analyse(text)) for text in texts]
        found = [finding for finding in findings if finding is not None]
        said = " ".join(finding.text for finding in found)
        if len(found) == len(texts) and len({finding.text for finding in found}) == len(texts):
            if len(said) > LONGEST_TOGETHER:
                return None
            lines = tuple(dict.fromkeys(line for finding in found for line in finding.lines))
            return Finding(said, lines, max(finding.score for finding in found))
    return None


def _apart(study: Study, question: Question) -> Iterator[tuple[str, ...]]:
    """The question for each thing alone, in every way in which two of its words name rows or columns."""
    text = question.text
    found = _NUMBERED.search(text)
    if found is not None:
        numbers = [found["first"], *re.findall(r"\w+", found["more"]), found["last"]]
        noun = "ferry" if found["noun"].lower() == "ferr" else found["noun"]
        yield tuple(_put(text, found.span(), f"{noun} {number}") for number in numbers[:MOST_ASKED])
    chinese = _NUMBERED_ZH.search(text)
    if chinese is not None:
        yield tuple(_put(text, chinese.span(), f"{chinese[end]}{chinese['noun']}") for end in ("first", "last"))
    for table in study.tables:
        for names in ([row.label.text for row in table.rows], [head.text for head in table.header]):
            one_of = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) > 1)
            pair = re.search(rf"(?P<one>{one_of}){_AND}(?P<other>{one_of})", text, re.IGNORECASE) if one_of else None
            if pair is not None and pair["one"].lower() != pair["other"].lower():
                yield tuple(_put(text, pair.span(), pair[end]) for end in ("one", "other"))


def _put(text: str, place: tuple[int, int], name: str) -> str:
    """`text` with one thing instead of several, and its verb in the singular."""
    before, after = text[: place[0]], text[place[1] :]
    for several, one in _ONE:
        before = re.sub(rf"\b{several}\b(?=[^.]*$)", one, before)
    return f"{before}{name}{after}"
