"""Pictures as documents: png, jpg, webp, bmp, heic, and tiff, which may hold several pages."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import TYPE_CHECKING, Any

from documents.files.kinds import Kind
from documents.files.limits import DocumentLimits
from pipeline.errors import InputError, SetupError

if TYPE_CHECKING:
    from PIL import Image

DAMAGE = (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, struct.error, zlib.error)
"""What Pillow's decoders raise on damaged files."""


class PictureFile:
    """A picture; a TIFF may hold several pages. Other animations, bursts and thumbnails are not pages."""

    encrypted = False

    def __init__(self, name: str, content: bytes, kind: Kind, limits: DocumentLimits) -> None:
        self._name = name
        self._content = content
        self._kind = kind
        self._limits = limits
        self._image = self._open()
        try:
            with _quietly():
                self.page_count: int = getattr(self._image, "n_frames", 1) if kind == "tiff" else 1
        except DAMAGE as error:
            raise self._damaged("", error) from error

    def page(self, number: int) -> Image.Image:
        """Page `number` (from 1), turned as its EXIF data say, transparent parts white, as greyscale ("L")."""
        return greyscale(self._upright(number, "L"))

    def page_in_colour(self, number: int) -> Image.Image:
        """The same, in colour ("RGB") where it has some."""
        return in_colour(self._upright(number, "RGB"))

    def _upright(self, number: int, draft_mode: str) -> Image.Image:
        from PIL import ImageOps

        place = f"page {number} " if self.page_count > 1 else ""
        try:
            with _quietly():
                if self.page_count > 1:
                    self._image.seek(number - 1)
                self._check_pixels(self._image)
                self._image.draft(draft_mode, self._image.size)  # a JPEG is decoded without its colours at once
                self._image.load()
                return ImageOps.exif_transpose(self._image)
        except DAMAGE as error:
            raise self._damaged(place, error) from error

    def verify(self) -> None:
        """Check the sums inside the file, where its format has some (png). Raises `InputError`."""
        try:
            with _quietly():
                self._open().verify()
        except DAMAGE as error:
            raise self._damaged("", error) from error

    def close(self) -> None:
        """Free the decoded picture."""
        self._image.close()

    def _open(self) -> Image.Image:
        from PIL import Image

        try:
            with _quietly():
                image = self._opened()
        except Image.DecompressionBombError:
            raise self._too_large(self._size_in_its_head()) from None
        except DAMAGE as error:
            raise self._damaged("", error) from error
        self._check_pixels(image)
        return image

    def _opened(self) -> Image.Image:
        from PIL import Image

        if self._kind == "heic":
            return opened_heic(self._name, self._content)
        return Image.open(io.BytesIO(self._content), formats=[self._kind.upper()])

    def _check_pixels(self, image: Image.Image) -> None:
        width, height = image.size
        if width * height > self._limits.most_pixels:
            raise self._too_large(image.size)

    def _size_in_its_head(self) -> tuple[int, int] | None:
        """Width and height as written, of a picture that Pillow does not open; None when they cannot be had."""
        from PIL import Image

        if self._kind == "heic":
            return None
        reader, _ = Image.OPEN[self._kind.upper()]
        try:
            return reader(io.BytesIO(self._content), "").size
        except (Image.DecompressionBombError, *DAMAGE):
            return None

    def _too_large(self, size: tuple[int, int] | None) -> InputError:
        pixels = f"{size[0]:,} x {size[1]:,} pixels" if size else "too many pixels"
        limit = f"{self._limits.most_pixels:,} in all"
        return InputError(f"{self._name}: is a picture of {pixels}, above the limit of {limit}; save it smaller.")

    def _damaged(self, place: str, error: BaseException) -> InputError:
        kind = "jpg" if self._kind == "jpeg" else self._kind
        return InputError(
            f"{self._name}: {place}is a damaged {kind} picture ({brief(error)}); open and save it again, or scan anew."
        )


def opened_heic(name: str, content: bytes) -> Image.Image:
    """The main picture of a HEIC photo, not decoded yet, upright. Raises `SetupError` without the extra `heic`."""
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        raise SetupError(
            f"{name}: is a HEIC photo, for which the package pillow-heif is missing; install it with: pip install"
            " pillow-heif, or save the photo as jpg"
        ) from None
    opened: Any = HeifImageFile
    image: Image.Image = opened(io.BytesIO(content))
    return image


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


def in_colour(image: Image.Image) -> Image.Image:
    """`image` with 8 bits a colour ("RGB"), transparent parts white; as greyscale ("L") where it has no colours."""
    from PIL import Image

    if image.mode in {"1", "L", "LA"} or image.mode[0] in "IF":
        return greyscale(image)
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(paper, layered).convert("RGB")
    return image.convert("RGB")


def _reduced_to_8_bits(image: Image.Image) -> Image.Image:
    import numpy as np
    from PIL import Image

    samples = np.asarray(image, dtype=np.float32)
    top = 65535.0 if image.mode.startswith("I;16") else max(float(samples.max(initial=0)), 1.0)
    return Image.fromarray(np.clip(samples * (255 / top), 0, 255).astype(np.uint8))


def _quietly() -> warnings.catch_warnings[None]:
    """Silence Pillow's warnings on odd files: they are read or refused, and `DocumentLimits` says what is too large."""
    return warnings.catch_warnings(action="ignore")


def brief(error: BaseException) -> str:
    """The error's message on one line, shortened; its type where it has none."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 100 else text[:99] + "…"
