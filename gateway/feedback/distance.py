"""How much a correction changes: edits counted over units, and weighed by what a unit carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.feedback.units import comparable, units, weight


@dataclass(frozen=True, slots=True)
class EditDistance:
    """Between an answer and its correction, once both are made comparable."""

    edits: int
    """Units inserted, removed or replaced (Levenshtein)."""
    normalised: float
    """`edits` by the units of the longer text: 0 the same, 1 nothing in common."""
    weight: int
    """The weights of the changed units together; a replaced unit counts as the heavier of the two."""
    share: float
    """`weight` by the weight of the heavier text: 0 to 1."""


def edit_distance(original: str, corrected: str) -> EditDistance:
    """The distance between two texts. Symmetric in all its parts but for ties between alignments of equal length."""
    return distance_of(units(comparable(original)), units(comparable(corrected)))


def distance_of(before: Sequence[str], after: Sequence[str]) -> EditDistance:
    """The distance between two sequences of units. Time grows with the product of their lengths, by 64 units a step."""
    from rapidfuzz.distance import Levenshtein

    edits = Levenshtein.editops(before, after)
    changed = 0
    for edit in edits:
        removed = 0 if edit.tag == "insert" else weight(before[edit.src_pos])
        added = 0 if edit.tag == "delete" else weight(after[edit.dest_pos])
        changed += max(removed, added)
    heavier = max(sum(map(weight, before)), sum(map(weight, after)))
    longest = max(len(before), len(after))
    return EditDistance(
        edits=len(edits),
        normalised=len(edits) / longest if longest else 0.0,
        weight=changed,
        share=min(1.0, changed / heavier) if heavier else 0.0,
    )


def similarity(before: Sequence[str], after: Sequence[str], least: float = 0.0) -> float:
    """1 for the same units, 0 for none in common; 0 too as soon as it is certain that it is below `least`."""
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(before, after, score_cutoff=least))
