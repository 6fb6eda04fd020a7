"""A worker process of the OCR stage: opens documents, decodes their pages and runs Tesseract on them, one at a time.

Run as `python -m stages.ocr_worker FOLDER LANGUAGES` by `stages.ocr_process`. Everything that may take long, crash or
eat memory on a bad file happens here. A SIGTERM to its process group ends Tesseract at once; the worker reaps it,
removes its files and leaves. When the stage's own process ends, however hard, the worker takes everything with it.
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
from typing import BinaryIO

from pipeline.errors import InputError, SetupError
from pipeline.events import Page
from stages.document_files import DocumentFile, open_document
from stages.ocr_messages import FOLDER_PREFIX, LENGTH, Fault, ReadPage, Ready, Reply, frame
from stages.page_picture import Grey
from stages.page_text import read_lines
from stages.tesseract import ReadLine, TesseractFailedError, check_languages, read_picture

REMOVAL_LIMIT_S = 5.0
"""How long files that others still write are tried to be removed."""


class Worker:
    """Reads pages until its input ends or it is told to stop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
            request: ReadPage = pickle.loads(requests.read(LENGTH.unpack(head)[0]))
            self._busy = True
            reply = self._answer(request)
            if self._stopping:
                os._exit(0)
            self._busy = False
            replies.write(frame(reply))
            replies.flush()

    def _answer(self, request: ReadPage) -> Reply:
        try:
            return self._read(request)
        except InputError as error:
            return Fault("input", str(error))
        except TesseractFailedError as error:
            return Fault("reading", str(error))
        except Exception as error:  # noqa: BLE001 - whatever a decoder raises, the stage must hear of it
            return Fault("reading", f"{type(error).__name__}: {error}")

    def _read(self, request: ReadPage) -> Page:
        document = self._document(request)
        picture = document.page(request.number)
        lines = read_lines(picture, request.languages, self._tesseract)
        return Page(request.name, request.number, document.page_count, lines, picture.width, picture.height)

    def _document(self, request: ReadPage) -> DocumentFile:
        """The document of `request`; the last one stays open for its next page."""
        if self._open is not None and self._open[0] == request.file:
            return self._open[1]
        if self._open is not None:
            self._open[1].close()
            self._open = None
        document = open_document(request.name, request.file.read_bytes(), request.limits)
        self._open = (request.file, document)
        return document

    def _tesseract(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        from PIL import Image

        if self._stopping:
            raise TesseractFailedError("stopped")
        return read_picture(Image.fromarray(part), languages, self._folder, light_on_dark=light_on_dark)


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
    worker = Worker(Path(sys.argv[1]))
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the frames
    first: Reply = Ready()
    try:
        check_languages(sys.argv[2].split(","))
    except SetupError as error:
        first = Fault("setup", str(error))
    signal.signal(signal.SIGTERM, worker.stop)
    with contextlib.suppress(BrokenPipeError):
        replies.write(frame(first))
        replies.flush()
        worker.serve(sys.stdin.buffer, replies)
    undertaker.join()  # nobody asks any more: it removes the files, and ends this process with all others of the group


if __name__ == "__main__":
    main()
