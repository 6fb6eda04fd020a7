"""Puts placeholders for the values in a text; or fails, so that the text is not sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from r1.errors import RedactionError
from r1.redaction.detectors import Detector, detectors_for
from r1.redaction.kinds import RedactionOptions
from r1.redaction.placeholders import HIGHEST_NUMBER, PLACEHOLDER, kind_and_number, placeholder
from r1.redaction.reading import Span, covered, plain, visible_parts
from r1.redaction.restorer import Restorer
from text.marks import MARK_PATTERN

_MARK = re.compile(MARK_PATTERN)


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text whose values are away. Neither `repr` nor `counts` shows any of them."""

    text: str = field(repr=False)
    """With placeholders."""
    counts: Mapping[str, int]
    """Distinct values taken, by kind; a kind without any is not in it."""
    _values: Mapping[tuple[str, int], str] = field(repr=False)

    def restorer(self) -> Restorer:
        """A fresh one for each channel of the answer."""
        return Restorer(self._values)


class Redactor:
    """Redacts any number of texts; nothing is kept between them, and threads may share one.

    The same value has the same placeholder throughout one text. A value is what stands there, letter for letter: a
    number written in two ways has two placeholders, because each must come back as it was.
    """

    def __init__(self, options: RedactionOptions | None = None) -> None:
        self._options = options or RedactionOptions()

    def redact(self, text: str) -> Redaction:
        """`text` without its values. Raises `RedactionError` when anything at all goes wrong. Linear time."""
        try:
            return _redaction(text, detectors_for(self._options))
        except RedactionError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the text must not leave unredacted
            fault = type(error).__name__
        # Raised outside of the handler, so that no traceback or log carries the first error's message: it may quote.
        raise RedactionError(
            f"the prompt could not be redacted ({fault}), so nothing was sent: report it, or switch redaction off"
        )


def _redaction(text: str, detectors: Mapping[str, Detector]) -> Redaction:
    taken = list(_found(text, detectors))
    names = _Names({kind_and_number(found) for found in PLACEHOLDER.finditer(text)})
    pieces: list[str] = []
    at = 0
    for (start, end), kind in taken:
        pieces += (text[at:start], names.name(kind, text[start:end]))
        at = end
    pieces.append(text[at:])
    return Redaction("".join(pieces), MappingProxyType(names.counts), MappingProxyType(names.values))


def _found(text: str, detectors: Mapping[str, Detector]) -> list[tuple[Span, str]]:
    """The values in `text`, in order and apart, each with its kind.

    A mark of a page stays a mark: only the document's name is looked at, apart from the text around it. Placeholders
    that the text has already are not looked at.
    """
    marks = list(_MARK.finditer(text))
    reading = covered(plain(text), (found.span() for found in PLACEHOLDER.finditer(text)))
    found = list(_detected(covered(reading, (mark.span() for mark in marks)), detectors))
    if marks:
        within = _found_in_names({mark[1]: reading[slice(*mark.span(1))] for mark in marks}, detectors)
        for mark in marks:
            offset = mark.start(1)
            found += (((start + offset, end + offset), kind) for (start, end), kind in within.get(mark[1], ()))
    return sorted(found)


def _detected(reading: str, detectors: Mapping[str, Detector]) -> Iterator[tuple[Span, str]]:
    """What each detector finds in what the more specific ones have left."""
    for kind, detect in detectors.items():
        spans = [part for span in detect(reading) for part in visible_parts(reading, span)]
        yield from ((span, kind) for span in spans)
        reading = covered(reading, spans)


def _found_in_names(
    readings: Mapping[str, str], detectors: Mapping[str, Detector]
) -> dict[str, list[tuple[Span, str]]]:
    """The values in the names of documents, which are few; places count from the beginning of the name."""
    found = sorted(_detected("\n".join(readings.values()), detectors))
    result: dict[str, list[tuple[Span, str]]] = {}
    start = at = 0
    for name, reading in readings.items():
        end = start + len(reading)
        while at < len(found) and found[at][0][0] < end:
            (first, last), kind = found[at]
            result.setdefault(name, []).append(((first - start, min(last, end) - start), kind))
            at += 1
        start = end + 1
    return result


class _Names:
    """Gives each value its placeholder, and none that the text has already."""

    def __init__(self, reserved: Iterable[tuple[str, int]]) -> None:
        self._reserved = frozenset(reserved)
        self._known: dict[tuple[str, str], str] = {}
        self._last: dict[str, int] = {}
        self.values: dict[tuple[str, int], str] = {}
        self.counts: dict[str, int] = {}

    def name(self, kind: str, value: str) -> str:
        known = self._known.get((kind, value))
        if known is not None:
            return known
        number = self._last.get(kind, 0) + 1
        while (kind, number) in self._reserved:
            number += 1
        if number > HIGHEST_NUMBER:
            raise RedactionError("the prompt has more values to redact than can be numbered: send a shorter one")
        self._last[kind] = number
        self.values[kind, number] = value
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self._known[kind, value] = placeholder(kind, number)
        return self._known[kind, value]
