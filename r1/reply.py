"""Puts one reply together: pieces from the wire in, thoughts and answer out, kept strictly apart."""

from __future__ import annotations

from r1.dialects import Piece
from r1.learned import Shown
from r1.options import ThinkingMode
from r1.results import Delta, Usage
from r1.stops import StopMatcher
from r1.thinking import ThinkSplitter
from text.tokens import estimate_tokens

COMPLETE_REASONS = frozenset({"stop", "eos", "end_turn", "stop_sequence"})
"""Finish reasons that say the model ended by itself. Any other, such as "length", says that it was cut."""


class Reply:
    """One reply while it comes in. `take` each piece, then `finish` once."""

    def __init__(self, mode: ThinkingMode, stop_sequences: tuple[str, ...] = (), said: str = "") -> None:
        """`said` is the answer so far, when this reply goes on with it."""
        self._splitter = ThinkSplitter(mode, said)
        self._mode = mode
        self._stops = StopMatcher(stop_sequences)
        self._thoughts: list[str] = []
        self._answer: list[str] = []
        self._separated = False
        self._usage: Usage | None = None
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
        return "plain" if self.finish_reason in COMPLETE_REASONS and self._splitter.plain else None

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
        self.finish_reason = piece.finish_reason or self.finish_reason
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
        return found

    def finish(self) -> list[Delta]:
        """What was held back, at the end of the stream."""
        if self.stopped or self.finish_reason is None:
            self.finish_reason = "stop"
        found = self._keep(self._splitter.finish(complete=self.finish_reason in COMPLETE_REASONS))
        rest = self._stops.flush()
        if rest:
            self._answer.append(rest)
            found.append(Delta("answer", rest))
        if self.stopped:
            self.finish_reason = "stop"
        return found

    def broken_off(self) -> list[Delta]:
        """What was held back, when the model is not to say more; it was thought as far as nothing shows otherwise."""
        return self._keep(self._splitter.finish(complete=False))

    def usage(self, prompt: str) -> Usage:
        """The server's counts, or an estimate from the text when it sent none."""
        if self._usage is not None:
            return self._usage
        reasoning = estimate_tokens(self.thoughts)
        completion = reasoning + estimate_tokens(self.answer)
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
