r"""A case of `check turn`: a YAML file that says what is asked, about which documents, and what must come of it.

    audio: ../audio/en/invoice-total.wav    # or `text`, a typed question
    documents: [../documents/invoice.png]
    transcript: What is the total on this invoice?
    answer: '\$420\.00'                     # a regular expression that is found in the answer
    citation: {document: invoice.png, page: 1, line: 17}
    forbidden: [cannot, sorry]              # words or expressions that are not found in it
    budgets: {total: 2000, asr: 500}        # at most so many ms on these lines of the ledger

Relative paths start at the folder of the file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

from evaluation.pairs import files_below, is_folder
from pipeline.errors import InputError

TOTAL = "total"
LINES = (
    "endpoint", "input", "asr", "ocr", "context", "connect", "gateway queue", "prefill", "thinking", "first sentence",
    "tts", "playback", "model wait", "model load", "hand-off", "unattributed",
)  # fmt: skip
"""Lines of the ledger that a turn of `ask` can have; docs/output.md explains each."""

KEYS = ("audio", "text", "documents", "transcript", "answer", "citation", "forbidden", "budgets")
_EXPECTATIONS = ("transcript", "answer", "citation", "forbidden", "budgets")
_PLACE_KEYS = ("document", "page", "line")
_ENDINGS = frozenset((".yaml", ".yml"))

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer must stand. What is None may be anything."""

    document: str
    """The document's file name."""
    page: int | None = None
    line: int | None = None

    def __str__(self) -> str:
        page = "" if self.page is None else f", page {self.page}"
        return f"{self.document}{page}" + ("" if self.line is None else f", line {self.line}")


