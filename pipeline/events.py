"""The vocabulary of a turn: what stages take and make. Immutable values, no behaviour beyond derived figures.

Inputs come from the source (`Audio`, `Document`, `Question`); everything else is made by a stage.
Audio samples are float32 in -1..1, mono, shape (n,), unless a field says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Mono audio, shape (n,), float32 in -1..1."""

_LOOK_AHEAD = 4096
"""Samples."""

AUDIBLE_PEAK = 10 ** (-50 / 20)
"""A sample louder than -50 dB of full scale counts as audible; espeak's lead-in noise lies below it."""


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """A chunk of what the microphone or a file gives. Its last sample was captured when it was handed over."""

    samples: Samples
    sample_rate: int
    """Samples per second."""

    @property
    def seconds(self) -> float:
        """Length of the chunk in seconds."""
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True, slots=True)
class Document:
    """A file to be read: picture, scan or PDF, as bytes."""

    name: str
    """As the user named it; citations repeat it."""
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Question:
    """A typed question. It stands where a transcript would."""

    text: str
    language: str | None = None
    """ISO 639-1 code; None lets the script of the text decide."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a transcript with its place in the audio."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard. Empty text means that no speech was found."""

    text: str
    language: str
    """ISO 639-1 code."""
    segments: tuple[Segment, ...] = ()
    speech_end: int | None = None
    """Position of the last spoken sample, counted from the turn's first sample at the source's rate.

    The ledger starts its clock there. None when there was no speech."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read from a page."""

    text: str
    left: int
    """Pixels from the left edge of the page image."""
    top: int
    """Pixels from the upper edge of the page image."""
    width: int
    height: int
    confidence: float
    """0..1."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page, in reading order."""

    number: int
    """Counted from 1 on its page; citations use it."""
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document, read. No lines means that no text was found."""

    document: str
    """The name of the document it belongs to."""
    number: int
    """Counted from 1."""
    page_count: int
    lines: tuple[Line, ...]
    width: int = 0
    """Pixels of the page image."""
    height: int = 0

    @property
    def text(self) -> str:
        """The page as plain text, one line per line."""
        return "\n".join(line.text for line in self.lines)

    @property
    def confidence(self) -> float:
        """Mean confidence of the words, 0..1; 0 for a blank page."""
        scores = [word.confidence for line in self.lines for word in line.words]
        return sum(scores) / len(scores) if scores else 0.0


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of the model's reasoning. It is shown and timed, never spoken: no stage accepts it."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerDelta:
    """The next piece of the answer as it streams in, without citation marks."""

    text: str
    aside: bool = False
    """True for what is only said aloud behind the answer, and no part of it: where it stands."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a document that the answer rests on, checked against the page."""

    document: str
    page: int
    line: int
    quote: str
    """The text of that line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer, after its last piece."""

    question: str
    text: str
    """As shown: no thoughts, no citation marks."""
    citations: tuple[Citation, ...] = ()
    served_by: str = ""
    """Which engine answered, for example `reader`."""
    finish_reason: str = "stop"
    usage: Mapping[str, int] = field(default_factory=dict)
    """Token counts as the API reports them: prompt_tokens, completion_tokens, total_tokens, reasoning_tokens."""
    thinking_s: float = 0.0
    """Seconds from the first thought to the first piece of the answer."""
    unproven: int = 0
    """Places that the engine named and that are left out: there is no such line, or it cannot hold what is said."""
    in_use: str | None = None
    """The document that is in use from now on, empty for all; None: as before. The session sees to it."""
    dropped: tuple[str, ...] = ()
    """Documents that are no longer attached from now on. The session sees to it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of the answer that can be spoken on its own."""

    text: str
    index: int
    """Counted from 0 within the turn."""
    aside: bool = False
    """True for what is said behind the answer and is no part of it; see `AnswerDelta`."""


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """A stretch of the spoken reply."""

    samples: Samples
    sample_rate: int
    """Samples per second."""
    text: str = ""
    """What is being said."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate

    @property
    def leading_silence_s(self) -> float | None:
        """Seconds before the first audible sample; None when all of it is silent."""
        for start in range(0, len(self.samples), _LOOK_AHEAD):  # most replies are audible at once
            audible = np.abs(self.samples[start : start + _LOOK_AHEAD]) > AUDIBLE_PEAK
            if audible.any():
                return (start + int(audible.argmax())) / self.sample_rate
        return None
