"""Documents as the user hands them over: what a file is, whether it can be read, and its pages as pictures.

What a file is, its content says, never its name. Sizes are checked before anything is decoded; decoding itself is
blocking work and belongs off the event loop (the OCR stage does it in its worker processes, one page at a time).
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from pipeline.errors import InputError
from pipeline.events import Document

if TYPE_CHECKING:
    from PIL import Image

Kind = Literal["png", "jpeg", "tiff", "webp", "bmp", "pdf"]

ACCEPTED = "a picture (png, jpg, tiff, webp, bmp) or a PDF"
PILLOW_PIXELS = 178_956_970
"""Pillow itself refuses larger pictures as decompression bombs (twice `Image.MAX_IMAGE_PIXELS`)."""
PDF_DPI = 200
"""At which PDF pages are rendered: 10 point text becomes 28 px high, which Tesseract reads well."""
LONGEST_RENDERED_SIDE = 4000
"""Pixels; larger sheets (posters, plans) are rendered at fewer dots per inch."""

_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, struct.error, zlib.error)
"""What Pillow's decoders raise on damaged files."""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """What is refused before decoding."""

    most_bytes: int = 64 * 1024 * 1024
    """Of the file."""
    most_pixels: int = 80_000_000
    """Of one picture, width times height; A4 at 800 dpi has 62 million."""
    most_pages: int = 300
    """Of one document."""

    def __post_init__(self) -> None:
        if not 0 < self.most_pixels <= PILLOW_PIXELS:
            raise ValueError(f"most_pixels must lie in 1..{PILLOW_PIXELS}, the decoder's own limit")
        if self.most_bytes < 1 or self.most_pages < 1:
            raise ValueError("most_bytes and most_pages must be at least 1")


class DocumentFile(Protocol):
    """An opened document."""

    @property
    def page_count(self) -> int:
        """At least 1."""
        ...

    def page(self, number: int) -> Image.Image:
        """Page `number` (from 1), upright, as greyscale ("L"). Raises `InputError` naming a damaged page."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


def load_document(path: Path, limits: DocumentLimits | None = None) -> Document:
    """The file at `path`, checked: a kind that can be read, whole as far as its head tells, and within `limits`.

    Raises `InputError` naming the file, the fault and the remedy. Blocking: reads the file.
    """
    bounds = limits or DocumentLimits()
    name = str(path)
    try:
        if path.is_dir():
            raise InputError(f"{name}: is a folder; name {ACCEPTED} in it.")
        if not path.exists():
            raise InputError(f"{name}: there is no such file; check the name, or give {ACCEPTED}.")
        if not path.is_file():
            raise InputError(f"{name}: is not a regular file; give {ACCEPTED}.")
        _check_bytes(name, path.stat().st_size, bounds)
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror or error}); check its permissions.") from error
    document = open_document(name, content, bounds)
    document.close()
    if isinstance(document, PictureFile):
        document.verify()
    return Document(name=path.name, content=content)


def open_document(name: str, content: bytes, limits: DocumentLimits | None = None) -> DocumentFile:
    """Open the document `content`, without decoding a page.

    Raises `InputError` naming it for empty, unknown, damaged, encrypted and oversized content.
    """
    bounds = limits or DocumentLimits()
    _check_bytes(name, len(content), bounds)
    kind = kind_of(content)
    if kind is None:
        raise InputError(f"{name}: is not a document that can be read ({_guess(content)}); give {ACCEPTED}.")
    return PdfFile(name, content, bounds) if kind == "pdf" else PictureFile(name, content, kind, bounds)


def kind_of(content: bytes) -> Kind | None:
    """What `content` is by its first bytes; None for anything that cannot be read."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    return "pdf" if b"%PDF-" in content[:1024] else None  # ISO 32000-1, annex H.3: readers accept some bytes before it


_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"BM", "bmp"),
)

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


def _guess(content: bytes) -> str:
    """What content that is none of ours seems to be."""
    for signature, meaning in _FOREIGN:
        if content.startswith(signature):
            return meaning
    if content[4:8] == b"ftyp":
        heic = content[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"avif"}
        return "it is a HEIC or AVIF photo; save it as jpg" if heic else "it is a video or sound file"
    head = content[:1024]
    if head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "it is a web page; print it to PDF"
    readable = sum(byte >= 32 or byte in b"\t\r\n\f" for byte in head)  # UTF-8 and other text has no control bytes
    return "it looks like plain text" if readable == len(head) else "its content is none of these"


def _check_bytes(name: str, size: int, limits: DocumentLimits) -> None:
    if size == 0:
        raise InputError(f"{name}: is empty; give {ACCEPTED}.")
    if size > limits.most_bytes:
        raise InputError(
            f"{name}: has {size / 2**20:.1f} MiB, more than the limit of {limits.most_bytes / 2**20:.1f} MiB;"
            " split it, or save it with fewer dots per inch."
        )


def _check_pages(name: str, count: int, limits: DocumentLimits) -> None:
    if count > limits.most_pages:
        raise InputError(
            f"{name}: has {count} pages, more than the limit of {limits.most_pages}; give only the part you need."
        )


