"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

from typing import Literal

Kind = Literal["png", "jpeg", "tiff", "webp", "bmp", "heic", "pdf"]

ACCEPTED = "a picture (png, jpg, tiff, webp, bmp, heic) or a PDF"
HEAD_BYTES = 1024
"""So much of a file tells what it is."""

_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"BM", "bmp"),
)

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
"""ISO 23008-12, 10.2: of still pictures and bursts coded in HEVC, and of any picture in this container."""

_FOREIGN = (
    (b"PK\x03\x04", "it is a zip archive or an office file; export it as PDF"),
    (b"\xd0\xcf\x11\xe0", "it is an old office file; export it as PDF"),
    (b"GIF8", "it is a GIF; save it as png"),
    (b"RIFF", "it is a sound or video file"),
    (b"ID3", "it is a sound file"),
    (b"fLaC", "it is a sound file"),
    (b"OggS", "it is a sound file"),
    (b"{\\rtf", "it is an RTF text; export it as PDF"),
)


def kind_of(content: bytes) -> Kind | None:
    """What `content` is; None for anything that cannot be read."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS and b"avif" not in content[12:64]:
        return "heic"
    return "pdf" if b"%PDF-" in content[:HEAD_BYTES] else None  # ISO 32000-1, annex H.3: some bytes may stand before it


def guessed(content: bytes) -> str:
    """What content that is none of ours seems to be, with what to do about it where that helps."""
    for signature, meaning in _FOREIGN:
        if content.startswith(signature):
            return meaning
    if content[4:8] == b"ftyp":
        return "it is an AVIF picture; save it as jpg" if b"avi" in content[8:64] else "it is a video or sound file"
    head = content[:HEAD_BYTES]
    if head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "it is a web page; print it to PDF"
    readable = sum(byte >= 32 or byte in b"\t\r\n\f" for byte in head)  # UTF-8 and other text has no control bytes
    return "it looks like plain text" if readable == len(head) else "its content is none of these"
