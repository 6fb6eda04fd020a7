"""What the OCR stage and its worker processes say to each other: pickled frames over pipes, each after its length."""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from documents.files.limits import DocumentLimits
from pipeline.events import Page

FOLDER_PREFIX = "page-reading-"
"""How the name of the folder begins that holds everything the workers write."""
LENGTH = struct.Struct(">I")
"""The head of a frame: how many bytes follow."""


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """Open a document, and say how many pages it has."""

    file: Path
    """Where the document's bytes lie."""
    name: str
    """The document's name, for its pages and for errors."""
    limits: DocumentLimits
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """Tried one after another when it is encrypted."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """Read one page."""

    document: OpenDocument
    number: int
    """Of the page, from 1."""
    languages: tuple[str, ...]
    use_text_layer: bool
    """Take what the page of a PDF says of itself, where that is sound."""


@dataclass(frozen=True, slots=True)
class DrawPage:
    """Draw a page, for the user to see what was done with it."""

    document: OpenDocument
    number: int
    languages: tuple[str, ...]
    read: Page | None
    """Draw over it what was read; None: show step by step how its picture is mended."""


Request = OpenDocument | ReadPage | DrawPage


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded what it needs."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A document that can be read."""

    page_count: int
    encrypted: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture for the user."""

    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no page."""

    kind: Literal["input", "setup", "reading"]
    message: str


Reply = Page | Opened | Drawing | Ready | Fault


def frame(message: Request | Reply) -> bytes:
    """`message` as it travels. Both ends are the same program, so that pickle is safe here."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body
