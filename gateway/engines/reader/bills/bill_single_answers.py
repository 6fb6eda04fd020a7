"""Answers from a bill for one thing: what it is, what a unit of it costs, how much of it there was."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_parts import Item
from gateway.engines.reader.bills.bill_wants import UNITS, Wanted
from gateway.engines.reader.page.evidence import Finding
from gateway.engines.reader.phrasing import sentence

SCORE = 4.0
_ASKS_NAME = re.compile(
    r"(?:什么|哪种|哪一?号|几号|多少号)的?(?:汽|柴)?油"
    r"|\b(?:what|which) (?:kind|type|grade|sort)? ?(?:of )?(?:fuel|petrol|gas\w*)",
    re.IGNORECASE,
)
_ASKS_PRICE = re.compile(
    r"单价|油价|[一每](?:升|公斤|斤|度)|\b(?:per|an?|each|one) (?:litre|liter|gallon|kilo|kwh|unit)\b|\bunit price\b"
    r"|\b(?:fuel|petrol|gas) price\b",
    re.IGNORECASE,
)
_ASKS_QUANTITY = re.compile(
    r"(?:多少|几)(?:升|公斤|斤|度)|加了多少(?:汽|柴)?油?$|加了多少(?:汽|柴)?油(?!.*钱)"
    r"|\bhow (?:many (?:litres|liters|gallons|units)|much (?:fuel|petrol|diesel|gas))\b(?! cost)",
    re.IGNORECASE,
)
_OWN_WORDS = frozenset(("oil", "petrol", "diesel", "fuel"))


def is_of_another_kind(item: Item, question: Question) -> bool:
    """True for a question about another grade than was sold: 92# where it was 95#."""
    grade = re.search(r"(?<!\d)(\d{2,3})(?:号|#)(?!\d|桌|枪|日)", question.text)
    return grade is not None and re.search(r"\d", item.name) is not None and grade[1] not in item.name


def answer_single(item: Item | None, wanted: Wanted, question: Question) -> Finding | None:
    """What the one thing is, what a unit of it costs, or how much of it there was."""
    if item is None:
        return None
    strange = [
        word for word in wanted.required if word not in _OWN_WORDS and word not in UNITS and not item.meant.says(word)
    ]
    if any(word not in ("price", "unit price") for word in strange):
        return None
    if _ASKS_NAME.search(question.text):
        return _told("", item.name, item, question)
    if _ASKS_PRICE.search(question.text):
        return _told(item.heads[1], item.price, item, question)
    if _ASKS_QUANTITY.search(question.text):
        return _told(item.heads[0], item.quantity, item, question)
    return None


def _told(label: str, value: str, item: Item, question: Question) -> Finding:
    zh = question.language == "zh"
    said = f"{item.name}{'，' if zh else ', '}{label}{'：' if zh else ': '}{value}" if label else value
    return Finding(sentence(said, question.language), (item.line,), SCORE, value)
