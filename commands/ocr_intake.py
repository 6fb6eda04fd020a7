"""What `ocr` is given: files, and the documents in folders, each looked at before anything is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from commands.terminal import escaped, remark
from pipeline.errors import InputError

if TYPE_CHECKING:
    from commands.document_passwords import Passwords
    from documents.files.opening import InspectedDocument
    from pipeline.events import Document
    from stages.ocr import DocumentReaderOptions, MissingPage

_NAMED = 3
"""Files that are left out are named up to so many."""


@dataclass(frozen=True, slots=True)
class Intended:
    """A document that is to be read. Its bytes are not kept: a folder may hold more than memory."""

    path: Path
    page_numbers: tuple[int, ...]

    @property
    def name(self) -> str:
        """As given."""
        return str(self.path)

    def load(self, options: DocumentReaderOptions) -> Document:
        """The document, read once more from its file. Raises `InputError`."""
        from dataclasses import replace

        from documents.files.opening import load_document

        return replace(load_document(self.path, options.limits, options.passwords, options.pages), name=self.name)


@dataclass(frozen=True, slots=True)
class Intake:
    """All that is to be read, and what of the folders' content cannot be."""

    documents: tuple[Intended, ...]
    missing: tuple[MissingPage, ...]
    passwords: tuple[str, ...]

    @property
    def page_total(self) -> int:
        """Of all documents."""
        return sum(len(document.page_numbers) for document in self.documents)


def taken_in(paths: Sequence[Path], options: DocumentReaderOptions, passwords: Passwords) -> Intake:
    """The documents at `paths`, folders opened. Raises `InputError` for a file that was named and cannot be read.

    What cannot be read in a folder is left out: one bad scan must not hold up the others.
    """
    from stages.ocr import MissingPage

    documents: list[Intended] = []
    missing: list[MissingPage] = []
    for path, in_folder in _files(paths):
        try:
            found = passwords.opened(str(path), partial(_inspected, path, options))
        except InputError as error:
            if not in_folder:
                raise
            missing.append(MissingPage(str(path), None, error))
        else:
            documents.append(Intended(path, found.page_numbers))
            missing += _absent(str(path), found.page_count, options)
    return Intake(tuple(documents), tuple(missing), tuple(passwords.known))


def _absent(name: str, page_count: int, options: DocumentReaderOptions) -> list[MissingPage]:
    """The pages that were asked for and that the document does not have, a range as one."""
    from documents.files.selection import range_text
    from stages.ocr import MissingPage

    held = "1 page" if page_count == 1 else f"{page_count:,} pages"
    return [
        MissingPage(
            name,
            first,
            InputError(f"{name}: has {held}, and no page {range_text(first, last)}; choose others with --pages."),
            is_all=False,
        )
        for first, last in options.pages.absent(page_count)
    ]


def _inspected(path: Path, options: DocumentReaderOptions, passwords: tuple[str, ...]) -> InspectedDocument:
    from documents.files.opening import inspect_document

    return inspect_document(path, options.limits, passwords, options.pages)


def _files(paths: Sequence[Path]) -> Iterable[tuple[Path, bool]]:
    """Each file once, with whether it was found in a folder."""
    from documents.files.opening import documents_in

    files: dict[Path, bool] = {}
    for path in paths:
        if not path.is_dir():
            files[path] = False
            continue
        found, others = documents_in(path)
        for file in found:
            files.setdefault(file, True)
        if others:
            named = ", ".join(escaped(file.name) for file in others[:_NAMED])
            more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
            remark(f"{escaped(str(path))}: left out, no documents: {named}{more}")
    return files.items()
