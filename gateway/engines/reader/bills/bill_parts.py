"""The parts of a bill: its items, what it states by label, and the lines that end in a price."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.words.meanings import Meant, meant_by
from gateway.engines.reader.words.values import amount_of

LONGEST_ROW = 60
"""Characters of an item before its price."""
PRICE = re.compile(
    r"[-–−—一]*半?\s*(?:[$€£¥￥]|usd|eur|gbp)?\s*[-–−]?(?:\d{1,3}(?:,\d{3})+"
    r"|\d+)[.,]\d{2}\s*(?:元|eur|€|[a-z]|\*)?",
    re.IGNORECASE,
)
"""A price in a cell of its own."""
SUM = re.compile(
    r"^(?:合计|总计|小计|总额|共计|应付|应收|实付|实收|收款|现金|找零|找|优惠|折扣"
    r"|满|服务费|税|抹零|已付|余款|积分|会员|券|微信|支付宝|银行卡"
    r"|合计件数|总数|.*(?:优惠|折扣|半价|立减|满减|合计|余额|积分|税额|税费)|满?\d+减\d+"
    r"|net\b|vat\b|tax\b|(?:grand |invoice |sub ?-?)?totals?\b|sub-?total|sales tax"
    r"|gst|balance|deposit|less\b|paid\b|change\b"
    r"|cash\b|card\b|visa|mastercard|discount|amount due|to pay|tip\b|service charge"
    r"|rounding|shipping|delivery charge"
    r"|.*\b(?:vat|tax|discount|total|voucher|coupon|saving)\b)",
    re.IGNORECASE,
)
"""The label of a sum, which is no item."""
_HOURS = re.compile(r"^(?:hours|hrs)\b|工时|小时", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """Something that was sold or done."""

    name: str
    quantity: str
    price: str
    """Of one; empty when it is not stated."""
    amount: str
    """For all of them."""
    others: tuple[tuple[str, str], ...]
    """Head and cell of its other columns."""
    line: SourceLine
    heads: tuple[str, str, str] = ("", "", "")
    """Over its quantity, its price and its amount."""

    @property
    def meant(self) -> Meant:
        """What its name speaks of."""
        return meant_by(self.name)

    @property
    def whole(self) -> Decimal | None:
        """Its amount."""
        return amount_of(self.amount)

    @property
    def count(self) -> Decimal | None:
        """How many, or how much of it."""
        return amount_of(self.quantity) if self.quantity else None

    @property
    def is_labour(self) -> bool:
        """True for work, counted in hours."""
        return "labour" in self.meant.keys or _HOURS.search(self.heads[0]) is not None

    @property
    def each(self) -> str:
        """What one costs: as stated, or the amount of a single one."""
        return self.price or (self.amount if self.count in (None, Decimal(1)) else "")


@dataclass(frozen=True, slots=True)
class Stated:
    """What stands by a label."""

    label: str
    value: str
    line: SourceLine

    @property
    def meant(self) -> Meant:
        """What the label speaks of; one of a negative sum speaks of a reduction too."""
        known = meant_by(self.label)
        reduces = re.match(r"[-–−]", self.value) and not known.keys & {"deposit", "change", "cash"}
        return meant_by(f"{self.label} discount") if reduces else known


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill, as it is laid out."""

    items: tuple[Item, ...]
    stated: tuple[Stated, ...]
    single: Item | None = None
    """The one thing it is for, when labels describe it."""


def plain_sum(cell: str) -> str:
    """A sum with an ordinary minus: a printed one is read as the Chinese one, ￥ behind it as 半."""
    return re.sub(r"^[–−—一]\s*半?(?=\s*[$€£¥]?\s*\d)", "-", cell)


def is_price(cell: str) -> bool:
    """True for a cell that is a price and nothing else."""
    return PRICE.fullmatch(cell.strip()) is not None


def parted(line: SourceLine) -> list[str] | None:
    """The cells of a line that ends in a price; the price may stand behind a single space."""
    cells = list(line.cells)
    if len(cells) > 1 and is_price(cells[-1]):
        return cells
    found = re.fullmatch(rf"(?P<name>.+?) (?P<price>{PRICE.pattern})", line.text, re.IGNORECASE)
    return (
        [found["name"], found["price"].strip()]
        if found and len(cells) == 1 and len(found["name"]) < LONGEST_ROW
        else None
    )
