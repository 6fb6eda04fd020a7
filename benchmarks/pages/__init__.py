"""Documents made for tests and measurements, with their text and with questions about them.

    from benchmarks.pages import DAMAGES, KINDS, made_page

    page = made_page("repair_bill", "photo", seed=3)
    page.picture, page.text, page.questions

Everything is drawn from (kind, damage, seed, split), invented for this project, and the same on every run with the same
versions of Pillow, OpenCV and the fonts. There are two splits: look at `development` as much as you like. The
`held_out` split is only ever run for its totals: nobody opens its pages, reads its answers or tunes by a single page.
Its names, labels and wordings are in part others (see `chance`).
"""

from __future__ import annotations

from benchmarks.pages.chance import SPLITS, Split
from benchmarks.pages.damage import DAMAGES
from benchmarks.pages.documents import DOCUMENTS
from benchmarks.pages.kinds import KINDS
from benchmarks.pages.made import LAYERS, Layer, MadeDocument, MadePage, made_document, made_page
from benchmarks.pages.pairs import PAIRS, MadePair, made_pair
from benchmarks.pages.questions import PageQuestion, PageTask, plain_answer

__all__ = [
    "DAMAGES",
    "DOCUMENTS",
    "KINDS",
    "LAYERS",
    "PAIRS",
    "SPLITS",
    "Layer",
    "MadeDocument",
    "MadePage",
    "MadePair",
    "PageQuestion",
    "PageTask",
    "Split",
    "made_document",
    "made_page",
    "made_pair",
    "plain_answer",
]
