"""Which way up a page stands, by a reader that is told how sure to be."""

from __future__ import annotations

import numpy as np
import pytest

from documents.repair import repaired, righted
from documents.repair.orientation import densest_band, upright_turns
from tests.documents.repair.scenes import Grey, page


class Reader:
    """Sure by a list, one after another; notes what it was given."""

    def __init__(self, *sureness: float) -> None:
        self._sureness = iter(sureness)
        self.given: list[Grey] = []

    def __call__(self, part: Grey) -> float:
        self.given.append(part)
        return next(self._sureness)


@pytest.mark.parametrize(
    ("sureness", "turns", "asked"),
    [
        ((0.95,), 0, 1),
        ((0.3, 0.9), 2, 2),
        ((0.3, 0.2, 0.4, 0.9), 3, 4),
        ((0.6, 0.65, 0.3, 0.62), 0, 4),
        ((0.1, 0.1, 0.1, 0.1), 0, 4),
    ],
)
def test_the_way_that_makes_sense_is_taken(sureness: tuple[float, ...], turns: int, asked: int) -> None:
    """The first that is plainly right ends the search; a lead too small changes nothing."""
    reader = Reader(*sureness)
    assert upright_turns(page(), reader, (0, 2, 1, 3)) == turns
    assert len(reader.given) == asked


def test_only_a_few_lines_are_read() -> None:
    """The band with most ink is a small part of the page, and shows whole lines."""
    grey = page()
    band = densest_band(grey)
    assert band is not None
    assert band.size < grey.size / 4
    assert (band[:, :4] > 200).all()


def test_the_band_is_turned_as_the_page_is() -> None:
    """What is read upside down is the same band, seen from the other side."""
    reader = Reader(0.1, 0.9)
    upright_turns(page(), reader, (0, 2))
    first, second = reader.given
    assert abs(first.shape[0] - second.shape[0]) < 8


def test_a_page_without_letters_is_not_read() -> None:
    """Blank paper stays as it is and costs nothing."""
    reader = Reader()
    blank = np.full((500, 400), 255, np.uint8)
    assert densest_band(blank) is None
    assert upright_turns(blank, reader, (0, 2, 1, 3)) == 0
    assert reader.given == []


def test_a_turned_page_says_so() -> None:
    """The step is noted, whether it acted or not."""
    found = repaired(page())
    assert righted(found, Reader(0.9), (0, 2)).steps[-1].acted is False
    over = righted(found, Reader(0.1, 0.9), (0, 2))
    assert over.steps[-1].acted is True
    assert (over.grey == np.rot90(found.grey, 2)).all()
