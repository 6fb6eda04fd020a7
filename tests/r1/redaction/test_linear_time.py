from __future__ import annotations

import time

import pytest

from r1.redaction import Redactor
from tests.r1.redaction.texts import KEY_BEGIN

LENGTH = 1_000_000
MOST_S = 30.0
"""Of processor time for a megabyte: twenty times what it takes, and far below what anything quadratic would."""

UNITS = [
    *("a@", "a@a.", "1", "12-", "1.", "a:", "a://", "eyJa.", "sk-a-", "password=a&b=", "Bearer ", "DE89 ", "<EMAIL_"),
    *("<EMAIL_1>", "[a p1 l1] ", "13800138000 ", 'password: "', "&lt;", KEY_BEGIN, "key=", " "),
]


def seconds(unit: str, length: int) -> float:
    """Processor time to redact `length` characters of `unit` and to restore them."""
    text = (unit * (length // len(unit) + 1))[:length]
    start = time.process_time()
    redaction = Redactor().redact(text)
    restorer = redaction.restorer()
    back = "".join(restorer.feed(redaction.text[at : at + 1000]) for at in range(0, len(redaction.text), 1000))
    spent = time.process_time() - start
    assert back + restorer.flush() == text
    return spent


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_makes_it_slow(unit: str) -> None:
    """A megabyte of what each pattern likes least takes about four times as long as a quarter of it."""
    quarter = seconds(unit, LENGTH // 4)
    whole = seconds(unit, LENGTH)
    assert whole < MOST_S
    assert whole < 10 * quarter + 0.5, f"{quarter:.2f} s for a quarter, {whole:.2f} s for the whole"
