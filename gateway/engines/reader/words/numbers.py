"""Numbers written as words, English and Chinese, turned into digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()

UNITS = {word: value for value, word in enumerate(_SMALL)} | {word: 20 + 10 * place for place, word in enumerate(_TENS)}
"""English words below one hundred."""
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
"""English words that multiply what stands before them."""
ORDINALS = {word: value for value, word in enumerate(_ORDINALS) if value} | {
    word[:-1] + "ieth": 20 + 10 * place for place, word in enumerate(_TENS)
}
"""English ordinal words up to ninetieth, without compounds."""

CHINESE_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
CHINESE_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
CHINESE_NUMERALS = "零〇一二两三四五六七八九十百千万亿"

_WORD_OR_REST = re.compile(r"[A-Za-z]+|[^A-Za-z]+")
_NOT_COUNTED = frozenset("no any some each every this that which the another last next".split()) | ORDINALS.keys()
_YEAR_CENTURIES = range(16, 22)
_CHINESE_NUMBER = re.compile(f"负?[{CHINESE_NUMERALS}]+(?:点[{CHINESE_NUMERALS}]+)?")


def parse_chinese(text: str) -> Decimal | None:
    """The value of a Chinese number such as 二百三十, 二〇二六 or 三点五; None when `text` is anything else."""
    if not _CHINESE_NUMBER.fullmatch(text):
        return None
    whole, _, fraction = text.removeprefix("负").partition("点")
    if any(character in CHINESE_SCALES for character in fraction):
        return None
    value = Decimal(_chinese_whole(whole))
    if fraction:
        value += Decimal("0." + "".join(str(CHINESE_DIGITS[character]) for character in fraction))
    return -value if text.startswith("负") else value


def _chinese_whole(text: str) -> int:
    if not any(character in CHINESE_SCALES for character in text):
        return int("".join(str(CHINESE_DIGITS[character]) for character in text))
    total = section = digit = 0
    for character in text:
        if character in CHINESE_DIGITS:
            digit = CHINESE_DIGITS[character]
            continue
        scale = CHINESE_SCALES[character]
        if scale == 10**8:
            total, section = (total + section + digit) * scale, 0
        elif scale == 10**4:
            total, section = total + (section + digit) * scale, 0
        else:
            section += (digit or 1) * scale
        digit = 0
    return total + section + digit


def chinese_numbers_to_digits(text: str) -> str:
    """`text` with every run of Chinese numerals as digits; for arithmetic, where nothing else is meant by them."""
    return _CHINESE_NUMBER.sub(lambda found: str(parse_chinese(found[0])), text)


def words_to_digits(text: str) -> str:
    """`text` with English number words as digits: "bus twenty-three" becomes "bus 23". Ordinals stay.

    "one" stays where it stands for a thing ("the second one"). Years said in pairs and digits said singly are joined.
    """
    pieces = _WORD_OR_REST.findall(text)
    written: list[str] = []
    place = 0
    while place < len(pieces):
        found = _number_at(pieces, place)
        if found is None or _stands_for_a_thing(pieces, place, found[1]):
            written.append(pieces[place])
            place += 1
        else:
            written.append(found[0])
            place = found[1]
    return "".join(written)


def _stands_for_a_thing(pieces: Sequence[str], place: int, end: int) -> bool:
    if end != place + 1 or pieces[place].lower() != "one":
        return False
    before = pieces[place - 2].lower() if place >= 2 else ""
    after = pieces[place + 2].lower() if place + 2 < len(pieces) else ""
    return before in _NOT_COUNTED or after == "of"


def _number_at(pieces: Sequence[str], place: int) -> tuple[str, int] | None:
    """The digits of the longest number that begins at `place`, and the place after it."""
    first = _cardinal_at(pieces, place)
    if first is None:
        return None
    value, end = first
    following = _cardinal_at(pieces, end + 1) if end < len(pieces) and pieces[end].isspace() else None
    if value < 10 and following is not None and following[0] < 10:
        return _spelled_digits(pieces, place)
    if value in _YEAR_CENTURIES and following is not None and 10 <= following[0] <= 99:
        return f"{value}{following[0]}", following[1]
    fraction = _fraction_at(pieces, end)
    return (f"{value}.{fraction[0]}", fraction[1]) if fraction else (str(value), end)


def _spelled_digits(pieces: Sequence[str], place: int) -> tuple[str, int]:
    digits = ""
    end = place
    while end < len(pieces) and UNITS.get(pieces[end].lower(), 10) < 10:
        digits += str(UNITS[pieces[end].lower()])
        end += 2
    return digits, end - 1


def _fraction_at(pieces: Sequence[str], end: int) -> tuple[str, int] | None:
    if end + 3 >= len(pieces) or pieces[end + 1].lower() != "point":
        return None
    digits, after = _spelled_digits(pieces, end + 3)
    return (digits, after) if digits else None


def _cardinal_at(pieces: Sequence[str], place: int) -> tuple[int, int] | None:
    """One cardinal such as "two hundred and five"; the grammar allows each scale once, falling."""
    if place >= len(pieces):
        return None
    opening = pieces[place].lower()
    if opening == "a" and place + 2 < len(pieces) and pieces[place + 2].lower() in SCALES:
        current, end = 1, place + 1
    elif opening in UNITS:
        current, end = UNITS[opening], place + 1
        if current >= 20:
            current, end = _with_unit(pieces, current, end)
    else:
        return None
    total, limit = 0, 10**12
    while (word := _word_after(pieces, end)) is not None:
        if word in SCALES and SCALES[word] < limit:
            scale = SCALES[word]
            if scale == 100:
                current *= 100
            else:
                total, current, limit = total + current * scale, 0, scale
            end += 2
            continue
        rest = end + 2 if word == "and" else end
        small = UNITS.get(_word_after(pieces, rest) or "")
        if small is None or current % 100 or (not current and not total) or pieces[rest] == "-":
            break
        current, end = current + small, rest + 2
        if small >= 20:
            current, end = _with_unit(pieces, current, end)
    return total + current, end


def _with_unit(pieces: Sequence[str], tens: int, end: int) -> tuple[int, int]:
    unit = UNITS.get(_word_after(pieces, end) or "", 0)
    return (tens + unit, end + 2) if 0 < unit < 10 else (tens, end)


def _word_after(pieces: Sequence[str], end: int) -> str | None:
    """The word after the one that ends at `end`, when only a space or a hyphen parts them."""
    if end + 1 < len(pieces) and pieces[end] in (" ", "-"):
        return pieces[end + 1].lower()
    return None


def ordinal_of(word: str) -> int | None:
    """The value of "third", "3rd" or "twenty-first"; None for other words."""
    word = word.lower()
    if word in ORDINALS:
        return ORDINALS[word]
    tens, _, unit = word.replace(" ", "-").partition("-")
    if tens in UNITS and UNITS[tens] >= 20 and ORDINALS.get(unit, 10) < 10:
        return UNITS[tens] + ORDINALS[unit]
    digits = re.fullmatch(r"(\d{1,3})(?:st|nd|rd|th)", word)
    return int(digits[1]) if digits else None


_ORDINAL_WORDS = re.compile(
    rf"\b(?:({'|'.join(_TENS)})[- ])?({'|'.join(sorted(ORDINALS, key=len, reverse=True))})\b", re.IGNORECASE
)


def ordinals_to_digits(text: str) -> str:
    """`text` with ordinal words as digits: "March twenty-first" becomes "March 21st" (always "st": for parsing)."""
    return _ORDINAL_WORDS.sub(
        lambda found: f"{UNITS.get((found[1] or 'zero').lower(), 0) + ORDINALS[found[2].lower()]}st", text
    )
