"""Pages as Markdown, as hOCR and as drawings."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from PIL import Image

from documents.formats.hocr import FOOT, hocr_head, hocr_page
from documents.formats.markdown import markdown_of
from documents.formats.overlay import overlaid
from pipeline.events import Line, Page, Word

SPACE = "{http://www.w3.org/1999/xhtml}"


def line(number: int, *cells: tuple[str, int], confidence: float = 0.9, height: int = 20) -> Line:
    """A line of cells, each at its left edge; letters are ten pixels wide."""
    words = []
    for text, left in cells:
        place = left
        for word in text.split():
            words.append(Word(word, place, 40 * number, 10 * len(word), height, confidence))
            place += 10 * len(word) + 10
    return Line(number, "   ".join(text for text, _ in cells), tuple(words))


BILL = Page(
    "bill & co.png",
    1,
    1,
    (
        line(1, ("Repair * bill", 40), height=34),
        line(3, ("Date: March 3, 2026", 40)),
        line(4, ("Bill to: Alice Turner", 40)),
        line(6, ("We have mended the following for you.", 40)),
        line(8, ("Item", 40), ("Hours", 400), ("Price", 600)),
        line(9, ("Brakes | front", 40), ("2", 400), ("$30.00", 600)),
        line(10, ("Oil", 40), ("1", 400), ("$12.50", 600)),
    ),
    800,
    400,
)


def test_markdown_keeps_the_structure() -> None:
    """A heading, a field and a table come out as such; signs of Markdown in the text are text."""
    text = markdown_of(BILL)
    assert "# Repair \\* bill" in text
    assert "- **Date:** March 3, 2026" in text
    assert "| Item | Hours | Price |\n| --- | --- | --- |\n| Brakes \\| front | 2 | $30.00 |" in text
    shown = MarkdownIt("commonmark").enable("table").render(text)
    assert "<td>Brakes | front</td>" in shown
    assert "Repair * bill</h" in shown


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Cs"]), min_size=1), max_size=5)
)
def test_no_text_is_taken_for_markup(texts: list[str]) -> None:
    """Whatever stands on a page, Markdown shows its letters, and makes no link, code or HTML of them."""
    shown = [text for text in texts if text.strip()]
    page = Page("a", 1, 1, tuple(Line(n, text) for n, text in enumerate(shown, 1)))
    html = MarkdownIt("commonmark").enable("table").render(markdown_of(page))
    assert not re.search(r"<(a|code|img|pre|script|blockquote)\b", html)


def test_a_blank_page_is_empty_markdown() -> None:
    """Nothing is written for it."""
    assert markdown_of(Page("a", 1, 1, ())) == ""


def test_hocr_holds_every_word_with_its_box_and_confidence() -> None:
    """It parses as XML; pages, lines and words have boxes that hold each other, and identifiers are unique."""
    root = ElementTree.fromstring("\n".join([hocr_head(BILL.document), hocr_page(BILL, 1), hocr_page(BILL, 2), FOOT]))
    pages = [part for part in root.iter(f"{SPACE}div") if part.get("class") == "ocr_page"]
    assert [page.get("id") for page in pages] == ["page_1", "page_2"]
    assert pages[0].get("title") == 'image "bill & co.png"; bbox 0 0 800 400; ppageno 0'
    spans = list(pages[0].iter(f"{SPACE}span"))
    lines = [part for part in spans if part.get("class") == "ocr_line"]
    assert [re.sub(r"\s+", " ", "".join(part.itertext())).strip() for part in lines] == [
        re.sub(r"\s+", " ", one.text) for one in BILL.lines
    ]
    words = [part for part in spans if part.get("class") == "ocrx_word"]
    assert words[0].get("title") == "bbox 40 40 100 74; x_wconf 90"
    names = [part.get("id") for part in root.iter() if part.get("id")]
    assert len(names) == len(set(names))


def test_lines_without_words_stand_in_hocr_too() -> None:
    """A line of text alone has no box; control characters do not break the file."""
    page = Page("a<b>.png", 1, 1, (Line(1, "x < y\x00"),), 10, 10)
    root = ElementTree.fromstring("\n".join([hocr_head(page.document), hocr_page(page, 1), FOOT]))
    assert "x < y" in "".join(root.itertext())


def test_the_overlay_shows_how_sure_each_word_is() -> None:
    """Green, amber and red boxes; the page below is paled, a large one reduced."""
    page = Page("a", 1, 1, tuple(line(n, ("word", 40), confidence=sure) for n, sure in ((1, 0.95), (2, 0.7), (3, 0.2))))
    drawing = overlaid(Image.new("L", (4800, 2400), 0), page)
    assert drawing.size == (2400, 1200)
    colours = {colour for _, colour in drawing.getcolors(10**6) or []}
    assert {(20, 150, 60), (230, 140, 0), (215, 25, 35)} <= colours
    assert (0, 0, 0) not in colours
