"""Stop sequences, matched on the answer alone: a server would let them fire inside the thoughts (rule R6)."""

from __future__ import annotations

from collections.abc import Sequence


class StopMatcher:
    """Cuts a streamed answer before the first stop sequence. Any cutting into chunks gives the same text.

    Of two sequences found at the same place it does not matter which: the answer ends there. It holds back at most the
    longest sequence less one character.
    """

    def __init__(self, stops: Sequence[str] = (), said: str = "") -> None:
        """`said` is the answer so far, when this text goes on with it: a sequence may have begun there."""
        self._stops = tuple(stops)
        begun = self._may_begin(said) if self._stops and said else 0
        self._held = said[len(said) - begun :]
        self._told = begun
        """Characters held that the caller has already."""
        self.stopped = False
        """True once a sequence was found; everything after it is dropped."""

    def feed(self, text: str) -> str:
        """What of the answer is certain after `text`."""
        if not self._stops:
            return text
        if self.stopped:
            return ""
        text = self._held + text
        places = [place for place in (text.find(stop) for stop in self._stops) if place >= 0]
        # An earlier place may still turn out to be the start of a longer sequence.
        held = self._may_begin(text)
        if places and min(places) <= len(text) - held:
            self.stopped, self._held = True, ""
            return self._untold(text[: min(places)])
        cut = len(text) - held
        self._held = text[cut:]
        return self._untold(text[:cut])

    def flush(self) -> str:
        """What was held back, at the end of the answer."""
        held, self._held = self._held, ""
        if self.stopped:
            return ""
        places = [place for place in (held.find(stop) for stop in self._stops) if place >= 0]
        if places:
            self.stopped = True
        return self._untold(held[: min(places)] if places else held)

    def _untold(self, text: str) -> str:
        told, self._told = self._told, max(0, self._told - len(text))
        return text[told:]

    def _may_begin(self, text: str) -> int:
        """Length of the longest end of `text` with which a sequence could begin."""
        longest = min(len(text), max(map(len, self._stops)) - 1)
        for length in range(longest, 0, -1):
            end = text[-length:]
            if any(stop.startswith(end) for stop in self._stops if len(stop) > length):
                return length
        return 0
