"""How English says figures: numbers, dates, times, money, units and the like, in words."""

from __future__ import annotations

import re
from collections.abc import Callable

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_MONTH = "|".join(rf"{month}|{month[:3]}\b\.?" for month in _MONTHS) + r"|Sept\b\.?"
_CURRENCIES = {
    "$": ("dollar", "cent"), "US$": ("dollar", "cent"), "USD": ("dollar", "cent"), "€": ("euro", "cent"),
    "EUR": ("euro", "cent"), "£": ("pound", "penny"), "GBP": ("pound", "penny"), "¥": ("yen", ""), "JPY": ("yen", ""),
    "￥": ("yuan", ""), "CNY": ("yuan", ""), "RMB": ("yuan", ""), "元": ("yuan", ""), "CHF": ("franc", "rappen"),
    "C$": ("Canadian dollar", "cent"), "A$": ("Australian dollar", "cent"), "HK$": ("Hong Kong dollar", "cent"),
    "₹": ("rupee", "paisa"), "INR": ("rupee", "paisa"), "₩": ("won", ""),
}  # fmt: skip
_SPELLED = {"dollar": "$", "euro": "€", "yuan": "元", "yen": "¥"}
_UNCOUNTED = {"yen", "yuan", "won", "rappen"}
_UNITS = {
    "kg": "kilogram", "g": "gram", "mg": "milligram", "t": "tonne", "lb": "pound", "lbs": "pound", "oz": "ounce",
    "km/h": "kilometer per hour", "kph": "kilometer per hour", "mph": "mile per hour", "m/s": "meter per second",
    "km²": "square kilometer", "m²": "square meter", "m³": "cubic meter", "km": "kilometer", "m": "meter",
    "cm": "centimeter", "mm": "millimeter", "µm": "micrometer", "ft": "foot", "mi": "mile", "ml": "milliliter",
    "mL": "milliliter", "l": "liter", "L": "liter", "°C": "degree Celsius", "℃": "degree Celsius",
    "°F": "degree Fahrenheit", "°": "degree", "kWh": "kilowatt hour", "kW": "kilowatt", "MW": "megawatt", "W": "watt",
    "V": "volt", "mA": "milliampere", "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz",
    "kB": "kilobyte", "KB": "kilobyte", "MB": "megabyte", "GB": "gigabyte", "TB": "terabyte",
    "Mbps": "megabit per second", "ms": "millisecond", "s": "second",
    "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "hrs": "hour",
    "px": "pixel", "dpi": "dot per inch", "%": "percent", "％": "percent", "‰": "per mille",
}  # fmt: skip
_PLURALS = {"foot": "feet", "hertz": "hertz", "kilohertz": "kilohertz", "megahertz": "megahertz",
            "gigahertz": "gigahertz", "percent": "percent", "per mille": "per mille", "penny": "pence"}  # fmt: skip
_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8",
           "⅞": "7/8"}  # fmt: skip
_VULGARS = "".join(_VULGAR)
_MOST_DIGITS = 15
"""Longer figures are read digit by digit."""
_NAMED = (
    "number|no|nr|id|code|pin|phone|telephone|mobile|tel|fax|account|order|invoice|reference|ref|room|flight|zip|postcode"
    "|serial|extension|ext|passport|customer|ticket|tracking|isbn"
)
"""Words behind which a figure is a name: read digit by digit."""

_N = r"(?<![\d.])(?:\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3}){1,6}|\d{1,60})(?:\.\d{1,30})?"
_MINUS = r"(?<![\w)\]])[-−]"


