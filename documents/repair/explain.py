"""The repair of one page as one picture: as given and after each step that acted, side by side and labelled."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from documents.repair.chain import repaired_step_by_step
from documents.repair.orientation import Sureness, upright_turns
from documents.repair.sheets import sheets_in

if TYPE_CHECKING:
    from PIL import Image

    from documents.picture import Grey

TILE_PX = 640
"""The longest side of each picture."""
LABEL_PX, LABEL_LINES, LETTER_PX = 20, 3, 14
"""Height of a label's line, how many there are, and of a letter in them."""
MARGIN_PX = 12
NARROWEST_PX = 240
"""Room for a label."""
MOST_IN_A_ROW = 4


def explained(picture: Image.Image, sureness: Sureness) -> Image.Image:
    """What the repair does to `picture` (mode "L" or "RGB"), step by step, and how it is turned upright.

    Of two pages beside each other the left one comes first.

    `sureness` reads a part of a page: see `documents.page_lines.sureness_in`.
    """
    pixels = np.asarray(picture)
    sheets = sheets_in(pixels)
    shown: list[tuple[str, Grey]] = []
    for number, sheet in enumerate(sheets, 1):
        steps = _steps_of(pixels[sheet.top : sheet.bottom, sheet.left : sheet.right], sureness)
        name = f"page {number} of {len(sheets)} in the picture, " if len(sheets) > 1 else ""
        shown += [(name + label, grey) for label, grey in steps]
    return side_by_side(shown)


def _steps_of(pixels: npt.NDArray[np.uint8], sureness: Sureness) -> list[tuple[str, Grey]]:
    """One page as given and after each step, with what was found."""
    shown = repaired_step_by_step(pixels)
    last = shown[-1][1]
    turns = upright_turns(last, sureness, (0, 2, 1, 3))
    if turns:
        label = f"orientation: read best when turned by {90 * turns} degrees against the clock"
        shown.append((label, np.ascontiguousarray(np.rot90(last, turns))))
    return shown


def side_by_side(shown: Sequence[tuple[str, Grey]]) -> Image.Image:
    """These pictures in rows from left to right, each reduced to `TILE_PX`, with its label above."""
    from PIL import Image, ImageDraw, ImageFont

    tiles = [_reduced(grey) for _, grey in shown]
    columns = min(len(shown), MOST_IN_A_ROW)
    rows = -(-len(shown) // columns)
    across = max(NARROWEST_PX, *(tile.width for tile in tiles)) + MARGIN_PX
    down = max(tile.height for tile in tiles) + MARGIN_PX + LABEL_PX * LABEL_LINES
    sheet = Image.new("L", (columns * across + MARGIN_PX, rows * down + MARGIN_PX), 200)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(LETTER_PX)
    for number, ((label, _), tile) in enumerate(zip(shown, tiles, strict=True)):
        left, top = MARGIN_PX + number % columns * across, MARGIN_PX + number // columns * down
        lines = textwrap.wrap(f"{number}  {label}", 2 * (across - MARGIN_PX) // LETTER_PX, max_lines=LABEL_LINES)
        for place, line in enumerate(lines):
            pen.text((left, top + place * LABEL_PX), line, font=font, fill=0)
        sheet.paste(tile, (left, top + LABEL_PX * LABEL_LINES))
    return sheet


def _reduced(grey: Grey) -> Image.Image:
    from PIL import Image

    tile = Image.fromarray(grey)
    tile.thumbnail((TILE_PX, TILE_PX), Image.Resampling.BOX)
    return tile
