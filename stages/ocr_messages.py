"""What the OCR stage and its worker processes say to each other: pickled frames over pipes, each after its length."""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.events import Page
from stages.document_files import DocumentLimits

FOLDER_PREFIX = "page-reading-"
"""How the name of the folder begins that holds everything the workers write."""
LENGTH = struct.Struct(">I")
"""The head of a frame: how many bytes follow."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """Read one page."""

    file: Path
    """Where the document's bytes lie."""
    name: str
    """The document's name, for the page and for errors."""
    number: int
    """Of the page, from 1."""
    languages: tuple[str, ...]
    limits: DocumentLimits


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded what it needs."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no page."""

    kind: Literal["input", "setup", "reading"]
    message: str


Reply = Page | Ready | Fault


def frame(message: ReadPage | Reply) -> bytes:
    """`message` as it travels. Both ends are the same program, so that pickle is safe here."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body
