from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from r1.stops import StopMatcher

STOPS = st.lists(st.text("ab\n", min_size=1, max_size=4), max_size=3)


def cut(text: str, stops: list[str]) -> str:
    """The answer by brute force: up to the earliest sequence."""
    return text[: min((text.find(stop) for stop in stops if stop in text), default=len(text))]


@given(st.text("abc\n", max_size=30), STOPS, st.lists(st.integers(0, 30), max_size=8))
def test_the_answer_ends_before_the_first_sequence_however_it_is_cut(
    text: str, stops: list[str], cuts: list[int]
) -> None:
    """Any cutting into chunks gives what a search in the whole text gives."""
    matcher = StopMatcher(stops)
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    said = "".join(matcher.feed(text[start:end]) for start, end in itertools.pairwise(edges))
    said += matcher.flush()
    assert said == cut(text, stops)
    assert matcher.stopped == any(stop in text for stop in stops)


def test_what_cannot_begin_a_sequence_is_said_at_once() -> None:
    """Only the possible beginning of a sequence waits for the next chunk."""
    matcher = StopMatcher(["\nUser:"])
    assert matcher.feed("Hello.\n") == "Hello."
    assert matcher.feed("Bye") == "\nBye"
    assert matcher.feed(".\nUser: more") == "."
    assert matcher.stopped
    assert matcher.feed("more") == ""


@given(
    st.text(alphabet="ab\n", max_size=12), st.text(alphabet="ab\n", max_size=12), st.sampled_from(["\nab", "aab", "b"])
)
def test_a_sequence_may_begin_in_what_was_said_before(said: str, more: str, stop: str) -> None:
    """An answer that was cut and gone on with ends where it would have ended uncut; what was told is not told again."""
    if stop in said:
        return
    matcher = StopMatcher([stop], said)
    told = said + matcher.feed(more) + matcher.flush()
    whole = said + more
    end = whole.find(stop)
    assert told == (whole if end < 0 else whole[: max(end, len(said))])
    assert matcher.stopped == (end >= 0)
