"""What is to be brought, worn or prepared, in Chinese notices: 要带什么 is answered by 自带水杯和雨衣."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import likeness, sought_of
from gateway.engines.reader.page.sentences import SourceSentence
from gateway.engines.reader.phrasing import quoted
from gateway.engines.reader.words.related import PERSONS_ZH

_VERBS = (
    (
        re.compile(r"[要须该]?(?:自?带|携带|准备)(?:些|上)?(?:什么|哪些)"),
        re.compile(r"(?:自带|自备|携带|带好|带上|带齐|准备好?|备好|带)(?P<what>[^,，。；;]+)"),
    ),
    (re.compile(r"穿(?:什么|哪)"), re.compile(r"(?:穿着?|着)(?P<what>[^,，。；;]+)")),
)
LEAST_SHARE = 0.3
"""So much of what else the question names must be spoken of."""
_FORBIDDEN = re.compile(r"(?:不得|不要|不能|不可|不准|勿|禁止|严禁|无需|不必|不用|不)[^,，。；;]{0,3}$")


def answer_provision(study: Study, question: Question) -> Finding | None:
    """The sentence that says what to bring or to wear; None for another question, or where nothing says it."""
    for asks, says in _VERBS:
        if question.language == "zh" and asks.search(question.text):
            found = next(_saying(study, question, says), None)
            return Finding(quoted(found.text, "zh"), found.lines, 2.0) if found is not None else None
    return None


def _saying(study: Study, question: Question, says: re.Pattern[str]) -> Iterator[SourceSentence]:
    """The sentences that say it, nearest to the question first."""
    asked = [word for word in sought_of(study, question) if word.word not in ("带", "穿", "要带", "携带", *PERSONS_ZH)]
    saying = [
        found
        for found in study.sentences
        if any(
            _FORBIDDEN.search(found.text[: match.start()]) is None and not _names_a_person(match)
            for match in says.finditer(found.text)
        )
    ]
    shares = [(likeness(asked, found.wording, ()).share if asked else 1.0, found) for found in saying]
    yield from (found for share, found in sorted(shares, key=lambda entry: -entry[0]) if share >= LEAST_SHARE)


def _names_a_person(match: re.Match[str]) -> bool:
    """True for 带队老师, which is no thing to bring."""
    return re.match("队|领|班|头", match["what"]) is not None
