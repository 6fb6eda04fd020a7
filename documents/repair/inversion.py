"""Light text on dark paper, made dark on light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from documents.repair.sketch import Sketch, as_large_as

if TYPE_CHECKING:
    from documents.picture import Grey

LIGHT_SHARE = 0.6
"""Of all ink, from which on a page counts as light on dark."""


def light_share(sketch: Sketch) -> float:
    """How much of the ink is lighter than its paper, 0..1; 0 for a blank page."""
    inked = sketch.ink > 0
    total = int(np.count_nonzero(inked))
    lighter = int(np.count_nonzero(inked & (sketch.grey > as_large_as(sketch.paper, sketch.grey))))
    return lighter / total if total else 0.0


def inverted(grey: Grey) -> Grey:
    """White becomes black."""
    return np.asarray(cv2.bitwise_not(grey), np.uint8)
