"""Rows that are cut out of a part of a page, without what belongs to the lines beside. Pure functions."""

from __future__ import annotations

import numpy as np

from documents.picture import DARK, Grey

STUMP = 0.35
"""Of the height of what was cut out; less ink at its edge belongs to the line beside."""


def without_neighbours(part: Grey, above: int, below: int) -> tuple[int, int]:
    """`above` and `below` moved inwards past the feet and heads of the lines beside: boxes of Chinese are not exact."""
    inked = np.pad((part[above:below] < DARK).any(axis=1), 1).astype(np.int8)
    edges = np.flatnonzero(np.diff(inked))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    least = STUMP * (below - above)
    first, last = above, below
    if len(runs) > 1 and runs[0][0] == 0 and runs[0][1] < least:
        first = above + runs[0][1]
    if len(runs) > 1 and runs[-1][1] == below - above and runs[-1][1] - runs[-1][0] < least:
        last = above + runs[-1][0]
    return first, last
