"""Moments as a person gives them to `gateway audit search`: a date, a date and time, or a span before now."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

from pipeline.errors import InputError

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def milliseconds_of(flag: str, text: str, clock: Callable[[], float] = time.time) -> int:
    """Milliseconds since 1970, UTC. `clock` gives the time of day, in seconds. Raises `InputError` naming `flag`."""
    span = re.fullmatch(r"(\d{1,9})\s*([smhdw])", text.strip(), re.ASCII)
    if span:
        return int((clock() - int(span[1]) * _UNITS_S[span[2]]) * 1000)
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise InputError(
            f"{flag} {text!r}: give a date and time such as 2026-03-01 or 2026-03-01T08:30, or a span such as 24h or 7d"
        ) from None
