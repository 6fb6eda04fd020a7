from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.monitoring.client_names import NOBODY, OTHER, RANK_EVERY, ClientNames


@given(st.lists(st.text(max_size=3), max_size=300), st.integers(0, 5))
def test_there_are_never_more_names_than_asked_for(callers: list[str], most: int) -> None:
    """Whoever calls: the label is the name itself, `(other)`, or for nobody `(none)`."""
    names = ClientNames(most)
    labels = [names.label(caller) for caller in callers]
    assert all(label in (caller, OTHER, NOBODY) for label, caller in zip(labels, callers, strict=True))
    assert len(set(labels) - {OTHER, NOBODY}) <= most
    assert all((label == NOBODY) == (not caller) for label, caller in zip(labels, callers, strict=True))


def test_a_busy_client_takes_over_from_a_silent_one() -> None:
    """After a while those who call most have the names, and it is said who lost one."""
    names = ClientNames(2)
    names.label("was first")
    assert names.label("second") == "second"
    assert names.label("late but busy") == OTHER
    for _ in range(RANK_EVERY):
        names.label("late but busy")
        names.label("second")
    assert names.label("late but busy") == "late but busy"
    assert names.label("second") == "second"
    assert names.label("was first") == OTHER
    assert names.left == ["was first"]


def test_equals_do_not_take_turns() -> None:
    """A name stays where it is unless another is clearly busier, so that series last."""
    names = ClientNames(1)
    names.label("one")
    for _ in range(RANK_EVERY * 5):
        names.label("two")
        names.label("one")
    assert names.left == []


def test_a_crowd_does_not_fill_the_memory() -> None:
    """A hundred thousand names leave a bounded number behind."""
    names = ClientNames(5)
    for number in range(100_000):
        names.label(f"client {number}")
    assert len(names._calls) <= 5 * 8
