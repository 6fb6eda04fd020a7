"""What values look like: one pattern per form, with the pieces of text without which it cannot match.

Patterns run over lower-case text as `lines.clean` leaves it. Earlier ones win over later ones. The hints are looked for
first, because most lines hold few of the forms, and looking for a piece of text costs a hundredth of a pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from gateway.engines.reader.words.numbers import CHINESE_NUMERALS, UNITS

Kind = Literal[
    "money", "percent", "date", "weekday", "time", "duration", "quantity", "number", "phone", "email", "web", "code"
]

MONTHS = "january february march april may june july august september october november december".split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
CHINESE_WEEKDAYS = "一二三四五六日"
DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
NUMBER_WORDS = (*UNITS, "dozen", "both")


@dataclass(frozen=True, slots=True)
class ValuePattern:
    """One form of a kind of value."""

    kind: Kind
    hints: frozenset[str]
    """One of the text's keys (see `keys_of`) must be among these; empty when nothing short tells."""
    pattern: re.Pattern[str]
    digits: int = 0
    """At least so many digits must be in the text."""


_KEY = 3
"""Letters of a word that tell a month, a day or a unit from most other words."""
_LATIN_WORD = re.compile("[a-z]+")
_MONTH = "|".join([*MONTHS, *(month[:3] for month in MONTHS), "sept"])
_PLAIN_MONTH = "|".join(month for month in MONTHS if month not in ("march", "may"))
_WEEKDAY = "|".join([*WEEKDAYS, "mon", "tues?", "wed", "thu", "thurs", "fri", "sat", "sun"])
_WEEKDAY_FIRST = rf"(?:\b(?:{_WEEKDAY})\.?,? )?"
_WEEKDAY_ZH = "(?:星期|周|礼拜)[一二三四五六日天]"
_ZH = f"[{CHINESE_NUMERALS}\\d]"
_HALF_DAY = "(?:上午|下午|早上|晚上|中午|凌晨|傍晚)?"
_CLOCK = rf"(?<!\d){_HALF_DAY}\d{{1,2}}"
_TIME_UNIT = "seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|nights?"
_DAY_SORT = "(?:working|business|calendar|school|full|whole) "
_UNIT = (
    "kg|g|mg|ml|cl|dl|l|km|cm|mm|m|kwh|gb|mb|w|v|oz|lbs?|tsp|tbsp|pinch(?:es)?|°\\s?[cf]"
    "|grams?|kilo(?:gram)?s?|ounces?|cups?|teaspoons?|tablespoons?|spoons?|pints?|cans?|slices?|pieces?|watts?"
    "|(?:milli)?lit(?:er|re)s?|(?:kilo|centi|milli)?met(?:er|re)s?|miles?|degrees?(?: celsius| fahrenheit)?"
    "|pages?|persons?|people"
)
_COUNTERS = (
    "千克 公斤 毫升 公里 厘米 个 位 名 人 本 张 件 只 次 克 斤 升 米 度 页 号 路 勺 杯 岁 层 楼 步"
    " 支 种 间 辆 份 盒 瓶 颗 台 套 双 条 把 根 碗 节 题 块 片 排 座 桶 户 车 趟"
).split()
_MONTH_HINTS = tuple(month[:3] for month in MONTHS)
_COUNTED = "|".join(NUMBER_WORDS)


def keys_of(text: str) -> set[str]:
    """What tells quickly which forms may be in lower-case `text`: its characters, and how its Latin words begin."""
    return {*text, *(word[:_KEY].ljust(_KEY, "_") for word in _LATIN_WORD.findall(text))}


def _value(kind: Kind, hints: str, pattern: str, digits: int = 0) -> ValuePattern:
    keys = (hint if len(hint) == 1 and not hint.isascii() else hint[:_KEY].ljust(_KEY, "_") for hint in hints.split())
    marks = frozenset(hint for hint in hints.split() if not hint.isalpha())
    return ValuePattern(kind, frozenset(keys) | marks, re.compile(pattern), digits)


def _with(hints: tuple[str, ...]) -> str:
    return " ".join(hints)


