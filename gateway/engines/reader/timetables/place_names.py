"""Where a question names one of a timetable's stops, also in the other language: 大学 for "University"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.engines.reader.words.synonyms import STOP_WORDS
from gateway.engines.reader.words.wording import Wording, differ_in_one
from text.passages import stem
from text.script import has_ideographs

LEAST_SHARE = 0.5
"""So much of a stop's name must be said."""
ALONE = 0.6
"""The share of a name of which a word is said that no other stop has."""
MISREAD_LENGTH = 5
_PLACES = (
    ("university college campus", "大学 学院"), ("harbour harbor port quay wharf dock", "港口 港 码头"),
    ("pier jetty quay", "码头"), ("hospital infirmary", "医院"), ("clinic surgery", "诊所 卫生院"),
    ("railway rail train", "火车"), ("bus coach", "汽车 公交 巴士 客运"), ("station", "火车站 汽车站 车站 站"),
    ("central", "中央 中心"), ("airport", "机场"),
    ("market", "市场 集市"), ("fish", "鱼"), ("school", "学校 小学 中学"),
    ("park", "公园"), ("sports stadium", "体育 体育场"),
    ("museum", "博物馆"), ("library", "图书馆"), ("square plaza", "广场"), ("centre center", "市中心 中心"),
    ("bridge", "桥"), ("church", "教堂"), ("beach", "海滩"), ("village", "村"), ("factory works", "工厂"),
    ("hotel", "酒店 宾馆"), ("theatre theater", "剧院"), ("town city hall", "市政厅"), ("post office", "邮局"),
    ("mall shopping", "商场"), ("zoo", "动物园"), ("lake", "湖"), ("island isle", "岛"), ("county", "县"),
    ("town", "镇 县城"),
    ("old", "老 旧"), ("new", "新"), ("north", "北"), ("south", "南"), ("east", "东"), ("west", "西"), ("gate", "门"),
    ("terminal terminus", "总站 终点站 航站楼"), ("castle", "城堡"), ("mill", "磨坊"), ("pool", "游泳馆"),
)  # fmt: skip
"""Nouns of places in both languages, by groups."""
_VEHICLES = frozenset(map(stem, "bus coach train railway rail tram boat ferry".split()))
_STOP_STEMS = frozenset(map(stem, STOP_WORDS))


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A stop that the question names."""

    stop: str
    start: int
    end: int
    """Where it stands in the question."""
    share: float
    """How much of the name is said."""


def places_in(text: str, stops: Sequence[str]) -> list[PlaceMention]:
    """The stops that `text` names, in its order; of those that share a place in it, the one that is named best."""
    named = [stop for stop in dict.fromkeys(stops) if stop]
    words = Counter(word for stop in named for word in Wording.of(stop).distinct)
    found = [mention for stop in named for mention in _mentions(text, stop, words)]
    found.sort(key=lambda mention: (-mention.share, mention.start - mention.end, mention.start))
    kept: list[PlaceMention] = []
    for mention in found:
        if mention.share >= LEAST_SHARE and not any(
            mention.start < other.end and other.start < mention.end for other in kept
        ):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)


def _mentions(text: str, stop: str, counts: Mapping[str, int]) -> list[PlaceMention]:
    lowered = text.lower()
    whole = [
        PlaceMention(stop, found.start(), found.end(), 2.0) for found in re.finditer(re.escape(stop.lower()), lowered)
    ]
    if whole:
        return whole
    if has_ideographs(stop):
        return _in_chinese(text, stop) if has_ideographs(text) else _translated(lowered, stop)
    words = [word for word in Wording.of(stop).stems if word not in _STOP_STEMS and len(word) > 1]
    said = [
        found for found in re.finditer(r"[^\W\d_][\w]*", lowered) if any(_same(stem(found[0]), word) for word in words)
    ]
    if len(words) > 1 and all(stem(found[0]) in _VEHICLES for found in said):
        said = []  # "the bus" is no mention of the bus station
    share = len({stem(found[0]) for found in said}) / max(1, len(words))
    if said and any(
        len(word) > 3 and counts[word] == 1 and _same(stem(found[0]), word) for word in words for found in said
    ):
        share = max(share, ALONE)  # "the hospital", where only one stop has that word
    if said:
        return [PlaceMention(stop, said[0].start(), said[-1].end(), share)]
    return _translated_to_chinese(text, words, stop, counts) if has_ideographs(text) else []


def _same(said: str, word: str) -> bool:
    near = min(len(said), len(word)) >= MISREAD_LENGTH and said[0] == word[0] and differ_in_one(said, word)
    return said == word or near


def _in_chinese(text: str, stop: str) -> list[PlaceMention]:
    """The longest piece of the stop's name that the question says: 医院 for 人民医院."""
    best = max(
        (stop[at:end] for at in range(len(stop)) for end in range(at + 2, len(stop) + 1) if stop[at:end] in text),
        key=len,
        default="",
    )
    if not best:
        return []
    ending = 0.2 if stop.endswith(best) else 0.0
    return [PlaceMention(stop, text.find(best), text.find(best) + len(best), len(best) / len(stop) + ending)]


def _translated(lowered: str, stop: str) -> list[PlaceMention]:
    for latin, chinese in _PLACES:
        if any(word in stop for word in chinese.split()):
            found = re.search(rf"\b(?:{'|'.join(latin.split())})s?\b", lowered)
            if found:
                return [PlaceMention(stop, found.start(), found.end(), 0.6)]
    return []


def _translated_to_chinese(text: str, words: Sequence[str], stop: str, counts: Mapping[str, int]) -> list[PlaceMention]:
    """For 中央车站, which is "Central Station": how many of the words are said."""
    spans: list[tuple[int, int]] = []
    met: set[str] = set()
    alone = False
    for word in words:
        names = [name for latin, chinese in _PLACES if word in map(stem, latin.split()) for name in chinese.split()]
        at = next(((text.find(name), len(name)) for name in sorted(names, key=len, reverse=True) if name in text), None)
        if at is not None:
            spans.append((at[0], at[0] + at[1]))
            met.add(word)
            alone = alone or counts[word] == 1
    if not spans or (len(words) > 1 and met <= _VEHICLES):
        return []
    share = max(len(spans) / len(words), ALONE if alone else 0.0)
    return [PlaceMention(stop, min(start for start, _ in spans), max(end for _, end in spans), share)]
