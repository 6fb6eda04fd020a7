"""`ocr`: pictures and PDFs to text, with the document reader alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.flags import AsJson

if TYPE_CHECKING:
    from commands.settings import Settings
    from pipeline.events import Document, Page

DocumentFiles = Annotated[list[Path], typer.Argument(metavar="F…", readable=False, help="Pictures or PDFs.")]


def run(files: DocumentFiles, as_json: AsJson = False) -> None:
    """Read pictures and PDFs."""
    import asyncio
    import os

    from commands.report import document_objects
    from commands.settings import load_settings
    from commands.terminal import print_object
    from stages.document_files import load_document

    documents = [replace(load_document(file), name=str(file)) for file in dict.fromkeys(files)]
    pages = asyncio.run(_read(load_settings(os.environ), documents))
    if as_json:
        print_object({"documents": document_objects(pages)})
    else:
        _print(pages)


async def _read(settings: Settings, documents: list[Document]) -> list[Page]:
    from commands.assembly import Workshop
    from pipeline.context import ConversationContext
    from pipeline.events import Document
    from pipeline.runner import Pipeline

    async with Workshop(settings) as workshop:
        pipeline = Pipeline(await workshop.reader(), inputs=(Document,))
        await workshop.ready()
        async with pipeline.turn(ConversationContext(), _each(documents)) as turn:
            pages = [page async for page in turn]
    order = {document.name: place for place, document in enumerate(documents)}
    return sorted(pages, key=lambda page: (order[page.document], page.number))


async def _each(documents: list[Document]) -> AsyncIterator[Document]:
    for document in documents:
        yield document


def _print(pages: list[Page]) -> None:
    from commands.report import NO_TEXT
    from commands.terminal import escaped, say

    for page in pages:
        about = f"{page.confidence:.0%} sure" if page.lines else NO_TEXT
        say(f"{escaped(page.document)}, page {page.number} of {page.page_count}: {about}", style="dim")
        if page.lines:
            say(page.text)
