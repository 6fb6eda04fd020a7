"""One row of the table of faults: what the server does, what the caller gets, and the check that it is so."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol

from r1 import ClientParts, Completion, Delta, R1Client, R1Error, R1Options, RetryPolicy, Timeouts
from r1.options import DialectName
from tests.r1.faults.server import CHAT_PATH, INFER_PATH, MODELS_PATH, TOKEN_PATH, Answer, FaultServer
from tests.r1.faults.wire import ANSWER, GOOD, THOUGHTS, models, token
from tests.r1.upstream import KEY, SECRET, said

PROMPT = "prompt-canary-5e1f: what is the total?"
CALM = Timeouts(connect_s=10, first_event_s=10, first_answer_s=10, idle_s=10, total_s=20)
"""For a server that is expected to answer: none of them decides, however busy the machine is."""
QUICK = RetryPolicy(attempts=3, first_wait_s=0.01, longest_wait_s=0.02, longest_retry_after_s=5)


@dataclass(slots=True)
class Run:
    """What came of a case."""

    server: FaultServer
    client: R1Client
    stand_in: FaultServer | None = None
    deltas: list[Delta] = field(default_factory=list)
    completion: Completion | None = None
    error: BaseException | None = None
    seconds: float = 0.0
    left_at: float = 0.0
    """When the caller left, by the event loop's clock."""
    free_at: float = 0.0
    """When the call was over for the caller, by the same."""

    @property
    def infers(self) -> int:
        """How many infer calls the server saw."""
        return len(self.server.asked(INFER_PATH, CHAT_PATH))


class Check(Protocol):
    """Raises `AssertionError` when what came of a case is not what was expected."""

    def __call__(self, run: Run) -> None:
        """Look at `run`."""
        ...


