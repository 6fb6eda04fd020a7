"""Reading documents in tests: whole turns over them, and the folder that must be empty afterwards."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from pipeline.context import ConversationContext
from pipeline.errors import StageError
from pipeline.events import Document, Page
from pipeline.runner import Pipeline, Turn
from pipeline.testing import scripted
from stages.ocr import DocumentReader, DocumentReaderOptions

PROSE = ["The ferry to the island leaves at nine every morning", "and comes back at six in the evening."] * 6
"""Lines that keep Tesseract busy for some tenths of a second."""


@contextmanager
def nothing_left_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Temporary files go to `folder`, and none of them, nor any child process, may be left at the end."""
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = set(psutil.Process().children(recursive=True))
    yield
    left = [str(path.relative_to(folder)) for path in folder.rglob("*")]
    assert left == [], f"left behind: {left}"
    assert set(psutil.Process().children(recursive=True)) <= before


def turn_of(reader: DocumentReader, documents: Sequence[Document]) -> Turn:
    source = scripted(*((0.0, document) for document in documents))
    return Pipeline(reader, inputs=reader.accepts).turn(ConversationContext(), source)


def read(*documents: Document, options: DocumentReaderOptions | None = None) -> list[Page]:
    """All pages of a turn over `documents`, up to the first failure, which is raised."""

    async def run() -> list[Page]:
        reader = DocumentReader(options)
        try:
            async with turn_of(reader, documents) as turn:
                return [page async for page in turn]
        finally:
            await reader.close()

    return asyncio.run(run())


def failure(*documents: Document, options: DocumentReaderOptions | None = None) -> BaseException:
    """What made the stage fail."""
    with pytest.raises(StageError) as caught:
        read(*documents, options=options)
    return caught.value.cause
