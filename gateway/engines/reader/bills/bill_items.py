"""Answers from the items of a bill: what one of them costs, how many there were, several together, the dearest."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_parts import Bill, Item
from gateway.engines.reader.bills.bill_wants import UNITS, Wanted
from gateway.engines.reader.page.evidence import Finding
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.amounts import written_like
from gateway.engines.reader.words.meanings import meant_by, shared_run
from gateway.engines.reader.words.values import amount_of
from text.script import has_ideographs

SCORE = 4.0
MOST_LISTED = 4
LONGEST_LIST = 190
"""Characters."""
_EACH = re.compile(
    r"\b(?:each|apiece|unit price|per|hourly|(?:for|of|is|does|was|did|cost"
    r"|costs) (?:one|a single|an?)\b(?! lot)|a piece|an? (?:kilo|kg|hour"
    r"|litre|liter|bottle|box|pack|bag|pound))\b|\b(?:one|single) (?!of)\w+"
    r"|单价|[一每](?:公斤|千克|小时|个小时|[盒瓶袋件斤支包个提块桶罐条双只份升碗杯张片串])|每|一小时|一斤|时薪",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:together|altogether|in total|in all|combined|total|sum|all|both)\b|一共"
    r"|总共|加起来|合计|共",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"\b(?:how much (?:more|less|dearer|cheaper)|difference)\b|贵多少|便宜多少|相差"
    r"|差多少|多花|比.*[贵多].*多少",
    re.IGNORECASE,
)
_MOST = re.compile(r"\b(?:most|highest|dearest|priciest|largest|biggest)\b|最贵|最高|最多|最大", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:cheapest|least|lowest|smallest)\b|最便宜|最低|最少|最小", re.IGNORECASE)
_UNIT_PRICE = re.compile(r"\bunit price\b|\bper (?:unit|piece|item|kilo|kg)\b|\beach\b|单价|每[斤公件]", re.IGNORECASE)
_WHOLE_PRICE = re.compile(r"\b(?:cost|costs|spent?|spend|paid|amount|line total)\b|花|金额|总价|付的", re.IGNORECASE)
_QUANTITY = re.compile(
    r"\bhow many\b(?! (?:different )?(?:items|things|products|lines|kinds)\b)"
    r"|\bquantity\b|\bhow much .*\b(?:did (?:i|we) buy|weigh|was used|were used"
    r"|(?:was|were) (?:put|added|filled)|went in)\b|[买用换了]了?几"
    r"|几[盒瓶袋件斤支包个提块桶罐条双只份升小公]|多少[个盒瓶袋件斤支包公升小]|数量"
    r"|多重",
    re.IGNORECASE,
)
_PIECES = re.compile(r"\bhow many (?:items|things|pieces|articles|products)\b|几件|多少件|件数", re.IGNORECASE)
_LISTED = re.compile(
    r"\bwhat (?:did (?:i|we|they|he|she) (?:buy|get|purchase)|was bought"
    r"|items?\b.*\b(?:bought|listed|on))|买了(?:些|哪些)?(?:什么|啥|哪些)"
    r"|有哪些(?:商品|东西|药|菜)",
    re.IGNORECASE,
)
_KINDS = re.compile(
    r"\bhow many (?:different |kinds of |sorts of )?(?:items|things|products|lines"
    r"|goods|articles|parts|services|medicines|drugs|dishes)\b(?!.*\b(?:pieces"
    r"|altogether)\b)|几[种样](?:商品|东西|药|菜|药品)?|多少[种样]",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:first|soonest|earliest|next)\b|最先|最早|最快|先过期", re.IGNORECASE)
_LAST = re.compile(r"\b(?:last|latest)\b|最晚|最迟|最后", re.IGNORECASE)
_SPLIT = re.compile(r",|\band\b|\bplus\b|\bthan\b|\bor\b|\bwith\b|和|与|、|加上|跟|及|比|还是", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\b(?:charged|costs?|cost .*total|spent?|spend|paid|amount|altogether|in total"
    r"|total|sum|all)\b|花|金额|总|小计|一共|付",
    re.IGNORECASE,
)
_BY_AMOUNT = re.compile(r"\b(?:amount|spent?|spend|paid|total|sum)\b|花|金额|总价|小计", re.IGNORECASE)
_COMPARED = re.compile(r"\b(?:more|less|cheaper|dearer|higher|lower)\b.*\bor\b|还是|哪[个种样件]更", re.IGNORECASE)
_ASKS_NO_FIGURE = frozenset(("whether", "why", "how", "who", "when", "where"))
_BEFORE_TAX = frozenset(("subtotal", "tax", "total"))


def answer_item(bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """What the items say to `question`, or None."""
    return (
        _of_all(bill, wanted, question)
        or _other_column(bill, wanted, question)
        or _extreme(bill, wanted, question)
        or _several(bill, wanted, question)
        or _one(bill, wanted, question)
    )


def named_items(bill: Bill, text: str) -> tuple[tuple[Item, ...], frozenset[str]]:
    """The items that `text` names by a part of their name, and those of its words that name them.

    Of several, those named by most words; then the one whose name says least beside, unless they begin alike.
    """
    words = [word for word in meant_by(text).all if word not in UNITS]
    hits = {item: frozenset(word for word in words if _says(item, word, bill)) for item in bill.items}
    most = max(map(len, hits.values()), default=0)
    if not most:
        return (), frozenset()
    best = [item for item in bill.items if len(hits[item]) == most]
    found = frozenset().union(*(hits[item] for item in best))
    if found and all(word in _CLASSES or _is_category(word, bill) for word in found):
        return tuple(best), found
    if len(best) > 1 and has_ideographs(text):
        shared = {item: _shared(item.name, text) for item in best}
        longest = max(shared.values())
        best = [item for item in best if shared[item] == longest] if longest >= 2 else best
    heads = [item for item in best if _is_head(item, hits[item])]
    best = heads or best
    if len(best) > 1 and not (heads and len({_base(item)[-1] for item in best}) == 1):
        share = {item: len(hits[item]) / max(1, len(_said(item))) for item in best}
        first = max(share.values())
        best = [item for item in best if share[item] == first]
    return tuple(best), found


_CLASSES = {
    "labour": frozenset(("labour",)),
    "part": frozenset(("part",)),
    "fruit": frozenset("apple banana orange pear grape watermelon".split()),
    "vegetable": frozenset("tomato potato cabbage cucumber carrot onion".split()),
    "meat": frozenset("pork beef chicken lamb".split()),
}
_NO_PART = frozenset("callout inspection mot debris delivery tip rounding".split())


def _is_category(word: str, bill: Bill) -> bool:
    """True for what stands in another column of several items: a class of them."""
    name = word.removesuffix("类")
    return sum(cell.lower() == name for item in bill.items for _, cell in item.others) >= (1 if name != word else 2)


def _says(item: Item, word: str, bill: Bill) -> bool:
    """True when the name of `item` says `word`, or it is one of that class."""
    if item.meant.says(word):
        return True
    if word == "labour":
        return item.is_labour
    if word == "part":
        return any(one.is_labour for one in bill.items) and not item.is_labour and not item.meant.keys & _NO_PART
    if _is_category(word, bill):
        return any(cell.lower() == word.removesuffix("类") for _, cell in item.others)
    return bool(item.meant.keys & _CLASSES.get(word, frozenset()))


def _said(item: Item) -> list[str]:
    return [word for word in item.meant.all if word not in UNITS and not re.search(r"\d", word)]


def _base(item: Item) -> list[str]:
    """The words of a name before what is only added: "Engine oil" of "Engine oil 5W-30, litres"."""
    words = re.split(r"[,(:\[]|\s\S*\d", item.name)[0].split()
    while len(words) > 1 and words[-1].lower().rstrip("s") in UNITS:
        words.pop()
    return words or [item.name]


def _is_head(item: Item, words: frozenset[str]) -> bool:
    """True when the last word of the name is one of `words`: an oil filter is a filter, and no oil."""
    last = _base(item)[-1]
    if not has_ideographs(last):
        return any(meant_by(last).says(word) for word in words)
    return any(meant_by(last[-length:]).says(word) for word in words for length in (2, 3, 4))


def _shared(name: str, text: str) -> int:
    return max((shared_run(run, text) for run in re.findall(r"[\u3400-\u9fff]+", name)), default=0)


def _of_all(bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    zh = question.language == "zh"
    hours = [item for item in bill.items if item.is_labour]
    if (
        set(wanted.required) <= {"hour"}
        and hours
        and re.search(r"\bhow many hours\b|几个?小时|多少个?小时", question.text, re.IGNORECASE)
    ):
        return _together(hours, question) if len(hours) > 1 else _counted(hours[0], question)
    classes = set(wanted.required) & _CLASSES.keys()
    if set(wanted.required) == classes and _KINDS.search(question.text):
        items = [item for item in bill.items if all(_says(item, word, bill) for word in classes)]
        value = str(len(items))
        names = ("、" if zh else ", ").join(item.name for item in items)
        listed = f"{value}种：{names}" if zh else f"{value}: {names}"
        return _finding(listed if len(listed) < LONGEST_LIST else value, items, question, value) if items else None
    pieces = next((one for one in bill.stated if one.meant.keys == {"pieces"}), None)
    if _PIECES.search(question.text) and not set(wanted.required) - {"pieces"} and pieces is not None:
        told = f"{pieces.label}{'：' if zh else ': '}{pieces.value}"
        return Finding(sentence(told, question.language), (pieces.line,), SCORE, pieces.value)
    if not wanted.required and _LISTED.search(question.text):
        listed = ("、" if zh else ", ").join(item.name for item in bill.items)
        return _finding(listed, bill.items, question, listed) if len(listed) < LONGEST_LIST else None
    return None


def _other_column(bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """The cell of a column that the question names by its head, for one item or the first to expire."""
    titles = {title for item in bill.items for title, _ in item.others}
    asked = [(title, word) for title in titles for word in wanted.required if meant_by(title).says(word)]
    if len({title for title, _ in asked}) != 1:
        return None
    title, word = asked[0]
    if _FIRST.search(question.text) or _LAST.search(question.text):
        dated = [(digits, item) for item in bill.items if (digits := _day(_cell(item, title)))]
        if len(dated) < 2:
            return None
        pick: Callable[..., tuple[str, Item]] = min if _FIRST.search(question.text) else max
        item = pick(dated, key=lambda entry: entry[0])[1]
        return _said_of(item, title, _cell(item, title), question)
    items, hits = named_items(bill, " ".join(part for part in question.text.split() if part))
    if len(items) != 1 or set(wanted.required) - hits - {word}:
        return None
    cell = _cell(items[0], title)
    return _said_of(items[0], title, cell, question) if re.search(r"\w\w", cell) else None


def _cell(item: Item, title: str) -> str:
    return next((cell for head, cell in item.others if head == title), "")


def _day(cell: str) -> str:
    """The digits of a year and month, to compare."""
    found = re.search(r"(20\d\d)\D?(\d\d)\D?(\d\d)?", cell)
    return f"{found[1]}{found[2]}{found[3] or '00'}" if found else ""


def _extreme(bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """The dearest or the cheapest: by what was paid for all of it, or by the price of one, which is told beside."""
    text = question.text
    most = _MOST.search(text)
    classes = set(wanted.required) & _CLASSES.keys()
    items = [item for item in bill.items if all(_says(item, word, bill) for word in classes)] or bill.items
    if not (most or _LEAST.search(text)) or set(wanted.required) - _BEFORE_TAX - classes or len(bill.items) < 2:
        return None
    if question.asks not in ("what", "much", "many", "where") or re.search(r"\bat (?:the )?(?:most|least)\b", text):
        return None
    pick: Callable[..., Item] = max if most else min
    zero = Decimal(0)
    whole = pick(items, key=lambda item: item.whole or zero)
    priced = [item for item in items if amount_of(item.each) is not None]
    each = pick(priced, key=lambda item: amount_of(item.each) or zero) if priced else whole
    if _UNIT_PRICE.search(text) or (not most and not _BY_AMOUNT.search(text)):
        return _priced(each, question)
    told = _summed(whole, question)
    if each is whole and whole.each != whole.amount and not _BY_AMOUNT.search(text):
        return _joined([_priced(each, question), told])
    return told if each is whole or _WHOLE_PRICE.search(text) else _joined([told, _priced(each, question)])


def _joined(findings: Sequence[Finding]) -> Finding:
    lines = tuple(dict.fromkeys(line for finding in findings for line in finding.lines))
    return Finding(" ".join(finding.text for finding in findings), lines, SCORE, findings[0].value)


def _several(bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """Two or more items that are named: their sum or difference."""
    differ = _DIFFERENCE.search(question.text) is not None
    if not differ and _COMPARED.search(question.text):
        return None
    if wanted.want not in ("money", "count", "any") or not (differ or wanted.want in ("money", "count")):
        return None
    named: list[Item] = []
    explained: set[str] = set()
    parts = [part for part in _SPLIT.split(question.text) if meant_by(part).all]
    for part in parts:
        items, hits = named_items(bill, part)
        if not items and not set(meant_by(part).all) - _BEFORE_TAX - UNITS:
            continue
        if not items or (len(items) > 1 and not _all_meant(items, question)):
            return None
        explained |= hits
        named += [item for item in items if item not in named]
    if len(named) < 2 or set(wanted.required) - explained - _BEFORE_TAX:
        return None
    by_count = wanted.want == "count"
    cells = [item.quantity if by_count else _asked_amount(item, question) for item in named]
    amounts = [amount for cell in cells if (amount := amount_of(cell)) is not None]
    if len(amounts) != len(cells):
        return None
    zh = question.language == "zh"
    if differ:
        if len(named) != 2:
            return None
        result = written_like(abs(amounts[0] - amounts[1]), cells)
        terms = f"{max(cells, key=lambda c: amount_of(c) or 0)} - {min(cells, key=lambda c: amount_of(c) or 0)}"
        return _finding(
            f"相差{result}（{terms}）" if zh else f"The difference is {result} ({terms})", named, question, result
        )
    if not (_TOGETHER.search(question.text) or len(parts) > 1):
        return None
    result = written_like(sum(amounts, Decimal(0)), cells)
    terms = " + ".join(cells)
    told = f"一共{result}（{terms}）" if zh else f"Together that is {result} ({terms})"
    return _finding(told, named, question, result)


def _together(items: Sequence[Item], question: Question) -> Finding | None:
    """What several of a kind come to: in money, or in hours."""
    by_count = _QUANTITY.search(question.text) is not None and not re.search(r"[钱元]|\bcost", question.text)
    cells = [item.quantity if by_count else item.amount for item in items]
    amounts = [amount for cell in cells if (amount := amount_of(cell)) is not None]
    if len(amounts) != len(cells):
        return None
    result = written_like(sum(amounts, Decimal(0)), cells)
    terms = f" ({' + '.join(cells)})" if len(cells) <= MOST_LISTED else ""
    told = f"一共{result}{terms}" if question.language == "zh" else f"Together that is {result}{terms}"
    return _finding(told, items, question, result)


def _all_meant(items: Sequence[Item], question: Question) -> bool:
    return _TOGETHER.search(question.text) is not None and len(items) <= MOST_LISTED


def _asked_amount(item: Item, question: Question) -> str:
    if re.search(r"\bone of each\b|各(?:买)?一|单价|贵|便宜|\b(?:dearer|cheaper|more expensive)\b", question.text):
        return item.each
    return item.amount


def _one(bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    timed = wanted.want == "duration" and re.search(r"\btake\b|\btook\b|\bspent\b|\bhours\b|小时|工时", question.text)
    if (wanted.want not in ("money", "count", "any") and not timed) or question.asks in _ASKS_NO_FIGURE:
        return None
    items, hits = named_items(bill, question.text)
    if not items or set(wanted.required) - hits:
        return None
    if (
        len(items) > 1
        and (_TOGETHER.search(question.text) or hits <= {"labour", "part"})
        and not _EACH.search(question.text)
    ):
        return _together(items, question)
    if len(items) > MOST_LISTED:
        return None
    if _MOST.search(question.text) or _LEAST.search(question.text) or _COMPARED.search(question.text):
        return None
    if timed:
        told = [_counted(item, question) for item in items if item.is_labour]
    elif _QUANTITY.search(question.text) and not re.search(r"\bcosts?\b|\bprice\b|[钱元]", question.text):
        told = [_counted(item, question) for item in items if item.quantity]
    elif wanted.want != "money":
        return None
    elif _EACH.search(question.text):
        told = [found for item in items if (found := _apiece(item, question)) is not None]
    elif _AMOUNT.search(question.text):
        told = [_summed(item, question) for item in items]
    else:
        told = [finding for item in items for finding in _both(item, question)]
    if not told:
        return None
    return told[0] if len({finding.value for finding in told}) == 1 else _joined(told)


def _both(item: Item, question: Question) -> list[Finding]:
    """What it came to; with the price of one before, when that is another."""
    differ = item.price and item.count not in (None, Decimal(1))
    return [_priced(item, question), _summed(item, question)] if differ else [_summed(item, question)]


def _priced(item: Item, question: Question) -> Finding:
    head = item.heads[1] or (item.heads[2] if not item.price else "")
    return _said_of(item, head or ("单价" if question.language == "zh" else "each"), item.each, question)


def _summed(item: Item, question: Question) -> Finding:
    return _said_of(item, item.heads[2], item.amount, question)


def _apiece(item: Item, question: Question) -> Finding | None:
    """The price of one, as stated or divided."""
    if item.each:
        return _priced(item, question)
    if not item.whole or not item.count:
        return None
    each = written_like((item.whole / item.count).quantize(Decimal("0.01")), [item.amount])
    terms = f"{item.amount} ÷ {item.quantity}"
    told = f"{each}（{terms}）" if question.language == "zh" else f"{each} ({terms})"
    return Finding(sentence(told, question.language), (item.line,), SCORE, each)


def _counted(item: Item, question: Question) -> Finding:
    unit = next(
        (word for word in ("hours", "litres", "liters", "litre", "liter", "kg") if word in item.name.lower()), ""
    )
    bare = item.quantity[-1:].isdigit()
    value = f"{item.quantity} {unit}" if unit and bare else item.quantity
    return _said_of(item, item.heads[0] or ("数量" if question.language == "zh" else "quantity"), value, question)


def _said_of(item: Item, what: str, value: str, question: Question) -> Finding:
    if question.language == "zh":
        told = f"{item.name}{f'，{what}' if what else ''}：{value}"
    else:
        told = f"{item.name}{f', {what}' if what else ''}: {value}"
    return Finding(sentence(told, question.language), (item.line,), SCORE, value)


def _finding(told: str, items: Sequence[Item], question: Question, value: str) -> Finding:
    return Finding(sentence(told, question.language), tuple(item.line for item in items), SCORE, value)
