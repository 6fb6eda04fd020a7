"""Cases that are two files: a sound or a document, and beside it a `.txt` of the same stem that says what it holds."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError


@dataclass(frozen=True, slots=True)
class FileKind:
    """What is looked for in a folder. A file that is named itself may have any ending: its content counts."""

    noun: str
    endings: frozenset[str]
    """In lower case, with the dot."""
    shown: str
    """Some of the endings, for messages."""


SOUNDS = FileKind(
    "sound file",
    frozenset(
        (
            ".wav .mp3 .flac .ogg .oga .opus .m4a .aac .webm .mp4 .mov .mkv .aif .aiff .au .caf .amr .wma .w64 .wv "
            ".ape .3gp .gsm"
        ).split()
    ),
    "wav, mp3, flac, ogg, opus, m4a, …",
)
DOCUMENTS = FileKind(
    "document",
    frozenset(".png .jpg .jpeg .tif .tiff .webp .bmp .pdf".split()),
    "png, jpg, tiff, webp, bmp, pdf",
)


@dataclass(frozen=True, slots=True)
class FilePair:
    """A file and what it should hold."""

    path: Path
    """As the user named it, or its folder."""
    expected: str
    """Empty when the file should hold nothing, such as silence."""


def find_pairs(places: Sequence[Path], kind: FileKind) -> list[FilePair]:
    """The cases that `places` name, files and folders (searched through all their depth), each once, in order.

    Raises `InputError`, naming the file, for a place that does not exist, a folder without any such file, a file
    without its `.txt`, and a `.txt` that is not UTF-8.
    """
    files = dict.fromkeys(file for place in places for file in _files_at(place, kind))
    return [FilePair(file, _expected_of(file)) for file in files]


def files_below(folder: Path, endings: frozenset[str]) -> list[Path]:
    """The files below `folder` with one of `endings` (lower case, with the dot), sorted; hidden ones are left out."""
    return sorted(_walk(folder, endings))


def is_folder(place: Path) -> bool:
    """True for a folder, False for a file. Raises `InputError` when there is neither."""
    try:
        return stat.S_ISDIR(place.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(f"{place}: there is no such file or folder; check the name") from error
    except (OSError, ValueError) as error:  # no permission, a name too long, a null character in it
        raise InputError(f"{place}: this cannot be looked at ({error}); check the name and its permissions") from error


def read_text(file: Path) -> str:
    """The UTF-8 text in `file`, stripped. Raises `InputError`, naming it, when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: this is not UTF-8 text; save it again in that encoding") from error
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error}); check its permissions") from error


def _files_at(place: Path, kind: FileKind) -> list[Path]:
    if not is_folder(place):
        return [place]
    files = files_below(place, kind.endings)
    if not files:
        raise InputError(f"{place}: there is no {kind.noun} in this folder ({kind.shown}); name another")
    return files


def _walk(folder: Path, endings: frozenset[str]) -> Iterator[Path]:
    def give_up(error: OSError) -> None:
        raise InputError(
            f"{error.filename}: this folder cannot be read ({error.strerror or error}); check its permissions"
        ) from error

    for parent, folders, names in os.walk(folder, onerror=give_up):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in endings:
                yield Path(parent) / name


def _expected_of(file: Path) -> str:
    beside = file.with_suffix(".txt")
    if beside == file:
        raise InputError(f"{file}: name what is to be checked; the .txt beside it is found by its name")
    shouted = file.with_suffix(".TXT")
    if not beside.exists() and shouted.exists():
        beside = shouted
    if not beside.exists():
        raise InputError(f"{beside}: there is no such file; write into it what {file.name} holds, word for word")
    return read_text(beside)
