"""The chain of steps that a page goes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt

from documents.repair.bench import Bench
from documents.repair.boxes import dark_boxes, lightened
from documents.repair.contrast import ink_and_paper, needs_stretching, stretched
from documents.repair.grain import COARSE_LEVELS, grain_levels, softened
from documents.repair.inversion import LIGHT_SHARE, inverted, light_share
from documents.repair.letter_size import reading_scale
from documents.repair.light import EVEN_SPREAD, evened, unevenness
from documents.repair.outline import flattening, outline
from documents.repair.picture import Matrix, RepairedPicture, carried, scaling
from documents.repair.seals import bleached
from documents.repair.skew import LEAST_SKEW_DEG, line_gain, skew_deg
from documents.repair.specks import FEWEST, speck_share, without_specks
from documents.repair.tint import best_grey
from documents.repair.turn import runs_upright

if TYPE_CHECKING:
    from documents.picture import Grey

LINELESS, FEWEST_DISORDERED = 1.35, 60
"""Gain of the sharpest profile, below which nothing stands in lines; and how many spots it takes to say so."""

cv2.setNumThreads(1)  # a worker has one core; the others read other pages


def repaired(picture: npt.NDArray[np.uint8], *, skip: frozenset[str] = frozenset()) -> RepairedPicture:
    """`picture`, grey (height, width) or colour (height, width, 3), made fit to be read.

    `skip` names steps (of `STEPS`) that are left out. Raises `ValueError` for a step that there is not.
    """
    return _through(picture, skip, remember=False).finished()


def repaired_step_by_step(picture: npt.NDArray[np.uint8]) -> list[tuple[str, Grey]]:
    """The picture as given and after each step that acted, each with what was found: for `ocr --explain`."""
    return _through(picture, frozenset(), remember=True).shown


def _through(picture: npt.NDArray[np.uint8], skip: frozenset[str], *, remember: bool) -> Bench:
    unknown = skip - set(STEPS)
    if unknown:
        raise ValueError(f"there is no step {sorted(unknown)} in the repair; there are {', '.join(STEPS)}")
    if picture.ndim == 2:
        grey, made_of = picture, "the picture is grey"
    elif "tint" in skip:
        grey, made_of = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8), "brightness"
    else:
        grey, made_of = best_grey(picture)
        seals = 0
        if made_of == "brightness":
            grey, seals = bleached(picture, grey)
        if seals:
            made_of = f"brightness, without {seals} coloured {'mark' if seals == 1 else 'marks'} over print"
    bench = Bench(grey, remember=remember)
    if remember:
        bench.shown.append(("as given", grey))
    if "tint" not in skip:
        bench.note("tint", f"grey is {made_of}", acted=made_of not in ("brightness", "the picture is grey"))
    for name, step in _AFTER_TINT.items():
        if name not in skip:
            step(bench)
    return bench


def _specks(bench: Bench) -> None:
    share = speck_share(bench.grey)
    acts = share > FEWEST
    if acts:
        bench.repaint(without_specks(bench.grey, share))
    bench.note("specks", f"{share:.2%} of the pixels stand alone", acted=acts)


def _grain(bench: Bench) -> None:
    levels = grain_levels(bench.grey)
    acts = levels > COARSE_LEVELS
    if acts:
        bench.repaint(softened(bench.grey, bench.sketch.letter_height * bench.sketch.factor))
    bench.note("grain", f"the paper's grain has {levels:.0f} levels", acted=acts)


def _outline(bench: Bench) -> None:
    corners = outline(bench.sketch)
    if corners is None:
        bench.note("outline", "the page fills the picture", acted=False)
        return
    factor = bench.sketch.factor
    matrix, (width, height) = flattening((corners + 0.5) * factor - 0.5)
    bench.move(matrix, (width, height))
    bench.note("outline", f"a sheet of {width} x {height} pixels", acted=True)


def _turn(bench: Bench) -> None:
    acts = runs_upright(bench.sketch)
    if acts:
        width, height = bench.size
        bench.move(np.array([[0, -1, height - 1], [1, 0, 0], [0, 0, 1]], np.float64), (height, width))
    bench.note("turn", "the lines run up or down" if acts else "the lines lie", acted=acts)


def _deskew(bench: Bench) -> None:
    letters = bench.sketch.letters
    if len(letters) >= FEWEST_DISORDERED and line_gain(letters) < LINELESS:
        bench.disorder = len(letters)
    angle = skew_deg(letters)
    acts = abs(angle) >= LEAST_SKEW_DEG
    if acts:
        bench.move(*_rotation(-angle, bench.size))
    bench.note("deskew", f"the lines slope by {angle:.2f} degrees", acted=acts)


def _rotation(angle: float, size: tuple[int, int]) -> tuple[Matrix, tuple[int, int]]:
    """Turning by `angle` degrees clockwise, with room for the corners."""
    turn = np.radians(angle)
    matrix = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    right, bottom = size[0] - 1, size[1] - 1
    corners = carried(matrix, np.array([[0, 0], [right, 0], [right, bottom], [0, bottom]], np.float64))
    first, last = corners.min(axis=0), corners.max(axis=0)
    matrix[:2, 2] = -first
    width, height = np.ceil(last - first).astype(int) + 1
    return matrix, (int(width), int(height))


def _letter_size(bench: Bench) -> None:
    height_px = bench.sketch.letter_height * bench.sketch.factor
    scale = reading_scale(height_px, *bench.size)
    acts = abs(scale - 1) > 0.02
    if acts:
        width, height = (max(1, round(side * scale)) for side in bench.size)
        bench.move(scaling(width / bench.size[0], height / bench.size[1]), (width, height))
    bench.note("letter_size", f"letters are {height_px:.0f} pixels high, scaled by {scale:.2f}", acted=acts)


def _inversion(bench: Bench) -> None:
    share = light_share(bench.sketch)
    acts = share > LIGHT_SHARE
    if acts:
        bench.repaint(inverted(bench.grey))
    bench.note("inversion", f"{share:.0%} of the writing is lighter than its paper", acted=acts)


def _light(bench: Bench) -> None:
    grey = bench.grey  # before the sketch, which changes when the movements are carried out
    boxes = dark_boxes(bench.sketch)
    spread = unevenness(bench.sketch, boxes)
    acts = spread > EVEN_SPREAD
    if acts:
        bench.repaint(evened(grey, bench.sketch, boxes))
    bench.note("light", f"the brightness of the paper differs by {spread:.0%}", acted=acts)


def _boxes(bench: Bench) -> None:
    grey = bench.grey
    found = dark_boxes(bench.sketch)
    if len(found):
        bench.repaint(lightened(grey, found, bench.sketch.factor))
    bench.note("boxes", f"{len(found)} dark boxes", acted=len(found) > 0)


def _contrast(bench: Bench) -> None:
    grey = bench.grey
    ink, paper = ink_and_paper(grey)
    acts = needs_stretching(ink, paper)
    if acts:
        bench.repaint(stretched(grey, ink, paper))
    bench.note("contrast", f"ink has level {ink}, paper {paper}", acted=acts)


_AFTER_TINT: Final[dict[str, Callable[[Bench], None]]] = {
    "specks": _specks,
    "grain": _grain,
    "outline": _outline,
    "turn": _turn,
    "deskew": _deskew,
    "letter_size": _letter_size,
    "inversion": _inversion,
    "light": _light,
    "contrast": _contrast,
    "boxes": _boxes,
}
STEPS: Final = ("tint", *_AFTER_TINT, "orientation")
"""All steps in their order; `skip` takes these names. The last needs a reader: see `documents.repair.orientation`."""
