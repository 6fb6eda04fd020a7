"""What stands on a sheet beside its words: gaps to fill in, room for answers, points, boxes to tick."""

from __future__ import annotations

import re

from text.questions.found import BLANK, Option

_RULE = r"(?:[_＿]\s?){2,}|[_＿]{2,}|\.{4,}|…{3,}|(?:\.\s){3,}\.?|[—─]{3,}"
_BRACKETS = r"[（(]\s*(?:[_＿.…]+\s*)?[)）]|【\s*】|\[\s*_+\s*\]"
_GAP = re.compile(rf"\s*(?:{_RULE}|{_BRACKETS})\s*")
_ROOM = re.compile(rf"(?:{_RULE}|{_BRACKETS}|[\s_＿.…·—─|:：$=-])+")
_LEADING_GAP = re.compile(rf"(?:{_RULE}|{_BRACKETS})\s*(?=(?:\d{{1,3}}|[①-⑳])\s?[.．)）、]?)")
_AMOUNT = r"\d{1,3}(?:\.5)?\s*"
_POINTS = re.compile(
    rf"\s*(?:[(\[（【]\s*(?:worth\s+|total\s*:?\s*)?{_AMOUNT}(?:marks?|points?|pts?|p|m)\b\.?[^()\[\]（）]{{0,20}}[)\]）】]"
    rf"|[(\[（【][^()\[\]（）]{{0,16}}?{_AMOUNT}分[^()\[\]（）]{{0,16}}[)\]）】]"
    rf"|\[\s*{_AMOUNT}\]\s*$|[-–—]?\s+{_AMOUNT}(?:marks?|points?|pts\.?)\s*$|_*\s*/\s*{_AMOUNT}(?:marks?|points?|pts\.?)\s*$)",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"(?:\b(?:is|are|was|were|of|the|an|equals|called|named|in|by|from|has|have|means)\b|[=是为叫在有]|等于)\s*(?P<end>[.．。]?)$"
)
_TRUE_OR_FALSE = re.compile(
    r"\s*[(（\[]?\s*\b(?:T|True|TRUE)\s*(?:/|or|\||\s)\s*(?:F|False|FALSE)\b\s*[)）\]]?\s*[.:：]?\s*"
)
_BOX = r"(?:\[[ xX]?\]|[☐☑☒□■✓✔❏❑])"
_BOXED = re.compile(rf"{_BOX}\s*([^☐☑☒□■✓✔❏❑\[\]]{{1,60}})")
_BOXED_AFTER = re.compile(rf"(\S+)\s*{_BOX}")
_YES_NO = re.compile(r"(?<=[?？])\s*(Yes|YES|是|有)\s*[/|／]?\s*(No|NO|否|没有|无)\s*$")


def is_room(text: str) -> bool:
    """Whether a line is nothing but room for an answer, such as a row of dots."""
    return _ROOM.fullmatch(text) is not None


def without_leading_gap(line: str) -> str:
    """A line without the gap in front of its number, where "true" or a letter is to be written."""
    return _LEADING_GAP.sub("", line, count=1) if _LEADING_GAP.match(line) else line


def without_points(text: str) -> str:
    """A text without what says how many points it is worth."""
    return _POINTS.sub("", text).strip()


def with_gaps(text: str) -> str:
    """A text in which each gap is `BLANK`, with spaces around it."""
    return re.sub(r"\s+(?=[.,;:?!，。；：？！])", "", _GAP.sub(f" {BLANK} ", text)).strip()


def has_gap(text: str) -> bool:
    """Whether there is a gap in a text made by `with_gaps`."""
    return BLANK in text


def ends_in_brackets(text: str) -> bool:
    """Whether a text as printed ends with empty brackets, for a mark or a letter."""
    return re.search(rf"(?:{_BRACKETS})\s*[。.]?\s*$", text) is not None


def ends_in_gap(text: str) -> bool:
    """Whether a text as printed ends with a gap."""
    return re.search(rf"(?:{_RULE}|{_BRACKETS})\s*$", text) is not None


def without_answer_room(text: str) -> str:
    """A text without the gap behind its end, which is room for the answer."""
    return re.sub(rf"(?<=[.?!。？！:：])\s*(?:{BLANK}\s*)+$", "", text).strip()


def with_lost_gap(text: str) -> str:
    """The text with a gap where reading a picture has lost the line that was printed there: in a wide space, or behind
    a word that something must follow. The text itself where there is no sign of one.
    """
    if re.search(r"\S {3,}\S", text):
        return re.sub(r" {3,}", f" {BLANK} ", text, count=1)
    found = _DANGLING.search(text)
    if found is None:
        return re.sub(r"(?<=\w)\s+(?=\.$)", f" {BLANK}", text)
    return f"{text[: found.start('end')].rstrip()} {BLANK}{found['end']}"


def statement_of(text: str) -> str | None:
    """What is said to be true or false, where a text ends or begins with "True / False"; None elsewhere."""
    for found in _TRUE_OR_FALSE.finditer(text):
        if found.end() == len(text) or found.start() == 0:
            rest = (text[: found.start()] + text[found.end() :]).strip()
            return rest or None
    return None


def has_boxes(text: str) -> bool:
    """Whether something in a text is to be ticked."""
    return bool(boxed_options(text)[1])


def begins_with_box(text: str) -> bool:
    """Whether a line is a row of boxes to be ticked, so that what they answer stands above it."""
    return re.match(rf"{_BOX}\s*\S", text) is not None


def boxed_options(text: str) -> tuple[str, tuple[Option, ...]]:
    """A question's text without the boxes to be ticked, and what stands beside them; as it is where there are none."""
    if pair := _YES_NO.search(text):
        return text[: pair.start()].strip(), (Option("", pair[1]), Option("", pair[2]))
    boxes = list(_BOXED.finditer(text))
    if len(boxes) < 2:
        after = list(_BOXED_AFTER.finditer(text))
        if len(after) < 2 or not after[0].start():
            return text, ()
        return text[: after[0].start()].strip(), tuple(Option("", found[1]) for found in after)
    return text[: boxes[0].start()].strip(), tuple(Option("", found[1].strip(" ,;，；")) for found in boxes)
