"""Documents as the user hands them over: what a file is, whether it can be read, and its pages as pictures.

What a file is, its content says, never its name. Sizes are checked before anything is decoded; decoding itself is
blocking work and belongs off the event loop (the OCR stage does it in its worker processes, one page at a time).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from documents.files.kinds import ACCEPTED, HEAD_BYTES, Kind, guessed, kind_of
from documents.files.limits import DocumentLimits
from documents.files.pdf import PdfFile
from documents.files.pictures import PictureFile
from documents.files.selection import ALL_PAGES, PageSelection, chosen_pages
from pipeline.errors import InputError
from pipeline.events import Document

if TYPE_CHECKING:
    from PIL import Image

__all__ = [
    "ACCEPTED",
    "DocumentFile",
    "DocumentLimits",
    "InspectedDocument",
    "Kind",
    "documents_in",
    "inspect_document",
    "kind_of",
    "load_document",
    "open_document",
]


class DocumentFile(Protocol):
    """An opened document."""

    @property
    def page_count(self) -> int:
        """At least 1."""
        ...

    @property
    def encrypted(self) -> bool:
        """Whether its content is protected, by a password or by the rights that its owner gives."""
        ...

    def page(self, number: int) -> Image.Image:
        """Page `number` (from 1), upright, as greyscale ("L"). Raises `InputError` naming a damaged page."""
        ...

    def page_in_colour(self, number: int) -> Image.Image:
        """The same, with its colours ("RGB") where it has some."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


@dataclass(frozen=True, slots=True)
class InspectedDocument:
    """A document that can be read, as far as could be told without decoding a page."""

    document: Document
    page_count: int
    page_numbers: tuple[int, ...]
    """Those chosen."""
    encrypted: bool


def load_document(
    path: Path,
    limits: DocumentLimits | None = None,
    passwords: Sequence[str] = (),
    selection: PageSelection = ALL_PAGES,
) -> Document:
    """The file at `path`, checked: a kind that can be read, whole as far as its head tells, and within `limits`.

    An encrypted PDF is opened with one of `passwords`; of `selection` there must be a page. Raises `InputError` naming
    the file, the fault and the remedy. Blocking: reads the file.
    """
    return inspect_document(path, limits, passwords, selection).document


def inspect_document(
    path: Path,
    limits: DocumentLimits | None = None,
    passwords: Sequence[str] = (),
    selection: PageSelection = ALL_PAGES,
) -> InspectedDocument:
    """As `load_document`, with what the check found out."""
    bounds = limits or DocumentLimits()
    name = str(path)
    content = _content_of(path, bounds)
    document = open_document(name, content, bounds, passwords)
    try:
        if isinstance(document, PictureFile):
            document.verify()
        numbers = chosen_pages(name, document.page_count, selection, bounds)
        return InspectedDocument(Document(path.name, content), document.page_count, numbers, document.encrypted)
    finally:
        document.close()


def documents_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """The documents that lie in `folder`, and the other files there, both in the order of their names.

    Numbers in names count as numbers. Pipes, devices and links to nothing are other files, and never opened. Folders in
    it and hidden files are left out. Raises `InputError` for a folder
    that cannot be listed, or holds no document.
    """
    documents: list[Path] = []
    others: list[Path] = []
    try:
        entries = [path for path in folder.iterdir() if not path.name.startswith(".") and not path.is_dir()]
    except OSError as error:
        raise InputError(f"{folder}: cannot be listed ({error.strerror or error}); check its permissions.") from error
    for path in sorted(entries, key=lambda path: _counting(path.name)):
        (documents if _looks_like_one(path) else others).append(path)
    if not documents:
        raise InputError(f"{folder}: holds no document; give {ACCEPTED}, or a folder that holds some.")
    return documents, others


def open_document(
    name: str, content: bytes, limits: DocumentLimits | None = None, passwords: Sequence[str] = ()
) -> DocumentFile:
    """Open the document `content`, without decoding a page.

    Raises `InputError` naming it for empty, unknown, damaged, encrypted and oversized content, and `SetupError` where
    the package for its kind is missing.
    """
    bounds = limits or DocumentLimits()
    _check_bytes(name, len(content), bounds)
    kind = kind_of(content)
    if kind is None:
        raise InputError(f"{name}: is not a document that can be read ({guessed(content)}); give {ACCEPTED}.")
    return PdfFile(name, content, passwords) if kind == "pdf" else PictureFile(name, content, kind, bounds)


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # a path has lost the second of its slashes
_DIGITS = re.compile(r"(\d+)")


def _content_of(path: Path, limits: DocumentLimits) -> bytes:
    name = str(path)
    try:
        if path.is_dir():
            raise InputError(f"{name}: is a folder; name {ACCEPTED} in it.")
        if not path.exists():
            if _ADDRESS.match(name):
                raise InputError(f"{name}: is an address, and nothing is fetched; save the document and give its file.")
            raise InputError(f"{name}: there is no such file; check the name, or give {ACCEPTED}.")
        if not path.is_file():
            raise InputError(f"{name}: is not a regular file; give {ACCEPTED}.")
        _check_bytes(name, path.stat().st_size, limits)
        with path.open("rb") as file:
            content = file.read(limits.most_bytes + 1)  # it may have grown
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror or error}); check its permissions.") from error
    _check_bytes(name, len(content), limits)
    return content


def _looks_like_one(path: Path) -> bool:
    """Whether it begins like a document. One that may not be read counts, so that it is named later."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return kind_of(file.read(HEAD_BYTES)) is not None
    except OSError:
        return True


def _counting(name: str) -> list[tuple[int, str]]:
    """A key that sorts "scan-2" before "scan-10"."""
    return [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in _DIGITS.split(name) if part]


def _check_bytes(name: str, size: int, limits: DocumentLimits) -> None:
    if size == 0:
        raise InputError(f"{name}: is empty; give {ACCEPTED}.")
    if size > limits.most_bytes:
        raise InputError(
            f"{name}: has {size / 2**20:.1f} MiB, more than the limit of {limits.most_bytes / 2**20:.1f} MiB;"
            " split it, or save it with fewer dots per inch."
        )