def _alternatives(words: dict[str, tuple[str, str]] | dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SYMBOL = _alternatives({sign: said for sign, said in _CURRENCIES.items() if not sign.isalpha()})
_CODE = _alternatives({code: said for code, said in _CURRENCIES.items() if code.isalpha()})
_UNIT = _alternatives(_UNITS)
_SCALE = r"thousand|million|billion|trillion|bn|[kKmM]"
_SCALES = {"bn": "billion", "k": "thousand", "K": "thousand", "m": "million", "M": "million"}
_HALF = r"[ap]\.m\.|[ap]m\b|[AP]M\b|[AP]\.M\."
_DAY = r"[12]\d|3[01]|0?[1-9]"
_YEAR = r"1[1-9]\d\d|20\d\d"
_PATTERNS = {
    "date": rf"(?<![\d/.-])(?P<year>\d{{4}})[-/.](?P<month>0?[1-9]|1[0-2])[-/.](?P<day>{_DAY})(?![\d/])",
    "slashed": r"(?<![\d/])(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<slashed_year>\d{4}|\d{2})(?![\d/])",
    "month_day": (
        rf"\b(?P<name>{_MONTH})\s(?P<name_day>{_DAY})(?:st|nd|rd|th)?(?![\d:])"
        r"(?:,?\s(?P<name_year>[12]\d{3})(?!\d))?"
    ),
    "day_month": (
        rf"\b(?:the\s)?(?P<first_day>{_DAY})(?:st|nd|rd|th)?\s(?:of\s)?(?P<last_name>{_MONTH})(?![a-z])"
        r"(?:,?\s(?P<last_year>[12]\d{3})(?!\d))?"
    ),
    "time": (
        r"(?<![\d:.])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![\d:])"
        rf"(?:\s?(?P<half>{_HALF}))?"
    ),
    "oclock": rf"(?<![\d:.,])(?P<oclock_hour>1[0-2]|0?[1-9])\s?(?P<oclock_half>{_HALF})",
    "phone": (
        r"(?<![\w.$€£¥-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,5}\)[ .-]?\d{3,4}[ .-]\d{4}"
        r"|\d{2,4}[ -]\d{3,4}[ -]\d{3,4}(?:[ -]\d{2,4})?|[2-9]\d\d-\d{4})(?![\w-])"
        r"|(?<!\w)\+\d{6,15}(?!\d)"
    ),
    "version": r"(?<![\d.])[vV]?\d{1,10}(?:\.\d{1,10}){2,6}(?![\d.]*\d)",
    "named": (
        rf"\b(?P<label>(?i:{_NAMED})\.?(?:\s(?:is|was|no\.?|number))?[:#]?\s?#?)"
        r"(?P<figure>\d{3,40})(?!\d|[.,:/-]\d|%)"
    ),
    "money": (
        rf"(?P<money_minus>{_MINUS})?(?P<symbol>{_SYMBOL}|\b(?:{_CODE})(?=[\s\d]))\s?(?P<amount>{_N})"
        rf"(?:\s?[-–—]\s?(?:{_SYMBOL})?(?P<amount_end>{_N}))?(?:\s?(?P<scale>{_SCALE})\b)?"
    ),
    "coded": rf"(?P<coded_minus>{_MINUS})?(?P<coded_amount>{_N})\s?(?P<sign>{_CODE}|€|£|元)(?![A-Za-z])",
    "spelled": rf"(?P<spelled_amount>{_N})\s(?P<spelled_unit>dollar|euro|yuan|yen)s?\b",
    "code_name": (
        r"\b[A-Z]{1,4}-?\d{2,20}(?:[-/][A-Z0-9]{1,20}){0,4}\b"
        r"|\b[A-Z]{1,4}(?:-[A-Z0-9]{0,19}\d[A-Z0-9]{0,19}){2,4}\b"
    ),
    "mixed": (
        rf"(?<![\d/.])(?:(?P<whole>\d{{1,4}})(?:\s(?=\d)|(?=[{_VULGARS}])))?"
        rf"(?:(?P<numerator>\d{{1,2}})/(?P<denominator>\d{{1,2}})(?![\d/])|(?P<vulgar>[{_VULGARS}]))"
    ),
    "ordinal": r"(?<![\d.,])(?P<place>\d{1,9})(?:st|nd|rd|th)\b",
    "range": rf"(?P<low>{_N})(?:\s?–\s?|-)(?P<high>{_N})(?:\s?(?P<range_unit>{_UNIT})(?![A-Za-z0-9]))?(?![-\d])",
    "quantity": rf"(?P<minus>{_MINUS})?(?P<count>{_N})\s?(?P<unit>{_UNIT})(?![A-Za-z0-9])",
    "past": (
        rf"\b(?P<since>(?i:in|since|until|till|by|from|of|to|during|before|after|year)|(?:{_MONTH}))\s"
        rf"(?P<past_year>{_YEAR})(?!\d|[,./-]\d|%|\s?(?:{_UNIT})(?![A-Za-z0-9]))"
    ),
    "leading": r"(?<![\d.])0\d{1,40}(?![\d.])",
    "ratio": r"(?<![\d:.])(?P<antecedent>\d{1,4}):(?P<consequent>\d{1,4})(?![\d:])",
    "number": rf"(?P<negative>{_MINUS})?(?P<value>{_N}|(?<![\w.])\.\d{{1,30}})",
    "rest": r"\d{1,60}",
}
"""What a figure can be, in order of precedence; `_READINGS` says each."""
_FIGURES = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()))

