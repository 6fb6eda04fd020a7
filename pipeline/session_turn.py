"""One turn of a session: a turn of the pipeline that tells the session what it should remember and keep."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from types import TracebackType
from typing import Any, Protocol

from pipeline.context import ConversationContext, Exchange
from pipeline.errors import PipelineError
from pipeline.events import Answer, Page, Question, Sentence, Speech, Transcript
from pipeline.heard import HeardReply, Spoken, heard_reply, joined
from pipeline.latency import LatencyLedger
from pipeline.records import TurnOutcome, TurnState
from pipeline.runner import Pipeline


class TurnListener(Protocol):
    """Whom a turn tells: its session."""

    def begun(self, turn_id: str, question: str) -> int:
        """A turn has a question; returns its number."""
        ...

    def asked(self, number: int, question: str) -> None:
        """The whole question of a turn that has begun."""
        ...

    def read(self, page: Page) -> None:
        """A page has been read."""
        ...

    def said(self, number: int, sentence: str) -> None:
        """A sentence of the answer is certain."""
        ...

    def over(self, number: int, outcome: TurnOutcome, exchange: Exchange | None) -> None:
        """A turn has ended; `exchange` is what the conversation is to remember of it."""
        ...

    def use_document(self, name: str) -> bool:
        """A document is in use from now on; with an empty name all are."""
        ...

    def drop_document(self, name: str) -> bool:
        """A document is no longer attached."""
        ...

    @property
    def output_latency_s(self) -> float:
        """What plays the replies makes them heard so much later."""
        ...

    @property
    def cold_start_ns(self) -> int:
        """What loading took, while no turn has shown it; else 0."""
        ...


class SessionTurn:
    """An async context manager and an async iterator over the turn's events, as `pipeline.runner.Turn` is.

    Left in peace, the whole answer is remembered; after `cancel`, what was heard of it. What the answer says of the
    documents in use is done in either case. A turn without a question is not remembered at all.
    """

    def __init__(
        self, pipeline: Pipeline, context: ConversationContext, source: AsyncIterable[Any], session: TurnListener
    ) -> None:
        self._session = session
        self._turn = pipeline.turn(context, _Watched(source, self))
        self._turn.output_latency_s = session.output_latency_s
        self._cold_start_ns = session.cold_start_ns
        self._number: int | None = None
        self._questions: list[str] = []
        self._sentences: list[str] = []
        self._spoken: list[Spoken] = []
        self._asides: set[str] = set()
        self._answer: Answer | None = None
        self._heard_ms: float | None = None
        self._failure: Exception | None = None
        self._cancelled = False
        self._ended = False

    async def __aenter__(self) -> SessionTurn:
        await self._turn.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # left early or told to stop: what comes after it is not heard
        self._cancelled = self._cancelled or not self._ended
        try:
            await self._turn.__aexit__(kind, error, trace)
        finally:
            self._commit()

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        try:
            event = await anext(self._turn)
        except StopAsyncIteration:
            self._ended = True
            raise
        except Exception as failure:
            self._failure = failure
            raise
        self._note(event)
        return event

    async def cancel(self, heard_ms: float) -> None:
        """End the turn now; the user had heard `heard_ms` milliseconds of the reply. Also right when all events have
        come and the reply is still being played, and when the turn has failed in the middle of it.
        """
        self._cancelled = True
        self._heard_ms = heard_ms
        await self._turn.cancel(heard_ms)

    def end_input(self) -> None:
        """Close the input while the source runs on."""
        self._turn.end_input()

    @property
    def ledger(self) -> LatencyLedger:
        """Where the time went; see `pipeline.runner.Turn.ledger`."""
        return self._turn.ledger.with_cold_start(self._cold_start_ns)

    def typed(self, question: Question) -> None:
        """The source has sent a typed question."""
        self._add_question(question.text)

    def _note(self, event: Any) -> None:
        match event:
            case Transcript():
                self._add_question(event.text)
            case Page():
                self._session.read(event)
            case Sentence(aside=True):
                self._asides.add(event.text)
            case Sentence():
                self._sentences.append(event.text)
                if self._number is not None:
                    self._session.said(self._number, event.text)
            case Speech() if event.text not in self._asides:  # they come last, when all else has been heard
                self._spoken.append(Spoken(event.text, event.seconds))
            case Answer():
                self._answer = event
                if self._number is not None and event.question != joined(self._questions):
                    self._session.asked(self._number, event.question)

    def _add_question(self, text: str) -> None:
        if not text.strip():
            return
        self._questions.append(text.strip())
        if self._number is None:
            self._number = self._session.begun(self._turn.turn_id, text.strip())
        else:
            self._session.asked(self._number, joined(self._questions))

    def _commit(self) -> None:
        if self._number is None:
            return
        answer, question = self._answer or Answer("", "", finish_reason=""), joined(self._questions)
        reply = self._reply()
        state = self._state(reply)
        exchange = None
        if state is not TurnState.FAILED:
            exchange = Exchange(answer.question or question, reply.heard, answer.citations, reply.unheard)
        outcome = TurnOutcome(
            state=state,
            answer=reply.heard,
            unheard=reply.unheard,
            citations=answer.citations,
            served_by=answer.served_by,
            finish_reason=answer.finish_reason,
            usage=answer.usage,
            thinking_s=answer.thinking_s,
            ledger=self._ledger_json(),
            error=str(self._failure or ""),
        )
        self._session.over(self._number, outcome, exchange)
        for name in answer.dropped:
            self._session.drop_document(name)
        if answer.in_use is not None:
            self._session.use_document(answer.in_use)

    def _state(self, reply: HeardReply) -> TurnState:
        if self._failure is not None and not reply.heard:
            return TurnState.FAILED
        return TurnState.CANCELLED if self._cancelled or self._failure is not None else TurnState.DONE

    def _reply(self) -> HeardReply:
        if self._answer is not None and not self._cancelled and self._failure is None:
            return HeardReply(self._answer.text, "")
        spoken = {piece.text for piece in self._spoken}
        unspoken = [sentence for sentence in self._sentences if sentence not in spoken]
        return heard_reply(self._spoken, unspoken, self._heard_ms or 0.0)

    def _ledger_json(self) -> dict[str, Any] | None:
        try:
            return self.ledger.to_json()
        except PipelineError:  # the turn ended before there was anything to close it with
            return None


class _Watched:
    """The source, with its typed questions told to the turn."""

    def __init__(self, source: AsyncIterable[Any], turn: SessionTurn) -> None:
        self._source = source
        self._turn = turn
        self.live = bool(getattr(source, "live", False))

    async def __aiter__(self) -> AsyncGenerator[Any, None]:
        iterator = aiter(self._source)
        try:
            async for event in iterator:
                if type(event) is Question:
                    self._turn.typed(event)
                yield event
        finally:
            close = getattr(iterator, "aclose", None)
            if close is not None:
                await close()
