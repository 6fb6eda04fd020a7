"""Parts of a Chinese question in English words, those that the page at hand uses where the lexicon knows several."""

from __future__ import annotations

import re

from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.words.lexicon import longest_chinese, senses_of_chinese, stems_of_phrase
from gateway.engines.reader.words.numbers import parse_chinese
from text.script import has_ideographs

NUMERAL = "一二两三四五六七八九十百"
MEASURE = "个位名把张本只辆份盒瓶条碗节块片桶户车趟种间层件次家台支项袋斤包箱套句道颗班"
_FUNCTION = re.compile(
    r"请问|告诉我|一下|的话|如果|要是|假如|我们|你们|他们|咱们|自己|这些|这个|那个|这张|这份|这封|那只|这里|上面|里面"
    r"|大概|大约|一共|总共|现在|已经|还|是不是|的|了|在|是|我|你|您|他|她|它|这|那|给|把|被|由|和|与|要|会|能|可以|应该|需要"
    r"|必须|可|都|也|就|里|上|中|吗|呢|吧|啊|呀|得|着|过|去|来|到|有|做|时|当|为|对|叫|个|地|所|让|从|往|后|内|成|只是|故事里|文章里|课文里|文中|信里|信上|合同里|发票上|单子上|表里|表上"
    r"|以|之|及|等|其|向|跟|每|东西"
)
"""Words that say nothing about where to look."""
_NOT = re.compile(r"没有|不|没|未")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_MONTHS = tuple("January February March April May June July August September October November December".split())
_LATIN = re.compile(r"[^\s\u3400-\u9fff]+")
_NUMBERED = (
    (re.compile(r"(?<![A-Za-z])([A-Z]\d?)\s*(?:班车|号车|路车|线车|路公交车?|车)"), r" bus \1 "),
    (re.compile(r"(\d+)\s*(?:路公交车|路公交|路车|路)"), r" bus \1 "),
    (re.compile(r"(\d+)\s*号楼"), r" building \1 "),
    (re.compile(r"(\d+)\s*号(?:房间|房|室)"), r" room \1 "),
)
NOON = 12
_CLOCK = re.compile(
    rf"(?P<part>上午|早上|中午|下午|晚上|夜里|傍晚)?(?P<hour>\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*点(?:整|钟|(?P<half>半))?"
)
_AGE = re.compile(rf"(?P<under>未满|不满)?(?P<age>\d+|[{NUMERAL}]+)\s*(?:周?岁)(?P<side>以下|以内|以上)?")
_QUESTION_NUMBER = re.compile(r"第\s*(\d+|[一二三四五六七八九十]+)\s*[道小]?题")
_ORDINAL = re.compile(r"第\s*([一二三四五六七八九十]+|\d+)\s*[次个位名班天]?")
_DAY = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")


def glossed(study: Study, text: str) -> str | None:
    """The words of `text` in English, or None when one of them is not known."""
    text = _numbers_put(text)
    words: list[str] = []
    place = 0
    while place < len(text):
        latin = _LATIN.match(text, place)
        if latin is not None:
            words.append(latin[0])
            place = latin.end()
            continue
        if not has_ideographs(text[place]):
            place += 1
            continue
        known, function = longest_chinese(text, place), _FUNCTION.match(text, place)
        if function is not None and len(function[0]) >= len(known):
            place = function.end()
        elif (negation := _NOT.match(text, place)) is not None and len(known) < 2:
            words.append("not")
            place = negation.end()
        elif known:
            words += _split(study, known)
            place += len(known)
        elif re.match(rf"[{NUMERAL}几][{MEASURE}]", text[place:]):
            value = parse_chinese(text[place])
            if value is not None and value > 1:
                words.append(str(int(value)))
            place += 2
        elif text[place] in MEASURE + NUMERAL or _stands_alone(text, place):
            place += 1
        else:
            return None
    return " ".join(dict.fromkeys(words))


def _numbers_put(text: str) -> str:
    """Numbered things, days and places in a row in English."""
    text = _QUESTION_NUMBER.sub(lambda found: f" question {_value(found[1])} ", text)
    text = _DAY.sub(lambda found: f" {_MONTHS[(int(found[1]) - 1) % len(_MONTHS)]} {found[2]} ", text)
    text = _AGE.sub(_aged, text)
    text = _CLOCK.sub(_timed, text)
    for pattern, put in _NUMBERED:
        text = pattern.sub(put, text)
    return _ORDINAL.sub(lambda found: f" {_ordinal(_value(found[1]))} ", text)


def _aged(found: re.Match[str]) -> str:
    side = "under" if found["under"] or found["side"] in ("以下", "以内") else "over" if found["side"] else ""
    return f" {side} {_value(found['age'])} " if side else f" aged {_value(found['age'])} "


def _timed(found: re.Match[str]) -> str:
    value = _value(found["hour"])
    half = "30" if found["half"] else "00"
    late = (found["part"] or "") in ("下午", "晚上", "夜里", "傍晚") and value < NOON
    return f" {value + NOON * late}:{half} "


def _value(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else int(parse_chinese(numeral) or 0)


def _ordinal(value: int) -> str:
    return _ORDINALS[value - 1] if 0 < value <= len(_ORDINALS) else str(value)


def _stands_alone(text: str, place: int) -> bool:
    """True for a single unknown sign between known words: mostly a verb of all work."""
    after = text[place + 1 : place + 2]
    return (
        not has_ideographs(after)
        or bool(longest_chinese(text, place + 1))
        or _FUNCTION.match(text, place + 1) is not None
    )


def chosen(study: Study, word: str) -> str:
    """The English of a Chinese word that the page uses, the longest first; the plainest when it uses none."""
    options = [option for sense in senses_of_chinese(word) for option in sense.english]
    if not options:
        return ""
    used = [option for option in options if is_used(study, option)]
    return max(used, key=lambda option: len(option.split()), default=options[0])


def _split(study: Study, word: str) -> list[str]:
    """The English of a word, or of its two parts where the page uses those and not the whole."""
    whole = chosen(study, word)
    if not is_used(study, whole):
        for at in range(2, len(word) - 1):
            parts = [chosen(study, word[:at]), chosen(study, word[at:])]
            if all(part and is_used(study, part) for part in parts):
                return parts
    return [whole]


def is_used(study: Study, phrase: str) -> bool:
    """True when the page says `phrase`, in any form of its words."""
    return f" {' '.join(stems_of_phrase(phrase))} " in f" {' '.join(study.all_words.stems)} "
