"""From streaming tokens to pieces that can be spoken, as early as is safe."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from pipeline.events import AnswerDelta, Sentence
from pipeline.stage import Inbox, TurnInfo
from text.sentence_ends import CutLimits, SentenceCutter


@dataclass(frozen=True, slots=True)
class SentenceSplitterOptions:
    """How long to wait, and for what. All times count from the last token."""

    settle_s: float = 0.0
    """After a mark behind a plain word. 0 looks only at what has arrived already; raise it for a model whose
    tokeniser parts the full stop from what follows, so that `example` `.` `com` stays whole."""
    doubt_s: float = 0.4
    """After a mark that may be no end, such as the full stop in `4.`."""
    stall_s: float = 2.0
    """Without any mark: then what has come is spoken."""
    limits: CutLimits = field(default_factory=CutLimits)
    """Longest pieces, for text without marks."""


class SentenceSplitter:
    """Cuts the answer as it streams in. A sentence goes out with its last token unless that is truly ambiguous."""

    name = "sentences"
    accepts = (AnswerDelta,)
    emits = (Sentence,)

    def __init__(self, options: SentenceSplitterOptions | None = None) -> None:
        self.options = options or SentenceSplitterOptions()

    async def run(self, inbox: Inbox[AnswerDelta], turn: TurnInfo) -> AsyncIterator[Sentence]:
        """Emit each piece of the answer once, in order, without Markdown; asides whole, behind it."""
        turn.mark("first sentence")
        cutter = SentenceCutter(self.options.limits)
        index = 0
        aside: list[str] = []
        while True:
            delta = await inbox.take(self._patience(cutter))
            if delta is not None and delta.aside:
                pieces = cutter.end()
                aside.append(delta.text)
            elif delta is not None:
                pieces = cutter.feed(delta.text)
            elif inbox.closed:
                break
            else:
                pieces = cutter.settle() if cutter.can_settle else cutter.expire()
            for piece in pieces:
                yield Sentence(piece, index)
                index += 1
        for piece in cutter.end():
            yield Sentence(piece, index)
            index += 1
        for text in aside:
            yield Sentence(text, index, aside=True)
            index += 1

    def _patience(self, cutter: SentenceCutter) -> float | None:
        if not cutter.pending:
            return None
        if cutter.can_settle:
            return self.options.settle_s
        return self.options.doubt_s if cutter.in_doubt else self.options.stall_s
