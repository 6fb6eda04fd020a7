"""What went wrong with a cache: counted each time, logged the first time of each kind, without a word of content."""

from __future__ import annotations

import logging
from collections import Counter

_log = logging.getLogger("r1.cache")


class Failures:
    """Failures by kind. A message may hold keys, addresses or answers, so only the kind is ever kept."""

    def __init__(self, cache: object) -> None:
        self._name = type(cache).__name__
        self.counts: Counter[str] = Counter()

    def note(self, error: BaseException) -> str:
        """Count `error`; its kind, such as "ConnectionError" or "SQLITE_FULL"."""
        kind = str(getattr(error, "sqlite_errorname", type(error).__name__))
        self.counts[kind] += 1
        if self.counts[kind] == 1:
            _log.warning(
                "%s failed (%s): calls go on without stored answers, and it is tried again; "
                "this kind of failure is not logged again",
                self._name,
                kind,
            )
        return kind
