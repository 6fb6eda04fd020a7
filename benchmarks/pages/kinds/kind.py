"""What a kind of page is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from benchmarks.pages.chance import Chance
from benchmarks.pages.fonts import CHINESE, LATIN, Family
from benchmarks.pages.paper import A4, Paper
from benchmarks.pages.questions import Quiz


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page: how it is drawn by lot on an empty paper, and what is asked about it."""

    draw: Callable[[Chance, Paper], Quiz]
    """Raises `PageFullError` when the page does not hold what was drawn."""
    language: Literal["en", "zh"] = "en"
    latin: tuple[Family, ...] = LATIN
    page: tuple[float, float] = A4
    """Width and height in points."""

    @property
    def families(self) -> tuple[Family, ...]:
        """The typefaces it may be set in."""
        return self.latin if self.language == "en" else CHINESE
