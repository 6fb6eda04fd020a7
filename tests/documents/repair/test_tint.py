"""Which grey a coloured page becomes, and what seals over print leave of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from documents.repair.seals import Colour, bleached
from documents.repair.tint import best_grey
from tests.documents.repair.scenes import mean_error, page


@pytest.mark.parametrize(
    ("ink", "paper"),
    [((225, 70, 70), (90, 150, 60)), ((60, 110, 230), (200, 80, 60)), ((30, 30, 30), (250, 220, 120))],
    ids=["red on green", "blue on red", "black on yellow"],
)
def test_writing_shows_whatever_its_colour(ink: tuple[int, int, int], paper: tuple[int, int, int]) -> None:
    """Ink as bright as its paper stands out in the grey that is chosen."""
    cover = (255 - page().astype(np.float32))[..., None] / 235
    colour = (np.array(paper) * (1 - cover) + np.array(ink) * cover).clip(0, 255).astype(np.uint8)
    grey, _ = best_grey(colour)
    assert grey.shape == colour.shape[:2]
    assert np.ptp(np.percentile(grey, (1, 50))) + np.ptp(np.percentile(grey, (50, 99))) > 80


def test_grey_pages_stay_as_bright_as_they_look() -> None:
    """Without colours the usual brightness is taken."""
    grey = page()
    found, made_of = best_grey(np.dstack([grey] * 3))
    assert (mean_error(found, grey), made_of) == (0, "brightness")


def stamped(ink: tuple[int, int, int]) -> tuple[Colour, Colour]:
    """The page with a ring over its lines, and where the ring is."""
    printed = page()
    over = np.zeros(printed.shape, np.uint8)
    cv2.circle(over, (300, 200), 110, 255, 9, cv2.LINE_AA)
    cover = over[..., None].astype(np.float32) / 255
    paper = printed.astype(np.float32)[..., None] / 255
    colour = 255 * paper * (1 - cover) + paper * np.array(ink, np.float32) * cover
    return colour.clip(0, 255).astype(np.uint8), over


@pytest.mark.parametrize("ink", [(206, 36, 48), (44, 70, 190), (20, 120, 70)], ids=["red", "blue", "green"])
def test_a_seal_over_print_is_bleached(ink: tuple[int, int, int]) -> None:
    """The seal is as light as paper, the print below it as dark as before."""
    colour, over = stamped(ink)
    grey, _ = best_grey(colour)
    told, count = bleached(colour, grey)
    printed = page()
    assert count == 1
    assert told[(over == 255) & (printed > 245)].min() > 225
    assert told[printed < 60].max() < 130


def test_coloured_writing_beside_print_stays() -> None:
    """A line in colour is no seal, and a page without black print has none."""
    printed = page()
    colour = np.dstack([printed] * 3)
    half = len(printed) // 2
    cover = (255 - printed[half:].astype(np.float32))[..., None] / 255
    colour[half:] = (255 - cover * (255 - np.array((206, 36, 48)))).astype(np.uint8)
    grey, _ = best_grey(colour)
    assert bleached(colour, grey)[1] == 0
    assert bleached(np.full((300, 300, 3), (200, 30, 30), np.uint8), np.full((300, 300), 90, np.uint8))[1] == 0
