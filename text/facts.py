"""The facts of a text that can be compared: its numbers, by value, and its names. English and Chinese, pure.

"1,200", "1200", "twelve hundred" and 一千二百 are one number; "Mei's" and "Mei" are one name. What a text *states* is
read strictly, because it must be found again; what a source *holds* is read generously.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from text.abbreviations import STARTERS
from text.passages import stem
from text.script import has_ideographs

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_UNITS = {word: value for value, word in enumerate(_SMALL)} | {
    word: 20 + 10 * place for place, word in enumerate(_TENS)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "万": 10**4, "亿": 10**8}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
        " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=1,
    )
}
_DIGITS_ZH = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES_ZH = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

_NUMERALS_ZH = "零〇一二两三四五六七八九十百千万亿"
_LONGEST_NUMBER = 40
"""Digits; a longer run is a code, compared as it stands."""
_NUMBER = re.compile(
    r"(?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)"
    r"|(?P<long>\+?\d+(?:[ -]\d+){1,6}(?!\d|[.,]\d))"
    r"|(?P<plain>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s?(?P<scale>hundred|thousand|million|billion|[万亿]))?",
    re.IGNORECASE,
)
_NUMBER_ZH = re.compile(rf"[{_NUMERALS_ZH}]+(?:点[{_NUMERALS_ZH}]+)?")
_COUNTERS_ZH = "元块角点号月日年岁个位本张件只次楼层室路斤米公里天周小时栋页名"
_NO_NUMBER_ZH = frozenset("万一 千万 万千 万万".split())
"""Words: "in case", "by all means" and the like."""
_LATIN = "A-Za-z\u00c0-\u024f"
_WORD = re.compile(rf"[{_LATIN}][{_LATIN}0-9_'’-]*")
_UNIT_WORD, _SCALE_WORD = "|".join(_UNITS), "hundred|thousand|million|billion"
_NUMBER_WORDS = re.compile(
    rf"\b(?:{_UNIT_WORD}|a (?:{_SCALE_WORD}))(?:(?:[ -]| and )(?:{_UNIT_WORD}|{_SCALE_WORD}))*\b", re.IGNORECASE
)

_MONTHS = "january february march april may june july august september october november december".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_CALENDAR = {
    form: f"{kind} {place}"
    for kind, names, first in (("weekday", _WEEKDAYS, 0), ("month", _MONTHS, 1))
    for place, name in enumerate(names, start=first)
    for form in (name, f"{name}s", name[:3])
} | {"sept": "month 9"}
_WEEKDAY_ZH = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天])")
_NO_NAMES = frozenset(
    "i i'm i've i'll i'd a an the and or of in on at to for with by from is are was were user users user's assistant"
    " yes no ok okay".split()
)
_OPENERS = frozenset(
    "The User Users Assistant They Both Total Topic Topics Summary Question Questions Decision Plan Conversation"
    " Document Documents Someone Somebody Two Three Four Five Six Seven Eight Nine Ten Me Mine Us Any Every Everything"
    " Nothing Something Call Remember Please Ok Okay Thanks Thank Always Never Being Several Additionally Moreover"
    " Furthermore Overall Finally First Second Third Next Earlier Previously Yesterday Tomorrow Tonight Regarding"
    " Hello Hi Hey Good My Your Show Tell Read Set Use Take Put Add See Look Make Go Give Open Close Turn Bring Buy Pay"
    " Write Send Keep Wait Check Ask Find".split()
)
_ORDINARY_ENDING = re.compile(r"(?:ing|tion|sion|ment|ness|ly|ity)$")
_OPENING = re.compile(r"[.!?:;…。！？：；\n→\"“‘(（「『-]\s*[\"“‘(（「『]?$")
_CALLED = re.compile(r"\b(?:called|named|name is|name['’]s|call me)[ ]([a-z][\w'’-]+)")
_CALLED_ZH = re.compile(
    r"(?:叫做?|名叫|名为|名字是|姓名是)[我他她你您它]?([\u3400-\u9fff]{1,4}?)(?=[^\u3400-\u9fff]|[住在是的和今电她他]|$)"
)
_SURNAME_ZH = re.compile(r"[王刘赵吴徐孙朱郭郑梁宋邓冯曹彭潘袁蔡蒋魏吕卢姚沈姜崔谭陆汪廖贾韦][\u3400-\u9fff]")
_PLACE_ZH = re.compile(r"([\u3400-\u9fff]{2})[市省县镇村路街](?![\u3400-\u9fff]?[边上面程线])")
_NO_PLACE_ZH = re.compile(r"[的这那条一座个在去来到城]")
_TITLE_ZH = re.compile(r"《([^《》]{1,40})》")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text states."""

    numbers: frozenset[str] = frozenset()
    """By value, without separators and needless zeros: "1200", "3.5"; codes with leading zeros as they stand."""
    names: frozenset[str] = frozenset()
    """In small letters; days and months as "weekday 0" (Monday) and "month 1"."""

    def __bool__(self) -> bool:
        return bool(self.numbers or self.names)


