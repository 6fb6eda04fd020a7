"""How large a document may be: bytes of the file, pixels of a picture, pages that are read."""

from __future__ import annotations

from dataclasses import dataclass

PILLOW_PIXELS = 178_956_970
"""Pillow itself refuses larger pictures as decompression bombs (twice `Image.MAX_IMAGE_PIXELS`)."""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """What is refused before decoding."""

    most_bytes: int = 64 * 1024 * 1024
    """Of the file."""
    most_pixels: int = 80_000_000
    """Of one picture, width times height; A4 at 800 dpi has 62 million."""
    most_pages: int = 300
    """Read of one document; one that has more is refused, unless fewer are chosen."""

    def __post_init__(self) -> None:
        if not 0 < self.most_pixels <= PILLOW_PIXELS:
            raise ValueError(f"most_pixels must lie in 1..{PILLOW_PIXELS}, the decoder's own limit")
        if self.most_bytes < 1 or self.most_pages < 1:
            raise ValueError("most_bytes and most_pages must be at least 1")
