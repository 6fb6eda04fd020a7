"""What the user had heard of a reply when it was broken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from text.script import is_cjk

_TOLERANCE_S = 0.05
"""A sentence that lacks no more than this of its end counts as heard: nothing but its fading is missing."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A stretch of the reply as it was synthesised."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class HeardReply:
    """The reply, cut where the user stopped hearing it."""

    heard: str
    unheard: str


def heard_reply(spoken: Sequence[Spoken], unspoken: Sequence[str], heard_ms: float) -> HeardReply:
    """Cut the reply after `heard_ms` milliseconds of it: after whole words, in Chinese after whole characters.

    `unspoken` are sentences that had not been synthesised yet. Words are taken to last as long as they are written.
    """
    heard: list[str] = []
    unheard: list[str] = []
    left_s = heard_ms / 1000
    for piece in spoken:
        if piece.seconds <= left_s + _TOLERANCE_S:
            heard.append(piece.text)
        elif left_s > 0:
            cut = _whole_words(piece.text, round(len(piece.text) * left_s / piece.seconds))
            heard.append(piece.text[:cut].rstrip())
            unheard.append(piece.text[cut:].lstrip())
        else:
            unheard.append(piece.text)
        left_s = max(0.0, left_s - piece.seconds)
    return HeardReply(joined(heard), joined([*unheard, *unspoken]))


def joined(sentences: Sequence[str]) -> str:
    """Sentences as running text: a space between them, none after Chinese."""
    text = ""
    for sentence in sentences:
        if sentence:
            text += f" {sentence}" if text and not is_cjk(text[-1]) else sentence
    return text


def _whole_words(text: str, place: int) -> int:
    """The latest place up to `place` at which `text` can be cut."""
    for cut in range(min(place, len(text)), 0, -1):
        if cut == len(text) or text[cut].isspace() or is_cjk(text[cut - 1]) or is_cjk(text[cut]):
            return cut
    return 0
