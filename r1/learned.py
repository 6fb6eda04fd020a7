"""What the replies of a model have shown of it, remembered for the next call and, with a file, for the next run.

Until a model's first reply it counts as thinking, and its text is held back for a closing tag. A reply shows more:
thoughts came in a field of their own, or there were none at all.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_log = logging.getLogger("r1")

Shown = Literal["field", "plain"]
"""field: thoughts come in a field of their own. plain: it does not think."""

_THINKER = re.compile(
    r"r1|qwq|think|reason|qwen3|deepseek-v3\.[1-9]|magistral|gpt-oss|phi-4-mini-r|glm-4\.[5-9]", re.IGNORECASE
)
"""Models that are known to think may skip it once; one such reply must not let the next one's thoughts be spoken."""


def known_to_think(model: str) -> bool:
    """Whether the name is that of a thinking model."""
    return _THINKER.search(model) is not None


@dataclass(frozen=True, slots=True)
class ModelKey:
    """A model at a server."""

    address: str
    model: str

    def __str__(self) -> str:
        return f"{self.address} {self.model}"


class LearnedModels:
    """Remembers what was shown, by server and model. Without a file it forgets with the process.

    A file that cannot be read or written costs only the memory; it never fails a call.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._shown: dict[str, Shown] = _read(file) if file is not None else {}

    def shown(self, key: ModelKey) -> Shown | None:
        """What is known; None for a model that has not replied yet."""
        return self._shown.get(str(key))

    def forget(self, key: ModelKey) -> None:
        """A reply has shown that what is known is wrong."""
        if self._shown.pop(str(key), None) is not None and self._file is not None:
            _write(self._file, self._shown)

    def note(self, key: ModelKey, shown: Shown) -> None:
        """A complete reply has shown this. A plain one does not count for a model that is known to think."""
        if shown == "plain" and (known_to_think(key.model) or self._shown.get(str(key)) == "field"):
            return
        if self._shown.get(str(key)) == shown:
            return
        if self._file is not None:
            self._shown = _read(self._file) | self._shown  # another process may have learned more
        self._shown[str(key)] = shown
        if self._file is not None:
            _write(self._file, self._shown)


def _read(file: Path) -> dict[str, Shown]:
    try:
        if file.exists() and not file.is_file():
            raise OSError("not a file")
        stored = json.loads(file.read_text(encoding="utf-8"))
        return {str(key): shown for key, shown in stored.items() if shown in ("field", "plain")}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        _log.warning("%s cannot be read (%s): what it said of models is learned anew", file, type(error).__name__)
        return {}


def _write(file: Path, shown: dict[str, Shown]) -> None:
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(shown, indent=1), encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        _log.warning(
            "%s cannot be written (%s): what was learned of models holds for this run", file, type(error).__name__
        )
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