PATTERNS: tuple[ValuePattern, ...] = (
    _value("email", "@", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    _value("web", "http www", r"(?:https?://|www\.)[^\s,;)]+"),
    _value(
        "date",
        _with(_MONTH_HINTS),
        rf"{_WEEKDAY_FIRST}\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\b\.?(?:,? \d{{4}})?",
        digits=1,
    ),
    _value(
        "date",
        _with(_MONTH_HINTS),
        rf"{_WEEKDAY_FIRST}\b(?:{_MONTH})\b\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?!:)(?:,? \d{{4}})?",
        digits=1,
    ),
    _value("date", "- / .", r"\b\d{4}([-/])\d{1,2}\1\d{1,2}\b|\b\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})\b", digits=4),
    _value("date", "月", rf"(?:{_ZH}{{2,4}}年)?{_ZH}{{1,3}}月{_ZH}{{1,3}}[日号](?:\(?{_WEEKDAY_ZH}\)?)?"),
    _value(
        "date",
        "day mon wee yea",
        r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|fifteenth|last|\d{1,2}(?:st|nd|rd|th))"
        r" (?:working )?(?:day )?of (?:the|each|every) (?:month|week|year)\b",
    ),
    _value("date", _with(_MONTH_HINTS), rf"\b(?:{_MONTH}) \d{{4}}\b", digits=4),
    _value("date", "年", rf"{_ZH}{{2,4}}年{_ZH}{{1,3}}月"),
    _value("time", "am pm m", rf"{_CLOCK}(?:[:.]\d{{2}})? ?(?:[ap]\.m\.?|[ap]m\b)", digits=1),
    _value("time", ":", rf"{_CLOCK}:\d{{2}}(?::\d{{2}})?(?!\d)", digits=3),
    _value(
        "time",
        "noon midnight clock half quarter",
        r"\b(?:noon|midnight)\b|\b\d{1,2} o['’]clock\b|\b(?:half past|quarter (?:past|to)) \w+",
    ),
    _value("time", "点 时", rf"{_HALF_DAY}{_ZH}{{1,3}}(?:点(?:钟|半|{_ZH}{{1,3}}分?)?|时(?:{_ZH}{{1,3}}分)?)"),
    _value(
        "date",
        _with((*_MONTH_HINTS, "spring", "summer", "autumn", "winter")),
        rf"\b(?:{_PLAIN_MONTH}|spring|summer|autumn|winter)\b|(?<=in )(?:march|may)\b",
    ),
    _value("weekday", "mon tue wed thu fri sat sun 期 周 拜", rf"\b(?:{_WEEKDAY})s?\b|{_WEEKDAY_ZH}"),
    _value(
        "phone",
        "",
        r"(?<![\d,.])(?:\+\d{1,3}[ -]?)?(?:\(\d{2,5}\)[ -]?)?\d{2,5}(?:[ -]\d{2,5}){1,4}(?!,?\d)"
        r"|(?<![\d,.])0\d{2,4}[ -]\d{6,8}(?!,?\d)|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{9,10}(?!\d)",
        digits=7,
    ),
    _value(
        "money",
        "$ € £ ¥ us usd eur gbp rmb cny 币",
        rf"(?:us\$|[$€£¥]|usd|eur|gbp|rmb|cny|人民币) ?(?:{DIGITS})元?",
        digits=1,
    ),
    _value(
        "money",
        "€ £ dollar euro pound yuan usd eur gbp cent 元 块",
        rf"(?:{DIGITS}) ?(?:€|£|dollars?\b|euros?\b|pounds? sterling|yuan\b|usd\b|eur\b|gbp\b|cents?\b|万?元|块)",
        digits=1,
    ),
    _value("money", "free charge 免", r"(?<!feel )\bfree(?: of charge)?\b|\b(?:no|without) (?:extra )?charge\b|免费"),
    _value("percent", "% per 百", rf"(?:{DIGITS}) ?(?:%|per ?cent\b)|百分之{_ZH}+"),
    _value(
        "duration",
        "sec min hour hr day week month year night",
        rf"\b(?:(?:{DIGITS})(?:-| to )?)+[ -]?(?:{_DAY_SORT})?(?:{_TIME_UNIT})\b|\b(?:a|an"
        rf"|{_COUNTED})[ -](?:{_DAY_SORT})?(?:{_TIME_UNIT})\b",
    ),
    _value(
        "duration",
        "分 时 秒 天 周 期 月 年",
        rf"{_ZH}+(?:个半|个)?(?:分钟|小时|秒钟?|个?工作日|天|日内|周|星期|个月|月|年(?!级))|半个?(?:小时|天|年)",
    ),
    _value("quantity", "", rf"(?:\d+ )?\d+/\d+ ?(?:{_UNIT})?\b|(?:{DIGITS}) ?(?:{_UNIT})(?!\w)", digits=1),
    _value("quantity", " ".join("".join(_COUNTERS)), rf"{_ZH}+ ?(?:{'|'.join(_COUNTERS)})"),
    _value(
        "code",
        "",
        r"\b(?!\d+(?:st|nd|rd"
        r"|th)\b)(?![a-z]{3,}[01][a-z]*\b)(?=[a-z0-9/-]*\d)(?=[a-z0-9/-]*[a-z])[a-z0-9]+(?:[-/][a-z0-9]+)*\b"
        r"|#\d+|(?<!\d)\d+(?:-\d+)+(?!\d)",
        digits=1,
    ),
    _value("number", "", rf"(?<![a-z\d.,])(?:{DIGITS})(?![a-z\d])", digits=1),
    _value("number", _with(NUMBER_WORDS), rf"\b(?:{_COUNTED})\b"),
)
