"""The loudspeaker's queue: how much of a reply has been heard."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.events import Samples
from stages.playback import FADE_S, Playback
from stages.sound_ports import Underruns

RATE = 1000


def ones(count: int) -> Samples:
    return np.ones(count, np.float32)


def fill(playback: Playback, frames: int, now_s: float, delay_s: float = 0.0, *, ran_dry: bool = False) -> Samples:
    """What the device takes; both its channels are the same."""
    block = np.full((frames, 2), 9.0, np.float32)
    playback.fill(block, now_s, delay_s, ran_dry=ran_dry)
    assert (block[:, 0] == block[:, 1]).all()
    return block[:, 0]


def test_sound_that_lies_in_the_device_has_not_been_heard() -> None:
    """Half a second is taken at 10 s, and begins to be heard 0.2 s later."""
    playback = Playback(RATE)
    playback.add(ones(800))
    assert fill(playback, 500, 10.0, 0.2).tolist() == [1.0] * 500
    heard = {now_s: playback.heard_s(now_s) for now_s in (10.0, 10.2, 10.3, 10.7, 12.0)}
    assert heard == pytest.approx({10.0: 0.0, 10.2: 0.0, 10.3: 0.1, 10.7: 0.5, 12.0: 0.5})
    assert playback.queued_s == pytest.approx(0.3)


def test_after_the_sound_comes_silence() -> None:
    """A block is filled to its end, and stretches follow each other without a gap."""
    playback = Playback(RATE)
    playback.add(ones(3))
    playback.add(2 * ones(3))
    assert fill(playback, 8, 0.0).tolist() == [1, 1, 1, 2, 2, 2, 0, 0]
    assert fill(playback, 2, 0.1).tolist() == [0, 0]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "fill", "fill", "fill", "stop", "begin", "complete", "fail"]),
            st.integers(0, 400),
            st.floats(0, 0.5),
            st.floats(-1, 9),
        ),
        max_size=40,
    )
)
def test_heard_grows_and_never_passes_what_was_given(steps: list[tuple[str, int, float, float]]) -> None:
    """Whatever the device claims of its delay, in any order of calls."""
    playback, now_s, given_s, heard_s = Playback(RATE), 0.0, 0.0, 0.0
    for action, count, pause_s, delay_s in steps:
        now_s += pause_s
        if action == "add":
            playback.add(ones(count))
            given_s += count / RATE
        elif action == "fill":
            block = fill(playback, count + 1, now_s, delay_s, ran_dry=count == 7)
            assert np.abs(block).max(initial=0) <= 1
        elif action == "fail":
            playback.fail(now_s)
        else:
            getattr(playback, action)()
        if action == "begin":
            given_s = heard_s = 0.0
        before, heard_s = heard_s, playback.heard_s(now_s)
        assert before <= heard_s <= given_s + 1e-9
        assert playback.remaining_s(now_s) >= 0 and playback.queued_s >= 0
        if playback.remaining_s(now_s) == 0:
            assert playback.heard_s(now_s + 1) == heard_s


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), st.integers(1, 200), st.floats(0, 0.3))
def test_a_reply_played_to_its_end_was_heard_whole(parts: list[int], frames: int, delay_s: float) -> None:
    """However it was cut and in whatever blocks the device took it."""
    playback, now_s = Playback(RATE), 5.0
    playback.begin()
    for part in parts:
        playback.add(ones(part))
    playback.complete()
    taken = 0.0
    while playback.remaining_s(now_s) > 0:
        taken += fill(playback, frames, now_s, delay_s).sum()
        now_s += frames / RATE
    assert taken == sum(parts)
    assert playback.heard_s(now_s) == pytest.approx(sum(parts) / RATE)
    assert playback.underruns == Underruns()


def test_stopping_fades_and_drops() -> None:
    """5 ms of falling sound, then silence; what the device had taken before is still heard."""
    playback = Playback(RATE)
    playback.add(ones(900))
    fill(playback, 100, 0.0, 0.05)
    playback.stop()
    fade = round(FADE_S * RATE)
    block = fill(playback, 50, 0.1, 0.05)
    assert (np.diff(block[:fade]) < 0).all() and block[0] == 1.0 and not block[fade:].any()
    assert playback.remaining_s(0.1) == pytest.approx(0.05 + FADE_S)
    assert playback.heard_s(9.0) == pytest.approx(0.1 + FADE_S)


def test_a_new_reply_counts_from_nothing() -> None:
    """The rest of the old one, and what of it is still under way, do not count."""
    playback = Playback(RATE)
    playback.add(ones(900))
    fill(playback, 100, 0.0, 0.05)
    playback.begin()
    playback.add(ones(20))
    fill(playback, 100, 0.1, 0.05)
    assert playback.heard_s(9.0) == pytest.approx(0.02)


def test_a_gap_within_a_reply_is_counted_with_its_length() -> None:
    """From the end of what was heard to the beginning of what came next; after the end of a reply there is none."""
    playback = Playback(RATE)
    playback.begin()
    playback.add(ones(100))
    fill(playback, 200, 0.0, 0.05)
    playback.add(ones(100))
    assert playback.underruns == Underruns()
    fill(playback, 200, 0.4, 0.05)
    assert playback.underruns.count == 1 and playback.underruns.silent_s == pytest.approx(0.3)
    playback.complete()
    playback.add(ones(100))
    playback.stop()
    fill(playback, 200, 3.0, 0.05)
    playback.begin()
    playback.add(ones(100))
    fill(playback, 200, 4.0, 0.05)
    assert playback.underruns.count == 1


def test_a_gap_that_the_device_reports_is_counted_while_a_reply_is_played() -> None:
    """Between replies nobody hears it."""
    playback = Playback(RATE)
    fill(playback, 10, 0.0, ran_dry=True)
    playback.add(ones(100))
    fill(playback, 10, 0.1, ran_dry=True)
    fill(playback, 10, 0.105, ran_dry=True)
    assert playback.underruns == Underruns(1, 0.0)


def test_when_the_device_goes_what_was_heard_stands() -> None:
    """What it still held was not heard; the reply takes no more, the next one does."""
    playback = Playback(RATE)
    playback.add(ones(500))
    fill(playback, 300, 0.0, 0.1)
    playback.fail(0.2)
    playback.add(ones(100))
    assert (playback.broken, playback.queued_s, playback.remaining_s(0.3)) == (True, 0, 0)
    assert playback.heard_s(9.0) == pytest.approx(0.1)
    playback.begin()
    assert (playback.broken, playback.heard_s(9.0)) == (False, 0)
