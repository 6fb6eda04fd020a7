"""Sums and differences of what a text states in several places: rent and heating, a fee that rises from one sum."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.fields import is_another
from gateway.engines.reader.page.entries import spoken_value
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import Sought, likeness, sought_of
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.amounts import written_like
from gateway.engines.reader.words.values import Kind, amount_of, of_kinds
from gateway.engines.reader.words.wording import Wording, tokens_of

_TOGETHER = re.compile(
    r"\b(?:together|altogether|in total|in all|sum of|add up to|come to|combined)\b|一共|总共|加起来|合计",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\bby how much\b|\bhow much (?:higher|lower|more|less|dearer|cheaper)\b|\bhow much does .+ (?:rise"
    r"|increase|fall|go up|go down)\b"
    r"|\bdifference\b|涨了多少|上涨多少|增加了?多少|减少了?多少|提高了?多少",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"\bfrom (?P<one>\S*\d\S*).{0,20}? to (?P<other>\S*\d\S*)|从(?P<zh1>\S*?\d[\d,.]*\S*?)[^\d]{0,8}?(?:涨|升"
    r"|增|提高|降|减)?(?:至|到)(?P<zh2>\d[\d,.]*[^\d，。]?)",
    re.IGNORECASE,
)
_A_YEAR = re.compile(
    r"\b(?:whole|full|entire) year\b|\b(?:a|per) year\b|\bin (?:a|one) year\b|\ba year'?s\b|一年|全年|每年",
    re.IGNORECASE,
)
_MONTHLY = re.compile(r"\bmonthly\b|\b(?:a|per|each|every) month\b|每月|月租", re.IGNORECASE)
_PARTS = re.compile(r",|\band\b|\bplus\b|和|与|、|加上", re.IGNORECASE)
LEAST_SHARE = 0.6
MONTHS_OF_YEAR = 12


def answer_sum(study: Study, question: Question) -> Finding | None:
    """What several stated sums come to, by how much one changes, or what a monthly one is in a year."""
    return _change(study, question) or _yearly(study, question) or _together(study, question)


def _change(study: Study, question: Question) -> Finding | None:
    if not _CHANGE.search(question.text):
        return None
    asked = sought_of(study, question)
    for found in study.sentences:
        ends = _FROM_TO.search(found.text)
        if ends is None or likeness(asked, found.wording, [(study.title, 0.5)]).share < LEAST_SHARE:
            continue
        pair = [ends["one"] or ends["zh1"], ends["other"] or ends["zh2"]]
        amounts = [amount_of(end) for end in pair]
        if amounts[0] is None or amounts[1] is None:
            continue
        models = [end.rstrip(".,:;") for end in pair]
        return _told(abs(amounts[1] - amounts[0]), models, found.lines, question, "-")
    return None


def _yearly(study: Study, question: Question) -> Finding | None:
    """Twelve times what is stated for a month, when a year is asked for."""
    if not _A_YEAR.search(question.text) or question.asks not in ("much", "what"):
        return None
    text = _A_YEAR.sub(" ", question.text)
    asked = tuple(
        word
        for word in sought_of(study, question)
        if word.word not in ("year", "whol", "full") and word.word in Wording.of(text).stems
    )
    for found in study.sentences:
        money = of_kinds(found.values, ("money",))
        if not money or not _MONTHLY.search(found.text) or _A_YEAR.search(found.text) or not asked:
            continue
        if likeness(asked, found.wording, [(study.title, 0.5)]).share >= 0.8:
            amount = money[0].amount
            if amount is None:
                continue
            result = written_like(amount * MONTHS_OF_YEAR, [money[0].text])
            said = (
                f"一年是{result}（12 × {money[0].text}）"
                if question.language == "zh"
                else f"In a year that is {result} (12 × {money[0].text})"
            )
            return Finding(sentence(said, question.language), found.lines, 2.5, result)
    return None


def _together(study: Study, question: Question) -> Finding | None:
    if not _TOGETHER.search(question.text) or question.asks not in ("much", "many", "what", "long"):
        return None
    minutes = re.search(r"\b(?:minutes|hours|long)\b|分钟|小时|多久|多长", question.text)
    stated: tuple[Kind, ...] = (
        ("money",)
        if any(of_kinds(line.values, ("money",)) for line in study.document.lines)
        else ("number", "quantity")
    )
    kinds: tuple[Kind, ...] = ("duration",) if minutes else stated
    pieces = [piece for piece in _PARTS.split(_TOGETHER.sub(" ", question.text)) if piece.strip()]
    if len(pieces) < 2:
        return None
    placed: dict[tuple[int, str], str] = {}
    lines: list[SourceLine] = []
    for piece in pieces:
        asked = sought_of(study, replace(question, text=piece, tokens=tokens_of(piece)))
        telling = tuple(word for word in asked if word.weight > 0.25)
        found = _stated(study, question, telling, kinds) if telling else None
        if found is None:
            return None
        line, value = found
        placed[(line.index, value)] = value
        lines.append(line)
    if len(placed) < 2:
        return None
    models = list(placed.values())
    amounts = [amount_of(model) for model in models]
    if any(amount is None for amount in amounts):
        return None
    return _told(
        sum((amount for amount in amounts if amount is not None), Decimal(0)),
        models,
        tuple(dict.fromkeys(lines)),
        question,
        "+",
    )


def _stated(
    study: Study, question: Question, asked: Sequence[Sought], kinds: tuple[Kind, ...]
) -> tuple[SourceLine, str] | None:
    """The line and the value of the place that speaks most of what is `asked`."""
    best: tuple[float, SourceLine, str] | None = None
    for entry in study.entries:
        value = spoken_value(entry, kinds)
        share = 0.0 if is_another(entry.key.text, question) else likeness(asked, entry.key, ()).share
        if value and share >= 0.45 and (best is None or share + 0.1 > best[0]):
            best = (share + 0.1, entry.lines[-1], value)
    for found in study.sentences:
        values = of_kinds(found.values, kinds)
        if is_another(found.text.partition(":")[0], question):
            continue
        share = likeness(asked, found.wording, ()).share - 0.004 * len(found.wording.stems)
        if values and share >= 0.45 and (best is None or share > best[0]):
            best = (share, found.lines[0], values[0].text)
    return (best[1], best[2]) if best else None


def _told(
    amount: Decimal, models: Sequence[str], lines: tuple[SourceLine, ...], question: Question, sign: str
) -> Finding:
    result = written_like(amount, models)
    terms = f" {sign} ".join(models if sign == "+" else reversed(models))
    if question.language == "zh":
        said = f"{'一共' if sign == '+' else '相差'}{result}（{terms}）"
    else:
        said = f"{'Together that is' if sign == '+' else 'By'} {result} ({terms})"
    return Finding(sentence(said, question.language), lines, 2.5, result)
