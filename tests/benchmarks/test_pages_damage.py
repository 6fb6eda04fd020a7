"""Damages: each does to a page what it says, leaves the page it was given alone, and repeats."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks.pages import DAMAGES, KINDS, made_page
from benchmarks.pages.chance import generator

PAGE = made_page("repair_bill", "clean", 1).picture
STRENGTHS = (0.0, 1.0)


def damaged(damage: str, strength: float, name: str = "lots") -> Image.Image:
    return DAMAGES[damage](PAGE, strength, generator(name))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_pure(damage: str) -> None:
    """The same page, strength and lots give the same picture, and the page stays as it was."""
    before = PAGE.tobytes()
    one, other = (damaged(damage, 0.6) for _ in range(2))
    assert one.tobytes() == other.tobytes() and one.mode in {"L", "RGB"}
    assert PAGE.tobytes() == before


@pytest.mark.parametrize("strength", STRENGTHS)
def test_skew_turns_by_one_to_eight_degrees(strength: float) -> None:
    """A line across the page lies at the angle that the strength asks for."""
    page = Image.new("L", (800, 600), 255)
    page.paste(0, (50, 298, 750, 302))
    down, across = np.nonzero(np.asarray(DAMAGES["skew"](page, strength, generator("lots"))) < 128)
    slope = np.polyfit(across, down, 1)[0]
    assert abs(np.degrees(np.arctan(slope))) == pytest.approx(1 + 7 * strength, abs=0.05)


@pytest.mark.parametrize(("strength", "factor"), [(0.0, 0.5), (1.0, 0.35)])
def test_low_resolution_makes_the_picture_small(strength: float, factor: float) -> None:
    """Half to a little more than a third of its size."""
    assert damaged("low_resolution", strength).width == pytest.approx(PAGE.width * factor, abs=1)


def test_low_resolution_leaves_letters_that_can_be_read() -> None:
    """Pages that are scaled down are drawn at 200 dots per inch or more."""
    sizes = [made_page(kind, "low_resolution", seed).picture.width for kind in ("letter", "menu") for seed in range(8)]
    assert min(sizes) >= 0.35 * 595 / 72 * 200 - 1


def test_sideways_turns_by_right_angles() -> None:
    """All three turns occur."""
    turned = {damaged("sideways", 0.5, f"lots {number}").tobytes() for number in range(12)}
    turns = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
    assert turned == {PAGE.transpose(turn).tobytes() for turn in turns}


@pytest.mark.parametrize("strength", STRENGTHS)
def test_a_photo_shows_the_whole_page_on_a_darker_table(strength: float) -> None:
    """The table is dark at the edges, the page bright somewhere, and the light uneven over it."""
    for number in range(2):
        picture = np.asarray(damaged("photo", strength, f"lots {number}").convert("L"), np.float32)
        edge = np.concatenate((picture[:8].ravel(), picture[-8:].ravel()))
        assert np.percentile(picture, 98) > 1.5 * np.median(edge)
        paper = cv2.erode(cv2.dilate(picture, np.ones((41, 41))), np.ones((41, 41)))
        middle = paper[len(paper) // 4 : -len(paper) // 4, picture.shape[1] // 4 : -picture.shape[1] // 4]
        assert middle.max() > 1.25 * middle.min()


def test_inverted_is_light_on_dark() -> None:
    """Most of the picture is dark."""
    for strength in STRENGTHS:
        assert np.median(np.asarray(damaged("inverted", strength))) < 80


@pytest.mark.parametrize("damage", ["faint", "tinted"])
def test_weak_print_keeps_less_contrast_the_stronger_it_is(damage: str) -> None:
    """The distance between ink and paper shrinks, and some is left."""
    spans = []
    for strength in STRENGTHS:
        grey = np.asarray(damaged(damage, strength).convert("L"), np.float32)
        spans.append(np.median(grey) - np.percentile(grey, 0.5))
    assert 15 < spans[1] < spans[0] < 225


def test_noise_and_blocks_are_all_over_the_page() -> None:
    """The white of the page is no longer even."""
    for damage in ("noise", "shadow"):
        assert np.asarray(damaged(damage, 1.0))[-60:, :].std() > 3
    assert damaged("jpeg", 1.0).tobytes() != damaged("jpeg", 0.0).tobytes() != PAGE.tobytes()


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_takes_every_page(damage: str) -> None:
    """Also a small picture, and one that is wider than it is tall."""
    for size in ((40, 30), (300, 90)):
        picture = DAMAGES[damage](Image.new("L", size, 255), 1.0, generator("lots"))
        assert min(picture.size) >= 10
    assert made_page(next(iter(KINDS)), damage, 5).picture.size > (200, 200)
