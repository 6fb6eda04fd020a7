"""Regular expressions for right answers, however they are put; they are looked for in `questions.plain_answer`."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_MONTHS = (
    "january february march april may june july august september october november december".split()
)  # `calendar.month_name` follows the locale
_HAN = "零一二三四五六七八九十"
_DENIAL = r"\bno\b|\b(?:can)?not\b|n't\b|不|没有|无需|否"
_ASSENT = r"\byes\b|^是|可以"
_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()


def money(cents: int) -> str:
    """A sum of money; a whole one also without cents."""
    whole, rest = divmod(cents, 100)
    after = "(?:[.]00?)?" if rest == 0 else rf"[.]{rest:02d}"
    return rf"(?<!\d)(?<!\d[.]){whole}{after}(?![\d]|[.]\d)"


def number(value: int | float) -> str:
    """A number in figures, alone; a small whole one also in words."""
    shown = rf"(?<!\d)(?<!\d[.:]){re.escape(str(value))}(?:[.]0+)?(?![\d]|[.:]\d)"
    if not isinstance(value, int) or not 0 <= value < len(_WORDS):
        return shown
    han = "两|二" if value == 2 else _HAN[value] if value < len(_HAN) else shown
    return rf"(?:{shown}|\b{_WORDS[value]}\b|{han})"


def day(value: date) -> str:
    """A day in any of the usual forms, with or without the year."""
    month = _MONTHS[value.month - 1]
    named = rf"{month[:3]}[a-z]*[.]?"
    figure = rf"0?{value.day}(?:st|nd|rd|th)?"
    return (
        rf"(?:\b{named} {figure}(?!\d)|(?<!\d){figure} (?:of )?{named}"
        rf"|{value.year}[-/.]0?{value.month}[-/.]0?{value.day}(?!\d)|(?<!\d)0?{value.day}[./]0?{value.month}[./]{value.year}"
        rf"|(?<!\d)0?{value.month}月0?{value.day}[日号])"
    )


def clock(shown: str) -> str:
    """A time of day such as 9:05 or 14:30; in the afternoon also in the twelve-hour form."""
    hour, minute = map(int, shown.split(":"))
    forms = [f"0?{hour}[:.]{minute:02d}"]
    if hour > 12:
        forms.append(f"0?{hour - 12}[:.]{minute:02d} ?p")
    forms.append(f"0?{hour}[点时]{f'0?{minute}分?' if minute else '整?'}")
    return rf"(?<!\d)(?<!\d:)(?:{'|'.join(forms)})(?!\d)"


def words(*texts: str) -> str:
    """Any one of `texts`, word for word, spaces as they come."""
    return f"(?:{'|'.join(_spaced(text) for text in texts)})"


def rather(right: str, wrong: str) -> str:
    """`right`, with no `wrong` before it: the answer to "which of the two"."""
    return f"^(?:(?!{_spaced(wrong)}).)*{_spaced(right)}"


def all_of(*patterns: str) -> str:
    """Every one of `patterns`, in any order."""
    return "".join(f"(?=.*{pattern})" for pattern in patterns)


def no(*texts: str) -> str:
    """A denial, or any one of `texts`."""
    return f"(?:{'|'.join((_DENIAL, *map(_spaced, texts)))})"


def yes(*texts: str) -> str:
    """An assent, or any one of `texts`."""
    return f"(?:{'|'.join((_ASSENT, *map(_spaced, texts)))})"


def _spaced(text: str) -> str:
    """`text` as a pattern over what `plain_answer` makes of it."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return r"\s*".join(re.escape(word) for word in re.sub(r"(?<=\d),(?=\d{3})", "", plain).split())
