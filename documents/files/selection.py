"""Which pages of a document are read: all of them, or those that a text such as "1-3,7,20-" names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.files.limits import DocumentLimits
from pipeline.errors import InputError

_PART = re.compile(r"(?P<first>\d{1,9})?(?P<dash>\s*[-–—]\s*)?(?P<last>\d{1,9})?")
EXAMPLE = "1-3,7 or 20-"


@dataclass(frozen=True, slots=True)
class PageSelection:
    """Pages by their numbers, from 1."""

    ranges: tuple[tuple[int, int | None], ...] = ((1, None),)
    """First and last page of each range, in any order; None for the document's last page."""

    @classmethod
    def parse(cls, text: str) -> PageSelection:
        """The selection that `text` describes: numbers and ranges with commas between. Raises `InputError`."""
        ranges = []
        for part in re.split(r"[,，、;]", text):
            found = _PART.fullmatch(part.strip())
            if found is None or not (found["first"] or found["last"]):
                raise InputError(f"pages {text!r}: cannot be understood; write for example {EXAMPLE}.")
            first = int(found["first"] or 1)
            last = (int(found["last"]) if found["last"] else None) if found["dash"] else first
            if first < 1 or (last is not None and last < first):
                raise InputError(
                    f"pages {text!r}: pages count from 1, and a range goes up; write for example {EXAMPLE}."
                )
            ranges.append((first, last))
        return cls(tuple(ranges))

    def numbers(self, page_count: int) -> tuple[int, ...]:
        """The pages chosen of a document that has `page_count`, each once, in the document's order."""
        chosen: set[int] = set()
        for first, last in self.ranges:
            chosen.update(range(first, min(page_count if last is None else last, page_count) + 1))
        return tuple(sorted(chosen))

    def absent(self, page_count: int) -> tuple[tuple[int, int | None], ...]:
        """The ranges that a document of `page_count` has no page of: somebody asked for what is not there."""
        return tuple((first, last) for first, last in dict.fromkeys(self.ranges) if first > page_count)

    def __str__(self) -> str:
        return ",".join(range_text(first, last) for first, last in self.ranges)


ALL_PAGES = PageSelection()


def range_text(first: int, last: int | None) -> str:
    """A range as one writes it: "9", "9-12" or "9-"."""
    return str(first) if first == last else f"{first}-{'' if last is None else last}"


def chosen_pages(name: str, page_count: int, selection: PageSelection, limits: DocumentLimits) -> tuple[int, ...]:
    """The pages of the document `name` that are to be read.

    Raises `InputError` when there is none of them, or more than `limits` allow.
    """
    numbers = selection.numbers(page_count)
    if not numbers:
        held = "1 page" if page_count == 1 else f"{page_count:,} pages"
        raise InputError(f"{name}: has {held}, and none of those chosen ({selection}); choose others.")
    if len(numbers) > limits.most_pages:
        asked = f"has {page_count:,} pages" if selection == ALL_PAGES else f"{len(numbers):,} of its pages are chosen"
        raise InputError(
            f"{name}: {asked}, more than the limit of {limits.most_pages:,}; choose fewer, for example"
            f" `ocr --pages 1-{limits.most_pages}`, or raise the limit with `ocr --most-pages`."
        )
    return numbers