_SENTENCE_ENDS = "。！？!?\n"


def facts_in(text: str) -> Facts:
    """The numbers and names that `text` states. "one" and 一 state none: they are words of all work."""
    text = unicodedata.normalize("NFKC", text)
    numbers = {*_written(text), *_spoken(text), *_chinese(text)} - {""}
    return Facts(frozenset(numbers), frozenset(_names(text)))


class Evidence:
    """A source that statements are held against."""

    def __init__(self, text: str) -> None:
        text = unicodedata.normalize("NFKC", text)
        self._text = text.casefold()
        self._words = {_bare(word).casefold() for word in _WORD.findall(text)}
        self._stems = {stem(word) for word in self._words}
        self._numbers = set(_readings(self._text))
        self._digits = re.sub(r"[ ,-]", "", self._text)
        self._days = {_CALENDAR.get(word, "") for word in self._words} | set(_weekdays_zh(self._text))

    def lacks(self, facts: Facts) -> frozenset[str]:
        """Those of the numbers and names in `facts` that the source does not hold."""
        missing = {number for number in facts.numbers if not self._has_number(number)}
        return frozenset(missing | {name for name in facts.names if not self._has_name(name)})

    def _has_number(self, number: str) -> bool:
        return number in self._numbers or (len(number) >= 5 and number in self._digits)

    def _has_name(self, name: str) -> bool:
        kind, _, count = name.partition(" ")
        if count and kind in ("weekday", "month"):
            return name in self._days or (kind == "month" and count in self._numbers)
        if has_ideographs(name):
            return name in self._text
        return name in self._words or stem(name) in self._stems


def masked(text: str) -> str:
    """`text` in small letters with each number, written or spoken, and each code that holds one, as "#"."""
    lowered = unicodedata.normalize("NFKC", text).lower()
    lowered = re.sub(r"[$€£¥]?\b[a-z]{0,6}-?\d[\w.,:/-]*\w|[$€£¥]?\d", "#", lowered)
    lowered = _NUMBER_WORDS.sub("#", lowered)
    return re.sub(r"#(?:[ ,.-]*#)+", "#", _NUMBER_ZH.sub("#", lowered))


def _written(text: str) -> Iterator[str]:
    """Numbers in digits."""
    for found in _NUMBER.finditer(text):
        if found["long"]:
            digits = re.sub(r"\D", "", found["long"])
            # Groups that make a telephone or card number are one; "10 20" is two.
            yield from [digits] if len(digits) >= 7 else map(_value, re.findall(r"\d+", found["long"]))
        elif found["day"]:
            yield from map(_value, re.findall(r"\d+", found["day"]))
        else:
            scale = _SCALES.get((found["scale"] or "").lower(), 1)
            yield _value(found["plain"].replace(",", ""), scale)


def _value(written: str, scale: int = 1) -> str:
    if len(written) > _LONGEST_NUMBER or not written.isascii():
        return written
    if written.isdigit() and len(written) > 2 and written.startswith("0"):
        return written
    value = format(Decimal(written) * scale, "f")
    return value.rstrip("0").rstrip(".") if "." in value else value


def _spoken(text: str) -> Iterator[str]:
    """Numbers in English words; "one" alone is none."""
    for found in _NUMBER_WORDS.finditer(text):
        if found[0].lower() != "one":
            yield from _joined(list(_cardinals(re.findall(r"[a-z]+", found[0].lower()))))


def _joined(values: list[int]) -> Iterator[str]:
    """Digits said singly make one number, and so do the two halves of a year; others stand alone."""
    singly = len(values) > 1 and all(value < 10 for value in values)
    year = len(values) == 2 and all(10 <= value < 100 for value in values)
    yield from ["".join(map(str, values))] if singly or year else map(str, values)


def _cardinals(words: list[str]) -> Iterator[int]:
    """The numbers that a row of number words is made of."""
    total = current = 0
    last = ""
    for word in words:
        if word in ("and", "a"):
            continue
        if word in _SCALES:
            scale = _SCALES[word]
            if scale == 100:
                current = (current or 1) * scale
            else:
                total, current = total + (current or 1) * scale, 0
        else:
            value = _UNITS[word]
            fits = not last or last in _SCALES or (last in _TENS and 0 < value < 10)
            if not fits:
                yield total + current
                total = current = 0
            current += value
        last = word
    yield total + current


