"""Pictures of pages as arrays: 8-bit grey, shape (height, width), dark print on light paper once they are mended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

DARK = 160
"""Grey levels below it count as ink."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that is read on its own, in pixels of the picture; `right` and `bottom` lie outside."""

    left: int
    top: int
    right: int
    bottom: int