_SIGNS = (
    (re.compile(r"(?<=[\d)])\s?[×*]\s?(?=[\d(])"), " times "),
    (re.compile(r"(?<=[\d)])\s?÷\s?(?=[\d(])|(?<=[\d)])\s/\s(?=[\d(])"), " divided by "),
    (re.compile(r"(?<=[\d)%])\s?\+\s?(?=[\d($€£])"), " plus "),
    (re.compile(r"(?<=[\d)%])\s[-−]\s(?=[\d($€£])"), " minus "),
    (re.compile(r"(?<=[\w)%])\s?=\s?(?=[\w($€£-])"), " equals "),
    (re.compile(r"[≈~](?=\s?[\d$€£])"), "about "),
    (re.compile(r"≤|<="), " at most "),
    (re.compile(r"≥|>="), " at least "),
    (re.compile(r"#(?=\d)"), "number "),
    (re.compile(r"\s?&\s?"), " and "),
    (re.compile(r"→|->"), " to "),
)
_ABBREVIATIONS = (
    (re.compile(r"\be\.g\.,?"), "for example"),
    (re.compile(r"\bi\.e\.,?"), "that is"),
    (re.compile(r"\betc\."), "et cetera"),
    (re.compile(r"\bvs\.?(?=\s)"), "versus"),
    (re.compile(r"\bapprox\."), "approximately"),
    (re.compile(r"\bDr\.(?=\s[A-Z])"), "Doctor"),
    (re.compile(r"\bProf\.(?=\s[A-Z])"), "Professor"),
    (re.compile(r"\bMr\.(?=\s[A-Z])"), "Mister"),
    (re.compile(r"\b[Nn]o\.\s?(?=\d)"), "number "),
    (re.compile(r"\b[Ff]ig\.\s?(?=\d)"), "figure "),
    (re.compile(r"\bpp\.\s?(?=\d)"), "pages "),
    (re.compile(r"\bp\.\s?(?=\d)"), "page "),
)


def english(text: str) -> str:
    """`text` with its figures, signs and a few abbreviations in words. Linear in its length."""
    for pattern, word in (*_ABBREVIATIONS, *_SIGNS):
        text = pattern.sub(word, text)
    return _FIGURES.sub(_say, text)


def cardinal(value: int) -> str:
    """A whole number in words: 420 is `four hundred and twenty`."""
    return _words(value, "cardinal")


def digits(text: str) -> str:
    """The digits of `text` one by one, in words; everything else is dropped."""
    return " ".join(_words(int(character), "cardinal") for character in text if character.isdecimal())


def number(text: str) -> str:
    """A figure as written, with or without thousands separators and decimals."""
    whole, _, decimals = re.sub(r"[^\d.]", "", text).partition(".")
    said = cardinal(int(whole or "0")) if len(whole) <= _MOST_DIGITS else digits(whole)
    return f"{said} point {digits(decimals)}" if decimals else said


def year(text: str) -> str:
    """A year of four digits: 2026 is `twenty twenty-six`, 1905 `nineteen oh five`."""
    return _words(int(text), "year").replace("oh-", "oh ")


