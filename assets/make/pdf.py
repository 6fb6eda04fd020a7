"""Writes a small PDF with a text layer: lines in the standard fonts, which every reader of PDF brings along.

Structure after ISO 32000-1: header, objects, cross-reference table, trailer (7.5); text operators (9.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

A4_POINTS = (595, 842)


class Type(Enum):
    """A standard font under the name that page contents use."""

    ROMAN = "F1"
    BOLD = "F2"


_BASE_FONTS = {Type.ROMAN: "Times-Roman", Type.BOLD: "Times-Bold"}


@dataclass(frozen=True, slots=True)
class Run:
    """A run of Latin-1 text on a page."""

    text: str
    x: float
    """Points from the left edge."""
    y: float
    """Points from the lower edge to the foot of the text."""
    size: float = 12.0
    """Points."""
    type: Type = Type.ROMAN


def pdf(title: str, pages: list[list[Run]]) -> bytes:
    """A PDF of A4 pages. The same input gives the same bytes: no date and no random identifier is written.

    Raises UnicodeEncodeError for text outside Latin-1, which the standard fonts cannot show.
    """
    font_objects = {kind: 3 + number for number, kind in enumerate(Type)}
    first_page = 3 + len(font_objects) + 1
    page_objects = [first_page + 2 * number for number in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in page_objects)
    fonts = " ".join(f"/{kind.value} {number} 0 R" for kind, number in font_objects.items())
    bodies = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()]
    bodies += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{_BASE_FONTS[kind]} /Encoding /WinAnsiEncoding >>".encode()
        for kind in font_objects
    ]
    bodies.append(f"<< /Title ({_escaped(title)}) >>".encode("latin-1"))
    for number, runs in zip(page_objects, pages, strict=True):
        width, height = A4_POINTS
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] "
            f"/Resources << /Font << {fonts} >> >> /Contents {number + 1} 0 R >>".encode()
        )
        bodies.append(_stream(runs))
    return _file(bodies, info=first_page - 1)


def _stream(runs: list[Run]) -> bytes:
    operators = [
        f"BT /{run.type.value} {run.size:g} Tf {run.x:g} {run.y:g} Td ({_escaped(run.text)}) Tj ET" for run in runs
    ]
    content = "\n".join(operators).encode("latin-1")
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(bodies: list[bytes], info: int) -> bytes:
    """The objects, numbered from 1, with the table of their places."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(bodies) + 1, info)
    out += b"startxref\n%d\n%%%%EOF\n" % table
    return bytes(out)
