"""The boxes around the connected spots of a mask, found along their outlines."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.int64]
"""Left, top, width, height; shape (n, 4)."""


def outer_boxes(ink: npt.NDArray[np.uint8]) -> Boxes:
    """The box around every spot of `ink` that is not 0, with diagonal neighbours, also of those inside of others.

    Costs a tenth of labelling the pixels of a whole page, which needs four bytes for each.
    """
    import cv2

    outlines, hierarchy = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return np.empty((0, 4), np.int64)
    outer = np.asarray(hierarchy)[0, :, 3] < 0  # the others go round holes
    boxes = [cv2.boundingRect(outline) for outline, is_outer in zip(outlines, outer, strict=True) if is_outer]
    return np.array(boxes, np.int64).reshape(-1, 4)