def _words(value: int, form: str) -> str:
    from num2words import num2words

    return str(num2words(value, lang="en", to=form)).replace(",", "")


def _say(match: re.Match[str]) -> str:
    said = next(say(match) for name, say in _READINGS.items() if match[name] is not None)
    before, after = match.string[max(0, match.start() - 1) : match.start()], match.string[match.end() : match.end() + 1]
    return (" " if before.isalnum() else "") + said + (" " if after.isalnum() else "")


def _on(month: int, day: str, its_year: str | None) -> str:
    said = f"{_MONTHS[month - 1]} {_words(int(day), 'ordinal')}"
    return f"{said}, {year(its_year)}" if its_year else said


def _month_number(name: str) -> int:
    return next(place for place, month in enumerate(_MONTHS, 1) if month.startswith(name[:3]))


def _date(match: re.Match[str]) -> str:
    return _on(int(match["month"]), match["day"], match["year"])


def _slashed(match: re.Match[str]) -> str:
    """Month first, as in American English, unless only the other order is a date."""
    one, two, its_year = int(match["one"]), int(match["two"]), match["slashed_year"]
    if one > 12:
        one, two = two, one
    if not (1 <= one <= 12 and 1 <= two <= 31):
        return " slash ".join(map(number, match.group().split("/")))
    if len(its_year) == 2:
        its_year = ("20" if its_year < "70" else "19") + its_year
    return _on(one, str(two), its_year)


def _month_day(match: re.Match[str]) -> str:
    return _on(_month_number(match["name"]), match["name_day"], match["name_year"])


def _day_month(match: re.Match[str]) -> str:
    said = f"the {_words(int(match['first_day']), 'ordinal')} of {_MONTHS[_month_number(match['last_name']) - 1]}"
    return f"{said}, {year(match['last_year'])}" if match["last_year"] else said


def _time(match: re.Match[str]) -> str:
    hour, minute, half = int(match["hour"]), int(match["minute"]), match["half"]
    said = cardinal(hour)
    if minute:
        said += (" oh " if minute < 10 else " ") + cardinal(minute)
    elif not half:
        said = "midnight" if hour in (0, 24) else said + (" o'clock" if hour <= 12 else " hundred")
    if match["second"]:
        said += f" and {cardinal(int(match['second']))} seconds"
    return said + _half(match, half)


def _oclock(match: re.Match[str]) -> str:
    return cardinal(int(match["oclock_hour"])) + _half(match, match["oclock_half"])


def _half(match: re.Match[str], half: str | None) -> str:
    if not half:
        return ""
    ends_text = half.endswith(".") and match.end() == len(match.string)
    return f" {half[0].upper()} M" + ("." if ends_text else "")


def _phone(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match["phone"])
    return ("plus " if match["phone"].startswith("+") else "") + ", ".join(map(digits, groups))


def _version(match: re.Match[str]) -> str:
    figures = match["version"].lstrip("vV")
    said = " point ".join(number(part) if part[0] != "0" else digits(part) for part in figures.split("."))
    return "version " + said if figures != match["version"] else said


def _code_name(match: re.Match[str]) -> str:
    groups = re.findall(r"[A-Z]+|\d+", match["code_name"])
    return ", ".join(digits(group) if group.isdecimal() else " ".join(group) for group in groups)


def _named(match: re.Match[str]) -> str:
    return match["label"] + digits(match["figure"])


def _money(match: re.Match[str]) -> str:
    sign, scale = match["symbol"].strip(), match["scale"]
    minus = "minus " if match["money_minus"] else ""
    if match["amount_end"] or scale:
        end = f" to {number(match['amount_end'])}" if match["amount_end"] else ""
        size = f" {_SCALES.get(scale, scale)}" if scale else ""
        return f"{minus}{number(match['amount'])}{end}{size} {_plural(_CURRENCIES[sign][0])}"
    return minus + _amount(match["amount"], sign)


def _coded(match: re.Match[str]) -> str:
    return ("minus " if match["coded_minus"] else "") + _amount(match["coded_amount"], match["sign"])


