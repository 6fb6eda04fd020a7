"""Questions about two documents at once: both their sums together, which is higher, which day comes first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.fields import answer_field
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.letters import letter_part
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.amounts import spoken_days, written_like
from gateway.engines.reader.words.dates import parse_date
from gateway.engines.reader.words.labels import concept_of
from gateway.engines.reader.words.synonyms import DOCUMENT_KINDS
from gateway.engines.reader.words.values import amount_of
from gateway.engines.reader.words.vocabulary import FIELDS_BY_NAME
from gateway.engines.reader.words.wording import Wording

_BOTH = re.compile(
    r"\b(?:both|two|together|altogether|combined|in all|in total|difference|which (?:one |document )?(?:is|was"
    r"|has|costs?|comes))\b|\bor\b"
    r"|两[张份家个]|一共|总共|加起来|相差|差多少|哪[家张份个]",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"\b(?:together|altogether|combined|sum|in all|in total|come to|add up)\b|一共|总共|加起来|合计",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"\bdifference\b|\bhow much (?:more|less|higher|lower|cheaper)\b|相差|差多少|多多少|少多少",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:higher|more|larger|bigger|greater|dearer|expensive|most|highest)\b|更高|更贵|更多|最高|最贵|更大",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"\b(?:lower|less|smaller|cheaper|cheapest|lowest|least)\b|更低|更便宜|更少|最低|最便宜",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\b(?:bills?|invoices?|receipts?|totals?|cost|costs|pay|paid|price|amount|sum|spend|spent|expensive"
    r"|cheaper|rent|fee)\b"
    r"|金额|实付|应付|总额|多少钱|花|价|钱",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(?:comes? first|first|earlier|sooner|before)\b|更早|先|在前", re.IGNORECASE)
_LATER = re.compile(r"\b(?:comes? (?:last|later|second)|later)\b|更晚|在后", re.IGNORECASE)
_DAYS_BETWEEN = re.compile(
    r"how many (?P<unit>days|weeks) (?:lie |are |are there |pass )?between (?P<one>.+?) and (?P<other>.+)",
    re.IGNORECASE,
)
_FIRST_OF = re.compile(
    r"(?:which|what) (?:comes?|is|takes place|happens) (?:first|earlier|sooner|later"
    r"|last),? (?P<one>.+?),? or (?P<other>.+)",
    re.IGNORECASE,
)
_DAYS_ZH = re.compile(r"(?P<one>.+?)(?:和|与|跟)(?P<other>.+?)(?:之间)?(?:相隔|相差|隔|差)(?:多少|几)天")
_FIRST_ZH = re.compile(r"(?P<one>.+?)(?:和|与|还是)(?P<other>.+?)(?:哪个|哪一个|谁)?(?:更早|在前|先)")

Find = Callable[[Study, Question], Finding | None]


def answer_across(question: Question, studies: Sequence[Study], now: datetime, find: Find) -> str | None:
    """The answer that two documents give only together, with its marks; None when the question is about one of them.

    `find` reads one document.
    """
    if len(studies) < 2:
        return None
    return _by_days(question, studies, now, find) or _by_sums(question, studies)


def _by_sums(question: Question, studies: Sequence[Study]) -> str | None:
    text = question.text
    if not _BOTH.search(text) or not _MONEY.search(text):
        return None
    compared = _MORE.search(text) or _LESS.search(text)
    if not (compared or _SUM.search(text) or _DIFFERENCE.search(text)):
        return None
    named = _meant(question, studies)
    if len(named) != 2:
        return None
    found = [(study, finding) for study in named if (finding := _sum_of(study, question)) is not None]
    amounts = [(amount, study, finding) for study, finding in found if (amount := amount_of(finding.value)) is not None]
    if len(amounts) != 2:
        return None
    models = [finding.value for _, _, finding in amounts]
    marks = " ".join(finding.lines[0].mark for _, _, finding in amounts)
    if _DIFFERENCE.search(text):
        return f"{_put(abs(amounts[0][0] - amounts[1][0]), models, '-', question)} {marks}"
    if compared:
        ordered = sorted(amounts, key=lambda entry: entry[0], reverse=_MORE.search(text) is not None)
        parts = [f"{_called(study, question)}{_colon(question)}{finding.value}" for _, study, finding in ordered]
        return f"{sentence(_comma(question).join(parts), question.language)} {marks}"
    return f"{_put(amounts[0][0] + amounts[1][0], models, '+', question)} {marks}"


def _colon(question: Question) -> str:
    return "：" if question.language == "zh" else ": "


def _comma(question: Question) -> str:
    return "，" if question.language == "zh" else "; "


def _put(amount: Decimal, models: Sequence[str], sign: str, question: Question) -> str:
    terms = f" {sign} ".join(models)
    result = written_like(amount, models)
    if question.language == "zh":
        return sentence(f"{'一共' if sign == '+' else '相差'}{result}（{terms}）", "zh")
    return sentence(f"{'Together that is' if sign == '+' else 'The difference is'} {result} ({terms})", "en")


def _meant(question: Question, studies: Sequence[Study]) -> list[Study]:
    """The documents that the question names by their kind; all, when it names none of them."""
    named = [study for study in studies if _kind_in_question(study, question)]
    return named if len(named) == 2 else list(studies)


def _kind_in_question(study: Study, question: Question) -> str:
    """The word of the question that names what kind of document this is; the one that its title says first."""
    text = question.text.lower()
    best = ""
    for names in DOCUMENT_KINDS:
        for name in names:
            shown = re.search(rf"\b(?:\w+ )?{name}\b" if name.isascii() else name, text)
            if (
                shown
                and study.title.speaks_of(concept_of("document", (name,), optional=False))
                and len(name) >= len(best)
            ):
                best = name
    return best


def _sum_of(study: Study, question: Question) -> Finding | None:
    """The total, or the field that the question names for both."""
    names = ["total", "amount", "price"]
    if question.field is not None and "money" in question.field.kinds:
        names = [question.field.name, *names]
    for label in ("实付", "应付", "实收") if question.language == "zh" else ():
        if label in question.text:
            entry = next((entry for entry in study.entries if label in entry.key.text), None)
            if entry is not None:
                return Finding(entry.value, entry.lines, 1.0, entry.value)
    for name in names:
        field = FIELDS_BY_NAME[name]
        plain = replace(
            question, field=field, field_words=field.labels[0], concepts=(), kinds=field.kinds, document_kind=()
        )
        finding = answer_field(study, plain)
        if finding is not None and finding.value:
            return finding
    return None


def _called(study: Study, question: Question) -> str:
    """What to call a document: as the question does, or by its first line."""
    kind = _kind_in_question(study, question)
    if kind and question.language == "en" and not _same_kind(study, question):
        longer = re.search(rf"\b((?:repair|phone|water|tax|electricity) )?{kind}\b", question.text.lower())
        return (longer[0] if longer else kind).capitalize()
    head = letter_part(study, "sender")
    if question.language == "zh":
        return study.document.lines[0].text if study.document.lines else study.document.name
    return head[0] if head else study.document.name


def _same_kind(study: Study, question: Question) -> bool:
    return re.search(r"\b(?:receipts|bills|invoices|letters|documents)\b", question.text.lower()) is not None


def _by_days(question: Question, studies: Sequence[Study], now: datetime, find: Find) -> str | None:
    text = question.text.strip(" ?？.。")
    patterns = (_DAYS_ZH, _FIRST_ZH) if question.language == "zh" else (_DAYS_BETWEEN, _FIRST_OF)
    match = next((found for pattern in patterns if (found := pattern.search(text)) is not None), None)
    if match is None:
        return None
    first_day = _day_of(match["one"], studies, now, find)
    other_day = _day_of(match["other"], studies, now, find)
    if first_day is None or other_day is None:
        return None
    (one, one_line), (other, other_line) = first_day, other_day
    marks = f"{one_line} {other_line}"
    if match.re in (_DAYS_BETWEEN, _DAYS_ZH):
        return f"{sentence(spoken_days(other - one, question.language), question.language)} {marks}"
    late = _LATER.search(text) is not None
    first = (one <= other) != late
    name = re.sub(r"^the ", "", match["one"] if first else match["other"])
    return f"{sentence(name[:1].upper() + name[1:], question.language)} {marks}"


def _day_of(phrase: str, studies: Sequence[Study], now: datetime, find: Find) -> tuple[date, str] | None:
    """The day of what `phrase` names, from the document that speaks of it most."""
    question = analyse(f"when is {phrase}?" if phrase.isascii() else f"{phrase}是什么时候？")
    ranked = sorted(studies, key=lambda study: -_spoken(study, question))
    for study in ranked:
        finding = find(study, question)
        day = parse_date(finding.value or finding.text, now.date()) if finding else None
        if finding is not None and day is not None:
            return day, finding.lines[0].mark
    return None


def _spoken(study: Study, question: Question) -> float:
    text = Wording.of(study.all_words.text)
    return sum(text.speaks_of(concept) for concept in question.concepts) + 0.5 * sum(
        study.title.speaks_of(concept) for concept in question.concepts
    )
