"""The repair of a page's picture before it is read: from what people hold in front of a camera to dark text on white.

    page = repaired(pixels)         # grey or colour
    page.grey, page.steps, page.original_box(left, top, width, height)

Every step looks at the picture and acts only if it must; all looking together takes about 3 % of the time that reading
takes, since it is done on a sketch of at most 1400 pixels a side. The order of the steps, and why:

1. `tint`: the grey in which the writing shows best; everything after it sees one channel. Where brightness serves as
   well as any, coloured `seals` and marker strokes over dark print are bleached: that takes colour too.
2. `specks`: single wrong pixels go while they are single: once the picture is turned or enlarged they are smears.
3. `grain`: softened for the same reason before it is resampled, and after the specks, which would leave blots.
4. `outline`: the sheet is cut out of a photograph and made a rectangle, first of all movements, because the table-top
   would count as writing, and perspective bends the lines that the next steps go by.
5. `turn`: lines that run up or down are laid; then a slope is small.
6. `deskew`: the slope that is left, measured on the letters.
7. `letter_size`: last of the movements, for only now the letters have their height. The movements of steps 4 to 7 are
   gathered and carried out as one, so that a page is resampled once.
8. `inversion`: light on dark. The steps before it do not care which of the two is lighter, those after it do.
9. `light`: shadows are divided out, on the sheet alone, whose paper was one brightness once. Dark boxes are no shadows.
10. `contrast`: faint print is stretched when grey means ink and no longer shadow.
11. `boxes`: dark boxes with light text, last, for they are dark for certain only in even light and full contrast.
12. `orientation`: whether the page stands on its head only reading tells; a few lines are read on the finished picture,
    and only where step 5 acted or the page made no sense.

The blocks that JPEG leaves are no step: down to quality 15 Tesseract reads them nearly like clean pages, and softening
them changed nothing beyond chance before it began to hurt.

Before all this, `sheets` looks whether a broad picture shows two pages beside each other: each goes its own way.

OpenCV is imported here and takes a tenth of a second: only the OCR workers import this package.
"""

from __future__ import annotations

from documents.repair.chain import STEPS, repaired
from documents.repair.explain import explained
from documents.repair.orientation import righted
from documents.repair.picture import RepairedPicture, Step

__all__ = ["STEPS", "RepairedPicture", "Step", "explained", "repaired", "righted"]
