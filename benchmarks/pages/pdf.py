"""Writes PDFs of pictures, of text, or of pictures with text hidden below, as scanning programs leave them.

Structure after ISO 32000-1: objects, cross-reference table, trailer (7.5); images (8.9); text, its rendering mode 3
(9.3.6) and the predefined character maps of Chinese fonts that are not embedded (9.7.5). The same input gives the same
bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from benchmarks.pages.paper import Run
from text.script import count_cjk

_FONTS = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
    (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
    ),
    (
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    ),
)
_FIRST_PAGE = 3 + len(_FONTS)
_QUALITY = 85


@dataclass(frozen=True, slots=True)
class PdfPage:
    """What one page shows and says."""

    width: float
    """Points."""
    height: float
    picture: Image.Image | None = None
    """Fills the page; None leaves it white."""
    runs: Sequence[Run] = ()
    """Text where it stands: shown without a picture, hidden below one."""


def pdf(pages: Sequence[PdfPage]) -> bytes:
    """The bytes of a PDF of these pages."""
    numbers = [_FIRST_PAGE + 3 * at for at in range(len(pages))]
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)),
        *_FONTS,
    ]
    for number, page in zip(numbers, pages, strict=True):
        shown = b"/XObject << /P %d 0 R >>" % (number + 2) if page.picture is not None else b""
        bodies += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R >> %b >> >>"
            % (page.width, page.height, number + 1, shown),
            _stream(b"", _content(page)),
            _image(page.picture) if page.picture is not None else b"null",
        ]
    return _file(bodies)


def _content(page: PdfPage) -> bytes:
    parts = []
    if page.picture is not None:
        parts.append(b"q %g 0 0 %g 0 0 cm /P Do Q 3 Tr" % (page.width, page.height))
    for run in page.runs:
        if count_cjk(run.text):
            font, shown = b"F3", b"<%b>" % run.text.encode("utf-16-be").hex().encode()
        else:
            font, shown = b"F2" if run.bold else b"F1", b"<%b>" % run.text.encode("cp1252").hex().encode()
        place = (run.size, run.x, page.height - run.baseline)
        parts.append(b"BT /%b %g Tf %g %g Td %b Tj ET" % (font, *place, shown))
    return b"\n".join(parts)


def _image(picture: Image.Image) -> bytes:
    stored = io.BytesIO()
    picture.save(stored, "JPEG", quality=_QUALITY)
    colours = b"/DeviceRGB" if picture.mode == "RGB" else b"/DeviceGray"
    head = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %b /BitsPerComponent 8 /Filter /DCTDecode "
    return _stream(head % (*picture.size, colours), stored.getvalue())


def _stream(head: bytes, content: bytes) -> bytes:
    return b"<< %b/Length %d >>\nstream\n%b\nendstream" % (head, len(content), content)


def _file(bodies: list[bytes]) -> bytes:
    """The objects, numbered from 1, with the table of their places."""
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, table)
    return bytes(out)
