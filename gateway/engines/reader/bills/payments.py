"""What was paid, what is still to pay, what came back and how it was paid, by the labels that say so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.pay_means import answer_means
from gateway.engines.reader.fields import stated
from gateway.engines.reader.page.entries import Entry, spoken_value
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.words.values import Kind, of_kinds

_MONEY: tuple[Kind, ...] = ("money", "number")


@dataclass(frozen=True, slots=True)
class _Payment:
    """One thing that is asked about a payment."""

    asked: re.Pattern[str]
    labels: tuple[re.Pattern[str], ...]
    """Of the entries that state it; earlier ones say it better."""
    money: bool = True
    """False when words answer, not an amount."""


def _payment(asked: str, *labels: str, money: bool = True) -> _Payment:
    return _Payment(
        re.compile(asked, re.IGNORECASE), tuple(re.compile(label, re.IGNORECASE) for label in labels), money
    )


_PAYMENTS = (
    _payment(
        r"\bwhat (?:do|must|should) (?:i|we) (?:have to |need to )?(?:pay|owe)\W*$",
        r"(?:total )?amount due|total due|balance due|grand total|amount payable|to pay",
        r"total|应付(?:金额)?|合计",
    ),
    _payment(
        r"\b(?:left|still|remaining|remains|outstanding|yet)\b.*\b(?:pay|paid|owed?|due)\b|\b(?:balance"
        r"|amount) (?:due|outstanding)\b"
        r"|\bstill owe\b|还(?:要|需要?|欠|差|剩).{0,4}多少|余款|尾款",
        r"balance due|amount outstanding|outstanding(?: balance)?|remaining(?: balance)?|still to pay|left to pay"
        r"|余款|尾款|待付(?:金额)?|未付(?:金额)?|还需支付",
        r"balance|amount due|to pay",
    ),
    _payment(
        r"\balready (?:been )?paid\b|\bpaid (?:in advance|so far|already|up front)\b"
        r"|\bpaid as (?:a )?deposit\b|已经?(?:支?付|交)了?多少"
        r"|预付了?多少",
        r"already paid|paid already|deposit paid|advance payment|prepaid|amount paid|已付(?:金额|款)?"
        r"|预付(?:金额|款)?|定金",
        r"deposit|paid|payment received",
    ),
    _payment(
        r"\bhow much (?:\w+ )?change\b|\bchange (?:did|was|do) .*|\b(?:get|got|given|receive) back\b|找(?:了|回|零|的)",
        r"change(?: given| due)?|找零(?:金额)?|找回",
    ),
    _payment(
        r"^(?:我们?|这次|一共|总共|最后|实际|到底)*(?:支?付|花|交)了?(?:多少钱|多少|多少元)\W*$",
        r"实付(?:金额|款)?|实际支付",
        r"应付(?:金额|总额|款)?|合计|总计|总额",
    ),
    _payment(
        r"积分.*(?:一共|总共|总|累计|现在)|(?:一共|总共|累计|总共?).*积分|\b(?:total|all|altogether)\b.*\bpoints\b",
        r"累计积分|总积分|积分余额|可用积分|total points|points (?:balance|total)|balance of points",
    ),
    _payment(r"(?:打折|优惠|折扣|减)之?前.*多少|原价.*多少", r"合计|小计|总计|原价|商品金额|总额"),
    _payment(r"实际(?:支?付|收)|实付|实收", r"实付(?:金额|款)?", r"实收(?:金额|款)?"),
    _payment(r"应该?付|应收|该付", r"应付(?:金额|总额|款)?|应收(?:金额)?"),
    _payment(
        r"给了?.{0,4}多少|收银员收了?多少|\b(?:tendered|handed over|cash (?:was )?given)\b",
        r"实付(?:金额)?|收款|现金|cash(?: tendered| received)?|tendered",
        r"实收(?:金额)?",
    ),
    _payment(
        r"(?:打折|折扣|优惠|减免).{0,3}多少|便宜了多少|省了?多少|\bhow much .*\b(?:saved?|taken off)\b",
        r"(?:会员|商品|满减|活动)?(?:折扣|优惠|减免|立减)(?:金额)?|discount|you saved?|savings?|rebate|reduction",
    ),
    _payment(
        r"怎么(?:支?付|给|结)|用什么(?:方式)?(?:支?付|结)|(?:付款|支付)方式|\bhow (?:was|were|did) .*\b(?:pay|paid)\b"
        r"|\bmethod of payment\b|\bpayment method\b",
        r"支付方式|付款方式|payment method|method of payment|paid by|paid with",
        r"付款|支付|payment|paid",
        money=False,
    ),
)


def answer_payment(study: Study, question: Question) -> Finding | None:
    """What the label states for it, or None when the question is no such, or no label states it."""
    by_means = answer_means(study, question)
    if by_means is not None:
        return by_means
    if question.asks not in ("much", "many", "what", "how"):
        return None
    for payment in _PAYMENTS:
        if not payment.asked.search(question.text):
            continue
        for label in payment.labels:
            found = next((entry for entry in study.entries if _states(entry, label, money=payment.money)), None)
            if found is not None:
                value = spoken_value(found, _MONEY) if payment.money else found.value
                return Finding(stated(found.key.text, value, question), found.lines, 3.0, value)
    return None


def _states(entry: Entry, label: re.Pattern[str], *, money: bool) -> bool:
    key = re.sub(r"[(（][^)）]*[)）]", "", entry.key.text).strip(" :：")
    if label.fullmatch(key) is None:
        return False
    return bool(spoken_value(entry, _MONEY)) if money else not of_kinds(entry.values, ("money",)) and bool(entry.value)
