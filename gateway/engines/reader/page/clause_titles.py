"""The titles of numbered clauses: "3. Rent. The rent is …" is about the rent to its last sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gateway.engines.reader.page.sentences import SourceSentence
from gateway.engines.reader.words.wording import Wording

MOST_WORDS = 5
"""A title is short; what is longer is a sentence."""
_NUMBER = re.compile(r"(?:§ ?|Article |Clause |Section )?\d{1,2}(?:\.\d{1,2})?[.)]?")
_NUMBERED_TITLE = re.compile(rf"{_NUMBER.pattern} (?P<title>[A-Z][^.:]{{1,40}})[.:]?")


def with_titles(sentences: Iterable[SourceSentence]) -> Iterator[tuple[SourceSentence, Wording | None]]:
    """Each sentence with the title of its clause, without the numbers and the titles themselves.

    A short numbered sentence that nothing follows before the next number is no title but what the clause says.
    """
    listed = list(sentences)
    title: Wording | None = None
    at = 0
    while at < len(listed):
        found = listed[at]
        number = _NUMBER.fullmatch(found.text) is not None
        short = listed[at + 1] if number and at + 1 < len(listed) else found
        follows = at + 1 + number < len(listed) and not _begins_clause(listed[at + 1 + number])
        if number:
            title = None
        if (number or _NUMBERED_TITLE.fullmatch(found.text)) and _is_title(short) and follows:
            whole = _NUMBERED_TITLE.fullmatch(short.text)
            title = Wording.of(whole["title"] if whole is not None else short.text.rstrip("."))
            at += 1 + number
            continue
        if not number:
            yield found, title
        at += 1


def _begins_clause(found: SourceSentence) -> bool:
    return _NUMBER.fullmatch(found.text) is not None or _NUMBERED_TITLE.fullmatch(found.text) is not None


def _is_title(found: SourceSentence) -> bool:
    numbered = _NUMBERED_TITLE.fullmatch(found.text) is not None
    return len(found.text.split()) <= MOST_WORDS + numbered and (
        numbered or (found.text.endswith(".") and not found.values)
    )
