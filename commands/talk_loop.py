"""The conversation of `talk`: listening, answering, commands; half-duplex, until the user leaves."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from commands.keyboard import Closed, Interrupt, Typed, Wish, Wishes
from commands.ledger_bar import print_ledger_bar
from commands.report import NOTHING_HEARD
from commands.talk_devices import TalkEnds
from commands.talk_lines import tell
from commands.talk_status import Phase, TalkStatus
from commands.talk_turn import TalkTurn
from commands.terminal import complain, escaped, remark

if TYPE_CHECKING:
    from commands.talk_commands import TalkCommands
    from commands.talk_room import TalkRoom
    from pipeline.errors import StageError
    from pipeline.latency import LatencyLedger
    from stages.listening import Utterance

NO_MICROPHONE = "there is no microphone: type the question; /microphone tries to open it"


@dataclass(frozen=True, slots=True)
class TalkParts:
    """What a conversation is held with."""

    room: TalkRoom
    """The session, and what it is made of."""
    ends: TalkEnds
    keyboard: Wishes
    status: TalkStatus


class TalkLoop:
    """Runs the conversation. `exit_code` says how it ended."""

    def __init__(self, parts: TalkParts, commands: TalkCommands) -> None:
        self.exit_code = 0
        self.last_ledger: LatencyLedger | None = None
        """Of the last turn that was answered."""
        self._room, self._ends = parts.room, parts.ends
        self._keyboard, self._status = parts.keyboard, parts.status
        self._commands = commands
        self._leaving = False
        self._used = False
        self._hearing: asyncio.Task[Utterance | None] | None = None
        self._lines: deque[Typed] = deque()  # typed while the assistant was at work

    async def run(self) -> None:
        """Until the user leaves, or nothing more can come."""
        try:
            while not self._leaving:
                self._begin_waiting()
                if not self._can_go_on():
                    break
                await self._serve(await self._next())
        finally:
            await self.stop_hearing()

    def leave(self, exit_code: int = 0) -> None:
        """End the conversation after what is under way."""
        self._leaving, self.exit_code = True, exit_code

    async def during(self, work: Coroutine[Any, Any, Any], turn: TalkTurn | None = None) -> bool:
        """Do `work`, with an eye on the keyboard: Enter or Ctrl-C break off the turn, or cancel the work.

        A second Ctrl-C leaves. False when it was broken off. Raises what the work raises.
        """
        task = asyncio.ensure_future(work)
        broken_off = False
        try:
            while not task.done():
                recording = self._status.phase is Phase.RECORDING  # Enter ends it, in a script too
                wish = await _first(task, self._keyboard.next() if recording else self._keyboard.interruption())
                if isinstance(wish, Interrupt) and broken_off:
                    self.leave()
                elif wish is not None and task.done():
                    self._keep(wish)
                elif wish is not None and self._breaks_off(wish, turn):
                    broken_off = True
                    await turn.interrupt() if turn is not None else task.cancel()
        finally:
            task.cancel()
            await asyncio.wait({task})
        with suppress(asyncio.CancelledError):
            task.result()
        return not broken_off

    async def stop_hearing(self) -> None:
        """Wait no more for somebody to speak, until the next time."""
        hearing, self._hearing = self._hearing, None
        if hearing is not None:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    # -- waiting

    def _begin_waiting(self) -> None:
        if self._ends.microphone is None:
            self._status.enter(Phase.TYPING)
        elif self._ends.listener is None:
            self._status.enter(Phase.READY)
        else:
            self._ends.listen()
            self._status.enter(Phase.LISTENING)

    def _can_go_on(self) -> bool:
        """False when neither the keyboard nor the microphone can bring anything more."""
        if self._lines or not self._keyboard.closed or self._hearing_task() is not None:
            return True
        if not self._used:
            complain("nothing can be asked: there is no microphone, and standard input is at its end")
            self.exit_code = 1
        return False

    async def _next(self) -> Utterance | Wish | None:
        """What comes first: somebody speaks, or a wish. None when it was something else, and is done."""
        if self._lines:
            return self._lines.popleft()
        hearing = self._hearing_task()
        wish = await _first(hearing, self._keyboard.next())
        return self._heard() if wish is None and hearing is not None else wish

    def _heard(self) -> Utterance | None:
        """Whoever speaks; None when nobody can, which is said."""
        from pipeline.errors import PipelineError

        hearing, self._hearing = self._hearing, None
        try:
            utterance = None if hearing is None else hearing.result()
        except PipelineError as error:
            self._lose_microphone(error)
            return None
        if utterance is None:  # sound files have an end
            self._ends.microphone, self._used = None, True
            if self._keyboard.interactive:
                self.leave()
        return utterance

    def _lose_microphone(self, error: Exception) -> None:
        """Go on with typed questions, if any can come."""
        from commands.command_line import explain

        self._ends.stop_listening()
        self._ends.microphone = None
        if self._keyboard.closed:
            self.leave(explain(error))
        else:
            remark(f"{escaped(str(error))}. Type your questions meanwhile; /microphone tries again")

    def _closed(self, wish: Closed) -> None:
        """A terminal's end, or a signal, is a good-bye; after the end of a pipe, what is heard still counts."""
        if wish.exit_code or self._keyboard.interactive:
            self.leave(wish.exit_code)

    def _hearing_task(self) -> asyncio.Task[Utterance | None] | None:
        listener = self._ends.listener
        if listener is not None and self._ends.microphone is not None and self._hearing is None:
            self._hearing = asyncio.create_task(listener.utterance(), name="hearing")
        return self._hearing

    def _breaks_off(self, wish: Wish, turn: TalkTurn | None) -> bool:
        """Whether `wish`, which came in the middle of something, puts an end to that."""
        if isinstance(wish, Closed):
            self._closed(wish)
            return self._leaving
        if isinstance(wish, Interrupt):
            self._lines.clear()
            self._keyboard.drop_lines()
            return True
        if wish.text.strip():
            self._lines.append(wish)
            return turn is not None and self._keyboard.interactive
        if turn is not None and self._status.phase is Phase.RECORDING:
            turn.end_input()
            return False
        return turn is not None

    def _keep(self, wish: Wish) -> None:
        """A wish that came with the end of the work: a line is for what comes next, a stop has come too late."""
        if isinstance(wish, Typed) and wish.text.strip():
            self._lines.append(wish)
        elif isinstance(wish, Closed):
            self._closed(wish)

    # -- doing

    async def _serve(self, what: Utterance | Wish | None) -> None:
        match what:
            case None:
                return
            case Typed(text):
                self._used = True
                await self._typed(text.strip())
            case Interrupt():
                self.leave()
            case Closed():
                self._closed(what)
            case _:
                self._used = True
                self._status.enter(Phase.HEARING)
                await self._turn(what)

    async def _typed(self, text: str) -> None:
        from pipeline.events import Question

        if text.startswith("/"):
            await self._commands.run(text, self)
        elif text:
            if not self._keyboard.echoes:
                tell("asked", text)
            await self._hear_no_more()
            self._status.enter(Phase.THINKING)
            await self._turn(_once(Question(text)))
        elif self._status.phase is Phase.READY:
            await self._record()
        elif self._ends.microphone is None and self._keyboard.interactive:
            remark(NO_MICROPHONE)

    async def _record(self) -> None:
        microphone = self._ends.microphone
        if microphone is None or microphone.ended:
            remark("the sound files are at their end")
            return
        self._ends.listen()
        self._status.enter(Phase.RECORDING)
        if (await self._turn(microphone)).nothing_heard:
            remark(f"{NOTHING_HEARD}; press Enter, speak, and press Enter again")

    async def _hear_no_more(self) -> None:
        """A typed question is taken instead of a spoken one that begins at the same moment."""
        self._ends.stop_listening()
        if self._hearing is not None and self._hearing.done():
            utterance = self._heard()
            if utterance is not None:
                await utterance.aclose()

    async def _turn(self, source: Any) -> TalkTurn:
        session, speaker = self._room.session, self._ends.speaker
        session.output_latency_s = 0.0 if speaker is None else speaker.latency_s
        turn = TalkTurn(session.turn(source), self._ends, self._status)
        await self.during(self._answer(turn), turn)
        if turn.ledger is not None:
            self.last_ledger = turn.ledger
        if not self._leaving:
            if turn.interrupted:
                remark("stopped")
            if turn.ledger is not None:
                print_ledger_bar(turn.ledger)
            self._room.remark_troubles(self._ends)
        return turn

    async def _answer(self, turn: TalkTurn) -> None:
        from pipeline.errors import StageError

        try:
            await turn.run()
        except StageError as failure:
            await self._failed(turn, failure)
        if self._ends.microphone is not None:
            await turn.fade()

    async def _failed(self, turn: TalkTurn, failure: StageError) -> None:
        from pipeline.errors import PipelineError

        if failure.stage == "source" and isinstance(failure.cause, PipelineError):
            self._lose_microphone(failure.cause)
            return
        complain(str(failure.cause) or type(failure.cause).__name__)
        await turn.apologise(await self._room.apology(failure, begun=turn.answered))


async def _first(task: asyncio.Task[Any] | None, wishing: Coroutine[Any, Any, Wish]) -> Wish | None:
    """The wish that came before `task` was done, or with it; None when there was none."""
    wish = asyncio.ensure_future(wishing)
    try:
        await asyncio.wait({wish} if task is None else {wish, task}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        wish.cancel()
        await asyncio.wait({wish})
    return None if wish.cancelled() else wish.result()


async def _once(item: Any) -> AsyncIterator[Any]:
    yield item
