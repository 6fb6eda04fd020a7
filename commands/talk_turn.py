"""One turn of `talk`: what is heard and answered on the screen, the reply from the loudspeaker."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any

from commands.report import described, remark_blank_pages, remark_unproven
from commands.talk_devices import TalkEnds
from commands.talk_lines import tell
from commands.talk_status import Phase, TalkStatus
from commands.terminal import duration, escaped, remark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.events import Answer, Sentence, Speech, Transcript
    from pipeline.latency import LatencyLedger
    from pipeline.session_turn import SessionTurn

ECHO_GUARD_S = 0.2
"""After the reply the room still sounds for a moment; so long the microphone stays paused."""


class TalkTurn:
    """Runs a turn of the session. While the assistant answers, the microphone is paused: it does not hear itself."""

    def __init__(self, turn: SessionTurn, ends: TalkEnds, status: TalkStatus) -> None:
        self.nothing_heard = False
        """True when there was sound, and no words in it."""
        self.interrupted = False
        """True when the user wanted no more of it."""
        self.answered = False
        """True when something of an answer is on the screen."""
        self._turn = turn
        self._ends = ends
        self._status = status
        self._answer: Answer | None = None
        self._audible = False
        self._running = False

    @property
    def ledger(self) -> LatencyLedger | None:
        """Where the time went, once something has been answered."""
        return self._turn.ledger if self.answered else None

    async def run(self) -> None:
        """Show and play all of the turn. Raises `StageError` when a stage failed, what was heard being remembered."""
        from pipeline.errors import StageError

        if self._ends.speaker is not None:
            self._ends.speaker.begin()
        async with self._turn:
            self._running = True
            try:
                await self._follow()
            except Exception as error:
                if isinstance(error, StageError):
                    await self._drained()  # what could be said before is heard to its end
                if not self.interrupted:
                    await self._turn.cancel(self._heard_ms())
                raise
            finally:
                self._running = False

    async def interrupt(self) -> None:
        """Silence now: what was heard until here is remembered as the answer."""
        if self.interrupted:
            return
        self.interrupted = True
        heard_ms = self._heard_ms()
        if self._ends.speaker is not None:
            self._ends.speaker.stop()
        if self._running:
            await self._turn.cancel(heard_ms)

    def end_input(self) -> None:
        """The user has said all of it."""
        self._turn.end_input()
        self._begin_thinking()

    async def apologise(self, apology: Sequence[Speech]) -> None:
        """Say aloud that there is no answer: whoever is listening does not look at the screen."""
        if apology and self._ends.speaker is not None and not self.interrupted:
            self._ends.speaker.begin()
            for speech in apology:
                await self._play(speech)
            await self._drained()

    async def fade(self) -> None:
        """Wait until the room is silent again: what was stopped still lies in the device."""
        if self._audible:
            await self._drained()
            await asyncio.sleep(ECHO_GUARD_S)

    async def _follow(self) -> None:
        async for event in self._turn:
            if self.interrupted:
                return
            await self._take(event)
            if self.nothing_heard:
                return
        if self._answer is not None and not self.interrupted:
            _print_places(self._answer)
        await self._drained()

    async def _take(self, event: Any) -> None:
        from pipeline.events import Answer, Page, Sentence, Speech, Thought, Transcript

        match event:
            case Transcript():
                self._heard(event)
            case Page():
                remark_blank_pages([event])
            case Thought():
                self._begin_thinking()
            case Answer():
                self._answer = event
            case Sentence(aside=True):
                pass  # the screen shows the places with their lines
            case Sentence():
                self._show(event)
            case Speech():
                await self._play(event)

    def _heard(self, transcript: Transcript) -> None:
        self.nothing_heard = not transcript.text.strip()
        if not self.nothing_heard:
            tell("heard", transcript.text)
            self._begin_thinking()

    def _begin_thinking(self) -> None:
        self._ends.stop_listening()
        if self._status.phase not in (Phase.SPEAKING, Phase.ANSWERING):
            self._status.enter(Phase.THINKING)

    def _show(self, sentence: Sentence) -> None:
        tell("" if self.answered else "answer", sentence.text, "bold")
        self.answered = True
        if self._status.phase is not Phase.SPEAKING:
            self._status.enter(Phase.ANSWERING)

    async def _play(self, speech: Speech) -> None:
        from pipeline.errors import PipelineError

        if self._ends.speaker is None or self.interrupted:
            return
        self._ends.stop_listening()
        self._status.enter(Phase.SPEAKING)
        self._audible = True
        try:
            await self._ends.speaker.play(speech.samples, speech.sample_rate)
        except PipelineError as error:
            self._lose_speaker(error)

    async def _drained(self) -> None:
        from pipeline.errors import PipelineError

        if self._ends.speaker is None:
            return
        try:
            await self._ends.speaker.drained()
        except PipelineError as error:
            self._lose_speaker(error)

    def _lose_speaker(self, error: Exception) -> None:
        self._ends.speaker = None
        remark(f"{escaped(str(error))}. The answers go on as text; /speaker tries the loudspeaker again")

    def _heard_ms(self) -> float:
        # without a loudspeaker the answer is read, as far as it has come
        return math.inf if self._ends.speaker is None else self._ends.speaker.heard_ms


def _print_places(answer: Answer) -> None:
    for place in answer.citations:
        tell("", described(place), "cyan")
    remark_unproven(answer)
    tokens = answer.usage.get("reasoning_tokens", 0)
    if answer.served_by and tokens:
        thought = f"thought for {duration(answer.thinking_s)} in {tokens} tokens"
        tell("", f"{escaped(answer.served_by)} {thought}", "dim")
