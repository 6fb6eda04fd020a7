"""How much silence ends a turn: less after a finished question, more after "and…"."""

from __future__ import annotations

from dataclasses import dataclass

from text.utterance_ends import Ending, ending_of


@dataclass(frozen=True, slots=True)
class EndpointOptions:
    """Silences, in seconds of the sound, that end a turn. People pause 0.2 to 0.5 s within what they say."""

    complete_s: float = 0.45
    """After a question or a sentence that needs nothing more."""
    usual_s: float = 0.75
    """When the words do not tell."""
    open_s: float = 1.5
    """After words that something must follow, and as long as no word was understood."""
    distant_s: float = 1.0
    """The least where voices go on in the background: then silence is told by loudness alone, which is less sure."""
    no_speech_s: float = 3.5
    """A turn in which nobody speaks ends so long after its beginning."""
    longest_s: float | None = None
    """A turn is never longer; None lets somebody speak for hours."""
    look_s: float = 0.25
    """The model is asked for the text so far after so much silence."""

    def __post_init__(self) -> None:
        if not 0 < self.look_s <= self.complete_s <= self.usual_s <= self.open_s:
            raise ValueError("silences that end a turn: 0 < look_s <= complete_s <= usual_s <= open_s is needed")
        if self.no_speech_s <= 0 or (self.longest_s is not None and self.longest_s <= 0):
            raise ValueError("no_speech_s and longest_s must be positive")

    def silence_s(self, text: str, *, distant_voices: bool = False) -> float:
        """Seconds of silence that end the turn when `text` is what has been understood so far."""
        needed = {Ending.COMPLETE: self.complete_s, Ending.UNCLEAR: self.usual_s, Ending.OPEN: self.open_s}
        wait = needed[ending_of(text)]
        return max(wait, self.distant_s) if distant_voices else wait
