"""Sentences cut to the clauses that answer, short enough to be listened to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gateway.engines.reader.page.likeness import Sought
from gateway.engines.reader.words.wording import Concept, Wording

LONGEST_ANSWER = 150
"""Characters of a quotation; with what leads it in, an answer stays under 200."""
_CLAUSE_END = re.compile(
    r"(?<=[,;:，；：、。]) ?|(?<=[a-z\d]) (?=(?:and|but|or|which|so|because|unless|when|if|before|after) )",
)


def clauses_of(text: str) -> list[str]:
    """The clauses of `text`, their marks with them; joined they are `text`."""
    ends = [found.end() for found in _CLAUSE_END.finditer(text)]
    starts = [0, *ends]
    return [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True) if end > start]


_SUPPOSED = re.compile(r"\bif\b[^,;.]*|^(?:if|when|unless)\b[^,;.]*", re.IGNORECASE)
_SUPPOSES = re.compile(r"\b(?:if|unless|in case|late|overdue)\b", re.IGNORECASE)


def supposed_only(text: str, question: str, concepts: Iterable[Concept]) -> bool:
    """True when `text` names the concepts in a case that it supposes, and the question supposes none.

    "If the rent is late, a charge of $20 is added" states no rent.
    """
    if _SUPPOSES.search(question) or not _SUPPOSED.search(text):
        return False
    rest = Wording.of(_SUPPOSED.sub(" ", text))
    return not any(rest.speaks_of(concept) for concept in concepts)


def cut(text: str, asked: Sequence[Sought], needed: str = "") -> str:
    """The run of clauses, within the limit, that says most of what is asked and holds `needed`; all of a short text."""
    if len(text) <= LONGEST_ANSWER:
        return text
    clauses = clauses_of(text)
    best: tuple[float, int, str] | None = None
    for start in range(len(clauses)):
        for end in range(start + 1, len(clauses) + 1):
            run = "".join(clauses[start:end]).strip()
            if len(run) > LONGEST_ANSWER:
                break
            wording = Wording.of(run)
            score = sum(word.weight * word.found_in(wording) for word in asked) + (
                2.0 if needed and needed in run else 0.0
            )
            if best is None or (score, -len(run)) > (best[0], best[1]):
                best = (score, -len(run), run)
    if best is None:
        return text[: LONGEST_ANSWER - 1].rpartition(" ")[0] + "…"
    return best[2].rstrip(" ,;，；：:")
