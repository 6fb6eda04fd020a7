"""Puts one reply together: pieces from the wire in, thoughts and answer out, kept strictly apart."""

from __future__ import annotations

from r1.dialects import Piece
from r1.options import ThinkingMode
from r1.results import Delta, Usage
from r1.stops import StopMatcher
from r1.thinking import ThinkSplitter
from text.script import language_of
from text.tokens import estimate_tokens

COMPLETE_REASONS = frozenset({"stop", "eos", "end_turn", "stop_sequence"})
"""Finish reasons that say the model ended by itself. Any other, such as "length", says that it was cut."""

_NO_ANSWER = {
    "en": "I thought about it but did not reach an answer. Please ask again, perhaps more simply.",
    "zh": "我想过了，但没有得出答案。请再问一次，或者换个更简单的问法。",
}
_QUESTION_TAIL = 300
"""Characters at the end of a prompt that decide in which language we admit having no answer."""


class Reply:
    """One reply while it comes in. `take` each piece, then `finish` once."""

    def __init__(self, mode: ThinkingMode, stop_sequences: tuple[str, ...] = ()) -> None:
        self._splitter = ThinkSplitter(mode)
        self._mode = mode
        self._stops = StopMatcher(stop_sequences)
        self._thoughts: list[str] = []
        self._answer: list[str] = []
        self._separated = False
        self._usage: Usage | None = None
        self.finish_reason: str | None = None
        self.served_by = ""
        self.fallback = False

    @property
    def thinking(self) -> bool:
        """True while what comes is a thought, or may be one."""
        return self._splitter.thinking

    @property
    def stopped(self) -> bool:
        """True once a stop sequence ended the answer: nothing more is wanted."""
        return self._stops.stopped

    @property
    def plain(self) -> bool:
        """True of a finished reply in mode `auto` that turned out to hold no thoughts. A cut one may have been one."""
        return self.finish_reason in COMPLETE_REASONS and not self._separated and self._splitter.plain

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

    def finish(self, prompt: str) -> list[Delta]:
        """What was held back, at the end of the stream; a sentence of ours when the model said nothing."""
        if self.stopped or self.finish_reason is None:
            self.finish_reason = "stop"
        found = self._keep(self._splitter.finish(complete=self.finish_reason in COMPLETE_REASONS))
        rest = self._stops.flush()
        if rest:
            self._answer.append(rest)
            found.append(Delta("answer", rest))
        if self.stopped:
            self.finish_reason = "stop"
        elif not self.answer.strip():
            self.fallback = True
            if self.finish_reason in COMPLETE_REASONS:
                self.finish_reason = "empty_answer"
            sentence = _NO_ANSWER[language_of(prompt[-_QUESTION_TAIL:])]
            self._answer = [sentence]
            found = [delta for delta in found if delta.kind == "thought"]
            found.append(Delta("answer", sentence))
        return found

    def usage(self, prompt: str) -> Usage:
        """The server's counts, or an estimate from the text when it sent none."""
        if self._usage is not None:
            return self._usage
        reasoning = estimate_tokens(self.thoughts)
        completion = reasoning + (0 if self.fallback else estimate_tokens(self.answer))
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
