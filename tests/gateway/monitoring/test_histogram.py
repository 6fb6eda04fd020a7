from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.monitoring.histogram import LEAST_MS, LONGEST_MS, RELATIVE_ERROR, LogHistogram, bucket_of

PERCENTS = (1.0, 50.0, 95.0, 99.0, 100.0)
durations = st.floats(LEAST_MS, LONGEST_MS / 2)


def histogram(values: list[float]) -> LogHistogram:
    made = LogHistogram()
    for value in values:
        made.add(bucket_of(value))
    return made


@given(st.lists(durations, min_size=1, max_size=300))
def test_percentiles_are_numpy_s_within_the_error_of_a_bucket(values: list[float]) -> None:
    """Whatever the values, each percentile is off by 2 % at most."""
    found = histogram(values).percentiles(PERCENTS)
    assert found is not None
    exact = np.percentile(values, PERCENTS, method="inverted_cdf")
    assert np.all(np.abs(np.array(found) / exact - 1) <= RELATIVE_ERROR + 1e-9)


@given(st.lists(durations, max_size=100), st.lists(durations, max_size=100))
def test_merged_histograms_are_that_of_all_values(some: list[float], others: list[float]) -> None:
    """Whether values were counted together or apart makes no difference."""
    merged = histogram(some)
    merged.merge(histogram(others))
    together = histogram(some + others)
    assert merged.counts == together.counts
    assert merged.count == together.count
    assert merged.percentiles(PERCENTS) == together.percentiles(PERCENTS)


def test_it_stays_small() -> None:
    """However many values there are, and however far apart, there are a few hundred buckets."""
    made = histogram(list(np.geomspace(1e-6, 1e12, 100_000)))
    assert len(made.counts) < 600
    assert made.count == 100_000


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), 1e-300])
def test_what_is_no_duration_counts_as_the_shortest(value: float) -> None:
    """Nothing is lost, and nothing is raised."""
    assert histogram([value]).percentiles((50.0,)) == (LEAST_MS,)


@pytest.mark.parametrize("value", [1e9, 1e300, float("inf")])
def test_what_is_longer_than_a_day_counts_as_a_day(value: float) -> None:
    """So there is a last bucket."""
    found = histogram([value]).percentiles((50.0,))
    assert found is not None
    assert found[0] == pytest.approx(LONGEST_MS, rel=0.05)


def test_nothing_has_no_percentiles() -> None:
    """No calls are no 0 ms."""
    assert LogHistogram().percentiles(PERCENTS) is None
