"""Whether a sentence gives or refuses leave at all, for "may I" and "can we"."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.yes_or_no.polarity import NEGATION

_ASKS_LEAVE = re.compile(r"(?:may|can|could|am i allowed|are we allowed)\b", re.IGNORECASE)
_LEAVE = re.compile(
    rf"\b(?:may|can|could|must|shall|should|will|would|allow\w*|permit\w*|free|welcome|includ\w*|accept\w*|available"
    rf"|open|possible|unless|except|only|provided|please|offer\w*|until|up to|return\w*|refund\w*|exchang\w*|as usual"
    rf"|entitled|receives?|gets?|use)\b|{NEGATION.pattern}",
    re.IGNORECASE,
)


def allows_nothing(text: str, question: Question) -> bool:
    """True for a sentence that speaks of what may be done, but neither allows nor forbids anything."""
    return _ASKS_LEAVE.match(question.text) is not None and not _LEAVE.search(text)