def _amount(text: str, sign: str) -> str:
    """`420.50` with `$` is four hundred and twenty dollars and fifty cents."""
    unit, part = _CURRENCIES[sign]
    whole, _, cents = re.sub(r"[^\d.]", "", text).partition(".")
    if not cents.strip("0"):
        return _counted(whole, unit)
    if not part or len(cents) > 2:
        return f"{number(text)} {_plural(unit)}"
    parts = _counted(cents.ljust(2, "0").lstrip("0"), part)
    return f"{_counted(whole, unit)} and {parts}" if whole.strip("0") else parts


def _counted(text: str, unit: str) -> str:
    return f"{number(text)} {unit if text == '1' else _plural(unit)}"


def _plural(unit: str) -> str:
    if unit in _PLURALS or unit in _UNCOUNTED:
        return _PLURALS.get(unit, unit)
    first, separator, rest = unit.partition(" per ")
    if separator:
        return f"{_plural(first)} per {rest}"
    if unit.startswith("degree"):
        return "degrees" + unit[len("degree") :]
    return unit + "s"


def _mixed(match: re.Match[str]) -> str:
    top, bottom = match["numerator"], match["denominator"]
    if match["vulgar"]:
        top, bottom = _VULGAR[match["vulgar"]].split("/")
    said = _fraction(int(top), int(bottom), alone=match["whole"] is None)
    return f"{cardinal(int(match['whole']))} and {said}" if match["whole"] else said


def _fraction(top: int, bottom: int, alone: bool) -> str:
    if (top, bottom) == (24, 7) or bottom < 2:
        return f"{cardinal(top)} {'seven' if bottom == 7 else 'over ' + cardinal(bottom)}"
    name = {2: "half", 4: "quarter"}.get(bottom) or _words(bottom, "ordinal")
    if top == 1:
        return f"{'one' if alone else 'a'} {name}"
    return f"{cardinal(top)} {'halves' if bottom == 2 else name + 's'}"


def _ordinal(match: re.Match[str]) -> str:
    return _words(int(match["place"]), "ordinal")


def _range(match: re.Match[str]) -> str:
    low, high = match["low"], match["high"]
    unit = match["range_unit"]
    if not unit and all(re.fullmatch(r"1[1-9]\d\d|20\d\d", end) for end in (low, high)):
        return f"{year(low)} to {year(high)}"
    return f"{number(low)} to {number(high)}" + (f" {_plural(_UNITS[unit])}" if unit else "")


def _quantity(match: re.Match[str]) -> str:
    return ("minus " if match["minus"] else "") + _counted(match["count"], _UNITS[match["unit"]])


def _past(match: re.Match[str]) -> str:
    since = match["since"].rstrip(".")
    month = _MONTHS[_month_number(since) - 1] if since[:3] in {name[:3] for name in _MONTHS} else match["since"]
    return f"{month} {year(match['past_year'])}"


def _number(match: re.Match[str]) -> str:
    text = match["value"]
    name = text.isdecimal() and len(text) >= 7 and not text.endswith("000")
    return ("minus " if match["negative"] else "") + (digits(text) if name else number(text))


_READINGS: dict[str, Callable[[re.Match[str]], str]] = {
    "date": _date,
    "slashed": _slashed,
    "month_day": _month_day,
    "day_month": _day_month,
    "time": _time,
    "oclock": _oclock,
    "phone": _phone,
    "version": _version,
    "spelled": lambda match: _amount(match["spelled_amount"], _SPELLED[match["spelled_unit"]]),
    "code_name": _code_name,
    "named": _named,
    "money": _money,
    "coded": _coded,
    "mixed": _mixed,
    "ordinal": _ordinal,
    "range": _range,
    "quantity": _quantity,
    "past": _past,
    "leading": lambda match: digits(match["leading"]),
    "ratio": lambda match: f"{number(match['antecedent'])} to {number(match['consequent'])}",
    "number": _number,
    "rest": lambda match: digits(match["rest"]),
}
