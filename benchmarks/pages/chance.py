"""What is drawn by lot for a page: words, sums, days; the same names give the same lots on every machine.

The last third of every list of words stays out of the `development` split, so that the held-out pages hold names,
labels and wordings that nobody saw while tuning.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, Literal, TypeVar

import numpy as np

Split = Literal["development", "held_out"]
SPLITS: Final[tuple[Split, ...]] = ("development", "held_out")

T = TypeVar("T")

_FIRST_DAY = date(2025, 9, 1)
_DAYS = 600


def _digest(names: tuple[str | int, ...]) -> int:
    return int.from_bytes(hashlib.sha256("/".join(map(str, names)).encode()).digest()[:8], "big")


def generator(*names: str | int) -> np.random.Generator:
    """Random numbers for the pixels of a page; `names` are what they depend on."""
    return np.random.default_rng(_digest(names))


class Chance:
    """Lots for one page. `names` (with the split) are all that they depend on."""

    def __init__(self, split: Split, *names: str | int) -> None:
        self.split: Split = split
        self._random = random.Random(_digest((split, *names)))

    def known(self, options: Sequence[T]) -> Sequence[T]:
        """Those of `options` that this split may hold: all of one or two, else the first two thirds in development."""
        if self.split == "held_out" or len(options) < 3:
            return options
        return options[: (2 * len(options) + 2) // 3]

    def pick(self, options: Sequence[T]) -> T:
        """One of `options`, as far as this split may hold them."""
        return self._random.choice(self.known(options))

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """`count` different ones of `options`, as far as this split may hold them, in no order."""
        return self._random.sample(self.known(options), count)

    def any_of(self, options: Sequence[T]) -> T:
        """One of all `options`, for what both splits share: looks, sizes."""
        return self._random.choice(options)

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """All `options` in another order."""
        return self._random.sample(options, len(options))

    def number(self, least: int, most: int, step: int = 1) -> int:
        """A whole number from `least` to `most`, both included."""
        return self._random.randrange(least, most + 1, step)

    def real(self, least: float, most: float) -> float:
        """A number between the two."""
        return self._random.uniform(least, most)

    def happens(self, probability: float) -> bool:
        """True as often as `probability` says."""
        return self._random.random() < probability

    def day(self) -> date:
        """A working day in the years the pages play in."""
        day = _FIRST_DAY + timedelta(days=self._random.randrange(_DAYS))
        return day - timedelta(days=max(0, day.weekday() - 4))

    def code(self, pattern: str) -> str:
        """`pattern` with every # a digit and every @ a capital letter, without those that look like digits."""
        letters = "ABCDEFHKLMNPRTVWXY"
        return "".join(
            str(self._random.randrange(1, 10)) if sign == "#" else self._random.choice(letters) if sign == "@" else sign
            for sign in pattern
        )
