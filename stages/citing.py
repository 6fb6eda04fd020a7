"""Places that an answer names: each is held against its page, and said aloud where that helps.

A mark is proof of nothing by itself. One that names no line is left out. So is one whose line has none of the answer's
figures, when such a figure stands in another line of the documents and in no line that was cited: the engine named the
wrong line. Figures that stand nowhere may be computed, and prove nothing either way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.events import Citation, Line, Page
from text.marks import Mark, safe_name
from text.script import Language, language_of

TELLING_DIGITS = 3
"""A figure of so many digits, or with a decimal point or a colon, is seldom met by chance."""
MOST_SPOKEN = 3
"""Places said aloud for one answer."""

_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SAYS_PAGE = re.compile(
    r"\bpages?\s+(?:\d|one|two|three|four|five|six|seven|eight|nine|ten)|第[\d一二三四五六七八九十]+页", re.IGNORECASE
)
_IN_WORDS = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundred|thousand|half|dozen|first|second|third)\b|[〇零一二两三四五六七八九十百千万半]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CheckedPlaces:
    """What is left of the marks of an answer."""

    citations: tuple[Citation, ...]
    """In the order of the answer, each once."""
    unproven: int
    """Different marks that were left out."""


class Citing:
    """Gathers the marks of one answer."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = {(safe_name(page.document), page.number): page for page in pages}
        self._found: dict[Mark, Citation | None] = {}

    def add(self, mark: Mark) -> None:
        """The answer names a place."""
        page = self._pages.get((mark.document, mark.page))
        line = _line(page, mark.line) if page else None
        held = Citation(page.document, page.number, line.number, line.text) if page and line else None
        self._found[mark] = held

    def checked(self, answer: str) -> CheckedPlaces:
        """What holds of the marks, for the whole text of the answer."""
        named = [citation for citation in self._found.values() if citation is not None]
        figures = set(_figures(answer))
        cited = {figure for citation in named for figure in _figures(citation.quote)}
        wanting = {figure for figure in figures - cited if _is_telling(figure)}
        if named and wanting and self._stands_elsewhere(wanting):
            named = [citation for citation in named if _may_hold(citation.quote, figures)]
        return CheckedPlaces(tuple(named), len(self._found) - len(named))

    def spoken(self, answer: str, citations: Sequence[Citation]) -> str:
        """Where the answer stands, as a sentence to be said behind it; empty where that goes without saying.

        It says the page of a document that has several, and the document when several are attached.
        """
        language = language_of(answer)
        several = len({document for document, _ in self._pages}) > 1
        places: dict[str, dict[int, None]] = {}
        for citation in citations[:MOST_SPOKEN]:
            name = safe_name(citation.document)
            named = several and name not in answer
            paged = self._page_count(citation) > 1 and not _SAYS_PAGE.search(answer)
            if named or paged:
                numbers = places.setdefault(name if named else "", {})
                if paged:
                    numbers[citation.page] = None
        said = [_place(name, sorted(numbers), language) for name, numbers in places.items()]
        if not said:
            return ""
        return f"{'，'.join(said)}。" if language == "zh" else f"{_capital(' and '.join(said))}."

    def _page_count(self, citation: Citation) -> int:
        page = self._pages[safe_name(citation.document), citation.page]
        return max(page.page_count, sum(document == safe_name(citation.document) for document, _ in self._pages))

    def _stands_elsewhere(self, figures: set[str]) -> bool:
        return any(not figures.isdisjoint(_figures(line.text)) for page in self._pages.values() for line in page.lines)


def _place(name: str, pages: Sequence[int], language: Language) -> str:
    if language == "zh":
        numbers = "和".join(f"第{page}页" for page in pages)
        return f"在{name}{'的' if name and numbers else ''}{numbers}"
    numbers = " and ".join(map(str, pages))
    page = f"on page{'s' if len(pages) > 1 else ''} {numbers}" if pages else ""
    return " ".join(part for part in (page, f"{'of' if page else 'in'} {name}" if name else "") if part)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figures(text: str) -> Iterator[str]:
    """The numbers in `text`, alike however they are written: 1,200.00 and 1200, full-width or not."""
    for found in _FIGURE.findall(unicodedata.normalize("NFKC", text)):
        plain = found.replace(",", "") if _THOUSANDS.fullmatch(found) else found
        for part in plain.split(".") if plain.count(".") > 1 else [plain]:  # a date is three of them
            whole = part.rstrip("0").rstrip(".") if "." in part and ":" not in part else part
            yield whole.lstrip("0") or "0"


def _may_hold(quote: str, figures: set[str]) -> bool:
    """Whether a line has one of `figures`, or numbers in words, which may be one."""
    return not figures.isdisjoint(_figures(quote)) or _IN_WORDS.search(quote) is not None


def _is_telling(figure: str) -> bool:
    return sum(map(str.isdigit, figure)) >= TELLING_DIGITS or not figure.isdigit()


def _line(page: Page, number: int) -> Line | None:
    return next((line for line in page.lines if line.number == number), None)
