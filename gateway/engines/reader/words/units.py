"""How many of one unit are in another: "how many minutes are in three hours"."""

from __future__ import annotations

import re
from fractions import Fraction

from gateway.engines.reader.words.numbers import chinese_numbers_to_digits, words_to_digits
from text.script import has_ideographs

_TABLES = (
    "second 1 minute 60 hour 3600 day 86400 week 604800",
    "month 1 year 12 decade 120 century 1200",
    "millimeter 1 centimeter 10 meter 1000 kilometer 1000000 inch 25.4 foot 304.8 mile 1609344",
    "milligram 1 gram 1000 kilogram 1000000 ton 1000000000",
    "milliliter 1 liter 1000",
    "cent 1 dollar 100",
)
"""Units of one kind, in terms of the smallest; the inch, foot and mile as defined in 1959 (25.4 mm to the inch)."""
_SIZES = tuple(
    {name: Fraction(size) for name, size in zip(table.split()[::2], table.split()[1::2], strict=True)}
    for table in _TABLES
)
_PLURALS = {"feet": "foot", "inches": "inch", "centuries": "century"}
_CHINESE = dict(
    pair.split("=")
    for pair in (
        "秒=second 分钟=minute 小时=hour 天=day 周=week 星期=week 月=month 年=year 毫米=millimeter 厘米=centimeter"
        " 米=meter 公里=kilometer 克=gram 千克=kilogram 公斤=kilogram 毫升=milliliter 升=liter"
    ).split()
)
_ASKED = re.compile(
    r"how many (?P<small>[a-z]+) (?:are(?: there)?|is(?: it)?|make|does it take to make|has|have)? ?(?:in "
    r"|make )?(?P<count>an?|\d+(?:\.\d+)?) (?P<large>[a-z]+)"
)
_ASKED_ZH = re.compile(
    r"(?P<count>\d+)个?(?P<large>[\u3400-\u9fff]{1,2}?)(?:有|等于|是)(?:多少|几)个?(?P<small>[\u3400-\u9fff]{1,2})"
)


def convert(question: str) -> str | None:
    """The answer to a question of how many units are in another, as a sentence; None for any other question."""
    chinese = has_ideographs(question)
    text = question.lower().strip(" ?？。.")
    text = (
        chinese_numbers_to_digits(text.replace(" ", ""))
        if chinese
        else words_to_digits(text).replace("metre", "meter").replace("litre", "liter")
    )
    found = (_ASKED_ZH if chinese else _ASKED).fullmatch(text)
    if found is None:
        return None
    count = Fraction(1) if found["count"] in ("a", "an") else Fraction(found["count"])
    small, large = (_unit(found[name], chinese=chinese) for name in ("small", "large"))
    sizes = next((sizes for sizes in _SIZES if small in sizes and large in sizes), None)
    if sizes is None:
        return None
    amount = count * sizes[large] / sizes[small]
    written = str(amount.numerator) if amount.denominator == 1 else f"{float(amount):.4g}"
    if chinese:
        return f"{found['count']}{found['large']}是{written}{found['small']}。"
    return f"{found['count'].capitalize()} {found['large']} {'is' if count == 1 else 'are'} {written} {found['small']}."


def _unit(word: str, *, chinese: bool) -> str:
    if chinese:
        return _CHINESE.get(word, word)
    return _PLURALS.get(word) or word.removesuffix("s")
