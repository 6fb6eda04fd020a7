"""Redacts the texts of a correction together, so that a value has the same placeholder in all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.feedback.correction import Texts
from r1.errors import RedactionError
from r1.redaction import Redactor

_BETWEEN = "\n\x1e\n"
"""No text has it once its control characters are gone, and no value reaches across it."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_END = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")


def redacted(redactor: Redactor, texts: Texts) -> tuple[Texts, Mapping[str, int]]:
    """The texts with placeholders and plain line ends, without control characters; and what was taken, by kind.

    Raises `RedactionError`.
    """
    parts = [_CONTROL.sub("", _LINE_END.sub("\n", text)) for text in (texts.prompt, texts.original, texts.corrected)]
    redaction = redactor.redact(_BETWEEN.join(parts))
    pieces = redaction.text.split(_BETWEEN)
    if len(pieces) != len(parts):
        raise RedactionError("a value reached from one text into the next, so nothing was kept: report it")
    prompt, original, corrected = pieces
    return Texts(original, corrected, prompt), redaction.counts
