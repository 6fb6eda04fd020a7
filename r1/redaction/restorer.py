"""Turns the placeholders of a streamed answer back into the values they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from r1.redaction.placeholders import PLACEHOLDER, beginning_of_placeholder, kind_and_number


class Restorer:
    """Restores one channel. Any cutting of the same text into chunks gives the same text, in linear time.

    It holds back at most the longest placeholder less one character, and nothing when no value was taken. A placeholder
    that was not given out stays as it is; what a value itself holds is not looked at again. No text raises.
    """

    def __init__(self, values: Mapping[tuple[str, int], str]) -> None:
        self._values = values
        self._held = ""

    def feed(self, text: str) -> str:
        """What is certain after `text`."""
        if not self._values:
            return text
        text = self._held + text
        cut = len(text) - beginning_of_placeholder(text)
        self._held = text[cut:]
        return PLACEHOLDER.sub(self._value, text[:cut])

    def flush(self) -> str:
        """What was held back, at the end of the text; the restorer is then as new."""
        held, self._held = self._held, ""
        return held

    def _value(self, found: re.Match[str]) -> str:
        return self._values.get(kind_and_number(found), found[0])