@dataclass(frozen=True, slots=True)
class TurnCase:
    """What is asked, and what must come of it. Exactly one of `audio` and `text` is there."""

    path: Path
    """The YAML file."""
    audio: Path | None = None
    text: str | None = None
    documents: tuple[Path, ...] = ()
    transcript: str | None = None
    answer: str | None = None
    """A regular expression, searched without regard to case."""
    citations: tuple[Place, ...] = ()
    """Each must be among those of the answer."""
    forbidden: tuple[str, ...] = ()
    """Each is searched in the answer as a regular expression and as it stands, without regard to case."""
    budgets: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds by ledger line, or `total`."""


def find_turn_cases(places: Sequence[Path]) -> list[TurnCase]:
    """The cases that `places` name, YAML files and folders of them, each once, in order.

    Raises `InputError`, naming file and key, for whatever cannot be used: a place or a file named in a case that does
    not exist, a key that is not known, a value of the wrong kind, nothing asked, nothing expected.
    """
    files = dict.fromkeys(file for place in places for file in _files_at(place))
    return [read_turn_case(file) for file in files]


def read_turn_case(path: Path) -> TurnCase:
    """The case in one file. Raises `InputError` as `find_turn_cases` does."""
    entries = _mapping_in(path)
    reader = _Reader(path, entries)
    case = TurnCase(
        path=path,
        audio=reader.read("audio", reader.file, None),
        text=reader.read("text", reader.text, None),
        documents=reader.read("documents", reader.files, ()),
        transcript=reader.read("transcript", reader.text, None),
        answer=reader.read("answer", reader.expression, None),
        citations=reader.read("citation", reader.places, ()),
        forbidden=reader.read("forbidden", reader.expressions, ()),
        budgets=reader.read("budgets", reader.budgets, {}),
    )
    if (case.audio is None) == (case.text is None):
        raise InputError(f"{path}: give the question once: `audio`, a sound file, or `text`, typed")
    if case.transcript is not None and case.audio is None:
        raise InputError(f"{path}: `transcript` is what is heard in `audio`, and there is none; remove it")
    if not any(key in entries for key in _EXPECTATIONS):
        raise InputError(f"{path}: nothing is expected; add at least one of {', '.join(_EXPECTATIONS)}")
    return case


def _files_at(place: Path) -> list[Path]:
    if not is_folder(place):
        return [place]
    files = files_below(place, _ENDINGS)
    if not files:
        raise InputError(f"{place}: there is no case in this folder (a .yaml file; docs/testing.md shows one)")
    return files


def _mapping_in(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        entries = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: this cannot be read as YAML ({reason})") from error
    if not isinstance(entries, dict) or not isinstance(node, yaml.MappingNode):
        raise InputError(f"{path}: a case is a mapping with some of the keys {', '.join(KEYS)}")
    _check_keys(path, "", [key.value for key, _ in node.value], KEYS)
    return entries


def _check_keys(path: Path, within: str, keys: Sequence[Any], known: Sequence[str]) -> None:
    for place, key in enumerate(keys):
        if key not in known:
            raise InputError(f"{path}: {within}'{key}' is not a key; known: {', '.join(known)}")
        if key in keys[:place]:
            raise InputError(f"{path}: {within}'{key}' stands there twice; keep one")


class _Reader:
    """Reads the values of one case; what is wrong names the file and the key."""

    def __init__(self, path: Path, entries: Mapping[str, Any]) -> None:
        self._path = path
        self._entries = entries

    def read(self, key: str, how: Callable[[str, Any], Value], default: Value) -> Value:
        """The value of `key`, or the default where the file does not have it."""
        return how(key, self._entries[key]) if key in self._entries else default

    def text(self, key: str, value: Any) -> str:
        """A text that is not empty."""
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(key, "must be a text; put it in quotes")
        return value

    def file(self, key: str, value: Any) -> Path:
        """A file that is there."""
        file = self._path.parent / Path(self.text(key, value)).expanduser()
        try:
            found = file.is_file()
        except (OSError, ValueError):  # no permission, a null character
            found = False
        if not found:
            raise self._wrong(key, f"names {file}, and there is no such file; paths start at the case's own folder")
        return file

    def files(self, key: str, value: Any) -> tuple[Path, ...]:
        """One file or a list of them."""
        return tuple(self.file(key, each) for each in _several(value))

    def expression(self, key: str, value: Any) -> str:
        """A regular expression."""
        pattern = self.text(key, value)
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            raise self._wrong(key, f"'{pattern}' is no regular expression ({error}); put \\ before marks") from error
        return pattern

    def expressions(self, key: str, value: Any) -> tuple[str, ...]:
        """One regular expression or a list of them."""
        return tuple(self.expression(key, each) for each in _several(value))

    def places(self, key: str, value: Any) -> tuple[Place, ...]:
        """One place in a document or a list of them."""
        return tuple(self._place(key, each) for each in _several(value))

    def budgets(self, key: str, value: Any) -> dict[str, float]:
        """Milliseconds by ledger line."""
        if not isinstance(value, dict) or not value:
            raise self._wrong(key, "must map ledger lines to ms, as in {total: 2000, asr: 500}")
        _check_keys(self._path, f"{key}: ", list(value), (TOTAL, *LINES))
        for line, allowed in value.items():
            if isinstance(allowed, bool) or not isinstance(allowed, (int, float)) or not 0 <= allowed < math.inf:
                raise self._wrong(f"{key}: {line}", "must be a number of ms")
        return {line: float(allowed) for line, allowed in value.items()}

    def _place(self, key: str, value: Any) -> Place:
        if not isinstance(value, dict):
            raise self._wrong(key, "must be a mapping, as in {document: invoice.png, page: 1, line: 17}")
        _check_keys(self._path, f"{key}: ", list(value), _PLACE_KEYS)
        numbers = {name: value.get(name) for name in ("page", "line")}
        for name, number in numbers.items():
            if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 1):
                raise self._wrong(f"{key}: {name}", "must be a whole number from 1")
        return Place(self.text(f"{key}: document", value.get("document")), numbers["page"], numbers["line"])

    def _wrong(self, key: str, fault: str) -> InputError:
        return InputError(f"{self._path}: `{key}` {fault}")


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
