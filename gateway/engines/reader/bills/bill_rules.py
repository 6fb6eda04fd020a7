"""What the small print of a bill comes to: returns, guarantees, limits, ways to pay, a reduction for paying early."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_cases import answer_case
from gateway.engines.reader.bills.bill_items import named_items
from gateway.engines.reader.bills.bill_parts import Bill, Item
from gateway.engines.reader.bills.bill_statements import sentences_with_heads
from gateway.engines.reader.bills.bill_wants import Wanted
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import no, quoted, sentence, yes
from gateway.engines.reader.words.amounts import written_like
from gateway.engines.reader.words.dates import parse_date
from gateway.engines.reader.words.meanings import meant_by
from gateway.engines.reader.words.numbers import parse_chinese
from gateway.engines.reader.words.values import amount_of

SCORE = 4.0
_MEANS = frozenset(("cheque", "card", "cash", "transfer", "wechat", "alipay", "gift card"))
_FRESH = frozenset(
    "pork beef chicken lamb fish shrimp tofu tomato potato cabbage cucumber carrot onion apple banana orange pear grape"
    " watermelon egg fresh".split()
)
_NEGATIVE = re.compile(
    r"\b(?:no longer|not|cannot|can't|don't|do not|never|no|non|without|except"
    r"|excluding|excluded|void|ends?)\b|不予|不能|不可|不退|不含|不包|不在|不收"
    r"|不支持|不保|概不"
    r"|恕不|除外|失效|谢绝|无法|不接受",
    re.IGNORECASE,
)
_FORBIDS = re.compile(
    r"请勿|不要|切勿|禁用|禁止|不得|不可|忌|\b(?:do not|must not|avoid|never|not allowed)\b", re.IGNORECASE
)
_DECIDES = re.compile(r",\s*(?:do|does|is|are|can|will|would|may|am)\s+(?:i|we|it|the|my|they)\b", re.IGNORECASE)
_GENERIC = frozenset(
    ("guarantee", "excluded", "return", "part", "labour", "keep", "another", "new", "still", "loos", "los")
)
_NUMERAL = "[一二两三四五六七八九十]+|\\d+"
_SPAN = re.compile(rf"({_NUMERAL})\s*个?\s*(天|日|周|星期|个?月|年|days?|weeks?|months?|years?)", re.IGNORECASE)
_LENGTHS = {"天": 1, "日": 1, "周": 7, "星": 7, "月": 30, "个": 30, "年": 365, "d": 1, "w": 7, "m": 30, "y": 365}
_LIMIT = re.compile(
    rf"(?:不超过|不得超过|至多|最多|限|up to|at most|no more than|not exceed\w*"
    rf"|within)\s*({_NUMERAL})\s*(天|日|个?月|days?|weeks?|months?)",
    re.IGNORECASE,
)


def answer_rule(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """What the small print comes to for `question`, or None."""
    if question.asks == "whether" or _DECIDES.search(question.text):
        return (
            _returned(study, bill, wanted, question)
            or _guaranteed(study, bill, wanted, question)
            or _limited(study, bill, question)
            or _forbidden(study, bill, wanted, question)
            or _paid_by(study, wanted, question)
            or answer_case(study, bill, wanted, question)
        )
    return _lasting(study, bill, question) or _directions(study, bill, wanted, question)


def _days(text: str) -> int | None:
    """The first span in `text`, in days."""
    found = _SPAN.search(text)
    if found is None:
        return None
    count = int(found[1]) if found[1].isdigit() else int(parse_chinese(found[1].replace("两", "二")) or 0)
    return count * _LENGTHS[found[2][0].lower()]


def _clauses(study: Study) -> Iterator[tuple[str, tuple[SourceLine, ...], str]]:
    """Clauses, with their lines and the whole sentence."""
    for text, said in sentences_with_heads(study):
        for clause in re.split(r"[，；。;]|,(?!\d)|\.\s|\bbut\b|但", text):
            if clause.strip():
                yield clause.strip(), said.lines, text


def _returned(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """Whether something can be given back after so long: by the clause for its class, else by that for all."""
    if "return" not in wanted.required:
        return None
    hits = named_items(bill, question.text)[1]
    fresh = bool(set(wanted.meant.keys) & _FRESH)
    opened = re.search(r"\bopen(?:ed)?\b|开封|拆|打开", question.text, re.IGNORECASE) is not None
    asked = _days(question.text)
    general: Finding | None = None
    for clause, lines, text in _clauses(study):
        limit = 0 if re.search(r"当日|当天|same day", clause, re.IGNORECASE) else _days(clause)
        special = (
            (fresh and re.search(r"生鲜|fresh|冷藏|perishable", clause, re.IGNORECASE))
            or (opened and re.search(r"开封|拆封|opened", clause, re.IGNORECASE))
            or any(meant_by(clause).says(word) for word in hits)
        )
        about = re.search(r"退|换|return|refund|exchange", text, re.IGNORECASE)
        if not about or (limit is None and not _NEGATIVE.search(clause)):
            continue
        if re.search(r"生鲜|fresh|开封|拆封|opened|特价|sale", clause, re.IGNORECASE) and not special:
            continue
        if limit is None:
            allowed = False
        elif asked is None:
            if not limit and not special:
                continue
            allowed = True
        else:
            allowed = asked <= limit
        found = Finding((yes if allowed else no)(text, question.language), lines, SCORE)
        if special:
            return found
        general = general or found
    return general


def _guaranteed(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """Whether the guarantee holds for something, or goes on in a case."""
    if not {"guarantee", "excluded"} & set(wanted.required):
        return None
    subjects = [word for word in wanted.required if word not in _GENERIC]
    if not subjects:
        return None
    about = [
        (text, said) for text, said in sentences_with_heads(study) if {"guarantee", "excluded"} & meant_by(text).keys
    ]
    for text, said in about:
        if _NEGATIVE.search(text) and any(meant_by(text).says(word) for word in subjects):
            return Finding(no(text, question.language), said.lines, SCORE)
    items, hits = named_items(bill, question.text)
    listed = set(subjects) <= hits and bool(items)
    for text, said in about:
        spoken = all(meant_by(text).says(word) for word in subjects)
        if (spoken or (listed and meant_by(text).says("part"))) and not _NEGATIVE.search(text):
            if re.search(r"什么|多久|几", question.text):
                return None
            return Finding(yes(text, question.language), said.lines, SCORE)
    return None


def _limited(study: Study, bill: Bill, question: Question) -> Finding | None:
    """Whether so many days are within what is said for something: 不超过3天."""
    asked = _days(question.text)
    items, hits = named_items(bill, question.text)
    if asked is None or not items:
        return None
    for text, said in sentences_with_heads(study):
        limit = _LIMIT.search(text)
        if limit is None or not any(meant_by(text).says(word) for word in hits):
            continue
        allowed = asked <= (_days(limit[0]) or 0)
        return Finding((yes if allowed else no)(text, question.language), said.lines, SCORE)
    return None


def _forbidden(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """A no, where a sentence forbids what is asked for: 服药期间请勿饮酒."""
    hits = named_items(bill, question.text)[1]
    rest = [word for word in wanted.required if word not in hits and word not in _GENERIC]
    if not rest:
        return None
    for text, said in sentences_with_heads(study):
        if _FORBIDS.search(text) and all(meant_by(text).says(word) for word in rest):
            return Finding(no(text, question.language), said.lines, SCORE)
    return None


def _paid_by(study: Study, wanted: Wanted, question: Question) -> Finding | None:
    """Whether a means of payment is taken."""
    asked = set(wanted.required) & _MEANS
    if len(asked) != 1 or set(wanted.required) - asked - {"due"}:
        return None
    if not re.search(
        r"\bcan\b|\bmay\b|\baccept|\btake\b|\bpossible\b|可以|能|收|接受|支持", question.text, re.IGNORECASE
    ):
        return None
    (means,) = asked
    for text, said in sentences_with_heads(study):
        if means in meant_by(text).keys and re.search(
            r"\bpa(?:y|id|yment)|\baccept|\btake\b|付|接受|支持|收", text, re.IGNORECASE
        ):
            put = no if _NEGATIVE.search(text) else yes
            return Finding(put(text, question.language), said.lines, SCORE)
    return None


def answer_early(study: Study, bill: Bill, question: Question) -> Finding | None:
    """What is to pay when it is paid by a day that earns a reduction."""
    if not re.search(r"\bhow much\b.*\b(?:if|when)\b|如果.*多少钱|.*的话.*多少", question.text, re.IGNORECASE):
        return None
    today = date(2000, 1, 1)
    day = parse_date(question.text, today)
    due = next((one for one in bill.stated if "balance" in one.meant.keys and amount_of(one.value)), None) or next(
        (one for one in bill.stated if "total" in one.meant.keys and amount_of(one.value)), None
    )
    if day is None or due is None:
        return None
    for text, said in sentences_with_heads(study):
        off = re.search(r"(?P<money>[$€£¥]\s?\d[\d.,]*\d)|(?P<share>\d+(?:\.\d+)?)\s?%", text)
        by = re.search(r"\b(?:by|before|until)\b(.+)", text)
        last = parse_date(by[1], today) if by else None
        if not off or not last or not re.search(r"\b(?:off|discount|deduct|less)\b|减|优惠", text, re.IGNORECASE):
            continue
        whole = amount_of(due.value) or Decimal(0)
        reduction = amount_of(off["money"]) if off["money"] else whole * Decimal(off["share"]) / 100
        in_time = (day.month, day.day) <= (last.month, last.day)
        result = written_like(
            (whole - (reduction or Decimal(0))).quantize(Decimal("0.01")) if in_time else whole, [due.value]
        )
        terms = f"{due.value} - {off[0]}" if in_time else due.label
        told = f"{result}（{terms}）" if question.language == "zh" else f"{result} ({terms})"
        return Finding(sentence(told, question.language), (*said.lines, due.line), SCORE, result)
    return None


def _dose(study: Study, item: Item, hits: frozenset[str]) -> tuple[str, tuple[SourceLine, ...]] | None:
    for text, said in sentences_with_heads(study):
        if re.search(r"一次|每次|一日|每日|口服|\btake\b|\btimes\b|daily", text) and any(
            meant_by(text).says(word) for word in hits
        ):
            return text, said.lines
    return None


def _lasting(study: Study, bill: Bill, question: Question) -> Finding | None:
    """How many days the medicine that was bought lasts."""
    if not re.search(r"几天|多少天|多久|\bhow (?:long|many days)\b", question.text) or not re.search(
        r"吃|服|用|够|last|enough", question.text
    ):
        return None
    items, hits = named_items(bill, question.text)
    if len(items) != 1 or (found := _dose(study, items[0], hits)) is None:
        return None
    item = items[0]
    dose = re.search(r"[一每]次\s*(\d+)\s*([粒片袋支丸])", found[0])
    often = re.search(r"[一每][日天]\s*(\d+)\s*次", found[0])
    pack = next((m for _, cell in item.others if (m := re.search(r"(\d+)\s*[粒片袋支丸]", cell))), None) or re.search(
        r"(\d+)\s*[粒片袋支丸]", item.name
    )
    if not dose or not often or not pack:
        return None
    boxes = re.search(rf"({_NUMERAL})\s*[盒瓶包]", question.text)
    count = (
        Decimal(boxes[1])
        if boxes and boxes[1].isdigit()
        else parse_chinese(boxes[1].replace("两", "二"))
        if boxes
        else item.count
    ) or Decimal(1)
    days = count * int(pack[1]) / (int(dose[1]) * int(often[1]))
    terms = f"{count:f} × {pack[1]} ÷ ({dose[1]} × {often[1]})"
    told = f"{days:f}天（{terms}）" if question.language == "zh" else f"{days:f} days ({terms})"
    return Finding(sentence(told, question.language), (*found[1], item.line), SCORE, f"{days:f}")


def _directions(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """How something is to be taken."""
    if not re.search(r"\btake\b|\bdose|\buse\b|吃|服|用", question.text) or wanted.want in ("money", "person", "phone"):
        return None
    items, hits = named_items(bill, question.text)
    if len(items) != 1 or set(wanted.required) - hits - {"dose", "meal", "bedtime"}:
        return None
    found = _dose(study, items[0], hits)
    return Finding(quoted(found[0], question.language), found[1], SCORE) if found else None
