"""Pages made whole: drawn from a seed, damaged, with their text and the questions about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

from PIL import Image

from benchmarks.pages.chance import SPLITS, Chance, Split, generator
from benchmarks.pages.damage import DAMAGES, LEAST_DOTS_PER_INCH
from benchmarks.pages.documents import DOCUMENTS
from benchmarks.pages.kinds import KINDS
from benchmarks.pages.paper import PageFullError, Paper, Run, Style, drawn_style, smaller
from benchmarks.pages.pdf import PdfPage, pdf
from benchmarks.pages.questions import PageQuestion, PageTask, Quiz

Layer = Literal["text", "none", "hidden", "broken", "mixed"]
LAYERS: Final[tuple[Layer, ...]] = ("text", "none", "hidden", "broken", "mixed")
"""Of a PDF: real text; pictures only; pictures with the text hidden below; pictures with nonsense hidden below, as a
font with a faulty character map gives; page 1 as real text and the others as pictures."""

_TRIES = 12
PAGE_BREAK = "\f"
"""Stands between the pages in the text of a document, as in `assets/documents`."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page with what it says and what can be asked about it."""

    kind: str
    damage: str
    seed: int
    split: Split
    language: str
    """en or zh: of the questions, and of most of the text."""
    picture: Image.Image
    """Mode L or RGB."""
    text: str
    """In reading order, a line for each line; the cells of a table's row are one line, a space apart."""
    questions: tuple[PageQuestion, ...]
    fields: tuple[tuple[str, str], ...]
    """Labels (without their colon) and values that stand on the page, in order."""
    tasks: tuple[PageTask, ...]
    """Questions and tasks that stand on the page, in order."""

    @property
    def name(self) -> str:
        """Of its files, without an ending."""
        return f"{self.kind}-{self.damage}-{self.split}-{self.seed}"


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A PDF of several pages with what it says and what can be asked about it."""

    kind: str
    layer: Layer
    damage: str
    seed: int
    split: Split
    language: str
    content: bytes
    """The PDF."""
    pictures: tuple[Image.Image, ...]
    """Of each page, damaged."""
    texts: tuple[str, ...]
    """Of each page, as in `MadePage`."""
    questions: tuple[PageQuestion, ...]

    @property
    def name(self) -> str:
        """Of its files, without an ending."""
        return f"{self.kind}-{self.layer}-{self.damage}-{self.split}-{self.seed}"

    @property
    def text(self) -> str:
        """Of all pages, with a form feed between them."""
        return PAGE_BREAK.join(self.texts)


def made_page(kind: str, damage: str, seed: int, split: Split = "development") -> MadePage:
    """The page that these four name, always the same. A page has the same text under every damage.

    Raises KeyError for a kind or a damage that there is not.
    """
    return page_of(quiz_of(kind, damage, seed, split), kind, damage, seed, split)


def quiz_of(kind: str, damage: str, seed: int, split: Split) -> Quiz:
    """The page before it is damaged, on its paper, with its questions."""
    made = KINDS[kind]
    _check(split, damage)
    style = _printed(drawn_style(Chance(split, kind, seed, "style"), made.families, made.page), damage)
    return _fitted(style, lambda tried: made.draw(Chance(split, kind, seed), Paper(tried)))


def page_of(quiz: Quiz, kind: str, damage: str, seed: int, split: Split) -> MadePage:
    """The page of `quiz` under its damage."""
    picture = _damaged(quiz.paper, damage, (split, kind, damage, seed))
    told = tuple(quiz.questions), tuple(quiz.paper.labelled), tuple(quiz.tasks)
    return MadePage(kind, damage, seed, split, KINDS[kind].language, picture, _text(quiz.paper), *told)


def made_document(
    kind: str, layer: Layer, seed: int, split: Split = "development", damage: str = "clean"
) -> MadeDocument:
    """The document that these name, always the same. `damage` is done to the pages that are pictures.

    Raises KeyError for a kind or a damage that there is not, and ValueError for such a layer.
    """
    made = DOCUMENTS[kind]
    _check(split, damage)
    if layer not in LAYERS:
        raise ValueError(f"layer {layer!r}: there are {', '.join(LAYERS)}")
    style = _printed(drawn_style(Chance(split, kind, seed, "style"), made.families), damage)
    quizzes = _fitted(style, lambda tried: made.draw(Chance(split, kind, seed), lambda: Paper(tried)))
    papers = [quiz.paper for quiz in quizzes]
    names = [(split, kind, damage, seed, number) for number in range(1, len(papers) + 1)]
    pictures = tuple(_damaged(paper, damage, name) for paper, name in zip(papers, names, strict=True))
    pages = [
        _pdf_page(paper, picture, "text" if layer == "mixed" and number == 1 else layer)
        for number, (paper, picture) in enumerate(zip(papers, pictures, strict=True), 1)
    ]
    texts = tuple(_text(paper) for paper in papers)
    questions = tuple(question for quiz in quizzes for question in quiz.questions)
    return MadeDocument(kind, layer, damage, seed, split, made.language, pdf(pages), pictures, texts, questions)


def _pdf_page(paper: Paper, picture: Image.Image, layer: Layer) -> PdfPage:
    width, height = paper.style.page
    if layer == "text":
        return PdfPage(width, height, runs=paper.runs)
    pixels = paper.style.dots_per_inch / 72
    runs = {"hidden": paper.runs, "broken": [_nonsense(run) for run in paper.runs]}.get(layer, [])
    return PdfPage(picture.width / pixels, picture.height / pixels, picture, runs)


def _nonsense(run: Run) -> Run:
    """The run with every letter and figure 29 places further on, as programs see fonts that say no characters."""
    moved = "".join(chr(0x21 + (ord(sign) - 0x21 - 29) % 94) if sign != " " else sign for sign in run.text)
    return Run(moved, run.x, run.baseline, run.size, run.bold)


def _check(split: str, damage: str) -> None:
    if split not in SPLITS:
        raise ValueError(f"split {split!r}: there are {' and '.join(SPLITS)}")
    DAMAGES[damage]


def _text(paper: Paper) -> str:
    return "".join(f"{line}\n" for line in paper.lines)


def _damaged(paper: Paper, damage: str, names: tuple[str | int, ...]) -> Image.Image:
    lots = generator(*names)
    return DAMAGES[damage](paper.finished(), float(lots.uniform()), lots)


def _printed(style: Style, damage: str) -> Style:
    """`style` at a resolution that leaves something to read after `damage`."""
    least = LEAST_DOTS_PER_INCH.get(damage, 0)
    return replace(style, dots_per_inch=max(least, style.dots_per_inch))


def _fitted(style: Style, draw: Callable[[Style], Made]) -> Made:
    """What `draw` makes in `style`, or in the largest one below in which its pages hold it."""
    for _ in range(_TRIES):
        try:
            return draw(style)
        except PageFullError:
            style = smaller(style)
    return draw(style)
