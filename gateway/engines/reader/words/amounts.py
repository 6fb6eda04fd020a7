"""Sums and differences of amounts, written as the document writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from text.script import Language

_AMOUNT = re.compile(r"(?P<before>.*?)(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<after>.*)", re.DOTALL)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.点时](\d{2})?(?!\d)\s*(?:分)?\s*([ap])?\.?m?", re.IGNORECASE)
_AFTERNOON = re.compile(r"下午|晚上|傍晚")
_DAY_MINUTES = 24 * 60


def written_like(amount: Decimal, models: Sequence[str]) -> str:
    """`amount` with the sign, unit, decimals and thousands marks of `models`, of which the first leads."""
    found = next((match for model in models if (match := _AMOUNT.fullmatch(model.strip()))), None)
    places = max(
        (len(model.rpartition(".")[2].strip("元 €£$%")) for model in models if re.search(r"\.\d", model)), default=0
    )
    if amount != amount.to_integral_value():
        places = max(places, -int(amount.normalize().as_tuple().exponent))
    grouped = any(re.search(r"\d,\d{3}", model) for model in models)
    digits = f"{amount:,.{places}f}" if grouped or (abs(amount) >= 1000 and places == 2) else f"{amount:.{places}f}"
    if found is None:
        return digits
    before = re.sub(r"-\s*$", "", found["before"])
    return f"{before}{digits}{found['after']}".strip()


def minutes_of(text: str) -> int | None:
    """The first time of day in `text`, in minutes from midnight; None without one."""
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    late = (found[3] or "").lower() == "p" or _AFTERNOON.search(text[: found.start() + 2]) is not None
    if hour < 12 and late:
        hour += 12
    return hour * 60 + minute if hour < 25 and minute < 60 else None


def span_minutes(start: int, end: int) -> int:
    """From one time of day to the next, over midnight if need be."""
    return (end - start) % _DAY_MINUTES


def spoken_minutes(minutes: int, language: Language) -> str:
    """The length of a span, in minutes, and in hours when it is longer than one: "85 minutes (1 hour 25 minutes)"."""
    hours, rest = divmod(minutes, 60)
    if language == "zh":
        whole = f"{hours}小时{f'{rest}分钟' if rest else ''}"
        return f"{minutes}分钟（{whole}）" if hours else f"{minutes}分钟"
    said = f"{minutes} minute{'' if minutes == 1 else 's'}"
    if not hours:
        return said
    ending = f" {rest} minute{'' if rest == 1 else 's'}" if rest else ""
    return f"{said} ({hours} hour{'' if hours == 1 else 's'}{ending})"


def spoken_days(span: timedelta, language: Language) -> str:
    """The days of a span: "3 days"."""
    days = abs(span.days)
    return f"{days}天" if language == "zh" else f"{days} day{'' if days == 1 else 's'}"
