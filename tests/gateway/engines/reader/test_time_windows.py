"""Hours in sentences and in questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engines.reader.yes_or_no.time_windows import DAY_MIN, Window, lies_within, time_asked, windows_in


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("not before 7 a.m. or after 10 p.m.", [(0, 7), (22, 24)]),
        ("from 9 a.m. to 3 p.m. for repairs", [(9, 15)]),
        ("open from 9 to 5 p.m.", [(9, 17)]),
        ("open from 2 to 5 p.m.", [(14, 17)]),
        ("between 10 a.m. and noon", [(10, 12)]),
        ("until 8 p.m.", [(0, 20)]),
        ("quiet from 22:00 to 06:00", [(22, 24), (0, 6)]),
        ("工作日上午8点至下午6点", [(8, 18)]),
        ("晚上十点到次日早上六点", [(22, 24), (0, 6)]),
        ("下午五点半以后", [(17.5, 24)]),
        ("Flats 1 to 12 are affected", []),
        ("Pay by 28 April 2026", []),
        ("at 8:40 in room 4", []),
        ("", []),
    ],
)
def test_stretches_of_the_day(text: str, hours: list[tuple[float, float]]) -> None:
    """By their limits, over midnight too; numbers that are no hours, and moments, are none."""
    assert windows_in(text) == tuple(Window(int(start * 60), int(end * 60)) for start, end in hours)


@pytest.mark.parametrize(
    ("question", "window"),
    [
        ("Can I wash at 6 a.m.?", (6, 6)),
        ("Can I wash at 18:30?", (18.5, 18.5)),
        ("上午10点可以装修吗？", (10, 10)),
        ("晚上可以装修吗？", (19, 22)),
        ("Is it open in the evening?", (19, 22)),
        ("From 9 a.m. to 10 a.m.?", None),
        ("Can I keep 2 cats?", None),
    ],
)
def test_the_time_that_is_asked_about(question: str, window: tuple[float, float] | None) -> None:
    """One moment or part of the day; of two times none."""
    wanted = None if window is None else Window(int(window[0] * 60), int(window[1] * 60))
    assert time_asked(question) == wanted


def test_a_part_of_the_day_may_lie_half_within() -> None:
    """Then nothing is decided."""
    evening = Window(19 * 60, 22 * 60)
    assert lies_within(evening, (Window(0, 23 * 60),)) is True
    assert lies_within(evening, (Window(0, 20 * 60),)) is None
    assert lies_within(evening, (Window(0, 18 * 60),)) is False


@given(st.text(alphabet="0123456789 :.apm点至到-半上午下晚十一二untilbefore", max_size=30))
def test_any_text_is_survived(text: str) -> None:
    """What is found lies in the day."""
    for window in windows_in(text):
        assert 0 <= window.start_min <= DAY_MIN and 0 <= window.end_min <= DAY_MIN
    time_asked(text)
