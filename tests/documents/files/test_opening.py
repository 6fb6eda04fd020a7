from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from documents.files.opening import (
    DocumentLimits,
    documents_in,
    inspect_document,
    kind_of,
    load_document,
    open_document,
)
from documents.files.selection import PageSelection
from pipeline.errors import InputError, SetupError
from tests.documents.pages import SAMPLES
from tests.documents.pdfs import TextPage, many_pages, text_pdf


def picture(width: int = 60, height: int = 40) -> Image.Image:
    """White, with a black block in the upper left corner."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 9, 9), fill="black")
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def pdf(*sizes: tuple[float, float]) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for width, height in sizes:
        document.new_page(width, height).close()
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()


def encrypted_pdf() -> bytes:
    """A PDF whose head names a security handler and a password that nobody has."""
    body = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -44/O<%s>/U<%s>>>endobj
""" % (b"5" * 64, b"7" * 64)
    places = [body.index(b"%d 0 obj" % number) for number in range(1, 5)]
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    identity = b"<" + b"0" * 32 + b">"
    trailer = b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[%s%s]>>\n" % (identity, identity)
    return body + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(body)


def png_head(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to no pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def grey_at(page: Image.Image, x: int, y: int) -> int:
    return int(np.asarray(page)[y, x])


def first_page(content: bytes) -> Image.Image:
    document = open_document("sample", content)
    try:
        return document.page(1)
    finally:
        document.close()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP"])
def test_reads_every_kind_of_picture(kind: str) -> None:
    """Each accepted kind is opened as one page in greyscale, with its ink where it was."""
    page = first_page(saved(picture(), kind))
    assert (page.mode, page.size) == ("L", (60, 40))
    assert grey_at(page, 4, 4) < 40
    assert grey_at(page, 40, 30) > 215


def test_kind_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    """A PNG that is called .pdf is read as the PNG that it is."""
    file = tmp_path / "scan.pdf"
    file.write_bytes(saved(picture(), "PNG"))
    document = load_document(file)
    assert document.name == "scan.pdf"
    assert kind_of(document.content) == "png"


@pytest.mark.parametrize(("orientation", "corner"), [(3, (56, 36)), (6, (36, 4)), (8, (4, 56))])
def test_photos_are_turned_upright(orientation: int, corner: tuple[int, int]) -> None:
    """The EXIF orientation of a photo is undone: the black corner lies where the camera saw it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = first_page(saved(picture(), "JPEG", exif=exif, quality=95))
    assert grey_at(page, *corner) < 60
    assert page.size == ((60, 40) if orientation == 3 else (40, 60))


def test_every_page_of_a_tiff_is_one() -> None:
    """A TIFF with three pictures is a document of three pages, each with its own size."""
    pages = [picture(50 + index, 40) for index in range(3)]
    document = open_document("fax.tiff", saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert document.page_count == 3
    assert [document.page(number).width for number in (1, 2, 3, 1)] == [50, 51, 52, 50]


def test_an_animation_is_one_page() -> None:
    """Only TIFFs have pages: of a moving picture the first image counts."""
    content = saved(picture(), "WEBP", save_all=True, append_images=[picture().rotate(90)], lossless=True)
    assert open_document("moving.webp", content).page_count == 1


def test_transparent_paper_is_white() -> None:
    """What is transparent in a picture is paper, not ink."""
    image = Image.new("RGBA", (30, 30), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 9, 9), fill=(0, 0, 0, 255))
    page = first_page(saved(image, "PNG"))
    assert (grey_at(page, 4, 4), grey_at(page, 20, 20)) == (0, 255)


@pytest.mark.parametrize("mode", ["1", "P", "LA", "CMYK"])
def test_every_pixel_format_becomes_greyscale(mode: str) -> None:
    """Bitmaps, palettes, grey with transparency and print colours come out as dark ink on white paper."""
    page = first_page(saved(picture().convert("L" if mode == "LA" else "RGB").convert(mode), "TIFF"))
    assert page.mode == "L"
    assert grey_at(page, 4, 4) < 60
    assert grey_at(page, 40, 30) > 200


def test_sixteen_bit_scans_keep_their_range() -> None:
    """A 16-bit scan is scaled to 8 bits, not cut off at 255."""
    samples = np.full((20, 30), 60000, np.uint16)
    samples[:, :10] = 1000
    page = first_page(saved(Image.fromarray(samples), "PNG"))
    assert grey_at(page, 4, 4) == 1000 * 255 // 65535
    assert grey_at(page, 20, 4) == 60000 * 255 // 65535


def test_pdf_pages_are_rendered_at_200_dots_per_inch() -> None:
    """Each page of a PDF has the size of its own sheet."""
    document = open_document("two.pdf", pdf((595, 842), (300, 200)))
    assert document.page_count == 2
    sizes = [document.page(number).size for number in (1, 2)]
    assert [(round(width / 200 * 72), round(height / 200 * 72)) for width, height in sizes] == [(595, 842), (300, 200)]


def test_a_poster_is_rendered_smaller() -> None:
    """A sheet of five metres does not become a picture of 40,000 pixels."""
    assert max(open_document("plan.pdf", pdf((14400, 7200))).page(1).size) == 4000


def test_sample_documents_can_be_loaded() -> None:
    """Every shipped document passes the checks."""
    files = [file for file in SAMPLES.iterdir() if file.suffix in {".png", ".pdf", ".jpg"}]
    assert len(files) >= 8
    for file in files:
        assert load_document(file).content == file.read_bytes()


def damaged_png() -> bytes:
    content = bytearray(saved(picture(), "PNG"))
    content[-30] ^= 0xFF
    return bytes(content)


BAD: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty.png": (lambda: b"", "is empty", "give a picture"),
    "damaged.png": (damaged_png, "damaged png picture", "save it again"),
    "head.png": (lambda: saved(picture(), "PNG")[:20], "damaged png picture", "save it again"),
    "damaged.pdf": (lambda: pdf((100, 100))[:150], "damaged PDF", "export or download it again"),
    "text.pdf": (lambda: b"%PDF-1.7\nnothing of the kind", "damaged PDF", "export or download it again"),
    "secret.pdf": (encrypted_pdf, "encrypted PDF", "without password"),
    "notes.png": ("Milch und Brötchen\n".encode, "looks like plain text", "give a picture"),
    "noise.png": (lambda: bytes(range(256)) * 4, "none of these", "give a picture"),
    "letter.docx": (lambda: b"PK\x03\x04" + b"\0" * 60, "zip archive or an office file", "export it as PDF"),
    "zip.pdf": (lambda: b"PK\x03\x04" + b"\0" * 60, "zip archive", "export it as PDF"),
    "page.pdf": (lambda: b"<!DOCTYPE html><p>hello", "web page", "print it to PDF"),
    "sound.png": (lambda: b"RIFF\x24\0\0\0WAVEfmt ", "sound or video file", "give a picture"),
    "photo.jpg": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0", "damaged heic picture", "save it again"),
    "photo.avif": (lambda: b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", "an AVIF picture", "save it as jpg"),
    "clip.mp4": (lambda: b"\0\0\0\x18ftypisom\0\0\0\0", "a video or sound file", "give a picture"),
    "many.pdf": (lambda: many_pages(5000), "has 5,000 pages, more than the limit of 300", "`ocr --pages 1-300`"),
    "huge.png": (lambda: png_head(20_000, 20_000), "20,000 x 20,000 pixels, above the limit of 80,000,000", "smaller"),
    "large.png": (lambda: png_head(10_000, 9_000), "10,000 x 9,000 pixels, above the limit of 80,000,000", "smaller"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_by_name_fault_and_remedy(name: str, tmp_path: Path) -> None:
    """A file that cannot be used is refused with a message that names it, says what is wrong and what to do."""
    make, fault, remedy = BAD[name]
    file = tmp_path / name
    file.write_bytes(make())
    with pytest.raises(InputError) as caught:
        load_document(file)
    message = str(caught.value)
    assert str(file) in message
    assert fault in message
    assert remedy in message


def test_missing_files_folders_and_devices_are_refused(tmp_path: Path) -> None:
    """What is no file at all is told apart."""
    with pytest.raises(InputError, match=r"nowhere\.png: there is no such file"):
        load_document(tmp_path / "nowhere.png")
    with pytest.raises(InputError, match="is a folder; name"):
        load_document(tmp_path)
    with pytest.raises(InputError, match="not a regular file"):
        load_document(Path("/dev/null"))


def test_limits_are_the_callers(tmp_path: Path) -> None:
    """Pixels, pages and bytes are refused above the limits given, and each message states the limit."""
    limits = DocumentLimits(most_bytes=50_000, most_pixels=2_000, most_pages=2)
    with pytest.raises(InputError, match="60 x 40 pixels, above the limit of 2,000"):
        open_document("a.png", saved(picture(), "PNG"), limits)
    file = tmp_path / "long.pdf"
    file.write_bytes(pdf(*[(100, 100)] * 3))
    with pytest.raises(InputError, match="has 3 pages, more than the limit of 2"):
        load_document(file, limits)
    assert inspect_document(file, limits, selection=PageSelection.parse("2-")).page_numbers == (2, 3)
    file = tmp_path / "long.png"
    file.write_bytes(saved(picture(), "PNG") + b"\0" * 60_000)
    with pytest.raises(InputError, match=r"has 0\.1 MiB, more than the limit of 0\.0 MiB"):
        load_document(file, limits)


def test_a_large_later_page_is_refused_too() -> None:
    """The pixel limit holds for every page of a TIFF, before that page is decoded."""
    content = saved(picture(), "TIFF", save_all=True, append_images=[picture(600, 400)])
    document = open_document("fax.tiff", content, DocumentLimits(most_pixels=10_000))
    assert document.page(1).size == (60, 40)
    with pytest.raises(InputError, match="600 x 400 pixels"):
        document.page(2)


def test_limits_must_make_sense() -> None:
    """A limit above what the decoder allows, or none at all, is a mistake of the caller."""
    with pytest.raises(ValueError, match="most_pixels"):
        DocumentLimits(most_pixels=10**9)
    with pytest.raises(ValueError, match="at least 1"):
        DocumentLimits(most_pages=0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP"])
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    """Half a picture is not read as if it were whole."""
    noise = Image.fromarray(np.random.default_rng(5).integers(0, 255, (80, 80, 3), np.uint8))
    content = saved(noise, kind)
    with pytest.raises(InputError, match=r"half: .*damaged"):
        open_document("half", content[: len(content) // 2]).page(1)


@given(st.binary(max_size=300), st.sampled_from(["PNG", "JPEG", "TIFF", "WEBP", "BMP", "PDF"]), st.integers(0, 200))
def test_any_content_is_read_or_refused(noise: bytes, kind: str, keep: int) -> None:
    """Whatever follows a good beginning, the result is a picture or an `InputError`, nothing else."""
    good = pdf((50, 50)) if kind == "PDF" else saved(picture(), kind)
    message = "any: "
    try:
        document = open_document("any", good[:keep] + noise, DocumentLimits(most_pixels=1_000_000))
        assert min(document.page(1).size) > 0
        document.close()
    except InputError as error:
        message = str(error)
    assert message.startswith("any: ")


def test_an_address_is_refused() -> None:
    """Nothing is fetched: a URL is told from a file name that is wrong."""
    with pytest.raises(InputError, match="is an address, and nothing is fetched; save the document"):
        load_document(Path("https://example.org/a.pdf"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_pipes_and_broken_links_are_refused_at_once(tmp_path: Path) -> None:
    """A pipe is not waited for, a link that leads nowhere or in a circle is no file, and a link to a file is one."""
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "nowhere.png").symlink_to(tmp_path / "gone.png")
    (tmp_path / "circle.png").symlink_to(tmp_path / "circle.png")
    (tmp_path / "true.png").write_bytes(saved(picture(), "PNG"))
    (tmp_path / "link.png").symlink_to(tmp_path / "true.png")
    with pytest.raises(InputError, match="not a regular file"):
        load_document(tmp_path / "pipe.png")
    for name in ("nowhere.png", "circle.png"):
        with pytest.raises(InputError, match=name):
            load_document(tmp_path / name)
    assert load_document(tmp_path / "link.png").name == "link.png"


def test_a_folder_gives_its_documents_as_people_count(tmp_path: Path) -> None:
    """Documents by content, scan-2 before scan-10; the rest apart; hidden files and folders left out."""
    for name in ("scan-10.png", "scan-2.png", "a photo without ending", ".hidden.png"):
        (tmp_path / name).write_bytes(saved(picture(), "PNG"))
    (tmp_path / "notes.txt").write_text("no document")
    (tmp_path / "inner").mkdir()
    documents, others = documents_in(tmp_path)
    assert [file.name for file in documents] == ["a photo without ending", "scan-2.png", "scan-10.png"]
    assert [file.name for file in others] == ["notes.txt"]
    with pytest.raises(InputError, match="inner: holds no document"):
        documents_in(tmp_path / "inner")


def test_an_encrypted_pdf_opens_with_its_password(tmp_path: Path) -> None:
    """The right one of several passwords opens it; a wrong one is told from none, and neither is shown."""
    file = tmp_path / "secret.pdf"
    file.write_bytes(text_pdf(TextPage(["Hidden"]), password="geheim"))
    assert inspect_document(file, passwords=("falsch", "geheim")).encrypted
    with pytest.raises(InputError, match="it needs its password: in DOCUMENT_PASSWORD"):
        load_document(file)
    with pytest.raises(InputError, match="the password given does not open it") as caught:
        load_document(file, passwords=("falsch",))
    assert "falsch" not in str(caught.value)


def test_heic_photos_are_read() -> None:
    """A photo from a phone is one page, its ink where it was."""
    pillow_heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    pillow_heif.from_pillow(picture(128, 96)).save(buffer, quality=95)
    page = first_page(buffer.getvalue())
    assert (page.mode, page.size) == ("L", (128, 96))
    assert grey_at(page, 4, 4) < 60
    assert grey_at(page, 100, 80) > 215
    with pytest.raises(InputError, match="128 x 96 pixels, above the limit"):
        open_document("photo.heic", buffer.getvalue(), DocumentLimits(most_pixels=1000))


def test_heic_without_its_package_is_said_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named, and the way around it."""
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(SetupError, match=r"pip install pillow-heif, or save the photo as jpg"):
        open_document("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")


def test_colours_are_kept_where_there_are_some() -> None:
    """The repair sees red as red; a grey page stays one channel, a transparent one lies on white."""
    red = Image.new("RGBA", (40, 40), (255, 0, 0, 255))
    red.paste((0, 0, 0, 0), (0, 0, 20, 40))
    page = open_document("red.png", saved(red, "PNG")).page_in_colour(1)
    assert page.mode == "RGB"
    assert (page.getpixel((30, 30)), page.getpixel((5, 5))) == ((255, 0, 0), (255, 255, 255))
    assert open_document("grey.png", saved(picture().convert("L"), "PNG")).page_in_colour(1).mode == "L"
    assert open_document("two.pdf", pdf((100, 100))).page_in_colour(1).mode == "RGB"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_pipes_and_dangling_links_in_a_folder_are_named_and_not_opened(tmp_path: Path) -> None:
    """A pipe that nobody writes to would never end."""
    picture().save(tmp_path / "a.png")
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    documents, others = documents_in(tmp_path)
    assert [file.name for file in documents] == ["a.png"]
    assert [file.name for file in others] == ["gone.png", "pipe.png"]
