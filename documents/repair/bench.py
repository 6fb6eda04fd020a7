"""The work bench of the repair: the picture as it stands, with turns and warps gathered and carried out in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from documents.repair.picture import Matrix, RepairedPicture, Step, scaling
from documents.repair.sketch import Sketch, halved, sketch_of

if TYPE_CHECKING:
    from documents.picture import Grey

SPARSE = 0.6
"""Warps that reduce to less start from a halved picture: a warp looks at single pixels, and would drop thin strokes."""


class Bench:
    """One page under repair.

    Steps that move the picture hand in a matrix; it is carried out when a step needs the pixels, so that a page that is
    flattened, turned, levelled and enlarged is resampled once. Decisions meanwhile are made on the moved sketch.
    """

    def __init__(self, grey: Grey, *, remember: bool) -> None:
        self.steps: list[Step] = []
        self.shown: list[tuple[str, Grey]] = []
        self.disorder = 0
        self._remember = remember
        self._grey = grey
        self._original_size = (grey.shape[1], grey.shape[0])
        self._done: Matrix = np.eye(3)
        self._pending: Matrix = np.eye(3)
        self._size = self._original_size
        self._small: tuple[Grey, int] | None = None
        self._sketch: Sketch | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height after all that was handed in."""
        return self._size

    @property
    def grey(self) -> Grey:
        """The picture, with all that was handed in carried out."""
        if self._moved:
            self._grey = _warped(self._grey, self._pending, self._size, self.sketch)
            self._done = self._pending @ self._done
            self._pending = np.eye(3)
            self._small = None
            self._sketch = None
        return self._grey

    @property
    def sketch(self) -> Sketch:
        """The sketch of the picture as it stands."""
        if self._small is None:
            self._small = halved(self._grey)
        small, factor = self._small
        if self._sketch is None:
            if self._moved:
                down = scaling(1 / factor)
                width, height = (max(1, round(side / factor)) for side in self._size)
                matrix = down @ self._pending @ np.linalg.inv(down)
                border = int(np.median(small))
                small = np.asarray(
                    cv2.warpPerspective(
                        small, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=border
                    ), np.uint8
                )  # fmt: skip
            self._sketch = sketch_of(small, factor)
        return self._sketch

    def move(self, matrix: Matrix, size: tuple[int, int]) -> None:
        """Take a movement of the picture as it stands, and the size it has afterwards."""
        self._pending = matrix @ self._pending
        self._size = size
        self._sketch = None

    def repaint(self, grey: Grey) -> None:
        """Take a picture of the same size with other levels of grey."""
        self._grey = grey
        self._small = None
        self._sketch = None

    def note(self, name: str, finding: str, *, acted: bool) -> None:
        """Say what a step found; with `remember`, keep what the picture looks like after one that acted."""
        self.steps.append(Step(name, acted, finding))
        if self._remember and acted:
            moved = _warped(self._grey, self._pending, self._size, self.sketch) if self._moved else self._grey
            self.shown.append((f"{name}: {finding}", moved))

    def finished(self) -> RepairedPicture:
        """The result."""
        grey = np.ascontiguousarray(self.grey)
        return RepairedPicture(grey, tuple(self.steps), self._done, self._original_size, self.disorder)

    @property
    def _moved(self) -> bool:
        return not np.array_equal(self._pending, np.eye(3))


def _warped(grey: Grey, matrix: Matrix, size: tuple[int, int], sketch: Sketch) -> Grey:
    """`grey` moved by `matrix`; what was outside of it becomes paper."""
    growth = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if np.allclose(matrix, scaling(size[0] / grey.shape[1], size[1] / grey.shape[0])):
        way = cv2.INTER_AREA if growth < 1 else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(grey, size, interpolation=way), np.uint8)
    if growth < SPARSE:
        reduced = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        across, down = reduced.shape[1] / grey.shape[1], reduced.shape[0] / grey.shape[0]
        matrix = matrix @ np.linalg.inv(scaling(across, down))
        grey = np.asarray(reduced, np.uint8)
    paper = int(np.median(sketch.paper))
    return np.asarray(cv2.warpPerspective(grey, matrix, size, flags=cv2.INTER_CUBIC, borderValue=paper), np.uint8)
