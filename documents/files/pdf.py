"""PDFs as documents: opened with a password where they need one, rendered page by page, with their text layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from documents.files.pictures import DAMAGE, brief, greyscale
from pipeline.errors import InputError

if TYPE_CHECKING:
    from PIL import Image

    from documents.files.pdf_layer import TextLayer

PDF_DPI = 200
"""At which PDF pages are rendered: 10 point text becomes 28 px high, which Tesseract reads well."""
LONGEST_RENDERED_SIDE = 4000
"""Pixels; larger sheets (posters, plans) are rendered at fewer dots per inch."""
_PASSWORD_WANTED = 4
"""PDFium's error code (fpdfview.h): a password is needed, or the one given is wrong."""
_UNKNOWN_SECURITY = 5


PASSWORD_VARIABLE = "DOCUMENT_PASSWORD"
"""The environment variable that may hold the password."""


class PasswordError(InputError):
    """An encrypted PDF needs a password, or another one than was given."""


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page of a PDF as a picture, and what its text layer says stands in it."""

    picture: Image.Image
    """Mode "RGB"."""
    layer: TextLayer


class PdfFile:
    """A PDF. Pages are rendered as they are asked for."""

    def __init__(self, name: str, content: bytes, passwords: Sequence[str] = ()) -> None:
        import pypdfium2.raw as pdfium

        self._name = name
        self._pdf = _opened(name, content, passwords)
        self.page_count: int = len(self._pdf)
        if self.page_count == 0:
            raise InputError(f"{name}: is a PDF without pages; give one that has some.")
        self.encrypted: bool = pdfium.FPDF_GetSecurityHandlerRevision(self._pdf) != -1
        self.font_verdicts: dict[str, bool] = {}
        """Which fonts of this document are known to tell the letters that they show; kept by who compares them."""
        self._forms_ready = False

    def page(self, number: int) -> Image.Image:
        """Page `number` (from 1) at `PDF_DPI`, with what is filled into its form fields, as greyscale ("L")."""
        return greyscale(self._rendered(number, with_layer=False).picture)

    def page_in_colour(self, number: int) -> Image.Image:
        """The same, in colour ("RGB")."""
        return self._rendered(number, with_layer=False).picture

    def page_with_layer(self, number: int) -> RenderedPage:
        """The same, with the page's text layer."""
        return self._rendered(number, with_layer=True)

    def close(self) -> None:
        """Free the document."""
        self._pdf.close()

    def _rendered(self, number: int, *, with_layer: bool) -> RenderedPage:
        import pypdfium2

        from documents.files.pdf_layer import NO_LAYER, text_layer_of

        try:
            if not self._forms_ready:
                self._pdf.init_forms()
                self._forms_ready = True
            page = self._pdf[number - 1]
            width, height = page.get_size()
            if min(width, height) <= 0:
                raise InputError(f"{self._name}: page {number} has no area; export the PDF again.")
            scale = min(PDF_DPI / 72, LONGEST_RENDERED_SIDE / max(width, height))  # a point is 1/72 inch
            image: Image.Image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
            layer = text_layer_of(page, greyscale(image)) if with_layer else NO_LAYER
            page.close()
        except (pypdfium2.PdfiumError, *DAMAGE) as error:
            raise InputError(
                f"{self._name}: page {number} of the PDF is damaged ({brief(error)}); export it again."
            ) from error
        return RenderedPage(image, layer)


def _opened(name: str, content: bytes, passwords: Sequence[str]) -> Any:
    """The document, opened without a password or with the first of `passwords` that fits."""
    import pypdfium2

    wanted = False
    for password in (None, *passwords):
        try:
            return pypdfium2.PdfDocument(content, password=password)
        except pypdfium2.PdfiumError as error:
            code = getattr(error, "err_code", None)
            wanted = code == _PASSWORD_WANTED or "password" in str(error).lower()
            if not wanted:
                raise InputError(_fault(name, code, error)) from None
    tried = "the password given does not open it; give the right one" if passwords else "it needs its password"
    raise PasswordError(
        f"{name}: is an encrypted PDF, and {tried}: in {PASSWORD_VARIABLE}, or with `ocr --password -`, which asks for"
        " it; or save a copy without password."
    )


def _fault(name: str, code: int | None, error: Exception) -> str:
    if code == _UNKNOWN_SECURITY:
        return f"{name}: is a PDF protected in a way that cannot be opened here; save a copy without protection."
    return f"{name}: is a damaged PDF ({brief(error)}); export or download it again."
