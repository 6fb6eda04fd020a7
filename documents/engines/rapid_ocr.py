"""RapidOCR, the second engine: neural models from its own wheel, on onnxruntime, without a network.

Blocking work, for the OCR workers. It finds pieces of text anywhere on a picture and reads Chinese and English alike;
`pieces` makes rows of them. RapidOCR's own chain is not used, only its three models: it enlarges narrow parts many
times over before it looks for text, and lays on its side whatever is higher than wide, such as a single figure.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from documents.engines.choice import check_engine
from documents.engines.pieces import Piece, Sign, rows_of_pieces
from documents.languages import CHINESE
from documents.layout.rows import WIDE_GAP
from documents.layout.word_rows import grouped
from documents.picture import Region
from documents.read_words import ReadLine, ReadWord
from pipeline.errors import SetupError
from pipeline.events import Word

if TYPE_CHECKING:
    from documents.picture import Grey

Corners = npt.NDArray[np.float32]
"""Of a piece of text, shape (4, 2), clockwise from the upper left one, in pixels."""

SEARCHED = 0.5
"""By which a part is reduced to be searched for text; letters of 13 pixels and more, as the repair leaves them, are
found as well, in a quarter of the time."""
LARGE = 640
"""Pixels: parts whose shorter side is below are searched as they are, or a bit reduced."""
MARGIN = 16
"""Pixels of white around what is searched: the search is blind at the edge."""
MOST_PIECES = 1000
"""Pieces of text on a part of a page; noise has more, and each would be read."""
JUDGED = 24
"""Pieces, the longest, by which is told whether all stand on their heads."""
JUDGED_WIDTH = 4
"""Of what is judged of each, by its height: the model's picture has that shape; a whole line is squeezed into it."""
ON_ITS_HEAD = 0.6
"""Share of them. On 129 parts of development pages it was up to 0.33 on upright print, 0.88 and more on other."""
SMALLEST_SIDE = 4
"""Pixels of a piece that can be read alone."""
LEAST_CONFIDENCE = 0.6
"""Of a piece; what is found and read with less is no text."""
FEW, LEAST_OF_FEW = 20, 0.85
"""Characters on a part, and how sure they must be, all together, where there are fewer: in photographs of other things
a few letters are seen with up to 0.8. Print has 0.95 and more."""
UNREAD = ("xxx", "ooo")
"""Stand for a piece that was found and not read, in two languages: two readings that agree would be believed."""
_Part = Literal["det", "cls", "rec"]
_PARTS: tuple[_Part, ...] = get_args(_Part)
_OPTIONS: dict[str, Any] = {
    "Global.log_level": "critical",
    "Det.limit_type": "max",  # never enlarge
    "Det.limit_side_len": 4000,
    "Rec.rec_batch_num": 1,  # several at once are padded to the longest: no faster on one core, and more memory
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # a worker has one core
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


class RapidReader:
    """Reads with RapidOCR; loads its models at the first call, in about a second.

    Belongs to one thread. Raises `SetupError` on construction when the package or its models are missing, and at a call
    when they do not work.
    """

    def __init__(self) -> None:
        check_engine("rapidocr", ())
        self._loaded: Any = None

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        """The rows of `part`. Languages make no difference, nor does light print on dark.

        Print that stands on its head would be read as nonsense, with some confidence. Where most pieces look like that,
        all of them come back unread, with no confidence at all, so that whoever asks turns the page.
        """
        del light_on_dark
        found = self._search(part)
        if not found or len(found) > MOST_PIECES:
            return []
        cut = [_cut_out(part, corners) for corners in found]
        if self._stands_on_its_head(cut):
            return _unread_rows(found, UNREAD[languages == CHINESE])
        pieces = list(self._pieces(found, cut))
        return rows_of_pieces(part, pieces) if _is_print(pieces) else []

    def load(self) -> None:
        """Load its models now. Raises `SetupError` when one of them is damaged."""
        for part in _PARTS:
            self._model(part)

    def read_at(self, part: Grey, places: Sequence[Region]) -> list[ReadLine]:
        """What stands at each of `places`, a line or part of one, without looking for text; empty where nothing is."""
        found = [_corners(place) for place in places]
        cut = [part[place.top : place.bottom, place.left : place.right] for place in places]
        lines: list[ReadLine] = []
        for corners, piece in zip(found, cut, strict=True):
            read = list(self._pieces([corners], [piece])) if min(piece.shape) >= SMALLEST_SIDE else []
            lines += rows_of_pieces(part, read) or [()]
        return lines

    def _search(self, part: Grey) -> list[Corners]:
        """The corners of the pieces of text on `part`, which may slope a little."""
        import cv2

        scale = min(1.0, max(SEARCHED, LARGE / min(part.shape)))
        small = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else part
        # A model takes sides of a multiple of 32; a part that is stretched to them is read less well.
        height, width = (-(-(side + 2 * MARGIN) // 32) * 32 for side in small.shape)
        framed = np.full((height, width), 255, np.uint8)
        framed[MARGIN : MARGIN + small.shape[0], MARGIN : MARGIN + small.shape[1]] = small
        boxes = self._model("det")(_in_colours(framed)).boxes
        if boxes is None:
            return []
        across, down = part.shape[1] / small.shape[1], part.shape[0] / small.shape[0]
        edge = np.array([part.shape[1], part.shape[0]])
        return [
            np.clip((np.asarray(box, np.float32) - MARGIN) * (across, down), 0, edge).astype(np.float32)
            for box in boxes
        ]

    def _stands_on_its_head(self, cut: Sequence[Grey]) -> bool:
        longest = sorted(cut, key=lambda piece: -piece.shape[1])[:JUDGED]
        beginnings = [_in_colours(piece[:, : JUDGED_WIDTH * piece.shape[0]]) for piece in longest]
        judged = self._model("cls")(beginnings).cls_res or ()
        return [label for label, _ in judged].count("180") > ON_ITS_HEAD * len(judged)

    def _pieces(self, found: Sequence[Corners], cut: Sequence[Grey]) -> Iterator[Piece]:
        for corners, (text, confidence, places) in zip(found, self._read(cut), strict=True):
            if confidence >= LEAST_CONFIDENCE and text.strip():
                yield Piece(_boxed("", corners, confidence), tuple(_signs(text, places, corners)))

    def _read(self, cut: Sequence[Grey]) -> Iterator[tuple[str, float, list[tuple[float, float]]]]:
        """For each picture of a line: text, confidence, and of each sign that is no space where and how sure, 0..1."""
        from rapidocr.ch_ppocr_rec import TextRecInput

        for piece in cut:
            read = self._model("rec")(TextRecInput(img=[_in_colours(piece)], return_word_box=True))
            text, confidence, told = str(read.txts[0]), float(read.scores[0]), read.word_results[0]
            columns = [column for word in told.word_cols or () for column in word]
            sure = [one for one, sign in zip(told.confs or (), text, strict=False) if not sign.isspace()]
            length = max(1.0, float(told.line_txt_len or 0))
            places = [((column + 0.5) / length, one) for column, one in zip(columns, sure, strict=False)]
            yield text, confidence, places

    def _model(self, part: _Part) -> Any:
        """The model that finds text, tells which way up it stands, or reads it; loaded when it is first asked for."""
        try:
            return getattr(self._engine(), f"_load_{part}_model")()
        except Exception as error:  # whatever a package or a model that is damaged makes it raise
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise SetupError(
                f"rapidocr is installed but does not work ({reason}); install it anew with: pip install"
                " --force-reinstall rapidocr onnxruntime, or choose the engine tesseract"
            ) from error

    def _engine(self) -> Any:
        if self._loaded is None:
            from rapidocr import RapidOCR

            logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
            loaded: Any = RapidOCR(params=_OPTIONS)
            for part in (loaded.cfg.Det, loaded.cfg.Cls, loaded.cfg.Rec):
                part.model_path = str(_model_file(part, loaded.cfg.Global.model_root_dir))
            self._loaded = loaded
        return self._loaded


def _model_file(part: Any, folder: Any) -> Path:
    """The file of the model that RapidOCR would take; one that is named to it is never fetched from the network."""
    from rapidocr.inference_engine.base import FileInfo, InferSession

    told = FileInfo(part.engine_type, part.ocr_version, part.task_type, part.lang_type, part.model_type)
    return Path(folder) / Path(InferSession.get_model_url(told)["model_dir"]).name


def _signs(text: str, places: Sequence[tuple[float, float]], corners: Corners) -> Iterator[Sign]:
    """The signs of `text`; `places` says where each stands between the ends of its piece, and how sure it is."""
    begin, end = (float(corners[list(side), 0].mean()) for side in ((0, 3), (1, 2)))
    spaced = False
    known = iter(places)
    for sign in text:
        if sign.isspace():
            spaced = True
            continue
        share, confidence = next(known, (1.0, 0.0))
        yield Sign(sign, begin + share * (end - begin), confidence, spaced)
        spaced = False


def _corners(place: Region) -> Corners:
    left, top, right, bottom = place.left, place.top, place.right, place.bottom
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _is_print(pieces: Sequence[Piece]) -> bool:
    sure = [sign.confidence for piece in pieces for sign in piece.signs]
    return len(sure) >= FEW or sum(sure) >= LEAST_OF_FEW * len(sure)


def _cut_out(part: Grey, corners: Corners) -> Grey:
    """What stands between `corners`, as a level picture."""
    import cv2

    width, height = (
        max(1, round(max(float(np.linalg.norm(corners[a] - corners[b])) for a, b in sides)))
        for sides in (((0, 1), (3, 2)), ((0, 3), (1, 2)))
    )
    level = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, level)
    return np.asarray(
        cv2.warpPerspective(part, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def _unread_rows(found: Sequence[Corners], text: str) -> list[ReadLine]:
    """Where there is text, as words that say nothing."""
    boxes = [_boxed(text, corners, 0.0) for corners in found]
    return [tuple(ReadWord(boxes[number], WIDE_GAP) for number in row) for row in grouped(boxes)]


def _boxed(text: str, corners: Corners, confidence: float) -> Word:
    left, top = (max(0, round(float(side))) for side in corners.min(axis=0))
    right, bottom = (round(float(side)) for side in corners.max(axis=0))
    return Word(text, left, top, max(1, right - left), max(1, bottom - top), confidence)


def _in_colours(grey: Grey) -> Any:
    """The picture as its models expect it: blue, green, red."""
    return np.repeat(grey[:, :, None], 3, axis=2)
