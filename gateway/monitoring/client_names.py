"""Which clients have a series of their own in the metrics: the busiest few; all others share one.

A series of Prometheus is kept for weeks, and there is one for each value of a label, so their number must be bounded
whatever clients there are. A client that becomes busy takes over from one that fell silent; nothing that was counted
for one is ever counted for another, so that every series only grows.
"""

from __future__ import annotations

OTHER, NOBODY = "(other)", "(none)"
"""No names of clients have these forms by chance; one that does is not told apart from what they stand for."""
RANK_EVERY = 2048
"""Calls between two looks at who is busiest."""
_KEPT_FOR_EACH = 8
"""Counts kept beside each series, for clients that may come to have one."""


class ClientNames:
    """Gives the label for a client's name: itself, or `(other)`. At most `most` have one at once."""

    def __init__(self, most: int = 20) -> None:
        self._most = most
        self._named: set[str] = set()
        self._calls: dict[str, int] = {}
        self._until_ranking = RANK_EVERY
        self.left: list[str] = []
        """Names that lost their series since somebody emptied this list."""

    def label(self, name: str) -> str:
        """The label for one more call of this client; empty is nobody."""
        if not name:
            return NOBODY
        calls = self._calls
        if name in calls or len(calls) < self._most * _KEPT_FOR_EACH:
            calls[name] = calls.get(name, 0) + 1
        self._until_ranking -= 1
        if self._until_ranking <= 0:
            self._rank()
        if name in self._named:
            return name
        if len(self._named) < self._most:
            self._named.add(name)
            return name
        return OTHER

    def _rank(self) -> None:
        """Give the names to the busiest. Counts are halved each time, so that the past fades."""
        self._until_ranking = RANK_EVERY
        # A newcomer must be clearly busier, else two equals would take turns and no series would last.
        weight = {name: count * (1.5 if name in self._named else 1.0) for name, count in self._calls.items()}
        busiest = set(sorted(weight, key=lambda name: (-weight[name], name))[: self._most])
        self.left.extend(self._named - busiest)
        self._named = busiest
        self._calls = {name: count // 2 for name, count in self._calls.items() if count >= 2}
