"""What a task of a worksheet comes to, where it is arithmetic from end to end: sums, prices, times of day, rectangles.

Anything else is left unsolved: the reader knows no facts and must not guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from gateway.engines.reader.arithmetic import calculate, spoken_result
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.amounts import minutes_of, span_minutes, spoken_minutes, written_like
from gateway.engines.reader.words.numbers import parse_chinese, words_to_digits
from gateway.engines.reader.words.values import amount_of, find_values, of_kinds
from text.passages import stem
from text.script import Language

_ASIDE = re.compile(
    r"[(\[（【]\s*\d{1,3} ?(?:points?|marks?|pts?|p|分)\s*[)\]）】]|\b(?:show|explain) your work(?:ing)?\b[^.]*\.?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:please )?(?:work out|calculate|compute|evaluate|solve|find|write|simplify"
    r"|what is)(?: the (?:value|result) of)?"
    r"[: ]+|^(?:请?计算|算出|求|口算)[：: ]*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:as a decimal|in decimal form)?\s*(?:=\s*)?[_.…?？。＿\s]*$|化成小数$|写成小数$", re.IGNORECASE
)
_PRICE = re.compile(
    r"\b(?:1|an?|each|every) (?P<thing>[a-z]+(?: (?:of )?[a-z]+)?) (?:costs?|is sold for"
    r"|is) (?P<price>[$€£¥]?\d[\d.,]*\d|[$€£¥]?\d)"
    r"(?P<unit> (?:dollars?|euros?|pounds?|cents?|yuan))?\b.*?\bhow much (?:do|does|will|would|is|are|must) .*?"
    r"(?P<count>\d+) (?P<things>[a-z]+(?: [a-z]+)?)",
    re.IGNORECASE | re.DOTALL,
)
_PRICE_ZH = re.compile(
    r"(?:一|每|1)(?P<measure>[个支本张件只瓶盒斤双块袋条把])(?P<thing>[\u3400-\u9fff]{1,4}?)(?:要|卖|是|售价)?"
    r"(?P<price>\d+(?:\.\d+)?)元.*?(?P<count>\d+|[二两三四五六七八九十]+)(?P=measure)(?P=thing)"
    r"(?:要|需要|共|一共|应付)?.{0,4}?多少"
)
_RECTANGLE = (
    re.compile(
        r"\brectang\w+\b.*?(?P<long>\d+(?:\.\d+)?) ?(?P<unit>cm|mm|m|km)\b.*?(?:long|by|and|x)\b.*?"
        r"(?P<wide>\d+(?:\.\d+)?) ?(?P=unit)\b",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        r"(?:长方形|矩形).*?长(?:是|为)?(?P<long>\d+(?:\.\d+)?)(?P<unit>厘米|分米|毫米|米).*?宽(?:是"
        r"|为)?(?P<wide>\d+(?:\.\d+)?)"
    ),
)
_AREA = re.compile(r"\barea\b|面积", re.IGNORECASE)
_PERIMETER = re.compile(r"\bperimeter\b|周长", re.IGNORECASE)
_LASTING = re.compile(
    r"\bhow (?:long|many (?:minutes|hours))\b|\bduration\b|多长时间|多久|(?:多少|几)(?:分钟|个?小时)", re.IGNORECASE
)


def solved(task: str, asked: str, language: Language) -> tuple[str, str] | None:
    """What `task` comes to, as a sentence and as a bare value; None when it is more than arithmetic.

    `asked` is the user's question, which may name one of several results: the area, the perimeter.
    """
    text = " ".join(_ASIDE.sub(" ", task).split())
    rules: tuple[Callable[[str, str, Language], tuple[str, str] | None], ...] = (
        _expression,
        _price,
        _rectangle,
        _lasting,
        _rounded,
        _later,
        _held,
    )
    return next((found for rule in rules if (found := rule(text, asked, language)) is not None), None)


def _expression(text: str, asked: str, language: Language) -> tuple[str, str] | None:
    bare = _TAIL.sub("", _LEAD.sub("", text))
    calculation = calculate(bare) or calculate(text)
    if calculation is None or calculation.result is None:
        return None
    said = spoken_result(calculation, language)
    value = re.search(r"(-?[\d.]+)。?$", said.rstrip("."))
    return said, value[1] if value else ""


def _price(text: str, asked: str, language: Language) -> tuple[str, str] | None:
    if language == "zh":
        found = _PRICE_ZH.search(text)
        count = None if found is None else amount_of(found["count"]) or parse_chinese(found["count"])
        price = None if found is None else f"{found['price']}元"
    else:
        found = _PRICE.search(words_to_digits(text))
        if found is not None and stem(found["thing"].split()[0]) != stem(found["things"].split()[0]):
            return None
        count = None if found is None else Decimal(found["count"])
        price = None if found is None else f"{found['price']}{found['unit'] or ''}"
    if price is None or count is None or (each := amount_of(price)) is None:
        return None
    result = written_like(each * count, [price])
    terms = f"（{count} × {price}）" if language == "zh" else f" ({count} × {price})"
    return sentence(f"{result}{terms}", language), result


def _rectangle(text: str, asked: str, language: Language) -> tuple[str, str] | None:
    found = next((match for form in _RECTANGLE if (match := form.search(text))), None)
    if found is None or len(re.findall(r"\d+(?:\.\d+)?", text)) > 2:
        return None
    sides = Decimal(found["long"]), Decimal(found["wide"])
    square = "平方" + found["unit"] if language == "zh" else f"square {found['unit']}"
    results = [
        (_AREA, "面积" if language == "zh" else "The area", _measured(sides[0] * sides[1], square)),
        (
            _PERIMETER,
            "周长" if language == "zh" else "The perimeter",
            _measured(2 * (sides[0] + sides[1]), found["unit"]),
        ),
    ]
    wanted = [one for one in results if one[0].search(asked)] or [one for one in results if one[0].search(text)]
    if not wanted:
        return None
    joined = "，" if language == "zh" else ", "
    told = joined.join(f"{name}是{value}" if language == "zh" else f"{name} is {value}" for _, name, value in wanted)
    return sentence(told.replace(", The", ", the"), language), wanted[0][2]


def _measured(amount: Decimal, unit: str) -> str:
    return f"{amount} {unit}" if unit.isascii() else f"{amount}{unit}"


def _rounded(text: str, asked: str, language: Language) -> tuple[str, str] | None:
    """For "Round 6,482 to the nearest hundred"."""
    found = _ROUND.search(text)
    if found is None or (number := amount_of(found["number"])) is None:
        return None
    step = Decimal(_STEPS[found["step"].lower()])
    result = ((number / step).quantize(Decimal(1), ROUND_HALF_UP) * step).quantize(min(step, Decimal(1)))
    return sentence(f"{result:,}" if "," in found["number"] else f"{result}", language), f"{result}"


_STEPS = {"tenth": "0.1", "whole number": "1", "ten": "10", "hundred": "100", "thousand": "1000"}
_ROUND = re.compile(rf"^round (?P<number>[\d,.]*\d) to the nearest (?P<step>{'|'.join(_STEPS)})\b", re.IGNORECASE)


def _later(text: str, asked: str, language: Language) -> tuple[str, str] | None:
    """For "A film starts at 17:40 and lasts 95 minutes. When does it end?"."""
    found = _STARTS.search(text)
    start = minutes_of(found["start"]) if found is not None else None
    if found is None or start is None or len(re.findall(r"\d+", text)) > len(re.findall(r"\d+", found[0])):
        return None
    end = (start + int(found["count"]) * (60 if found["unit"].lower().startswith("hour") else 1)) % (24 * 60)
    value = f"{end // 60}:{end % 60:02}"
    return sentence(value, language), value


_STARTS = re.compile(
    r"\b(?:starts?|begins?|leaves?|departs?) at (?P<start>\d{1,2}[:.]\d{2})\b"
    r"[^?]*?\b(?:lasts?|takes?|is) (?:for )?(?P<count>\d{1,3})"
    r" (?P<unit>minutes|hours)\b[^?]*\b(?:when|what time|at what time) (?:does|will|is)\b"
    r"[^?]*\b(?:end|finish|arrive|over)",
    re.IGNORECASE,
)


def _held(text: str, asked: str, language: Language) -> tuple[str, str] | None:
    """For "A box holds 12 pencils. How many pencils are there in 9 boxes?"."""
    found = _HOLDS.search(words_to_digits(text))
    if found is None or stem(found["box"]) != stem(found["boxes"]) or stem(found["thing"]) != stem(found["things"]):
        return None
    result = str(int(found["each"]) * int(found["count"]))
    return sentence(f"{result} ({found['count']} × {found['each']})", language), result


_HOLDS = re.compile(
    r"^(?:an?|1|each|every|one) (?P<box>[a-z]+) (?:holds|has|contains|carries|seats) (?P<each>\d+) (?P<thing>[a-z]+)"
    r"\. how many (?P<things>[a-z]+) (?:are there |are |fit |do|can|will)?[^?.\d]*(?P<count>\d+) (?P<boxes>[a-z]+)\?",
    re.IGNORECASE,
)


def _lasting(text: str, asked: str, language: Language) -> tuple[str, str] | None:
    times = of_kinds(find_values(text), ("time",))
    if len(times) != 2 or not _LASTING.search(text):
        return None
    start, end = minutes_of(times[0].text), minutes_of(times[1].text)
    if start is None or end is None or re.search(r"\btakes?\b.*\d+ (?:minutes|hours)", text):
        return None
    length = spoken_minutes(span_minutes(start, end), language)
    return sentence(length, language), length
