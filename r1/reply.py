"""Puts one reply together: pieces from the wire in, thoughts and answer out, kept strictly apart."""

from __future__ import annotations

from dataclasses import replace

from r1.dialects import Piece
from r1.learned import Shown
from r1.options import ThinkingMode
from r1.results import Delta, Usage
from r1.stops import StopMatcher
from r1.thinking import ThinkSplitter
from text.tokens import estimate_tokens

CUT_REASONS = frozenset(
    {"length", "max_tokens", "max_length", "model_length", "content_filter", "abort", "aborted", "cancelled", "error"}
)
"""Finish reasons, in small letters, that say the model was cut. Servers have many words for having ended by itself."""


class Reply:
    """One reply while it comes in. `take` each piece, then `finish` once."""

    def __init__(self, mode: ThinkingMode, stop_sequences: tuple[str, ...] = (), said: str = "") -> None:
        """`said` is the answer so far, when this reply goes on with it."""
        self._splitter = ThinkSplitter(mode, said)
        self._mode = mode
        self._stops = StopMatcher(stop_sequences, said)
        self._thoughts: list[str] = []
        self._answer: list[str] = []
        self._separated = False
        self._takes_text_as_it_is = False
        self._usage: Usage | None = None
        self._ended = self._cut = False
        self.finish_reason: str | None = None
        self.served_by = ""

    @property
    def thinking(self) -> bool:
        """True while what comes is a thought, or may be one."""
        return self._splitter.thinking

    @property
    def stopped(self) -> bool:
        """True once a stop sequence ended the answer: nothing more is wanted."""
        return self._stops.stopped

    @property
    def shown(self) -> Shown | None:
        """What a finished reply has shown of the model. A cut one without tags may have been a thought."""
        if self._separated:
            return "field"
        return "plain" if self._complete and self._splitter.plain else None

    @property
    def _complete(self) -> bool:
        return self.finish_reason is not None and self.finish_reason.lower() not in CUT_REASONS

    @property
    def stray(self) -> bool:
        """True when a thought had been taken for answer: its closing tag came without an opening one."""
        return self._splitter.stray

    @property
    def answered(self) -> bool:
        """True once a piece of the answer was certain."""
        return bool(self._answer)

    @property
    def answer(self) -> str:
        """All answer deltas so far."""
        return "".join(self._answer)

    @property
    def thoughts(self) -> str:
        """All thought deltas so far."""
        return "".join(self._thoughts)

    def take(self, piece: Piece) -> list[Delta]:
        """What of the reply is certain after `piece`."""
        if piece.finish_reason:
            self.finish_reason, self._ended = piece.finish_reason, True
        self.served_by = piece.served_by or self.served_by
        self._usage = piece.usage or self._usage
        found: list[Delta] = []
        if piece.separates and not self._separated and self._mode == "auto":
            found += self._keep(self._splitter.separated())
            self._splitter = ThinkSplitter("field")
        if piece.thought:
            found += self._keep(self._splitter.separated())
            thought = _whole_characters(piece.thought)
            found.append(Delta("thought", thought))
            self._thoughts.append(thought)
        self._separated = self._separated or piece.separates or bool(piece.thought)
        if piece.text:
            found += self._keep(self._splitter.feed(_whole_characters(piece.text)))
        if self._separated and not self._takes_text_as_it_is and self.answer.strip():
            # The thoughts are over, and stood in their field: what looks like a tag from here on is text.
            found += self._keep(self._splitter.finish(complete=True))
            self._splitter, self._takes_text_as_it_is = ThinkSplitter("field"), True
        return found

    def finish(self) -> list[Delta]:
        """What was held back, at the end of the stream."""
        if self.stopped or self.finish_reason is None:
            self.finish_reason = "stop"
        found = self._keep(self._splitter.finish(complete=self._complete))
        rest = self._stops.flush()
        if rest:
            self._answer.append(rest)
            found.append(Delta("answer", rest))
        if self.stopped or self._complete:
            self.finish_reason = "stop"  # servers have many words for it
        return found

    def broken_off(self) -> list[Delta]:
        """What was held back, when no more comes or is wanted; it was thought as far as nothing shows otherwise."""
        self._cut = True
        return self._keep(self._splitter.finish(complete=False))

    def cut_by_length(self) -> None:
        """The answer is longer than it may be: nothing more is wanted."""
        self.finish_reason, self._cut = "length", True

    @property
    def begun(self) -> bool:
        """Whether anything came, or the server has counted something."""
        return bool(self._thoughts or self._answer or self._usage)

    def usage(self, prompt: str) -> Usage:
        """The server's counts; where it says nothing, or nothing of the thoughts, estimates from the text.

        Counts of a reply that was broken off before its end are estimates too: the server went on for a while.
        """
        reasoning, answer = estimate_tokens(self.thoughts), estimate_tokens(self.answer)
        usage = self._usage
        if usage is not None and (self._cut or self.stopped) and not self._ended:
            usage = replace(usage, estimated=True)
        if usage is not None and (usage.reasoning_tokens or not reasoning):
            return usage
        if usage is not None:
            share = round(usage.completion_tokens * reasoning / (reasoning + answer))
            return replace(usage, reasoning_tokens=share, estimated=True)
        completion = reasoning + answer
        asked = estimate_tokens(prompt)
        return Usage(asked, completion, asked + completion, reasoning, estimated=True)

    def _keep(self, deltas: list[Delta]) -> list[Delta]:
        kept: list[Delta] = []
        for delta in deltas:
            if delta.kind == "answer":
                text = self._stops.feed(delta.text)
                if text:
                    self._answer.append(text)
                    kept.append(delta if text == delta.text else Delta("answer", text))
            elif not self._separated:
                # An upstream that sends thoughts in a field may repeat them in the text (llama.cpp `deepseek-legacy`).
                self._thoughts.append(delta.text)
                kept.append(delta)
        return kept


def _whole_characters(text: str) -> str:
    """`text` with half characters replaced: JSON can carry them, and nothing that prints or speaks can take them."""
    return text if text.isascii() else text.encode(errors="replace").decode()
