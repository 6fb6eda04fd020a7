"""The summary of a conversation as text, and back: prose, what the user said, what the assistant answered.

    They spoke of an invoice.            prose, only where a model wrote some
    The user said:
    - My sister is called Mei.           in the user's own words, oldest first
    The assistant answered:
    - The total is $420.00. (invoice.png p1)
    - When does bus 12 leave? → 8:05     with the question, where the answer alone says too little

Whoever continues a summary reads the lists back as they were, so nothing fades by being summarised again.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from text.script import Language, language_of

ASKED = " → "
"""Stands between a question and its answer."""

_SOURCES_END = re.compile(r"\(.* p\d+\)$")
_OPENING = re.compile(r"(?:^|(?<=\s))\(")
_SOURCE = re.compile(r"(?P<name>.+?) p\d+(?:, |$)")
"""One of the documents that an answer rested on."""

_TOLD: dict[Language, str] = {"en": "The user said:", "zh": "用户说过："}
_ANSWERED: dict[Language, str] = {"en": "The assistant answered:", "zh": "助手答过："}
_ITEM = "- "


@dataclass(frozen=True, slots=True)
class SummaryParts:
    """A summary, taken apart. Every text stands on one line."""

    prose: str = ""
    """What a model wrote."""
    told: tuple[str, ...] = ()
    """What the user told, in their words, oldest first."""
    answered: tuple[str, ...] = ()
    """What was answered, oldest first; see `ASKED`."""


def build_summary(parts: SummaryParts) -> str:
    """The summary as text, its headings in the language of what it holds. `parse_summary` is its inverse."""
    language = language_of("".join((parts.prose, *parts.told, *parts.answered)))
    lines = [parts.prose] if parts.prose else []
    for heading, items in ((_TOLD[language], parts.told), (_ANSWERED[language], parts.answered)):
        if items:
            lines += [heading, *(f"{_ITEM}{item}" for item in items)]
    return "\n".join(lines)


def parse_summary(text: str) -> SummaryParts:
    """The parts of any summary; one without these headings is prose altogether."""
    prose: list[str] = []
    told: list[str] = []
    answered: list[str] = []
    items: list[str] | None = None
    for line in filter(None, (" ".join(line.split()) for line in text.split("\n"))):
        if line in _TOLD.values():
            items = told
        elif line in _ANSWERED.values():
            items = answered
        elif items is not None and line.startswith(_ITEM):
            items.append(line.removeprefix(_ITEM))
        else:
            prose.append(line)
    return SummaryParts(" ".join(prose), tuple(told), tuple(answered))


def rests_on_others(answered: str, attached: Collection[str]) -> bool:
    """True when an answer in a summary says that it rested on a document other than those `attached`, by safe names."""
    if not _SOURCES_END.search(answered):
        return False
    openings = [found.end() for found in _OPENING.finditer(answered)]
    # a name may have brackets of its own, so each opening one may be where the sources begin
    return not any(_names_in(answered[start:-1]) <= set(attached) for start in openings)


def _names_in(sources: str) -> set[str]:
    return {source["name"] for source in _SOURCE.finditer(sources)}


def is_heading(line: str) -> bool:
    """True for a line that begins a list."""
    return line.strip() in {*_TOLD.values(), *_ANSWERED.values()}
