"""The pictures that `ocr` draws for the user: what was read over each page, and how its picture was mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from commands.overwriting import refuse_overwriting
from pipeline.errors import InputError

if TYPE_CHECKING:
    from commands.ocr_intake import Intake
    from pipeline.events import Document, Page
    from stages.ocr import DocumentReader, Drawings


@dataclass(frozen=True, slots=True)
class DrawingPlace:
    """Where drawings of one kind go."""

    drawing: Drawings
    place: Path
    """A file for the only page, or a folder."""
    is_file: bool

    def file(self, document: str, number: int) -> Path:
        """Where the drawing of a page goes."""
        return self.place if self.is_file else self.place / f"{_flat(document)}-page-{number}-{self.drawing}.png"


def drawing_places(overlay: Path | None, explain: Path | None, intake: Intake) -> tuple[DrawingPlace, ...]:
    """The places asked for, looked at before the work begins. Raises `InputError` for one that cannot be written."""
    places: list[DrawingPlace] = []
    for flag, drawing, place in (("--overlay", "overlay", overlay), ("--explain", "explanation", explain)):
        if place is not None:
            is_file = place.suffix.lower() == ".png" and not place.is_dir()
            if is_file and intake.page_total > 1:
                raise InputError(
                    f"{flag} {place}: there are {intake.page_total} pages; name a folder for their pictures"
                )
            if is_file:
                refuse_overwriting(flag, place, (document.path for document in intake.documents))
            _check(flag, place, is_file=is_file)
            places.append(DrawingPlace(drawing, place, is_file))  # type: ignore[arg-type]  # one of the two names
    return tuple(places)


async def draw(
    reader: DocumentReader, document: Document, pages: Sequence[Page], places: Sequence[DrawingPlace]
) -> None:
    """Draw the pages of a document, as they were read. Raises `InputError` where a file cannot be written."""
    import asyncio

    for place in places:
        numbers = iter(pages)
        async for png in reader.drawn(document, pages, place.drawing):
            file = place.file(document.name, next(numbers).number)
            try:
                await asyncio.to_thread(file.write_bytes, png)
            except OSError as error:
                raise InputError(f"{file}: this cannot be written ({error.strerror}); name another place") from error


def _check(flag: str, place: Path, *, is_file: bool) -> None:
    folder = place.parent if is_file else place
    try:
        if not is_file:
            folder.mkdir(parents=True, exist_ok=True)
        if not folder.is_dir():
            raise InputError(f"{flag} {place}: there is no folder {folder}; make it, or name another place")
        probe = folder / f".{place.name}.probe"
        probe.touch()
        probe.unlink()
    except FileExistsError as error:
        raise InputError(f"{flag} {place}: this is a file, and a folder is needed; name another place") from error
    except OSError as error:
        raise InputError(f"{flag} {place}: this cannot be written ({error.strerror}); name another place") from error


def _flat(document: str) -> str:
    """A document's path as one file name."""
    parts = [part for part in Path(document).parts if part not in {"/", ".", ".."}]
    return "-".join(part.replace(":", "").replace("\\", "") for part in parts) or "document"
