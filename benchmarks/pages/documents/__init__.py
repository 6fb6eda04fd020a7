"""Documents of several pages, one module each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from benchmarks.pages.chance import Chance
from benchmarks.pages.documents import report, report_zh
from benchmarks.pages.fonts import CHINESE, LATIN, Family
from benchmarks.pages.paper import Paper
from benchmarks.pages.questions import Quiz


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document: how it is drawn by lot, page by page, on papers that the callable makes."""

    draw: Callable[[Chance, Callable[[], Paper]], list[Quiz]]
    """Raises `PageFullError` when a page does not hold what was drawn."""
    language: Literal["en", "zh"] = "en"

    @property
    def families(self) -> tuple[Family, ...]:
        """The typefaces it may be set in."""
        return LATIN if self.language == "en" else CHINESE


DOCUMENTS: dict[str, DocumentKind] = {
    "report": DocumentKind(report.draw),
    "report_zh": DocumentKind(report_zh.draw, "zh"),
}
"""By name."""
