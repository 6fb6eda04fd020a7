"""Writes corrections as training data: JSONL and a manifest. What would be written can be seen first."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.errors import GatewayError
from gateway.feedback.correction import KeptCorrection
from gateway.feedback.form import Form
from gateway.feedback.samples import line, unfit

MANIFEST_ENDING = ".manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the data are. The same corrections give the same manifest, to the byte."""

    form: Form
    rows: int
    bytes: int
    sha256: str
    """Of the whole file."""
    left_out: dict[str, int]
    """Corrections that make no sample, by `samples.Unfit`."""
    languages: dict[str, int]
    models: dict[str, int]
    """What had answered, by the name of the model or else of the engine; "" where nobody said."""
    first_created_at: str
    last_created_at: str

    def to_json(self) -> dict[str, Any]:
        """As it is written and printed."""
        return {
            "form": str(self.form),
            "rows": self.rows,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "left_out": self.left_out,
            "languages": self.languages,
            "models": self.models,
            "first_created_at": self.first_created_at or None,
            "last_created_at": self.last_created_at or None,
        }


def described(
    corrections: Iterable[KeptCorrection], form: Form, write: Callable[[bytes], object] | None = None
) -> Manifest:
    """The manifest of `corrections`; each line is given to `write` as it is made. Memory stays small."""
    total, size, rows = hashlib.sha256(), 0, 0
    left_out: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    models: Counter[str] = Counter()
    moments: list[str] = []
    for kept in corrections:
        reason = unfit(kept.correction.texts)
        if reason:
            left_out[str(reason)] += 1
            continue
        content = line(kept.correction.texts, form)
        total.update(content)
        size, rows = size + len(content), rows + 1
        languages[kept.correction.language] += 1
        models[kept.correction.provenance.model or kept.correction.provenance.served_by] += 1
        moments = [moments[0] if moments else kept.created_at, kept.created_at]
        if write is not None:
            write(content)
    first, last = moments or ("", "")
    return Manifest(
        form, rows, size, total.hexdigest(), dict(sorted(left_out.items())),
        dict(sorted(languages.items())), dict(sorted(models.items())), first, last,
    )  # fmt: skip


def write_export(corrections: Iterable[KeptCorrection], form: Form, file: Path) -> Manifest:
    """Write `file` and its manifest, for their owner alone. Raises `GatewayError` if that fails or they hold nothing.

    Each is there whole or not at all. The data come first: a manifest that is there describes data that are, unless a
    later export was broken off between the two, which its digest shows.
    """
    try:
        with _Replacement(file) as data:
            manifest = described(corrections, form, data.write)
            if not manifest.rows:
                raise GatewayError(f"{file}: not written, since there is no correction that makes a sample")
        with _Replacement(manifest_of(file)) as beside:
            beside.write(f"{json.dumps(manifest.to_json(), ensure_ascii=False, indent=2)}\n".encode())
    except OSError as error:
        raise GatewayError(f"{file}: this cannot be written ({error.strerror}); name another place") from error
    return manifest


def manifest_of(file: Path) -> Path:
    """Where the manifest of an export stands."""
    return file.with_name(file.name + MANIFEST_ENDING)


class _Replacement:
    """A new content for a file, put in its place when all of it is on disk, and dropped when anything fails."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> _Replacement:
        number, name = tempfile.mkstemp(prefix=f".{self._file.name}.", dir=self._file.parent)  # of mode 0600
        self._stream, self._temporary = os.fdopen(number, "wb"), Path(name)
        return self

    def write(self, content: bytes) -> None:
        self._stream.write(content)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            with self._stream as stream:
                if kind is None:
                    stream.flush()
                    os.fsync(stream.fileno())
            if kind is None:
                self._temporary.replace(self._file)
        finally:
            with suppress(FileNotFoundError):
                self._temporary.unlink()
