"""What `ocr` prints: text, Markdown or hOCR page by page as it is read, or one JSON object at the end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from commands.report import NO_TEXT, document_objects, missing_objects
from commands.terminal import escaped, print_object, remark, say

if TYPE_CHECKING:
    from commands.ocr import Format
    from documents.layout.structure import Block
    from pipeline.events import Line, Page, Word
    from stages.ocr import MissingPage


class OcrOutput(ABC):
    """Takes pages as they come, and prints."""

    @abstractmethod
    def add(self, page: Page) -> None:
        """The next page."""

    @abstractmethod
    def finish(self, missing: Sequence[MissingPage]) -> None:
        """That was all; this is missing."""


def output_for(form: Format, *, as_json: bool, fields: bool, questions: bool) -> OcrOutput:
    """The output that these flags ask for. Raises `InputError` when they contradict each other."""
    from pipeline.errors import InputError

    if as_json and form != "text":
        raise InputError(f"--json and --format {form} do not go together; leave one of them out")
    if fields and questions and not as_json:
        raise InputError("--fields and --questions do not go together, but with --json; leave one of them out")
    if (fields or questions) and form != "text":
        raise InputError(f"--format {form} is for whole pages; leave it out with --fields and --questions")
    if as_json:
        return _Json(fields=fields, questions=questions)
    if fields or questions:
        return _Findings(fields=fields)
    return _Markdown() if form == "markdown" else _Hocr() if form == "hocr" else _Text()


class _Text(OcrOutput):
    def add(self, page: Page) -> None:
        say(f"{_place(page)}: {_sureness(page)}", style="dim")
        if page.lines:
            say(page.text)

    def finish(self, missing: Sequence[MissingPage]) -> None:
        pass


class _Markdown(OcrOutput):
    """The documents one after another; pages parted by rules."""

    def __init__(self) -> None:
        self._begun = False

    def add(self, page: Page) -> None:
        from documents.formats.markdown import markdown_of

        if not page.lines:
            remark(f"{_place(page)}: {NO_TEXT}")
            return
        if self._begun:
            say("\n---\n")
        self._begun = True
        say(markdown_of(page))

    def finish(self, missing: Sequence[MissingPage]) -> None:
        pass


class _Hocr(OcrOutput):
    """One file of all pages."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, page: Page) -> None:
        from documents.formats.hocr import hocr_head, hocr_page

        if not self._count:
            say(hocr_head(page.document))
        self._count += 1
        say(hocr_page(page, self._count))

    def finish(self, missing: Sequence[MissingPage]) -> None:
        from documents.formats.hocr import FOOT

        if self._count:
            say(FOOT)


class _Findings(OcrOutput):
    """The fields or the questions of all documents."""

    def __init__(self, *, fields: bool) -> None:
        self._fields = fields
        self._pages: list[Page] = []

    def add(self, page: Page) -> None:
        self._pages.append(page)

    def finish(self, missing: Sequence[MissingPage]) -> None:
        if self._fields:
            from commands.ocr_fields import print_fields

            print_fields(self._pages)
        else:
            from commands.ocr_questions import print_questions

            print_questions(self._pages)


class _Json(OcrOutput):
    def __init__(self, *, fields: bool, questions: bool) -> None:
        self._fields = fields
        self._questions = questions
        self._pages: list[Page] = []

    def add(self, page: Page) -> None:
        self._pages.append(page)

    def finish(self, missing: Sequence[MissingPage]) -> None:
        documents = document_objects(self._pages)
        pages = {(page.document, page.number): page for page in self._pages}
        for document in documents:
            for entry in document["pages"]:
                entry.update(_page_object(pages[document["name"], entry["number"]]))
        if self._fields:
            from commands.ocr_fields import field_objects, fields_by_document

            found = fields_by_document(self._pages)
            for document in documents:
                document["fields"] = field_objects(found[document["name"]])
        if self._questions:
            from commands.ocr_questions import question_objects, questions_by_document

            asked = questions_by_document(self._pages)
            for document in documents:
                document["questions"] = question_objects(asked[document["name"]])
        print_object({"documents": documents, "missing": missing_objects(missing)})


def _place(page: Page) -> str:
    return f"{escaped(page.document)}, page {page.number} of {page.page_count}"


def _sureness(page: Page) -> str:
    from documents.layout.structure import unsure_words

    if not page.lines:
        return NO_TEXT
    unsure = len(unsure_words(page.lines))
    words = f", {unsure} unsure {'word' if unsure == 1 else 'words'}" if unsure else ""
    return f"{page.confidence:.0%} sure{words}"


def _page_object(page: Page) -> dict[str, Any]:
    from documents.layout.structure import structure_of

    return {
        "page_count": page.page_count,
        "width": page.width,
        "height": page.height,
        "lines": [_line_object(line) for line in page.lines],
        "blocks": [_block_object(block) for block in structure_of(page).blocks],
    }


def _line_object(line: Line) -> dict[str, Any]:
    from documents.layout.structure import unsure_words

    unsure = {id(word) for word in unsure_words([line])}
    return {
        "number": line.number,
        "text": line.text,
        "words": [_word_object(word) | ({"unsure": True} if id(word) in unsure else {}) for word in line.words],
    }


def _word_object(word: Word) -> dict[str, Any]:
    box = [word.left, word.top, word.width, word.height]
    return {"text": word.text, "box": box, "confidence": round(word.confidence, 3)}


def _block_object(block: Block) -> dict[str, Any]:
    from documents.layout.structure import Field, Heading, ListItem, Table, lines_of_block

    lines = [line.number for line in lines_of_block(block)]
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": block.text, "lines": lines}
        case ListItem():
            return {"kind": "list_item", "marker": block.marker, "text": block.text, "lines": lines}
        case Field():
            return {"kind": "field", "key": block.key, "value": block.value, "lines": lines}
        case Table():
            rows = [list(row) for row in block.texts]
            return {"kind": "table", "has_head": block.has_head, "rows": rows, "lines": lines}
        case _:
            return {"kind": "paragraph", "text": block.text, "lines": lines}
