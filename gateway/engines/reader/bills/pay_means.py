"""By which means it was paid: "Paid by Visa ending 3309  $300.00", 微信支付 125.00."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.values import of_kinds

_CARDS = r"visa|master ?card|maestro|amex|american express|union ?pay|(?:credit|debit|bank|gift) card|card"
_MEANS = re.compile(
    rf"\b(?:{_CARDS}|cash|cheque|check|pay ?pal|apple pay|google pay|bank transfer|direct debit)\b"
    r"|微信|支付宝|现金|银行卡|信用卡|储蓄卡|刷卡|云闪付|银联|转账|会员卡|储值卡",
    re.IGNORECASE,
)
_CARD = re.compile(rf"\b(?:{_CARDS})\b|卡|银联", re.IGNORECASE)
_ASKS_HOW = re.compile(
    r"\bhow (?:was|were|did|has|is) .*\b(?:pay|paid)\b|\b(?:method of payment|payment method)\b"
    r"|\b(?:what|which) (?:card|means)\b.*\bpa(?:id|y)\b|怎么(?:样)?(?:支?付|给钱|结[账帐算])"
    r"|用什么(?:方式)?(?:支?付|结)|(?:付款|支付)方式|(?:什么|哪种)方式(?:支?付|结)",
    re.IGNORECASE,
)
_ASKS_HOW_MUCH = re.compile(r"\bhow much\b.*\b(?:pay|paid|charged)\b|(?:支?付|刷|给|花)了?(?:多少|几)", re.IGNORECASE)
_SAYS_PAID = re.compile(r"\bpa(?:id|yment|y)\b|\b(?:tendered|received|ending|by|with)\b|付|收款", re.IGNORECASE)


LONGEST_LABEL = 8
"""Words before the amount."""


@dataclass(frozen=True, slots=True)
class _Paid:
    """A line that says by what was paid."""

    line: SourceLine
    label: str
    """What stands before the amount."""
    means: str
    amount: str


def answer_means(study: Study, question: Question) -> Finding | None:
    """The means of payment, or what was paid by the means that the question names; None when no line says it."""
    text = question.text
    if question.asks == "whether":
        return None
    if _ASKS_HOW.search(text):
        found = list(_paid_lines(study))
        if not found or len(found) > 3:
            return None
        joint = "，" if question.language == "zh" else "; "
        said = joint.join(paid.label for paid in found)
        return Finding(sentence(said, question.language), tuple(paid.line for paid in found), 3.0, found[0].label)
    wanted = _MEANS.search(text)
    if wanted is None or not _ASKS_HOW_MUCH.search(text):
        return None
    named = [paid for paid in _paid_lines(study) if _same(paid.means, wanted[0])]
    if len(named) != 1:
        return None
    colon = "：" if question.language == "zh" else ": "
    told = sentence(f"{named[0].label}{colon}{named[0].amount}", question.language)
    return Finding(told, (named[0].line,), 3.0, named[0].amount)


def _paid_lines(study: Study) -> Iterator[_Paid]:
    """Lines with a means of payment before the amount that ends them."""
    for line in study.document.lines:
        amounts = of_kinds(line.values, ("money", "number"))
        if not amounts or amounts[-1].end < len(line.text.rstrip()):
            continue
        label = line.text[: amounts[-1].start].strip(" :：.")
        means = _MEANS.search(label)
        if means is None or len(label.split()) > LONGEST_LABEL or not _leads(label, means):
            continue
        yield _Paid(line, re.sub(r"\s+", " ", label), means[0], amounts[-1].text)


def _leads(label: str, means: re.Match[str]) -> bool:
    """True when the label says that it was paid, or is nothing but the means: a gift card that was bought is none."""
    rest = label[: means.start()] + label[means.end() :]
    return not rest.strip() or _SAYS_PAID.search(rest) is not None


def _same(means: str, asked: str) -> bool:
    both = means.lower().replace(" ", ""), asked.lower().replace(" ", "")
    return both[0] == both[1] or (asked.lower() in ("card", "刷卡", "银行卡") and _CARD.search(means) is not None)
