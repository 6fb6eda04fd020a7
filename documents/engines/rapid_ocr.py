"""RapidOCR, the second engine: neural models from its own wheel, on onnxruntime, without a network.

Blocking work, for the OCR workers. It finds pieces of text anywhere on a picture and reads Chinese and English alike;
the pieces are put into rows here, and come out as Tesseract's do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from documents.engines.choice import check_engine
from documents.languages import CHINESE
from documents.layout.word_rows import grouped
from documents.read_words import ReadLine, ReadWord
from pipeline.errors import SetupError
from pipeline.events import Word
from text.script import is_cjk

if TYPE_CHECKING:
    from documents.picture import Grey

WIDE_ROOM = 0.55
"""Between two pieces of a row, by their height, from which on they are cells; boxes have white around the letters."""
WIDE_GAP = 9
"""Spaces that a gap between two cells counts as."""
MOST_PIECES = 1000
"""Pieces of text on a part of a page; noise has more, and each would be read."""
JUDGED = 24
"""Pieces, the longest, by which is told whether all stand on their heads."""
ON_ITS_HEAD = 0.6
"""Share of them."""
SMALLEST_SIDE = 4
"""Pixels of a piece that can be read alone."""
UNREAD = ("xxx", "ooo")
"""Stand for a piece that was found and not read, in two languages: two readings that agree would be believed."""
_MODELS = ("det", "rec")
_OPTIONS: dict[str, Any] = {
    "Global.log_level": "critical",
    "Global.use_cls": True,  # see `_upright`
    "Global.return_word_box": True,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # a worker has one core
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a piece of a picture was read as."""

    text: str
    confidence: float
    """0..1."""


class _OnItsHeadError(Exception):
    """The print is upside down."""


class _TooManyPiecesError(Exception):
    """It is no text."""