@dataclass(frozen=True, slots=True)
class Case:
    """A fault. `server` and `caller` stand in the table of `docs/faults.md`."""

    name: str
    server: str
    """What the server does."""
    caller: str
    """What the user or caller gets."""
    check: Check
    infer: tuple[Answer, ...] = (GOOD,)
    """What the infer calls are answered with, one after another; the last one repeats."""
    token: tuple[Answer, ...] = (token(),)
    models: tuple[Answer, ...] = (models("deepseek-r1"),)
    """For the dialect `openai` with an empty `model`."""
    dialect: DialectName = "guide"
    model: str = "deepseek-r1"
    timeouts: Timeouts = CALM
    calls: int = 1
    """The check is of the last one; those before must answer."""
    leaves_after: int | None = None
    """Deltas after which the caller closes the stream."""
    cancelled_after_s: float | None = None
    within_s: float = 5.0
    """The case must be over by then. It is far beyond its timers, since the machine may be busy."""
    listens: bool = True
    """False: nobody does."""
    stand_in: bool = False
    """True: the client has a second server, which answers well."""
    between: Callable[[FaultServer], Coroutine[Any, Any, None]] | None = None
    """Done between two calls."""

    def options(self, server: FaultServer) -> R1Options:
        """The client's, for `server`."""
        guide = self.dialect == "guide"
        return R1Options(
            server.url if guide else f"{server.url}/v1",
            KEY,
            SECRET if guide else "",
            dialect=self.dialect,
            model="" if guide else self.model,
            timeouts=self.timeouts,
            retry=QUICK,
        )

    async def run(self, parts: ClientParts | None = None) -> Run:
        """Play it with a client of these parts. Raises `TimeoutError` for a hang, and what a client must not raise."""
        script = {TOKEN_PATH: self.token, INFER_PATH: self.infer, CHAT_PATH: self.infer, MODELS_PATH: self.models}
        async with AsyncExitStack() as servers:
            server = await servers.enter_async_context(FaultServer(script))
            stand_in = await servers.enter_async_context(FaultServer()) if self.stand_in else None
            if not self.listens:
                await server.stop()
            options = [self.options(each) for each in (server, stand_in) if each is not None]
            async with R1Client(options, parts) as client, asyncio.timeout(self.within_s):
                for _ in range(self.calls - 1):
                    await client.infer(PROMPT)
                    if self.between is not None:
                        await self.between(server)
                run = Run(server, client, stand_in)
                await self._call(run)
                if self.leaves_after is not None or self.cancelled_after_s is not None:
                    await _end_of_connection(server)
        return run

    async def _call(self, run: Run) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        reading = asyncio.create_task(self._read(run))
        if self.cancelled_after_s is not None:
            await asyncio.wait({reading}, timeout=self.cancelled_after_s)
            run.left_at = loop.time()
            reading.cancel()
        try:
            await reading
        except (R1Error, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and self.cancelled_after_s is None:
                raise
            run.error = error
        run.free_at = loop.time()
        run.seconds = run.free_at - started

    async def _read(self, run: Run) -> None:
        async with aclosing(run.client.stream(PROMPT)) as items:
            async for item in items:
                if isinstance(item, Completion):
                    assert run.completion is None, "a stream has one completion"
                    run.completion = item
                    continue
                assert run.completion is None, "nothing follows the completion"
                run.deltas.append(item)
                if len(run.deltas) == self.leaves_after:
                    run.left_at = asyncio.get_running_loop().time()
                    return


async def _end_of_connection(server: FaultServer) -> None:
    while server.requests[-1].closed_at is None:
        await asyncio.sleep(0.002)


# -- checks


@dataclass(frozen=True, slots=True)
class Answers:
    """The call answers: this text, these thoughts, nothing twice and nothing lost."""

    answer: str = ANSWER
    thoughts: str = THOUGHTS
    finish_reason: str = "stop"
    tries: tuple[str, ...] = ("answered",)
    """What became of each."""
    least_s: float = 0.0
    """It took at least so long, because the server asked for it."""
    exchanges: int | None = 1
    """Tokens that were fetched; None when it does not matter."""
    completion_tokens: int | None = None
    """As the server counted them."""
    pieces: int | None = None
    """Answer deltas."""
    by_stand_in: bool = False

    def __call__(self, run: Run) -> None:
        """Compare."""
        if run.error is not None:
            raise AssertionError(f"it failed: {run.error}") from run.error
        completion = run.completion
        assert completion is not None
        assert said(run.deltas) == completion.answer == self.answer
        assert said(run.deltas, "thought") == completion.thoughts == self.thoughts
        assert completion.finish_reason == self.finish_reason
        assert not completion.fallback
        assert tuple(attempt.outcome for attempt in completion.attempts) == self.tries
        assert run.seconds >= self.least_s
        assert self.completion_tokens in {None, completion.usage.completion_tokens}
        assert self.pieces in {None, sum(delta.kind == "answer" for delta in run.deltas)}
        assert (completion.attempts[-1].upstream != run.client.options.address) == self.by_stand_in
        if run.client.options.dialect == "guide":
            given = [request for request in run.server.asked(TOKEN_PATH) if b"access_token" in b"".join(request.sent)]
            assert self.exchanges in {None, len(given)}


@dataclass(frozen=True, slots=True)
class SaysSo:
    """The model gave no answer: an honest sentence comes in its place, and no thought stands in it."""

    finish_reason: str
    thoughts: str = THOUGHTS

    def __call__(self, run: Run) -> None:
        """Compare."""
        assert run.error is None, run.error
        completion = run.completion
        assert completion is not None
        assert completion.fallback
        assert completion.finish_reason == self.finish_reason
        assert "did not reach an answer" in completion.answer
        assert said(run.deltas) == completion.answer
        assert said(run.deltas, "thought") == completion.thoughts
        # A second try may think once more, though it was asked not to.
        assert completion.thoughts.startswith(self.thoughts) and bool(completion.thoughts) == bool(self.thoughts)


@dataclass(frozen=True, slots=True)
class Fails:
    """The call fails with an error of this very type, whose message ends with a next step."""

    kind: type[R1Error]
    step: str
    """A pattern that the message holds: what is wrong, or what to do."""
    tries: int = 1
    """Infer calls that the server saw."""
    heard: str = ""
    """The answer's text that had come before; it is not said again."""
    heard_again: str = ""
    """Instead: what came once or more, as long as it lasted."""
    least_s: float = 0.0
    field: str | None = None
    """The parameter that the error names."""

    def __call__(self, run: Run) -> None:
        """Compare."""
        assert run.completion is None
        assert type(run.error) is self.kind, f"{type(run.error).__name__}: {run.error}"
        assert re.search(self.step, str(run.error)), str(run.error)
        assert getattr(run.error, "field", None) == self.field
        assert run.server.url in str(run.error), "the message names the server"
        assert str(run.error).isprintable(), "the message is one line"
        assert re.search(r"[:;,] \w+ .+$", str(run.error)), "the message ends with a next step"
        if self.heard_again:
            assert said(run.deltas) == self.heard_again * len(run.deltas)
        else:
            assert said(run.deltas) == self.heard
        assert run.infers == self.tries
        assert run.stand_in is None or not run.stand_in.requests, "what is final is asked nowhere else"
        assert run.seconds >= self.least_s


@dataclass(frozen=True, slots=True)
class Stops:
    """The caller leaves, and so the server sees its connection closed."""

    heard: int
    """Deltas that had come."""
    within_s: float = 1.0
    """Generous, as the machine may be busy; `test_faults` holds the promised 100 ms."""

    def __call__(self, run: Run) -> None:
        """Compare."""
        assert len(run.deltas) == self.heard
        assert run.completion is None
        closed_at = run.server.requests[-1].closed_at
        assert closed_at is not None
        assert max(closed_at, run.free_at) - run.left_at < self.within_s
