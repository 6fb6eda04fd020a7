"""The steps together, on pages that need some of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PIL import Image

from documents.repair import STEPS, RepairedPicture, explained, repaired
from documents.repair.chain import repaired_step_by_step
from documents.repair.explain import side_by_side
from documents.repair.picture import carried
from documents.repair.sketch import halved, sketch_of
from tests.documents.repair.scenes import (
    ASKEW,
    CHINESE_LINES,
    ENGLISH_LINES,
    Grey,
    mean_error,
    on_a_table,
    page,
    turned,
    under_a_shadow,
)


def taken(found: RepairedPicture) -> list[str]:
    return [step.name for step in found.steps if step.acted]


@pytest.mark.parametrize("lines", [ENGLISH_LINES, CHINESE_LINES], ids=["English", "Chinese"])
@pytest.mark.parametrize("size", [22, 36])
def test_a_clean_page_is_left_as_it_is(lines: tuple[str, ...], size: int) -> None:
    """No step acts, every step says what it found, and the very pixels come back."""
    grey = page(lines, size=size, width=1240, height=1754)
    found = repaired(grey)
    assert taken(found) == []
    assert [step.name for step in found.steps] == [step for step in STEPS if step != "orientation"]
    assert all(step.finding for step in found.steps)
    assert (found.grey == grey).all()
    assert (found.to_repaired == np.eye(3)).all()


@pytest.mark.parametrize(
    ("damage", "steps"),
    [
        (lambda grey: 255 - grey, ["inversion"]),
        (lambda grey: turned(grey, 4), ["deskew"]),
        (np.rot90, ["turn"]),
        (lambda grey: turned(grey, 86), ["turn", "deskew"]),
        (under_a_shadow, ["light"]),
        (lambda grey: (grey * 0.2 + 180).astype(np.uint8), ["contrast"]),
        (lambda grey: np.array(Image.fromarray(grey).resize((450, 600), Image.Resampling.BICUBIC)), ["letter_size"]),
        (lambda grey: on_a_table(grey, ASKEW, 60), ["outline"]),
        (lambda grey: under_a_shadow(on_a_table(grey, ASKEW, 60)), ["outline", "light"]),
        (lambda grey: 255 - turned(grey, -3), ["deskew", "inversion"]),
    ],
)
def test_each_damage_calls_for_its_steps(damage: Callable[[Grey], Grey], steps: list[str]) -> None:
    """What acts is what the page needs, and afterwards nothing more is found to do."""
    found = repaired(np.ascontiguousarray(damage(page(size=30))))
    assert set(steps) <= set(taken(found)) <= {*steps, "deskew", "letter_size", "contrast"}
    assert set(taken(repaired(found.grey))) <= {"contrast"}


def test_a_flattened_and_lit_photograph_looks_like_the_page() -> None:
    """Taken askew and half in the shadow, the page comes out close to what was printed."""
    grey = page(size=30)
    found = repaired(under_a_shadow(on_a_table(grey, ASKEW, 60)))
    seen = np.array(Image.fromarray(found.grey).resize(grey.shape[::-1], Image.Resampling.BOX))
    assert mean_error(seen, grey) < 14


def test_words_are_found_again_in_the_original() -> None:
    """The way back of a page that was cut out, turned and enlarged leads to the same ink."""
    scene = on_a_table(page(size=16), ASKEW, 60)
    for original in (scene, np.ascontiguousarray(np.rot90(scene)), turned(page(size=12), 5)):
        found = repaired(original)
        small, factor = halved(found.grey)
        letters = sketch_of(small, factor).letters[::25] * factor
        for left, top, width, height, _ in letters.tolist():
            box = found.original_box(left, top, width, height)
            inside = original[box[1] : box[1] + box[3], box[0] : box[0] + box[2]]
            assert inside.size
            assert int(inside.min()) < 140


def test_the_matrix_leads_from_the_corners_of_the_sheet_to_those_of_the_picture() -> None:
    """A point of the original and what became of it are one."""
    found = repaired(on_a_table(page(size=30), ASKEW, 60), skip=frozenset({"deskew", "letter_size"}))
    height, width = found.grey.shape
    there = carried(found.to_repaired, ASKEW.astype(np.float64))
    assert np.abs(there - [[0, 0], [width, 0], [width, height], [0, height]]).max() < 8


@pytest.mark.parametrize("step", [step for step in STEPS if step != "orientation"])
def test_any_step_can_be_skipped(step: str) -> None:
    """A skipped step neither looks nor acts; what it would have done is left undone."""
    scene = np.dstack([under_a_shadow(on_a_table(turned(page(size=12), 3), ASKEW, 60))] * 3)
    found = repaired(scene, skip=frozenset({step}))
    assert step not in [each.name for each in found.steps]
    assert len(found.steps) == len(STEPS) - 2


def test_steps_that_there_are_not_cannot_be_skipped() -> None:
    """A misspelt name is refused with the names that there are."""
    with pytest.raises(ValueError, match=r"no step \['dekew'\].*deskew"):
        repaired(page(), skip=frozenset({"dekew"}))


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("size", [(9, 9), (8, 3000), (40, 700), (700, 500)])
def test_blank_and_tiny_pictures_come_back(size: tuple[int, int], level: int) -> None:
    """Nothing is found on them, and nothing fails."""
    found = repaired(np.full(size, level, np.uint8))
    assert set(taken(found)) <= {"letter_size"}
    assert np.ptp(found.grey) == 0


def test_noise_does_no_harm() -> None:
    """A picture of nothing but noise goes through, whatever is thought of it."""
    noise = np.random.default_rng(6).integers(0, 256, (500, 700, 3)).astype(np.uint8)
    assert repaired(noise).grey.size


def test_the_repair_is_shown_step_by_step() -> None:
    """One picture shows the page as given, after each step that acted, and turned to where it can be read."""
    scene = on_a_table(page(size=30), ASKEW, 60)
    shown = repaired_step_by_step(scene)
    assert shown[0][0] == "as given"
    assert [label.split(":")[0] for label, _ in shown[1:]] == taken(repaired(scene))
    assert (shown[-1][1] == repaired(scene).grey).all()
    seen: list[Grey] = []

    def sureness(part: Grey) -> float:
        seen.append(part)
        return 0.2 if len(seen) == 1 else 0.9

    picture = explained(Image.fromarray(scene), sureness)
    assert picture.width > 3 * 240
    assert len(seen) == 2


def test_each_of_two_pages_is_shown_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two sheets in one photograph the left one comes first, and every label says which of them it is."""
    one, other = page(size=30), turned(page(size=30), 3)
    height, width = max(len(one), len(other)), one.shape[1] + other.shape[1]
    scene = np.full((height + 120, width + 180), 50, np.uint8)
    scene[60 : 60 + len(one), 60 : 60 + one.shape[1]] = one
    scene[60 : 60 + len(other), 120 + one.shape[1] : 120 + width] = other
    labels: list[str] = []

    def kept(shown: Sequence[tuple[str, Grey]]) -> Image.Image:
        labels.extend(label for label, _ in shown)
        return side_by_side(shown)

    monkeypatch.setattr("documents.repair.explain.side_by_side", kept)
    explained(Image.fromarray(scene), lambda _part: 0.9)
    starts = [f"page {number} of 2 in the picture, as given" for number in (1, 2)]
    assert [label for label in labels if label.endswith("as given")] == starts
    assert [label[:6] for label in labels] == sorted(label[:6] for label in labels)
    assert any("deskew" in label for label in labels if label.startswith("page 2"))
