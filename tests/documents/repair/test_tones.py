"""Light, shadows, panels, contrast and inversion."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from documents.repair.boxes import dark_boxes, lightened
from documents.repair.contrast import ink_and_paper, needs_stretching, stretched
from documents.repair.inversion import LIGHT_SHARE, inverted, light_share
from documents.repair.light import EVEN_SPREAD, evened, unevenness
from documents.repair.sketch import Sketch, halved, sketch_of
from tests.documents.repair.scenes import CHINESE_LINES, Grey, mean_error, page, turned, under_a_shadow


def sketch(grey: Grey) -> Sketch:
    return sketch_of(*halved(grey))


def lit(grey: Grey) -> Grey:
    """With its shadows divided out."""
    return evened(grey, sketch(grey), dark_boxes(sketch(grey)))


def spread(grey: Grey) -> float:
    return unevenness(sketch(grey), dark_boxes(sketch(grey)))


def with_panel(grey: Grey, top: int, bottom: int, left: int = 60, right: int = 840) -> Grey:
    """`grey` with a part of it printed white on black."""
    changed = grey.copy()
    changed[top:bottom, left:right] = 255 - changed[top:bottom, left:right]
    return changed


# ------------------------------------------------------------------------------------------------------- inversion


@pytest.mark.parametrize("darkness", [1.0, 0.75])
def test_light_text_on_dark_paper_is_inverted(darkness: float) -> None:
    """All writing of a negative is lighter than its paper; inverting it gives the page back."""
    grey = page()
    negative = np.round((255 - grey) * darkness).astype(np.uint8)
    assert light_share(sketch(negative)) > LIGHT_SHARE
    assert light_share(sketch(inverted(negative))) < 0.1
    assert (inverted(255 - grey) == grey).all()


def test_dark_text_is_left_dark() -> None:
    """A page with a dark panel is still dark on light, and so is blank paper."""
    assert light_share(sketch(page())) < 0.05
    assert light_share(sketch(with_panel(page(), 300, 500))) < LIGHT_SHARE
    assert light_share(sketch(np.full((500, 400), 250, np.uint8))) == 0.0


# ----------------------------------------------------------------------------------------------------------- light


@pytest.mark.parametrize("darkness", [0.3, 0.6, 0.8])
def test_a_shadow_is_divided_out(darkness: float) -> None:
    """The page looks nearly as it did before the shadow fell on it."""
    grey = page(CHINESE_LINES)
    shaded = under_a_shadow(grey, darkness)
    assert spread(shaded) > EVEN_SPREAD
    assert mean_error(lit(shaded), grey) < 3 < mean_error(shaded, grey) / 8


def test_evenly_lit_pages_are_left_alone() -> None:
    """Scans, negatives and grey paper are even."""
    for grey in (page(), 255 - page(), page() // 2, turned(page(), 3)):
        assert spread(grey) <= EVEN_SPREAD


@pytest.mark.parametrize(("top", "bottom"), [(200, 240), (200, 270), (200, 420), (150, 800)])
def test_a_dark_box_is_no_shadow(top: int, bottom: int) -> None:
    """Boxes of any height leave the light even; in a shadow they stay dark, and their text light."""
    boxed = with_panel(page(), top, bottom)
    assert spread(boxed) <= EVEN_SPREAD
    shaded = under_a_shadow(boxed, 0.5)
    assert spread(shaded) > EVEN_SPREAD
    inside = lit(shaded)[top + 4 : bottom - 4, 70:830]
    assert mean_error(inside, boxed[top + 4 : bottom - 4, 70:830]) < 12


# ----------------------------------------------------------------------------------------------------------- boxes


@pytest.mark.parametrize(("top", "bottom"), [(160, 200), (160, 450), (120, 1000)])
def test_boxes_become_dark_on_light(top: int, bottom: int) -> None:
    """The head of a table, and panels of any size, come out as if they had not been printed in negative."""
    grey = page()
    boxed = with_panel(grey, top, bottom)
    seen = sketch(boxed)
    light = lightened(boxed, dark_boxes(seen), seen.factor)
    assert mean_error(light[top + 3 : bottom - 3, 64:836], grey[top + 3 : bottom - 3, 64:836]) < 12
    assert (light[: top - 8] == grey[: top - 8]).all()


def test_boxes_of_a_faint_page_are_found_too() -> None:
    """What counts is how dark a box is beside the ink of its page."""
    faint = (with_panel(page(), 160, 200) * 0.12 + 215).astype(np.uint8)
    assert len(dark_boxes(sketch(faint))) == 1
    assert len(dark_boxes(sketch((page() * 0.12 + 215).astype(np.uint8)))) == 0


def test_letters_and_rules_are_no_boxes() -> None:
    """A page of text has none, with a headline, with rules, and in Chinese, whose one is a bar."""
    ruled = page()
    ruled[100:103, 50:850] = 0
    for grey in (page(), page(size=90), ruled, page(("一二三 一 十一月一日",))):
        assert len(dark_boxes(sketch(grey))) == 0


@pytest.mark.parametrize("factor", [0.3, 0.4, 0.5])
def test_smeared_words_beside_a_dashed_rule_are_no_boxes(factor: float) -> None:
    """Chinese characters of a poor picture grow together, and the many dashes do not pass for the height of letters."""
    grey = page(CHINESE_LINES, size=34).copy()
    for top in (24, 36):
        for left in range(40, 860, 9):
            grey[top : top + 3, left : left + 6] = 30
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    large = np.asarray(cv2.resize(small, grey.shape[::-1], interpolation=cv2.INTER_CUBIC), np.uint8)
    assert len(dark_boxes(sketch_of(large))) == 0


def test_grey_boxes_of_dark_text_stay() -> None:
    """A shaded row is no box that must be inverted, nor is a shadow."""
    shaded = page()
    shaded[198:280, 60:840] = shaded[198:280, 60:840] // 2
    assert len(dark_boxes(sketch(shaded))) == 0
    assert len(dark_boxes(sketch(under_a_shadow(page(), 0.7)))) == 0


# -------------------------------------------------------------------------------------------------------- contrast


@pytest.mark.parametrize(("ink", "paper"), [(200, 240), (90, 150), (120, 255)])
def test_faint_print_and_grey_paper_are_stretched(ink: int, paper: int) -> None:
    """Ink becomes black and paper white."""
    grey = page()
    faint = (paper - (255 - grey.astype(np.float32)) * (paper - ink) / 235).astype(np.uint8)
    found_ink, found_paper = ink_and_paper(faint)
    assert abs(found_ink - ink) <= 6
    assert abs(found_paper - paper) <= 2
    assert needs_stretching(found_ink, found_paper)
    assert mean_error(stretched(faint, found_ink, found_paper), grey) < 5


def test_good_print_and_blank_paper_are_not_stretched() -> None:
    """A scan is left as it is, and the grain of blank paper does not become writing."""
    assert not needs_stretching(*ink_and_paper(page()))
    blank = np.random.default_rng(2).normal(200, 2, (500, 400)).astype(np.uint8)
    assert not needs_stretching(*ink_and_paper(blank))


def test_a_slanting_shadow_is_no_dark_box() -> None:
    """Its middle line may cut a side of the picture in half: brightness does not jump there, pixel by pixel."""
    lit = page().astype(np.float32)
    rows, columns = np.indices(lit.shape)
    shade = np.clip((rows + columns - 0.6 * sum(lit.shape) / 2) / 60, 0, 1)
    dark = (lit * (1 - 0.7 * shade)).astype(np.uint8)
    assert len(dark_boxes(sketch_of(dark))) == 0
