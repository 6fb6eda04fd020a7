"""Rules by steps of time: "more than 60 days before: all; from 30 to 60 days: half", asked for 45 days before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.sentences import SourceSentence
from gateway.engines.reader.phrasing import quoted

FEWEST = 2
GAP = 2
"""Sentences from one step to the next."""
LATEST_START = 24
"""A sentence that is a step names its time near its beginning."""
_UNITS = (
    ("hour", re.compile(r"hours?|小时", re.IGNORECASE)),
    ("day", re.compile(r"days?|天|日", re.IGNORECASE)),
    ("week", re.compile(r"weeks?|周|星期", re.IGNORECASE)),
    ("month", re.compile(r"months?|个月", re.IGNORECASE)),
)
_UNIT = r"(?P<unit>(?:working |calendar )?(?:hours?|days?|weeks?|months?)|小时|天|日|周|星期|个月)"
_ASKED = re.compile(rf"(?P<count>\d+) ?{_UNIT}", re.IGNORECASE)
_BETWEEN = re.compile(
    r"(?:\bfrom |\bbetween )?(?P<low>\d+)(?: ?(?:hours?|days?|weeks?|months?|天|日|小时))? ?(?:to|and|-|–|至|到) ?"
    rf"(?P<high>\d+) ?{_UNIT}",
    re.IGNORECASE,
)
_LATIN_UNIT = "hours?|days?|weeks?|months?"
_OVER = re.compile(
    rf"\b(?:more than|over|at least|earlier than|longer than) (?P<low>\d+) {_UNIT}"
    r"|(?P<low_zh>\d+) ?(?P<unit_zh>小时|天|日|周|个月)(?:以上|之前|前)"
    rf"|\b(?P<low_more>\d+) (?P<unit_more>{_LATIN_UNIT}) or (?:more|longer)",
    re.IGNORECASE,
)
_UNDER = re.compile(
    rf"\b(?:less than|under|fewer than|within|later than|up to) (?P<high>\d+) {_UNIT}"
    r"|(?P<high_zh>\d+) ?(?P<unit_zh>小时|天|日|周|个月)(?:以内|之内|内)"
    rf"|\b(?P<high_less>\d+) (?P<unit_less>{_LATIN_UNIT}) or (?:less|fewer)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Tier:
    """One step of a rule."""

    low: float
    high: float
    unit: str
    found: SourceSentence
    place: int


def answer_tier(study: Study, question: Question) -> Finding | None:
    """The step that holds for the time in the question; None where the page has no steps in that unit."""
    asked = _ASKED.search(question.text)
    if asked is None or question.asks == "whether":
        return None
    unit, count = _unit(asked["unit"]), float(asked["count"])
    tiers = _together([tier for tier in _tiers(study) if tier.unit == unit])
    if len(tiers) < FEWEST:
        return None
    holding = [tier for tier in tiers if tier.low <= count <= tier.high]
    if not holding:
        return None
    best = min(holding, key=lambda tier: tier.high - tier.low)
    text, lines = best.found.text, best.found.lines
    if text.endswith((":", "：")) and best.place + 1 < len(study.sentences):
        below = study.sentences[best.place + 1]
        text, lines = f"{text} {below.text}", (*lines, *below.lines)
    return Finding(quoted(text, question.language), tuple(dict.fromkeys(lines)), 2.0)


def _together(tiers: list[_Tier]) -> list[_Tier]:
    """The longest run of steps that stand one behind the other, of which one at least is bounded below."""
    runs: list[list[_Tier]] = []
    for tier in tiers:
        if runs and tier.place - runs[-1][-1].place <= GAP:
            runs[-1].append(tier)
        else:
            runs.append([tier])
    best = max(runs, key=len, default=[])
    return best if any(tier.low > 0 for tier in best) else []


def _unit(text: str) -> str:
    return next((name for name, pattern in _UNITS if pattern.search(text)), "")


def _tiers(study: Study) -> list[_Tier]:
    tiers: list[_Tier] = []
    for place, found in enumerate(study.sentences):
        tier = _tier(found, place)
        if tier is not None:
            tiers.append(tier)
    return tiers


def _tier(found: SourceSentence, place: int) -> _Tier | None:
    between = _BETWEEN.search(found.text)
    if between is not None and between.start() <= LATEST_START:
        return _Tier(float(between["low"]), float(between["high"]), _unit(between["unit"]), found, place)
    over = _OVER.search(found.text)
    if over is not None and over.start() <= LATEST_START:
        low, unit = (
            over["low"] or over["low_zh"] or over["low_more"],
            over["unit"] or over["unit_zh"] or over["unit_more"],
        )
        return _Tier(float(low), float("inf"), _unit(unit), found, place)
    under = _UNDER.search(found.text)
    if under is not None and under.start() <= LATEST_START:
        high = under["high"] or under["high_zh"] or under["high_less"]
        unit = under["unit"] or under["unit_zh"] or under["unit_less"]
        return _Tier(0.0, float(high), _unit(unit), found, place)
    return None
