"""A bill for one thing, whose name, price and quantity stand behind labels: fuel, a fare, a meter that was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from gateway.engines.reader.bills.bill_parts import Item, Stated
from gateway.engines.reader.words.values import amount_of

_NAME = re.compile(r"油品|品名|商品|货物|品种|燃料|\b(?:product|fuel(?: type| grade)?|grade|goods)", re.IGNORECASE)
_PRICE = re.compile(
    r"单价|油价|每升|\b(?:unit price|price(?: per \w+|/\w+)?|price/l(?:itre)?|rate|per (?:litre|liter|gallon|kwh))",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"数量|升数|加油量|用量|电量|重量|\b(?:quantity|qty|volume|litres?|liters?|gallons?|units?|kwh)", re.IGNORECASE
)
_AMOUNT = re.compile(r".{0,4}金额|小计|油款|\b(?:amount|fuel (?:total|sale|amount)|sale)", re.IGNORECASE)


def single_item(stated: Sequence[Stated]) -> Item | None:
    """The one thing that the labels of a bill describe; its price and quantity must come to its amount."""
    name = _first(stated, _NAME, whole=False)
    price, quantity = _first(stated, _PRICE), _first(stated, _QUANTITY)
    if name is None or price is None or quantity is None:
        return None
    each, count = amount_of(price.value), amount_of(quantity.value)
    if each is None or count is None:
        return None
    for one in stated:
        whole = amount_of(one.value)
        if _AMOUNT.match(one.label) and whole is not None and abs(whole - each * count) <= Decimal("0.05"):
            heads = (quantity.label, price.label, one.label)
            return Item(name.value, quantity.value, price.value, one.value, (), name.line, heads)
    return None


def _first(stated: Sequence[Stated], form: re.Pattern[str], *, whole: bool = True) -> Stated | None:
    return next(
        (one for one in stated if form.match(one.label) and (not whole or re.match(r"[$€£¥]?\s?\d", one.value))), None
    )
