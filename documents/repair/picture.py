"""A picture as it goes through the repair and as it comes out: what was done, and the way back to the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from documents.picture import Grey

Matrix = npt.NDArray[np.float64]
"""3 x 3, homogeneous: from the centres of one picture's pixels (x, y, 1) to another's."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the repair, for `ocr --explain`."""

    name: str
    """Which step; what `skip` knows it by."""
    acted: bool
    """False when the picture did not need it."""
    finding: str
    """What was measured, in words and figures."""


@dataclass(frozen=True, slots=True, eq=False)
class RepairedPicture:
    """A page as it is to be read."""

    grey: Grey
    """Dark text on light paper, upright."""
    steps: tuple[Step, ...]
    """In the order they were taken; those that were skipped are missing."""
    to_repaired: Matrix
    """From pixels of the original picture to pixels of `grey`."""
    original_size: tuple[int, int]
    """Width and height of the original, in pixels."""
    disorder: int = 0
    """How many spots as large as letters stand in no lines at all; 0 where there are lines, or too few to tell."""

    def has_taken(self, step: str) -> bool:
        """Whether this step acted."""
        return any(taken.acted and taken.name == step for taken in self.steps)

    def turned(self, turns: int, finding: str) -> RepairedPicture:
        """The same page turned by `turns` quarters against the clock, with the step "orientation" that says why."""
        height, width = self.grey.shape
        matrix = np.eye(3)
        for _ in range(turns % 4):
            matrix = np.array([[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]]) @ matrix
            width, height = height, width
        grey = np.ascontiguousarray(np.rot90(self.grey, turns))
        steps = (*self.steps, Step("orientation", acted=turns % 4 != 0, finding=finding))
        return RepairedPicture(grey, steps, matrix @ self.to_repaired, self.original_size, self.disorder)

    def original_box(self, left: float, top: float, width: float, height: float) -> tuple[int, int, int, int]:
        """Left, top, width and height, in the original, of the upright box around a box in `grey`."""
        corners = np.array([[left, top], [left + width, top], [left + width, top + height], [left, top + height]])
        back: Matrix = np.linalg.inv(self.to_repaired).astype(np.float64)
        there = carried(back, (corners - 0.5).astype(np.float64)) + 0.5
        first, last = np.clip(np.rint([there.min(axis=0), there.max(axis=0)]), 0, self.original_size).astype(int)
        return int(first[0]), int(first[1]), int(last[0] - first[0]), int(last[1] - first[1])


def carried(matrix: Matrix, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Where `matrix` takes `points`, shape (n, 2)."""
    there = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(there[:, :2] / there[:, 2:])


def scaling(across: float, down: float | None = None) -> Matrix:
    """The matrix that makes a picture `across` times as wide and `down` times as high; pixels have area."""
    down = across if down is None else down
    return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]])
