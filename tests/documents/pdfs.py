"""PDFs with text layers for tests, sound and broken ones, written by hand after ISO 32000-1."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
"""Fills up passwords (algorithm 2)."""
_RIGHTS = -44
_IDENTITY = bytes(range(16))


@dataclass(frozen=True, slots=True)
class TextPage:
    """One A4 page."""

    lines: Sequence[str]
    """Latin letters, from the top, in 12 point Helvetica."""
    render_mode: int = 0
    """3 is invisible."""
    claimed_shift: int = 0
    """How far in the alphabet the letters lie from those that the layer claims."""
    private: bool = False
    """The layer claims characters that mean nothing."""
    image: bytes = b""
    """A JPEG that fills the page, below the text."""
    image_size: tuple[int, int] = (0, 0)
    rotate: int = 0
    """Degrees by which the page is shown turned; the text is drawn so that it then stands upright."""


def text_pdf(*pages: TextPage, password: str | None = None) -> bytes:
    """A PDF of these pages, encrypted for `password` if there is one."""
    objects: dict[int, bytes] = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    kids: list[int] = []
    for page in pages:
        number = 3 + 5 * len(kids)
        kids.append(number)
        objects |= _page_objects(page, number)
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    objects[2] = f"<</Type/Pages/Kids[{listed}]/Count {len(kids)}>>".encode()
    trailer = b""
    if password is not None:
        owner, user, key = _keys(password)
        streams = {number: _encrypted(number, body, key) for number, body in objects.items()}
        objects = streams | {
            max(objects) + 1: b"<</Filter/Standard/V 1/R 2/P %d/O<%s>/U<%s>>>"
            % (_RIGHTS, owner.hex().encode(), user.hex().encode())
        }
        trailer = b"/Encrypt %d 0 R/ID[<%s><%s>]" % (max(objects), _IDENTITY.hex().encode(), _IDENTITY.hex().encode())
    return _file(objects, trailer)


def many_pages(count: int) -> bytes:
    """A PDF of `count` empty pages that share one object for their content."""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    for number in range(3, 3 + count):
        objects[number] = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + count))
    objects[2] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)
    return _file(objects, b"")


def _page_objects(page: TextPage, number: int) -> dict[int, bytes]:
    font, content, unicode_map, image = number + 1, number + 2, number + 3, number + 4
    xobject = f"/XObject<</I {image} 0 R>>" if page.image else ""
    objects = {
        number: (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate {page.rotate}"
            f"/Resources<</Font<</F {font} 0 R>>{xobject}>>/Contents {content} 0 R>>"
        ).encode(),
        font: (
            f"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 32/LastChar 126"
            f"/Encoding<</Type/Encoding/BaseEncoding/WinAnsiEncoding{_differences(page.claimed_shift)}>>"
            f"/ToUnicode {unicode_map} 0 R>>"
        ).encode(),
        content: _stream(b"", _drawn(page)),
        unicode_map: _stream(b"", _unicode_map(page.private)),
    }
    if page.image:
        width, height = page.image_size
        head = f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/DeviceGray"
        objects[image] = _stream(f"{head}/Filter/DCTDecode".encode(), page.image)
    return objects


def _drawn(page: TextPage) -> bytes:
    picture = "q 595 0 0 842 0 0 cm /I Do Q\n" if page.image else ""
    turned = {0: "1 0 0 1 0 0", 90: "0 1 -1 0 595 0"}[page.rotate]
    lines = "".join(f"({_in_string(line)}) Tj 0 -24 Td\n" for line in page.lines)
    first = 770 if page.rotate == 0 else 520
    text = f"q {turned} cm BT /F 12 Tf {page.render_mode} Tr 60 {first} Td\n{lines}ET Q"
    return (picture + text).encode("latin-1")


def _in_string(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _differences(shift: int) -> str:
    """Codes of small letters that show the letters `shift` further on in the alphabet."""
    if not shift:
        return ""
    names = " ".join(f"/{chr(97 + (number + shift) % 26)}" for number in range(26))
    return f"/Differences[97 {names}]"


def _unicode_map(private: bool) -> bytes:  # one of two maps
    first = 0xE000 if private else 32
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"1 beginbfrange <20> <7E> <{first:04X}> endbfrange\nendcmap end end"
    ).encode()


def _stream(head: bytes, body: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(body), body)


def _file(objects: dict[int, bytes], trailer: bytes) -> bytes:
    body = b"%PDF-1.4\n"
    places = {}
    for number, content in sorted(objects.items()):
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = max(objects) + 1
    entries = [b"0000000000 65535 f \n"]
    entries += [b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
                for number in range(1, size)]  # fmt: skip
    table = b"xref\n0 %d\n%s" % (size, b"".join(entries))
    return body + table + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, len(body))


def _keys(password: str) -> tuple[bytes, bytes, bytes]:
    """The entries O and U, and the file's key (algorithms 2 to 4, 40 bits)."""
    padded = (password.encode("latin-1") + _PAD)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + struct.pack("<i", _RIGHTS) + _IDENTITY).digest()[:5]
    return owner, _rc4(key, _PAD), key


def _encrypted(number: int, body: bytes, key: bytes) -> bytes:
    """`body` with its stream, if it has one, encrypted (algorithm 1)."""
    head, mark, rest = body.partition(b"\nstream\n")
    if not mark:
        return body
    own = hashlib.md5(key + struct.pack("<I", number)[:3] + b"\0\0").digest()[:10]
    return head + mark + _rc4(own, rest.removesuffix(b"\nendstream")) + b"\nendstream"


def _rc4(key: bytes, content: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in content:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
