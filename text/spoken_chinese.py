"""How Chinese says figures: numbers, dates, times, money, units and the like, in characters.

num2words knows no Chinese, so the numerals are made here; tests/text/test_spoken_chinese.py reads them back.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_DIGITS = "零一二三四五六七八九"
_PLACES = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))
_MOST_DIGITS = 16
"""Longer figures are read digit by digit."""

_CURRENCIES = {
    "$": "美元", "US$": "美元", "USD": "美元", "€": "欧元", "EUR": "欧元", "£": "英镑", "GBP": "英镑",
    "¥": "元", "￥": "元", "CNY": "元", "RMB": "元", "HK$": "港元", "HKD": "港元", "JPY": "日元", "₹": "卢比",
}  # fmt: skip
_UNITS = {
    "kg": "公斤", "g": "克", "mg": "毫克", "t": "吨", "km/h": "公里每小时", "m/s": "米每秒", "km²": "平方公里",
    "m²": "平方米", "m³": "立方米", "km": "公里", "cm": "厘米", "mm": "毫米", "m": "米", "ml": "毫升", "mL": "毫升",
    "l": "升", "L": "升", "°C": "摄氏度", "℃": "摄氏度", "°F": "华氏度", "°": "度", "kWh": "千瓦时", "kW": "千瓦",
    "W": "瓦", "V": "伏", "Hz": "赫兹", "kHz": "千赫", "MHz": "兆赫", "GHz": "吉赫", "kB": "千字节", "KB": "千字节",
    "MB": "兆字节", "GB": "吉字节", "TB": "太字节", "ms": "毫秒", "s": "秒", "min": "分钟", "h": "小时",
}  # fmt: skip
_MEASURES = "个点只条张本次位页份件天年小分公千克米升吨元块瓶杯行封项种条排组家台辆间"
"""Before these a bare 2 is 两. Not before 月, 日, 号, 楼: those count in order."""

_N = r"(?<![\d.])(?:\d{1,3}(?:,\d{3}){1,8}|\d{1,40})(?:\.\d{1,20})?"


def _alternatives(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MONEY = _alternatives(_CURRENCIES)
_UNIT = _alternatives(_UNITS)
_DASH = r"\s?[-–—~～至到]\s?"
_PATTERNS = {
    "date": (r"(?<!\d)(?P<year>\d{4})[-/.年](?P<month>0?[1-9]|1[0-2])[-/.月](?P<day>[12]\d|3[01]|0?[1-9])(?!\d)日?"),
    "years": r"(?<!\d)\d{4}(?=年)",
    "time": (r"(?<![\d:])(?P<hour>[01]?\d|2[0-4])[:：](?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?(?![\d:])"),
    "phone": (
        r"(?<![\d.])(?:\+\d{1,3}[ -]?)?"
        r"(?:1\d{10}|0\d{2,3}[ -]\d{7,8}|\d{3,4}(?:[ -]\d{4}){2}|400(?:[ -]\d{3,4}){2})(?!\d)"
    ),
    "named": r"(?<=[号码])[是为：: ]{0,3}\d{3,40}(?![\d.,])",
    "money": rf"(?P<symbol>{_MONEY})\s?(?P<amount>{_N})(?P<scale>[万亿])?元?",
    "coded": rf"(?P<coded_amount>{_N})\s?(?P<code>USD|EUR|GBP|CNY|RMB|HKD|JPY)(?![A-Za-z])",
    "counted_money": rf"(?P<sum>{_N})\s?(?P<money_word>元|美元|欧元|港元|日元|英镑|块)",
    "percent": rf"(?P<signed>[-−]?)(?P<share>{_N})(?:{_DASH}(?P<share_end>{_N}))?\s?[%％]",
    "fraction": r"(?<![\d/])(?P<numerator>\d{1,3})/(?P<denominator>\d{1,3})(?![\d/])",
    "range": rf"(?P<low>{_N})\s?[-–—~～]\s?(?P<high>{_N})(?:\s?(?P<range_unit>{_UNIT})(?![A-Za-z]))?(?![-\d])",
    "quantity": rf"(?P<minus>(?<![\w)])[-−])?(?P<count>{_N})\s?(?P<unit>{_UNIT})(?![A-Za-z])",
    "version": r"(?<![\d.])\d{1,10}(?:\.\d{1,10}){2,6}(?![\d.])",
    "leading": r"(?<![\d.])0\d{1,40}(?![\d.])",
    "ratio": r"(?<![\d:.])(?P<antecedent>\d{1,4})[:：](?P<consequent>\d{1,4})(?![\d:])",
    "number": rf"(?P<negative>(?<![\w)])[-−])?(?P<value>{_N}|(?<![\w.])\.\d{{1,20}})",
    "rest": r"\d{1,60}",
}
"""What a figure can be, in order of precedence; `_READINGS` says each."""
_FIGURES = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()))
_SYMBOLS = {
    "+": "加",
    "×": "乘以",
    "÷": "除以",
    "=": "等于",
    "≈": "约等于",
    "≤": "小于等于",
    "≥": "大于等于",
    "&": "和",
}
_SYMBOL = re.compile("|".join(re.escape(symbol) for symbol in _SYMBOLS))


def numeral(value: int) -> str:
    """A whole number from 0 to 10^16 - 1 in characters, as spoken: 10 is 十, 105 is 一百零五, 2000 is 两千.

    Raises `ValueError` outside that range.
    """
    if not 0 <= value < 10**_MOST_DIGITS:
        raise ValueError(f"{value} is outside what can be said, 0 to 10^16 - 1")
    return _said(value, first=True)


def _said(value: int, first: bool) -> str:
    """`first`: nothing stands before it, so that 10 to 19 begin with 十, and a 2 before 千, 万 or 亿 is 两."""
    for size, word in _PLACES:
        if value < size:
            continue
        high, low = divmod(value, size)
        if first and high == 1 and word == "十":
            said = word
        else:
            said = ("两" if first and high == 2 and size >= 1000 else _said(high, first)) + word
        if low:
            said += (_DIGITS[0] if low < size // 10 else "") + _said(low, first=False)
        return said
    return _DIGITS[value]


def digits(text: str) -> str:
    """The digits of `text` one by one; everything else is dropped."""
    return "".join(_DIGITS[int(character)] for character in text if character.isdecimal())


def number(text: str) -> str:
    """A figure as written, with or without thousands separators and decimals."""
    whole, _, decimals = text.replace(",", "").partition(".")
    said = numeral(int(whole or 0)) if len(whole) <= _MOST_DIGITS else digits(whole)
    return f"{said}点{digits(decimals)}" if decimals else said


def chinese(text: str) -> str:
    """`text` with its figures and signs in characters. Linear in its length."""
    text = _FIGURES.sub(_say, text.replace("〇", "零"))
    return _SYMBOL.sub(lambda match: _SYMBOLS[match.group()], text)


def _say(match: re.Match[str]) -> str:
    return next(say(match) for name, say in _READINGS.items() if match[name] is not None)


def _date(match: re.Match[str]) -> str:
    return f"{digits(match['year'])}年{numeral(int(match['month']))}月{numeral(int(match['day']))}日"


def _time(match: re.Match[str]) -> str:
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    said = ("两" if hour == 2 else numeral(hour)) + "点"
    if minute or second:
        said += ("零" if 0 < minute < 10 else "") + numeral(minute) + "分"
    return said + (numeral(int(second)) + "秒" if second else "")


def _phone(match: re.Match[str]) -> str:
    return ("加" if match["phone"].startswith("+") else "") + digits(match["phone"]).replace("一", "幺")


def _named(match: re.Match[str]) -> str:
    return match["named"].rstrip("0123456789") + digits(match["named"])


def _money(match: re.Match[str]) -> str:
    scale = match["scale"] or ""
    return _amount(match["amount"], "" if scale else "元") + scale + _CURRENCIES[match["symbol"]]


def _coded(match: re.Match[str]) -> str:
    return _amount(match["coded_amount"], "元") + _CURRENCIES[match["code"]]


def _amount(text: str, measure: str) -> str:
    whole, _, cents = text.partition(".")
    cents = cents.rstrip("0")
    return _counted(f"{whole}.{cents}" if cents else whole, measure)


def _counted(text: str, measure: str) -> str:
    """A number before a measure word: a bare 2 is 两."""
    return "两" if text == "2" and measure[:1] in _MEASURES and measure else number(text)


def _percent(match: re.Match[str]) -> str:
    end = "到" + number(match["share_end"]) if match["share_end"] else ""
    return ("负" if match["signed"] else "") + "百分之" + number(match["share"]) + end


def _fraction(match: re.Match[str]) -> str:
    return f"{number(match['denominator'])}分之{number(match['numerator'])}"


def _range(match: re.Match[str]) -> str:
    return f"{number(match['low'])}到{number(match['high'])}{_UNITS.get(match['range_unit'] or '', '')}"


def _quantity(match: re.Match[str]) -> str:
    unit = _UNITS[match["unit"]]
    return ("负" if match["minus"] else "") + _counted(match["count"], unit) + unit


def _version(match: re.Match[str]) -> str:
    return "点".join(digits(part) for part in match["version"].split("."))


def _number(match: re.Match[str]) -> str:
    before, after = match.string[max(0, match.start() - 1) : match.start()], match.string[match.end() : match.end() + 1]
    said = number(match["value"]) if before == "第" else _counted(match["value"], after)
    return ("负" if match["negative"] else "") + said


_READINGS: dict[str, Callable[[re.Match[str]], str]] = {
    "date": _date,
    "years": lambda match: digits(match["years"]),
    "time": _time,
    "phone": _phone,
    "named": _named,
    "money": _money,
    "coded": _coded,
    "counted_money": lambda match: _amount(match["sum"], "元") + match["money_word"],
    "percent": _percent,
    "fraction": _fraction,
    "range": _range,
    "quantity": _quantity,
    "version": _version,
    "leading": lambda match: digits(match["leading"]),
    "ratio": lambda match: f"{number(match['antecedent'])}比{number(match['consequent'])}",
    "number": _number,
    "rest": lambda match: digits(match["rest"]),
}