class PictureFile:
    """A picture; a TIFF may hold several pages. Other animations and thumbnails are not pages."""

    def __init__(self, name: str, content: bytes, kind: Kind, limits: DocumentLimits) -> None:
        self._name = name
        self._content = content
        self._kind = kind
        self._limits = limits
        self._image = self._open()
        try:
            with _quietly():
                self.page_count: int = getattr(self._image, "n_frames", 1) if kind == "tiff" else 1
        except _DAMAGE as error:
            raise self._damaged("", error) from error
        _check_pages(name, self.page_count, limits)

    def page(self, number: int) -> Image.Image:
        """Page `number` (from 1), turned as its EXIF data say, transparent parts white, as greyscale ("L")."""
        from PIL import ImageOps

        place = f"page {number} " if self.page_count > 1 else ""
        try:
            with _quietly():
                self._image.seek(number - 1)
                self._check_pixels(self._image)
                self._image.draft("L", self._image.size)
                return greyscale(ImageOps.exif_transpose(self._image))
        except _DAMAGE as error:
            raise self._damaged(place, error) from error

    def verify(self) -> None:
        """Check the sums inside the file, where its format has some (png). Raises `InputError`."""
        try:
            with _quietly():
                self._open().verify()
        except _DAMAGE as error:
            raise self._damaged("", error) from error

    def close(self) -> None:
        """Free the decoded picture."""
        self._image.close()

    def _open(self) -> Image.Image:
        from PIL import Image

        try:
            with _quietly():
                image = Image.open(io.BytesIO(self._content), formats=[self._kind.upper()])
        except Image.DecompressionBombError:
            raise self._too_large(self._size_in_its_head()) from None
        except _DAMAGE as error:
            raise self._damaged("", error) from error
        self._check_pixels(image)
        return image

    def _check_pixels(self, image: Image.Image) -> None:
        width, height = image.size
        if width * height > self._limits.most_pixels:
            raise self._too_large(image.size)

    def _size_in_its_head(self) -> tuple[int, int] | None:
        """Width and height as written, of a picture that Pillow does not open; None when they cannot be had."""
        from PIL import Image

        reader, _ = Image.OPEN[self._kind.upper()]
        try:
            return reader(io.BytesIO(self._content), "").size
        except (Image.DecompressionBombError, *_DAMAGE):
            return None

    def _too_large(self, size: tuple[int, int] | None) -> InputError:
        pixels = f"{size[0]:,} x {size[1]:,} pixels" if size else "too many pixels"
        limit = f"{self._limits.most_pixels:,} in all"
        return InputError(f"{self._name}: is a picture of {pixels}, above the limit of {limit}; save it smaller.")

    def _damaged(self, place: str, error: BaseException) -> InputError:
        kind = "jpg" if self._kind == "jpeg" else self._kind
        return InputError(
            f"{self._name}: {place}is a damaged {kind} picture ({_brief(error)}); open and save it again, or scan anew."
        )


class PdfFile:
    """A PDF. Pages are rendered as they are asked for."""

    def __init__(self, name: str, content: bytes, limits: DocumentLimits) -> None:
        import pypdfium2

        self._name = name
        try:
            self._pdf = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise InputError(_pdf_fault(name, error)) from error
        self.page_count: int = len(self._pdf)
        if self.page_count == 0:
            raise InputError(f"{name}: is a PDF without pages; give one that has some.")
        _check_pages(name, self.page_count, limits)
        self._forms_ready = False

    def page(self, number: int) -> Image.Image:
        """Page `number` (from 1) at `PDF_DPI`, with what is filled into its form fields, as greyscale ("L")."""
        import pypdfium2

        try:
            if not self._forms_ready:
                self._pdf.init_forms()
                self._forms_ready = True
            page = self._pdf[number - 1]
            width, height = page.get_size()
            if min(width, height) <= 0:
                raise InputError(f"{self._name}: page {number} has no area; export the PDF again.")
            scale = min(PDF_DPI / 72, LONGEST_RENDERED_SIDE / max(width, height))  # a point is 1/72 inch
            image: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
            page.close()
        except (pypdfium2.PdfiumError, *_DAMAGE) as error:
            raise InputError(
                f"{self._name}: page {number} of the PDF is damaged ({_brief(error)}); export it again."
            ) from error
        return greyscale(image)

    def close(self) -> None:
        """Free the document."""
        self._pdf.close()


def _pdf_fault(name: str, error: Exception) -> str:
    """What PDFium's refusal means to the user (error codes of fpdfview.h: 4 password, 5 security scheme)."""
    if getattr(error, "err_code", None) in {4, 5} or "password" in str(error).lower():
        return f"{name}: is an encrypted PDF; save a copy without password and give that."
    return f"{name}: is a damaged PDF ({_brief(error)}); export or download it again."


def greyscale(image: Image.Image) -> Image.Image:
    """`image` as 8-bit greyscale ("L"); transparent parts become white, 16-bit and float samples keep their range."""
    from PIL import Image

    if image.mode == "L" and "transparency" not in image.info:
        return image
    if image.mode[0] in "IF":  # "I;16", "I", "F"
        return _reduced_to_8_bits(image)
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(paper, layered).convert("L")
    return image.convert("L")


def _reduced_to_8_bits(image: Image.Image) -> Image.Image:
    import numpy as np
    from PIL import Image

    samples = np.asarray(image, dtype=np.float32)
    top = 65535.0 if image.mode.startswith("I;16") else max(float(samples.max(initial=0)), 1.0)
    return Image.fromarray(np.clip(samples * (255 / top), 0, 255).astype(np.uint8))


def _quietly() -> warnings.catch_warnings[None]:
    """Silence Pillow's warnings on odd files: they are read or refused, and `DocumentLimits` says what is too large."""
    return warnings.catch_warnings(action="ignore")


def _brief(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 100 else text[:99] + "…"
