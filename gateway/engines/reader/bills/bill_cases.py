"""Yes or no from a bill: whether anything is still owed, a fee falls due in a case, a voucher holds, work was done."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_parts import Bill
from gateway.engines.reader.bills.bill_statements import sentences_with_heads
from gateway.engines.reader.bills.bill_wants import Wanted
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import no, quoted, yes
from gateway.engines.reader.words.meanings import meant_by
from gateway.engines.reader.words.values import amount_of

SCORE = 4.0
LONGEST = 150
"""Characters of a sentence that is quoted whole; of a longer one the clause."""
_OWES = re.compile(
    r"\b(?:still|anything|any money|something|left|outstanding)\b.*\b(?:owe|pay|due|owing|outstanding)\b"
    r"|\bowe (?:them|you|him|her|anything|any)\b|\b(?:been|is it|fully) paid\b.*\b(?:full|already)\b"
    r"|还(?:欠|要付|需要?付|差)|付清了|欠.*钱吗|欠款",
    re.IGNORECASE,
)
_PAID_UP = re.compile(r"\bpaid in full\b|\bnothing (?:is )?(?:due|owed|to pay)\b|已付清|已结清|全部付清", re.IGNORECASE)
_PAID_ASKED = re.compile(r"\bpaid\b|付清|结清", re.IGNORECASE)
_CASE = re.compile(r"\bif\b|\bwhen\b|如果|要是|假如|若", re.IGNORECASE)
_CHARGED = re.compile(
    r"\b(?:charged?|payable|pay|paid|due|costs?|applies|apply|added?)\b|收取|加收|另收|需付|支付|收费", re.IGNORECASE
)
_FREE = re.compile(r"\b(?:not|no|free|waived|without|unless|never)\b|n['’]t\b|免费|免收|不收|不另收|免", re.IGNORECASE)
_FEE = frozenset(("callout", "delivery", "service charge", "late", "parking", "storage", "storag", "penalty"))
_NOT = re.compile(
    r"\b(?:not|never|cannot|no|except|excluding|excluded)\b|n['’]t\b|不可|不能|不得|不适用|除外|不含|不参加|无效",
    re.IGNORECASE,
)
_USES = re.compile(
    r"\b(?:use|used|valid|redeem|apply|applies|count|included?|covered)\b|用|有效|适用|参加", re.IGNORECASE
)
_DONE = re.compile(r"\b(?:was|were|did|has|have|been)\b.*\b(\w+(?:ed|ne|de|xed|lt))\b", re.IGNORECASE)
_LIKE_A_NUMBER = re.compile(r"\d")


def answer_case(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """Yes or no to `question`, or None."""
    return (
        _owed(study, bill, question)
        or _charged(study, wanted, question)
        or _restricted(study, wanted, question)
        or _undone(study, wanted, question)
    )


def _owed(study: Study, bill: Bill, question: Question) -> Finding | None:
    """Whether there is a balance."""
    if _OWES.search(question.text) is None:
        return None
    wants_paid = _PAID_ASKED.search(question.text) is not None and "owe" not in question.text
    for one in bill.stated:
        amount = amount_of(one.value)
        if "balance" not in one.meant.keys or amount is None:
            continue
        owed = amount != 0 and not one.value.startswith("-")
        put = yes if owed != wants_paid else no
        return Finding(put(f"{one.label}: {one.value}", question.language), (one.line,), SCORE)
    for line in study.document.lines:
        if _PAID_UP.search(line.text):
            put = yes if wants_paid else no
            return Finding(put(line.text, question.language), (line,), SCORE)
    return None


def _charged(study: Study, wanted: Wanted, question: Question) -> Finding | None:
    """Whether a fee falls due in the case that the question puts."""
    fees = set(wanted.required) & _FEE
    if len(fees) != 1 or _CASE.search(question.text) is None or _CHARGED.search(question.text) is None:
        return None
    (fee,) = fees
    case = [word for word in wanted.required if word != fee]
    for text, said in sentences_with_heads(study):
        if not meant_by(text).says(fee) or not any(meant_by(text).says(word) for word in case):
            continue
        clause = next(part for part in re.split(r"[;；,，]", text) if meant_by(part).says(fee))
        if _CHARGED.search(clause) or _FREE.search(clause):
            put = no if _FREE.search(clause) else yes
            shown = text if len(text) <= LONGEST else clause.strip()
            return Finding(put(shown, question.language), said.lines, SCORE)
    return None


def _restricted(study: Study, wanted: Wanted, question: Question) -> Finding | None:
    """A no, where the sentence about the thing excludes the case: a voucher that is no good on holidays."""
    words = [word for word in wanted.required if not _LIKE_A_NUMBER.search(word) and word not in ("yuan", "discount")]
    if len(words) < 2 or _USES.search(question.text) is None:
        return None
    for text, said in sentences_with_heads(study):
        if not all(meant_by(text).says(word) for word in words):
            continue
        for clause in re.split(r"[，,;；。]", text):
            if _NOT.search(clause) and any(meant_by(clause).says(word) for word in words):
                return Finding(no(text, question.language), said.lines, SCORE)
    return None


def _undone(study: Study, wanted: Wanted, question: Question) -> Finding | None:
    """A no, where a sentence says of the thing that it was not done, or the next one does: "Not repaired today."."""
    done = _DONE.search(question.text)
    if done is None or not wanted.required:
        return None
    before = ""
    for text, said in sentences_with_heads(study):
        if re.search(rf"\bnot\b (?:\w+ )?{re.escape(done[1])}", text, re.IGNORECASE) and any(
            meant_by(f"{before} {text}").says(word) for word in wanted.required
        ):
            return Finding(no(quoted(text, question.language), question.language), said.lines, SCORE)
        before = text
    return None
