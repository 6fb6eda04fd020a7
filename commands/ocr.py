"""`ocr`: pictures and PDFs to text, with the document reader alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from commands.flags import AsJson

if TYPE_CHECKING:
    from documents.files.limits import DocumentLimits
    from documents.files.selection import PageSelection

Format = Literal["text", "markdown", "hocr"]

Files = Annotated[
    list[Path],
    typer.Argument(metavar="F…", readable=False, help="Pictures (png, jpg, tiff, webp, bmp, heic), PDFs, or folders."),
]
OutputFormat = Annotated[str, typer.Option("--format", metavar="NAME", help="text, markdown or hocr.")]
Pages = Annotated[
    str, typer.Option("--pages", metavar="LIST", help="Only these pages of each document, such as 1-3,7 or 20-.")
]
Languages = Annotated[
    str | None,
    typer.Option(
        "--languages", metavar="L", help="Tesseract's codes, such as eng+deu; auto: English, Chinese and both mixed."
    ),
]
Engine = Annotated[
    str | None,
    typer.Option(
        "--ocr-engine",
        metavar="NAME",
        help="tesseract, rapidocr, or auto: Tesseract, with RapidOCR asked where that is unsure.",
    ),
]
Password = Annotated[
    str | None,
    typer.Option(
        "--password",
        metavar="P",
        help="Of encrypted PDFs; - asks for it. DOCUMENT_PASSWORD does not show in the list of processes.",
    ),
]
NoTextLayer = Annotated[
    bool, typer.Option("--no-text-layer", help="Read PDFs from their pictures, even where they hold sound text.")
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Read anew what was read before, and do not keep what is read.")
]
Overlay = Annotated[
    Path | None,
    typer.Option(
        "--overlay",
        metavar="PLACE",
        readable=False,
        help="Draw what was read over each page (green sure, amber, red unsure): a .png for one page, or a folder.",
    ),
]
Explain = Annotated[
    Path | None,
    typer.Option(
        "--explain",
        metavar="PLACE",
        readable=False,
        help="Show how the picture of each page is mended, step by step: a .png for one page, or a folder.",
    ),
]
Fields = Annotated[bool, typer.Option("--fields", help="Print labels with their values in place of the text.")]
Questions = Annotated[bool, typer.Option("--questions", help="Print the questions in place of the text.")]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="N", help="Pages read at once, one a core by default.")]
MostPages = Annotated[int, typer.Option("--most-pages", metavar="N", help="Refuse to read more pages of one document.")]
MostMegapixels = Annotated[
    float, typer.Option("--most-megapixels", metavar="N", help="Refuse larger pictures; 178 at most.")
]
MostMegabytes = Annotated[float, typer.Option("--most-megabytes", metavar="N", help="Refuse larger files.")]


def run(  # noqa: PLR0913, PLR0917  # the flags of the verb, one a parameter, as typer wants them
    files: Files,
    as_json: AsJson = False,
    output_format: OutputFormat = "text",
    pages: Pages = "1-",
    languages: Languages = None,
    engine: Engine = None,
    password: Password = None,
    no_text_layer: NoTextLayer = False,
    no_cache: NoCache = False,
    overlay: Overlay = None,
    explain: Explain = None,
    fields: Fields = False,
    questions: Questions = False,
    jobs: Jobs = None,
    most_pages: MostPages = 300,
    most_megapixels: MostMegapixels = 80.0,
    most_megabytes: MostMegabytes = 64.0,
) -> None:
    """Read pictures and PDFs."""
    import asyncio
    import os
    from dataclasses import replace

    from commands.assembly import reader_options
    from commands.document_passwords import given_passwords
    from commands.ocr_drawings import drawing_places
    from commands.ocr_intake import taken_in
    from commands.ocr_output import output_for
    from commands.ocr_reading import read_documents
    from commands.settings import load_settings

    output = output_for(_format(output_format), as_json=as_json, fields=fields, questions=questions)
    settings = load_settings(os.environ).chosen(ocr_engine=engine, ocr_languages=languages)
    options = replace(
        reader_options(settings),
        limits=_limits(most_pages, most_megapixels, most_megabytes),
        pages=_selection(pages),
        use_text_layer=not no_text_layer,
    )
    options = replace(options, cache_file=None) if no_cache else options
    options = options if jobs is None else replace(options, workers=_jobs(jobs))
    intake = taken_in(files, options, given_passwords(password, settings))
    places = drawing_places(overlay, explain, intake)
    options = replace(options, passwords=intake.passwords)
    complete = asyncio.run(read_documents(intake, options, output, places))
    raise typer.Exit(0 if complete else 1)


def _format(name: str) -> Format:
    from pipeline.errors import InputError

    for known in ("text", "markdown", "hocr"):
        if name.lower() == known:
            return known
    raise InputError(f"--format {name}: there is no such format; choose text, markdown or hocr")


def _selection(text: str) -> PageSelection:
    from documents.files.selection import PageSelection

    return PageSelection.parse(text)


def _jobs(jobs: int) -> int:
    from pipeline.errors import InputError

    if jobs < 1:
        raise InputError(f"--jobs {jobs}: must be 1 or more")
    return jobs


def _limits(pages: int, megapixels: float, megabytes: float) -> DocumentLimits:
    from documents.files.limits import DocumentLimits
    from pipeline.errors import InputError

    try:
        return DocumentLimits(round(megabytes * 2**20), round(megapixels * 1e6), pages)
    except (ValueError, OverflowError) as error:
        raise InputError(f"--most-pages, --most-megapixels, --most-megabytes: {error}") from error
