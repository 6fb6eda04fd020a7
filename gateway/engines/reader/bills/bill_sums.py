"""Sums of a bill: totals, taxes, what was taken off, points; and how what a label states is told."""

from __future__ import annotations

import re
from decimal import Decimal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_parts import Bill, Stated
from gateway.engines.reader.bills.bill_wants import Wanted
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import field_is, sentence
from gateway.engines.reader.words.amounts import written_like
from gateway.engines.reader.words.labels import field_of_label
from gateway.engines.reader.words.values import amount_of
from gateway.engines.reader.words.vocabulary import Field

SCORE = 4.0
LONGEST_LABEL = 40
"""Characters."""
AMOUNT = re.compile(r"[-–−]?[$€£¥]?-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:[.,]\d{1,2})?\s?(?:元|€)?")
_TOGETHER = re.compile(
    r"\b(?:together|altogether|in total|in all|both|all|sum|combined)\b|一共|总共"
    r"|加起来|合计|共|两[项张个]|全部",
    re.IGNORECASE,
)
_NO_TOTAL = frozenset(("insurance balance", "deposit", "change", "discount"))
"""Sums of which a total says nothing."""
_IN_THE_END = re.compile(r"\bin the end\b|\bfinally\b|\bactually\b|实际|最后|最终|到底", re.IGNORECASE)
_PAID = re.compile(r"^(?:amount |total )?paid\b(?!.*\b(?:deposit|advance|on account)\b)|实付|实收", re.IGNORECASE)
_REDUCED = re.compile(
    r"(?:减去|扣除|扣掉|除去|去掉).*(?:优惠|折扣|减免)|\b(?:after|less|minus)\b.*\b(?:discount|reduction)",
    re.IGNORECASE,
)
_UNTAXED = re.compile(r"税前|不含税|\bbefore (?:tax|vat|hst|gst)\b|\bexcluding (?:tax|vat)\b", re.IGNORECASE)
_REFUND_WORDS = frozenset(("deposit", "change", "tax", "balance", "total"))


def priority(label: str, question: Question) -> float:
    """Of several totals, the one to be paid."""
    if any(word in label and word in question.text for word in ("实收", "实付", "应收", "应付")):
        return 1.0
    if re.search(r"实付", label):
        return 0.4 if re.search(r"[付花]了|\bpaid\b", question.text) else 0.1
    if re.search(r"应付|应收|grand|to pay|due|payable|invoice total", label, re.IGNORECASE):
        return 0.3
    if re.search(r"余额|balance", label, re.IGNORECASE) and re.search(r"还有|还剩|\bleft\b", question.text):
        return 1.5
    if re.search(r"实收", label):
        return -0.2
    return 0.0


def told(label: str, value: str, stated: Stated, question: Question) -> Finding:
    """What a label states, in a sentence."""
    zh = question.language == "zh"
    known = field_of_label(re.sub(r"[\s(]*\d+(?:[.,]\d+)? ?%.*", "", label).strip())
    if known is not None and (_is_asked(known, question) or (known.name == "worker" and not zh)):
        words = question.field_words if _is_asked(known, question) else label.lower()
        text = field_is(known, words, value, question.language)
    else:
        shown = label if len(label) < LONGEST_LABEL else ""
        text = sentence(f"{shown}{'：' if zh else ': '}{value}" if shown else value, question.language)
    return Finding(text, (stated.line,), SCORE, value)


def plainly(label: str, value: str, stated: Stated, question: Question) -> Finding:
    """What a label states, in the bill's own words."""
    said = f"{label}{'：' if question.language == 'zh' else ': '}{value}"
    return Finding(sentence(said, question.language), (stated.line,), SCORE, value)


def _is_asked(known: Field, question: Question) -> bool:
    return question.field is not None and question.field.name == known.name and question.field_words in known.labels


