"""A worker process of the OCR stage: opens documents, decodes their pages and reads them, one at a time.

Run as `python -m documents.worker FOLDER LANGUAGES ENGINE` by `documents.pool`. Everything that may take long,
crash or eat memory on a bad file happens here. A SIGTERM to its process group ends Tesseract at once; the worker reaps
it, removes its files and leaves. When the stage's own process ends, however hard, the worker takes everything with it.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import BinaryIO, cast

from documents.engines.choice import Engine, check_engine, has_rapid_ocr
from documents.engines.tesseract import TesseractFailedError, read_picture
from documents.files.opening import DocumentFile, open_document
from documents.memory import keep_freed_memory
from documents.messages import (
    FOLDER_PREFIX,
    LENGTH,
    Drawing,
    DrawPage,
    Fault,
    OpenDocument,
    Opened,
    Ready,
    Reply,
    Request,
    frame,
)
from documents.page_reading import drawn_page, read_page
from documents.picture import Grey
from documents.read_words import PartReader, ReadLine
from pipeline.errors import InputError, SetupError

REMOVAL_LIMIT_S = 5.0
"""How long files that others still write are tried to be removed."""


class Worker:
    """Reads pages until its input ends or it is told to stop."""

    def __init__(self, folder: Path, engine: Engine = "tesseract") -> None:
        import documents.repair  # noqa: F401  # OpenCV takes a tenth of a second: now, and not within the first page

        keep_freed_memory()
        self._folder = folder
        self.read_part = self._reader_of(engine)
        """How a block of text is read."""
        self._open: tuple[Path, DocumentFile] | None = None
        self._busy = False
        self._stopping = False

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        """Take SIGTERM: leave at once when idle, else as soon as Tesseract, which got it too, has been reaped."""
        self._stopping = True
        if not self._busy:
            os._exit(0)

    def serve(self, requests: BinaryIO, replies: BinaryIO) -> None:
        """Answer each request with one frame."""
        while head := requests.read(LENGTH.size):
            request: Request = pickle.loads(requests.read(LENGTH.unpack(head)[0]))
            self._busy = True
            reply = self._answer(request)
            if self._stopping:
                os._exit(0)
            self._busy = False
            replies.write(frame(reply))
            replies.flush()

    def _answer(self, request: Request) -> Reply:
        try:
            if isinstance(request, OpenDocument):
                document = self._document(request)
                return Opened(document.page_count, document.encrypted)
            if isinstance(request, DrawPage):
                return Drawing(drawn_page(self._document(request.document), request, self.read_part))
            return read_page(self._document(request.document), request, self.read_part)
        except InputError as error:
            return Fault("input", str(error))
        except SetupError as error:
            return Fault("setup", str(error))
        except TesseractFailedError as error:
            return Fault("reading", str(error))
        except Exception as error:  # noqa: BLE001 - whatever a decoder raises, the stage must hear of it
            return Fault("reading", f"{type(error).__name__}: {error}")

    def _document(self, request: OpenDocument) -> DocumentFile:
        """The document of `request`; the last one stays open for its next page."""
        if self._open is not None and self._open[0] == request.file:
            return self._open[1]
        if self._open is not None:
            self._open[1].close()
            self._open = None
        document = open_document(request.name, request.file.read_bytes(), request.limits, request.passwords)
        self._open = (request.file, document)
        return document

    def _reader_of(self, engine: Engine) -> PartReader:
        if engine == "tesseract" or (engine == "auto" and not has_rapid_ocr()):
            return self._tesseract
        from documents.engines.calibration import Calibrated
        from documents.engines.rapid_ocr import RapidReader
        from documents.engines.second_opinion import SecondOpinion

        if engine == "auto":
            return SecondOpinion(self._tesseract, RapidReader())
        alone = RapidReader()
        alone.load()
        return Calibrated(alone)

    def _tesseract(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        """Read by Tesseract; once more when it was killed or crashed, without repeating what was read before."""
        from PIL import Image

        picture = Image.fromarray(part)
        for last in (False, True):
            if self._stopping:
                raise TesseractFailedError("stopped")
            try:
                return read_picture(picture, languages, self._folder, light_on_dark=light_on_dark)
            except TesseractFailedError:
                if last:
                    raise
        raise AssertionError("the second try returns or raises")


def end_with_parent(folder: Path) -> None:
    """Wait until nobody can send requests any more; then remove the pool's files and end the process group."""
    poll = select.poll()
    poll.register(sys.stdin.fileno(), select.POLLHUP)
    poll.poll()
    pool = folder.parent
    if pool.name.startswith(FOLDER_PREFIX):
        give_up_at = time.monotonic() + REMOVAL_LIMIT_S
        while pool.exists() and time.monotonic() < give_up_at:
            shutil.rmtree(pool, ignore_errors=True)
            time.sleep(0.01)  # another worker or a Tesseract may still be writing
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Say `Ready` or `Fault`, then serve. `FOLDER` lies in the folder of all workers."""
    undertaker = threading.Thread(target=end_with_parent, args=(Path(sys.argv[1]),), daemon=True)
    undertaker.start()
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the frames
    first: Reply = Ready()
    engine = cast("Engine", sys.argv[3])
    worker = None
    try:
        check_engine(engine, sys.argv[2].split(","))
        worker = Worker(Path(sys.argv[1]), engine)
    except SetupError as error:
        first = Fault("setup", str(error))
    if worker is not None:
        signal.signal(signal.SIGTERM, worker.stop)
    with contextlib.suppress(BrokenPipeError):
        replies.write(frame(first))
        replies.flush()
        if worker is not None:
            worker.serve(sys.stdin.buffer, replies)
    undertaker.join()  # nobody asks any more: it removes the files, and ends this process with all others of the group


if __name__ == "__main__":
    main()
