"""What is written must not take the place of what is read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pipeline.errors import InputError


def refuse_overwriting(flag: str, out: Path, inputs: Iterable[Path | None]) -> None:
    """Raise `InputError` when `out` is one of `inputs`, by whatever name or link."""
    for given in inputs:
        with suppress(OSError):
            if given is not None and os.path.samefile(out, given):  # noqa: PTH121  # `Path`'s raises for odd names
                raise InputError(f"{flag} {out}: this is {given}, which is read; name another file")
