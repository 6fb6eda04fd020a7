"""By how much a page is enlarged or reduced, so that its letters are as high as Tesseract reads them best."""

from __future__ import annotations

LEAST_HEIGHT_PX = 14.0
"""Small letters below it are enlarged."""
MOST_HEIGHT_PX = 44.0
"""Letters above it are reduced: they take time and are read no better."""
WISHED_HEIGHT_PX = 24.0
"""What small ones become."""
REDUCED_HEIGHT_PX = 32.0
"""What large ones become: more of a noisy page is lost when it is reduced further."""
LARGEST_SCALE = 4.0
LONGEST_SIDE = 3600
"""Pixels; A4 at 300 dpi has 3508. More costs time and reads no better."""
SHORTEST_TEXT_PAGE = 1000
"""Pixels; a picture without known letters whose longer side is below it is enlarged to twice its size."""


def reading_scale(letter_height_px: float, width: int, height: int) -> float:
    """By how much to enlarge or reduce a picture whose usual letters are so high; 0 where that is not known."""
    longest = max(width, height)
    most = LONGEST_SIDE / longest
    if letter_height_px == 0:
        wished = 2.0 if longest < SHORTEST_TEXT_PAGE else 1.0
    elif LEAST_HEIGHT_PX <= letter_height_px <= MOST_HEIGHT_PX:
        wished = 1.0
    else:
        aim = WISHED_HEIGHT_PX if letter_height_px < LEAST_HEIGHT_PX else REDUCED_HEIGHT_PX
        wished = min(LARGEST_SCALE, aim / letter_height_px)
    return min(wished, most)
