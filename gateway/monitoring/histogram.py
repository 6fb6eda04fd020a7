"""A histogram of durations with buckets on a logarithmic scale: bounded, mergeable, and true to about 2 %.

After DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
guarantees", PVLDB 12, 2019). Bucket `i` holds what lies above `LEAST_MS * GROWTH ** (i - 1)` and not above
`LEAST_MS * GROWTH ** i`; its middle is off by `(GROWTH - 1) / (GROWTH + 1)` of the value at most.
"""

from __future__ import annotations

import math

GROWTH = 1.04
LEAST_MS = 0.01
"""What took less counts as this."""
LONGEST_MS = 86_400_000.0
"""A day; what took longer counts as this."""
RELATIVE_ERROR = (GROWTH - 1) / (GROWTH + 1)

_PER_BUCKET = 1 / math.log(GROWTH)
_LAST = math.ceil(math.log(LONGEST_MS / LEAST_MS) * _PER_BUCKET)


def bucket_of(value_ms: float) -> int:
    """The bucket of a duration; NaN and what is negative go into the first."""
    if not value_ms > LEAST_MS:
        return 0
    if value_ms >= LONGEST_MS:
        return _LAST
    return math.ceil(math.log(value_ms / LEAST_MS) * _PER_BUCKET)


class LogHistogram:
    """Counts by bucket, those that hold something; a few hundred at most."""

    __slots__ = ("count", "counts")

    def __init__(self) -> None:
        self.count = 0
        self.counts: dict[int, int] = {}

    def add(self, bucket: int) -> None:
        """Count one more in `bucket`."""
        self.count += 1
        self.counts[bucket] = self.counts.get(bucket, 0) + 1

    def merge(self, other: LogHistogram) -> None:
        """Count all that `other` counted."""
        self.count += other.count
        mine = self.counts
        for bucket, count in other.counts.items():
            mine[bucket] = mine.get(bucket, 0) + count

    def percentiles(self, percents: tuple[float, ...]) -> tuple[float, ...] | None:
        """Milliseconds, by nearest rank (numpy's `inverted_cdf`); None when nothing was counted.

        `percents` ascend, each above 0 and not above 100.
        """
        if not self.count:
            return None
        found: list[float] = []
        seen, buckets = 0, iter(sorted(self.counts))
        bucket = 0
        for percent in percents:
            # Rounded first: 99 % of 100 is 99.00000000000001 in floating point, which would be rank 100.
            rank = math.ceil(round(percent / 100 * self.count, 9))
            while seen < rank:
                bucket = next(buckets)
                seen += self.counts[bucket]
            found.append(_middle_ms(bucket))
        return tuple(found)


def _middle_ms(bucket: int) -> float:
    return LEAST_MS if bucket == 0 else LEAST_MS * math.exp(bucket / _PER_BUCKET) * 2 / (1 + GROWTH)