class RapidReader:
    """Reads with RapidOCR; loads its models at the first call, in about a second.

    Belongs to one thread. Raises `SetupError` on construction when the package or its models are missing.
    """

    def __init__(self) -> None:
        check_engine("rapidocr", ())
        import importlib.util

        spec = importlib.util.find_spec("rapidocr")
        folder = Path(spec.origin).parent / "models" if spec is not None and spec.origin else Path()
        if not all(any(folder.glob(f"*_{part}*.onnx")) for part in _MODELS):
            # Else it would try to fetch them.
            raise SetupError(
                "the models of rapidocr are missing; install it anew with: pip install --force-reinstall rapidocr"
            )
        self._loaded: Any = None
        self._found: tuple[Any, Any] = (None, None)
        """Corners of the pieces found last, and how the picture was changed before."""

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        """The rows of `part`. Languages make no difference, nor does light print on dark.

        Print that stands on its head would be read as nonsense, with some confidence. Where most pieces look like that,
        all of them come back unread, with no confidence at all, so that whoever asks turns the page.
        """
        del light_on_dark
        try:
            return self._rows(part)
        except _OnItsHeadError:
            return self._unread_rows(part, UNREAD[languages == CHINESE])
        except _TooManyPiecesError:
            return []

    def load(self) -> None:
        """Load its models now."""
        self._engine()

    def _rows(self, part: Grey) -> list[ReadLine]:
        found = self._engine()(_in_colours(part))
        if found.boxes is None or found.txts is None:
            return []
        pieces = [
            _Piece.of(text, np.asarray(box), words)
            for text, box, words in zip(found.txts, found.boxes, found.word_results, strict=True)
        ]
        pieces = [piece for piece in pieces if piece.words]
        return [_line([pieces[number] for number in row]) for row in grouped([piece.whole for piece in pieces])]

    def _unread_rows(self, part: Grey, text: str) -> list[ReadLine]:
        """Where there is text, as words that say nothing."""
        from rapidocr.utils.process_img import map_boxes_to_original

        corners, record = self._found
        boxes = [_boxed(text, box, 0.0) for box in map_boxes_to_original(corners, record, *part.shape)]
        return [tuple(ReadWord(boxes[number], WIDE_GAP) for number in row) for row in grouped(boxes)]

    def _remembered(self, detect: Callable[..., Any], *given: Any) -> Any:
        """What RapidOCR's own search for text gives; where it found some is kept."""
        pieces, found = detect(*given)
        self._found = np.array(found.boxes), given[-1]
        return pieces, found

    def recognise(self, pieces: Sequence[Grey]) -> list[Recognised]:
        """Each of `pieces`, a line or part of one, read without looking for text in it."""
        from rapidocr.ch_ppocr_rec import TextRecInput

        engine = self._engine()
        recogniser = engine._load_rec_model()
        wanted = [number for number, piece in enumerate(pieces) if min(piece.shape) >= SMALLEST_SIDE]
        told = [Recognised("", 0.0)] * len(pieces)
        if wanted:
            read = recogniser(TextRecInput(img=[_in_colours(pieces[number]) for number in wanted]))
            for number, text, score in zip(wanted, read.txts or (), read.scores or (), strict=False):
                told[number] = Recognised(text.strip(), float(score))
        return told

    def _engine(self) -> Any:
        if self._loaded is None:
            from rapidocr import RapidOCR

            logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
            loaded: Any = RapidOCR(params=_OPTIONS)
            loaded.detect_and_crop = partial(self._remembered, loaded.detect_and_crop)
            loaded.cls_and_rotate = partial(_upright, loaded)
            self._loaded = loaded
        return self._loaded


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of text that was found, such as a line or a cell."""

    whole: Word
    words: tuple[ReadWord, ...]

    @classmethod
    def of(cls, text: str, box: np.ndarray[Any, Any], found: Sequence[Any]) -> _Piece:
        """The piece in the corners `box`; `found` are its words, or its Chinese characters, with their own corners."""
        place = 0
        words: list[ReadWord] = []
        for spelt, confidence, corners in found:
            begin = text.find(spelt, place)
            gap = int(begin > place) if begin >= 0 else 1
            place = begin + len(spelt) if begin >= 0 else place
            words.append(ReadWord(_boxed(spelt, np.asarray(corners), float(confidence)), gap if words else 0))
        return cls(_boxed(text, box, 1.0), tuple(words))


def _upright(engine: Any, pieces: list[Any]) -> tuple[list[Any], Any]:
    """In place of RapidOCR's own step, which turns single pieces: find out whether the whole part is to be turned."""
    from rapidocr.ch_ppocr_cls import TextClsOutput

    if len(pieces) > MOST_PIECES:
        raise _TooManyPiecesError
    longest = sorted(pieces, key=lambda piece: -piece.shape[1])[:JUDGED]
    judged = engine._load_cls_model()(longest).cls_res or ()
    if sum(label == "180" for label, _ in judged) > ON_ITS_HEAD * len(judged):
        raise _OnItsHeadError
    return pieces, TextClsOutput()


def _boxed(text: str, corners: np.ndarray[Any, Any], confidence: float) -> Word:
    left, top = (max(0, round(float(side))) for side in corners.min(axis=0))
    right, bottom = (round(float(side)) for side in corners.max(axis=0))
    return Word(text, left, top, max(1, right - left), max(1, bottom - top), min(1.0, max(0.0, confidence)))


def _line(pieces: Sequence[_Piece]) -> ReadLine:
    return tuple(_spaced(pieces))


def _spaced(pieces: Sequence[_Piece]) -> Iterator[ReadWord]:
    """The words of all pieces of a row; those that begin a piece with the gap before it."""
    before: Word | None = None
    for piece in pieces:
        first, *others = piece.words
        yield ReadWord(first.word, _gap(before, piece.whole) if before is not None else 0)
        yield from others
        before = piece.whole


def _gap(before: Word, after: Word) -> int:
    room = after.left - before.left - before.width
    if room >= WIDE_ROOM * min(before.height, after.height):
        return WIDE_GAP
    return int(not (is_cjk(before.text[-1]) and is_cjk(after.text[0])))


def _in_colours(grey: Grey) -> Any:
    """The picture as its models expect it: blue, green, red."""
    return np.repeat(grey[:, :, None], 3, axis=2)