def _chinese(text: str) -> Iterator[str]:
    """Numbers in Chinese numerals; a single one counts only before a word that counts or measures."""
    for found in _NUMBER_ZH.finditer(text):
        numeral, following = found[0], text[found.end() : found.end() + 1]
        before = text[max(0, found.start() - 2) : found.start()]
        if before.endswith(("星期", "周", "礼拜")) or numeral in _NO_NUMBER_ZH:
            continue
        if len(numeral) > 1 or (numeral not in "一万千" and following and following in _COUNTERS_ZH):
            yield _value_zh(numeral)


def _value_zh(numeral: str) -> str:
    whole, _, fraction = numeral.partition("点")
    if not any(character in _SCALES_ZH for character in whole):
        value = "".join(str(_DIGITS_ZH[character]) for character in whole)
        value = _value(value) if value else "0"
    else:
        value = str(_whole_zh(whole))
    decimals = "".join(str(_DIGITS_ZH[character]) for character in fraction if character in _DIGITS_ZH)
    return f"{value}.{decimals}".rstrip("0").rstrip(".") if decimals else value


def _whole_zh(numeral: str) -> int:
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS_ZH:
            digit = _DIGITS_ZH[character]
            continue
        scale = _SCALES_ZH[character]
        if scale == 10**8:
            total, section = (total + section + digit or 1) * scale, 0
        elif scale == 10**4:
            total, section = total + (section + digit or 1) * scale, 0
        else:
            section += (digit or 1) * scale
        digit = 0
    if digit and numeral[-2] in "百千万亿":  # 三万五 is 35,000
        digit *= _SCALES_ZH[numeral[-2]] // 10
    return total + section + digit


def _readings(text: str) -> Iterator[str]:
    """Everything that a number in `text` may be meant as."""
    yield from _written(text)
    for found in re.finditer(r"\d+(?:\.\d+)?", text):
        yield _value(found[0])
    for words in _NUMBER_WORDS.finditer(text):
        values = list(_cardinals(re.findall(r"[a-z]+", words[0])))
        yield from _joined(values)
        yield from map(str, values)
    for word in _ORDINALS.keys() & set(re.findall(r"[a-z]+", text)):
        yield str(_ORDINALS[word])
    for numeral in _NUMBER_ZH.findall(text):
        yield _value_zh(numeral)
        yield from (str(_DIGITS_ZH[character]) for character in numeral if character in _DIGITS_ZH)


def _names(text: str) -> Iterator[str]:
    yield from _calendar(text)
    chinese = has_ideographs(text)
    for found in _WORD.finditer(text):
        word = _bare(found[0])
        if word.casefold() in _NO_NAMES or word.casefold() in _CALENDAR or word.lower() in _UNITS:
            continue
        foreign = chinese and len(word) > 1 and has_ideographs(_sentence_at(text, found.start()))
        if foreign or (word[0].isupper() and not (_opens(text, found.start()) and _is_ordinary(word))):
            yield word.casefold()
    yield from (_bare(found[1]) for found in _CALLED.finditer(text))
    if chinese:
        yield from (found[1] for found in _CALLED_ZH.finditer(text))
        yield from _SURNAME_ZH.findall(text)
        yield from (found[1] for found in _TITLE_ZH.finditer(text))
        yield from (found[1] for found in _PLACE_ZH.finditer(text) if not _NO_PLACE_ZH.search(found[1]))


def _bare(word: str) -> str:
    for ending in ("'s", "’s", "'", "’", "-"):
        word = word.removesuffix(ending)
    return word


def _sentence_at(text: str, place: int) -> str:
    """The sentence around `place`: a Latin word is a name in a Chinese one, not in an English one beside it."""
    begin = max(text.rfind(end, 0, place) for end in _SENTENCE_ENDS) + 1
    ends = [at for end in _SENTENCE_ENDS if (at := text.find(end, place)) >= 0]
    return text[begin : min(ends, default=len(text))]


def _opens(text: str, place: int) -> bool:
    """True when a sentence begins at `place`, where a capital says nothing."""
    return place == 0 or _OPENING.search(text[max(0, place - 4) : place]) is not None


def _is_ordinary(word: str) -> bool:
    """True for a word that may open a sentence without being a name."""
    return word in STARTERS or word in _OPENERS or bool(_ORDINARY_ENDING.search(word)) or len(word) == 1


def _calendar(text: str) -> Iterator[str]:
    """Days of the week and months, wherever they are capitalised or cannot be another word."""
    for found in _WORD.finditer(text):
        word = _bare(found[0])
        named = _CALENDAR.get(word.casefold())
        if named and (word[0].isupper() or word not in ("may", "march", "mar", "sat", "sun", "mon", "dec")):
            yield named
    yield from _weekdays_zh(text)


def _weekdays_zh(text: str) -> Iterator[str]:
    for character in _WEEKDAY_ZH.findall(text):
        yield f"weekday {6 if character == '天' else '一二三四五六日'.index(character)}"
