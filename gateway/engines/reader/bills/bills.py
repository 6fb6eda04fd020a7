"""A bill or receipt as it is laid out: its items with their columns, and what it states by label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

from gateway.engines.reader.bills.bill_labels import stated_in
from gateway.engines.reader.bills.bill_parts import SUM, Bill, Item, is_price, parted
from gateway.engines.reader.bills.bill_single import single_item
from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.words.values import amount_of

Role = Literal["number", "name", "quantity", "price", "amount"]

_MONEY = re.compile(
    r"[-–−]?\s*[$€£¥￥]?\s*[-–−]?\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?"
    r"|[-–−]?[$€£¥￥]?[-–−]?\d+(?:[.,]\d{1,2})?"
)
_HEADS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("number", re.compile(r"^(?:序号|no\.?|#|pos\.?|item no\.?|line|编码|条码)$", re.IGNORECASE)),
    (
        "amount",
        re.compile((r"金额|小计|合计|总价|\bamount\b|\bline total\b|^total|\bsum\b|\btotal\b|\bext"), re.IGNORECASE),
    ),
    ("price", re.compile(r"单价|价格|售价|\bprice\b|\beach\b|\bunit\b|\brate\b|\bper\b|^单\b", re.IGNORECASE)),
    (
        "quantity",
        re.compile(
            r"数量|件数|份数|重量|\bqty\b|\bquantity\b|\bpcs\b|\bcount\b|^hours$|^hrs$"
            r"|\bunits\b",
            re.IGNORECASE,
        ),
    ),
    (
        "name",
        re.compile(
            r"品名|商品|名称|项目|菜品|菜名|药品|油品|品项|货品|内容|描述|\bitems?\b"
            r"|\bdescription\b|\bparts?\b|\bservices?\b"
            r"|\bproducts?\b|\barticle\b|\bwork\b|\bdetails?\b|\bmaterials?\b|\bmedicine\b|\bdrug\b|\bdish\b",
            re.IGNORECASE,
        ),
    ),
)
_TIMES = re.compile(
    r"^(?P<name>.*?)\s*(?P<count>\d+(?:[.,]\d+)?)\s*(?P<unit>kg|g|l|ml|lbs?|oz|pcs?"
    r"|公斤|千克|斤|克|个|盒|瓶|袋|支|件|包)?\s*[x×*@]\s*"
    r"(?P<each>[$€£¥]?\d+(?:[.,]\d{1,2})?)(?:\s*/\s*\w+)?(?:\s*=)?$",
    re.IGNORECASE,
)
HEAD_LINES = 4
_OTHER_KIND = re.compile(
    r"\b(?:bank|account) statement|\bstatement of|\bagreement\b|\btimetable\b|对账单|合同|协议|时刻表", re.IGNORECASE
)
"""Said at the head of what is no bill, though it lists sums."""


def bill_of(document: SourceDocument) -> Bill | None:
    """The bill that `document` is, or None: it must list items with prices, and state a sum."""
    if any(_OTHER_KIND.search(line.text) for line in document.lines[:HEAD_LINES]):
        return None
    items, rows = _items(document)
    apart = frozenset(rows)
    stated = tuple(stated_in(document, apart))
    single = single_item(stated)
    if single is not None and not items:
        return Bill((single, *_timed(document)), stated, single)
    if not items:
        return None
    summed = any(SUM.match(one.label) and is_price(one.value) for one in stated)
    return Bill(tuple(items), stated) if summed else None


def _items(document: SourceDocument) -> tuple[list[Item], list[SourceLine]]:
    """The items under a head with a column of amounts, else the lines above the first sum that end in a price."""
    found: list[Item] = []
    lines: list[SourceLine] = []
    for line in document.lines:
        roles = _roles(line)
        if roles is None or line in lines:
            continue
        items, rows = _under(document, line, roles)
        found += items
        lines += [line, *rows] if items else []
    if found:
        return found, lines
    return _without_head(document)


def _roles(line: SourceLine) -> list[Role | None] | None:
    """What stands in each column under the head `line`; None when it is no head of items."""
    cells = line.cells
    if len(cells) < 2 or any(re.match(r"[$€£¥]?\s?\d", cell) or ":" in cell for cell in cells):
        return None
    roles: list[Role | None] = []
    for cell in cells:
        role = next((role for role, form in _HEADS if role not in roles and form.search(cell)), None)
        roles.append(role)
    if "amount" not in roles and "price" in roles:
        roles[roles.index("price")] = "amount"
    if "amount" not in roles:
        return None
    if "name" not in roles:
        free = next((at for at, role in enumerate(roles) if role is None), None)
        if free is None:
            return None
        roles[free] = "name"
    return roles


def _under(
    document: SourceDocument, head: SourceLine, roles: Sequence[Role | None]
) -> tuple[list[Item], list[SourceLine]]:
    items: list[Item] = []
    rows: list[SourceLine] = []
    for line in document.lines[head.index + 1 :]:
        cells = _fitted(line.cells, roles)
        if (SUM.match(line.cells[0]) and len(line.cells) <= max(2, len(roles) - 1)) or (items and _roles(line)):
            break
        if cells is None:
            if items:
                break
            continue
        if not re.search(r"[^\W\d_]", cells[roles.index("name")]):
            continue
        items.append(_item(cells, roles, head, line))
        rows.append(line)
    return items, rows


def _fitted(cells: Sequence[str], roles: Sequence[Role | None]) -> tuple[str, ...] | None:
    """The cells of a row in the order of the heads; one that is missing before the numbers is left empty."""
    width = len(roles)
    if len(cells) < 2 or (not _MONEY.fullmatch(cells[-1].strip(" 元*")) and not is_price(cells[-1])):
        return None
    if len(cells) == width:
        return tuple(cells)
    if len(cells) == width + 1 and roles[0] == "name":
        return (f"{cells[0]} {cells[1]}", *cells[2:])
    if len(cells) == width + 1 and roles[0] != "number" and cells[0].strip(".").isdigit():
        return tuple(cells[1:])
    if len(cells) == width - 1:
        numbers = sum(role in ("quantity", "price", "amount") for role in roles)
        figures = sum(re.fullmatch(r"[$€£¥]?-?\d[\d,.]*\s?\w{0,3}", cell) is not None for cell in cells[1:])
        if figures < numbers and "quantity" in roles:
            at = roles.index("quantity")
        else:
            at = next((at for at, role in enumerate(roles) if role is None or role == "number"), -1)
        return (*cells[:at], "", *cells[at:]) if at >= 0 else None
    return None


def _item(cells: Sequence[str], roles: Sequence[Role | None], head: SourceLine, line: SourceLine) -> Item:
    found = {role: cell for role, cell in zip(roles, cells, strict=True) if role is not None}
    columns = zip(head.cells, roles, cells, strict=False)
    others = tuple((title, cell) for title, role, cell in columns if role is None and cell)
    name, quantity, price = found.get("name", ""), found.get("quantity", ""), found.get("price", "")
    if not quantity and (times := _TIMES.match(name)) is not None and times["name"]:
        name, quantity, price = times["name"], _counted_as(times), price or times["each"]
    titles = {role: title for role, title in zip(roles, head.cells, strict=False) if line is not head}
    heads = (titles.get("quantity", ""), titles.get("price", ""), titles.get("amount", ""))
    return Item(name, quantity, price, found.get("amount", ""), others, line, heads)


def _timed(document: SourceDocument) -> Iterator[Item]:
    """Lines that state how many at which price and what they come to, behind a label or none."""
    for line in document.lines:
        parts = parted(line)
        times = _TIMES.match(" ".join(parts[:-1]).rpartition(":")[2].strip()) if parts else None
        if parts and times and times["name"]:
            yield Item(times["name"], _counted_as(times), times["each"], parts[-1], (), line)


def _without_head(document: SourceDocument) -> tuple[list[Item], list[SourceLine]]:
    items: list[Item] = []
    rows: list[SourceLine] = []
    before: SourceLine | None = None
    for line in document.lines:
        parts = parted(line)
        if parts is not None and SUM.match(parts[0]) and items:
            break
        if parts is not None and ":" not in parts[0]:
            times = _TIMES.match(" ".join(parts[:-1]))
            if re.search(r"[^\W\d_]", parts[0]) and not (times and not times["name"]):
                items.append(_figured(line, len(items) + 1) or _counted(parts, line))
                rows.append(line)
            elif before is not None and times and not times["name"]:
                items.append(Item(before.text, _counted_as(times), times["each"], parts[-1], (), line))
                rows += [before, line]
        before = line
    return (items, rows) if len(items) >= 2 else ([], [])


_FIGURE = r"[$€£¥]?\s?\d[\d,]*(?:[.,]\d+)?"
_FIGURES = re.compile(
    rf"(?:(?P<place>\d{{1,2}})[.)]? )?(?P<name>.*[^\W\d_].*?)[ ](?P<one>{_FIGURE})(?: ?(?P<unit>(?!x )[a-z]{{1,3}}"
    rf"|[\u3400-\u9fff]))?"
    rf"[ ](?P<other>{_FIGURE})[ ](?P<amount>{_FIGURE})",
    re.IGNORECASE,
)


def _figured(line: SourceLine, place: int) -> Item | None:
    """A row whose last three figures are how many, what one costs and what they come to: it must add up."""
    found = _FIGURES.fullmatch(line.text)
    if found is None:
        return None
    one, other, whole = (amount_of(found[name]) for name in ("one", "other", "amount"))
    if one is None or other is None or whole is None or abs(one * other - whole) > Decimal("0.05"):
        return None
    name = found["name"] if not found["place"] or int(found["place"]) == place else f"{found['place']} {found['name']}"
    count, price = ("one", "other") if "." not in found["one"] or "." in found["other"] else ("other", "one")
    if re.match(r"[$€£¥]", found["one"]):
        count, price = "other", "one"
    return Item(name, f"{found[count]}{found['unit'] or ''}", found[price], found["amount"], (), line)


def _counted(parts: Sequence[str], line: SourceLine) -> Item:
    """A row of name, quantity and price, in cells without heads."""
    if len(parts) == 2:
        return _item((parts[0], parts[-1]), ("name", "amount"), line, line)
    middle = " ".join(parts[1:-1])
    times = _TIMES.match(middle)
    if times is not None:
        return Item(parts[0], _counted_as(times), times["each"], parts[-1], (), line)
    figures = [part for part in parts[1:-1] if re.fullmatch(r"[$€£¥]?\d+(?:[.,]\d+)?\s?\w{0,3}", part)]
    if len(figures) == 2:
        return Item(parts[0], figures[0], figures[1], parts[-1], (), line)
    return Item(parts[0], figures[0] if figures and not is_price(figures[0]) else "", "", parts[-1], (), line)


def _counted_as(times: re.Match[str]) -> str:
    return f"{times['count']} {times['unit'] or ''}".strip()