def answer_rate(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """The rate of a tax, which stands in the label of its amount."""
    if wanted.want != "percent" or "tax" not in wanted.required:
        return None
    for stated in bill.stated:
        found = re.search(r"\d+(?:[.,]\d+)?\s?%", stated.label + " " + stated.value)
        if found and stated.meant.says("tax"):
            return told(re.sub(r"\s*\d+(?:[.,]\d+)?\s?%.*", "", stated.label), found[0], stated, question)
    return None


def answer_discounts(bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """All that was taken off, or the reductions that are named."""
    asked = set(wanted.required) | {wanted.triggered}
    kinds = {"discount", "member discount", "coupon"}
    if not asked & kinds or set(wanted.required) - kinds - {"member"} or wanted.want not in ("money", "count", "any"):
        return None
    found: dict[str, Stated] = {}
    for stated in bill.stated:
        negative = re.match(r"[-–−]", stated.value.strip()) is not None
        reducing = bool(stated.meant.keys & kinds) or (negative and not stated.meant.keys & _REFUND_WORDS)
        if reducing and AMOUNT.fullmatch(stated.value.strip()) and not re.search(r"积分|points", stated.label):
            found.setdefault(stated.label, stated)
    named = [stated for stated in found.values() if stated.meant.keys & asked & {"member discount", "coupon"}]
    chosen = named if len(named) == 1 or (named and len(asked & kinds) > 2) else list(found.values())
    chosen = named if len(named) >= 1 and not _TOGETHER.search(question.text) else chosen
    if not chosen:
        return None
    cells = [stated.value.lstrip("-–− ") for stated in chosen]
    if len(chosen) == 1:
        put = told if question.language == "en" else plainly
        return put(chosen[0].label, cells[0], chosen[0], question)
    amounts = [amount_of(cell) or Decimal(0) for cell in cells]
    result = written_like(sum(amounts, Decimal(0)), cells)
    terms = " + ".join(cells)
    said = f"一共{result}（{terms}）" if question.language == "zh" else f"Together that is {result} ({terms})"
    return Finding(sentence(said, question.language), tuple(stated.line for stated in chosen), SCORE, result)


def answer_points(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """How many points are there, or still missing for what they buy."""
    if not {"points", "points total", "points earned"} & set(wanted.required):
        return None
    total = next((stated for stated in bill.stated if "points total" in stated.meant.keys), None)
    earned = next((stated for stated in bill.stated if "points earned" in stated.meant.keys), None)
    if (
        re.search(r"\bmore\b|\bneed\b|\bmissing\b|\bshort\b|还[差缺需要]|差多少|还得|够", question.text, re.IGNORECASE)
        and total
    ):
        for one in study.sentences:
            goal = re.search(r"(\d[\d,]*)\s*(?:个)?\s*(?:积分|points)|积分满\s*(\d+)", one.text, re.IGNORECASE)
            if goal and re.search(r"换|兑|抵|redeem|exchange|get|worth|free", one.text, re.IGNORECASE):
                needed = (amount_of(goal[0]) or Decimal(0)) - (amount_of(total.value) or Decimal(0))
                missing = f"{max(needed, Decimal(0)):f}"
                terms = f"{goal[1] or goal[2]} - {total.value}"
                said = f"还差{missing}分（{terms}）" if question.language == "zh" else f"{missing} more ({terms})"
                return Finding(sentence(said, question.language), (*one.lines, total.line), SCORE, missing)
        return None
    if wanted.want == "date" or set(wanted.required) - {"points", "points total", "points earned", "累计"}:
        return None
    now = re.search(
        r"本次|这次|这回|\bearn|\bthis (?:time|visit|purchase)|\bget for\b|\bgot\b"
        r"|\bgain",
        question.text,
        re.IGNORECASE,
    )
    chosen = earned if now and earned else total or earned
    return told(chosen.label, chosen.value, chosen, question) if chosen else None


def answer_before_discount(bill: Bill, question: Question) -> Finding | None:
    """The largest total, where it is asked for before what was taken off."""
    if not re.search(
        r"(?:打折|优惠|折扣|减免)之?前|原价|折前|\bbefore (?:the |any "
        r"|all )?(?:discounts?|reductions?)\b"
        r"|(?:要是|如果|假如|若).*(?:不是|没有?用?|不用|不算).{0,4}(?:会员|优惠|折扣|券)"
        r"|\bwithout (?:the |any |my )?(?:[\w']+ )?(?:discount|voucher|coupon)",
        question.text,
    ):
        return None
    reduced = [place for place, one in enumerate(bill.stated) if "discount" in one.meant.keys]
    above = bill.stated[: reduced[0]] if reduced else ()
    sums = [one for one in above if one.meant.keys & {"total", "subtotal"} and AMOUNT.fullmatch(one.value.strip())]
    if not sums:
        return None
    best = sums[-1]
    known = field_of_label(best.label)
    text = field_is(known, best.label.lower(), best.value, question.language) if known else ""
    return Finding(text or plainly(best.label, best.value, best, question).text, (best.line,), SCORE, best.value)


def answer_reduced(bill: Bill, question: Question) -> Finding | None:
    """The sum before tax less what was taken off, where no line states it."""
    if not _REDUCED.search(question.text) or not _UNTAXED.search(question.text):
        return None
    net = next((one for one in bill.stated if one.meant.keys == {"subtotal"} and AMOUNT.fullmatch(one.value)), None)
    off = [one for one in bill.stated if "discount" in one.meant.keys and AMOUNT.fullmatch(one.value)]
    if net is None or not off or any(bill.stated.index(one) < bill.stated.index(net) for one in off):
        return None
    amounts = [amount_of(one.value) or Decimal(0) for one in off]
    result = written_like((amount_of(net.value) or Decimal(0)) - sum(amounts, Decimal(0)), [net.value])
    terms = " - ".join([net.value, *(one.value.lstrip("-") for one in off)])
    said = f"{result}（{terms}）" if question.language == "zh" else f"{result} ({terms})"
    return Finding(sentence(said, question.language), (net.line, *(one.line for one in off)), SCORE, result)


def _paid(bill: Bill, question: Question) -> Stated | None:
    """What was paid, where it is asked for as such and differs from what was charged."""
    if not _IN_THE_END.search(question.text):
        return None
    return next((one for one in bill.stated if _PAID.search(one.label) and AMOUNT.fullmatch(one.value.strip())), None)


def answer_whole(bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """The total, when nothing is named at all: 一共花了多少钱."""
    if wanted.want != "money" or set(wanted.required) - {"total", "tax"}:
        return None
    if re.search(r"\b(?:most|least|dearest|cheapest)\b|最(?!后|终)", question.text) or wanted.triggered in _NO_TOTAL:
        return None
    paid = _paid(bill, question)
    if paid is not None:
        return told(paid.label, paid.value, paid, question)
    totals = [
        stated for stated in bill.stated if "total" in stated.meant.keys and AMOUNT.fullmatch(stated.value.strip())
    ]
    if not totals:
        return None
    best = max(totals, key=lambda stated: (priority(stated.label, question), amount_of(stated.value) or Decimal(0)))
    label = "合计" if "合计" in best.label and len(best.label) > 10 else best.label
    return told(label, best.value, best, question)
