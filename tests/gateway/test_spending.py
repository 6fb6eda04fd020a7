"""What calls cost, however they end: for the client's quota, the record, and the metrics."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from gateway.access import Access
from gateway.asking import Ask, Asking
from gateway.calls import Caller
from gateway.engine import EngineError
from gateway.errors import ApiError
from gateway.monitoring.tally import Measured, Tally
from gateway.parts import GatewayParts
from gateway.recording import CallUnderWay
from r1.cache import open_cache
from r1.parameters import InferParameters
from r1.results import Completion, Delta
from tests.gateway.engine import FOREVER, KEY, SECRET, TOTAL, ScriptedEngine, Step, answer, thought
from tests.gateway.serving import run, serving, until
from tests.gateway.test_asking import INFER, Noted, served
from text.tokens import estimate_tokens

CALLER = Caller("c1", "phone", "developer", "t1")
PROMPT = "What is the total of this invoice?"


@dataclass
class Purse:
    """An allowance without limits that notes what is spent."""

    spent: list[int] = field(default_factory=list)

    @asynccontextmanager
    async def call(self, caller: Caller) -> AsyncIterator[None]:
        yield

    async def spend(self, caller: Caller, tokens: int) -> None:
        self.spent.append(tokens)


def broken_off(script: list[Step], pieces: int, **parts: Any) -> tuple[Purse, CallUnderWay, ScriptedEngine]:
    """A caller who hears so many pieces and leaves."""
    purse, engine, call = Purse(), ScriptedEngine(script), CallUnderWay()

    async def main() -> None:
        asking = Asking(GatewayParts(engine, Access({KEY: SECRET}), allowance=purse, **parts))
        async with aclosing(asking.run(Ask(PROMPT, InferParameters(), CALLER), call)) as run:
            for _ in range(pieces):
                await anext(run)

    asyncio.run(main())
    return purse, call, engine


def test_a_cached_prompt_in_a_list_makes_the_others_no_cheaper() -> None:
    """Each prompt that the engine answered is charged, counted and on record; that of the cache is not."""
    purse, noted = Purse(), Noted()

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
        await client.post(INFER, json={"prompt": "Why?"}, headers=headers)
        await asyncio.sleep(0)
        body = {"prompt": ["Why?", "A longer question, which costs", "Another one"]}
        return await client.post(INFER, json=body, headers=headers)

    parts = {"cache": open_cache("memory"), "allowance": purse, "sinks": (noted,)}
    reply = served(ScriptedEngine(TOTAL), visit, **parts)
    assert [each["x_r1"]["cache"] for each in reply.json()["choices"]] == ["hit", "miss", "miss"]
    costs = [each["usage"]["total_tokens"] for each in reply.json()["choices"]]
    assert sorted(purse.spent[1:]) == sorted(costs[1:])
    record = noted.records[-1]
    assert (record.cache, record.served_by) == ("miss", "scripted")
    assert record.tokens.prompt + record.tokens.completion == sum(costs[1:])
    tally = Tally()
    tally.count(Measured(record))
    assert (tally.hits, tally.misses) == (0, 1)
    assert tally.tokens.prompt + tally.tokens.completion == sum(costs[1:])


def test_a_list_of_cached_prompts_is_a_hit() -> None:
    """And costs nothing."""
    purse, noted = Purse(), Noted()

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        for _ in range(2):
            await client.post(INFER, json={"prompt": ["Why?", "Who?"]}, headers=headers)
            await asyncio.sleep(0)

    served(ScriptedEngine(TOTAL), visit, cache=open_cache("memory"), allowance=purse, sinks=(noted,))
    assert [record.cache for record in noted.records[1:]] == ["miss", "hit"]
    assert len(purse.spent) == 2


@pytest.mark.parametrize("cache", [None, lambda: open_cache("memory")])
def test_who_leaves_before_the_end_pays_for_what_there_was(cache: Callable[[], Any] | None) -> None:
    """The prompt and all that the engine had said, estimated; on record too."""
    said: list[Step] = [thought("Let me see."), answer("The total "), FOREVER]
    purse, call, engine = broken_off(said, 2, cache=None if cache is None else cache())
    thinking = estimate_tokens("Let me see.")
    expected = estimate_tokens(PROMPT) + thinking + estimate_tokens("The total ")
    assert purse.spent == [expected]
    assert [(usage.total_tokens, usage.reasoning_tokens, usage.estimated) for usage in call.broken_off] == [
        (expected, thinking, True)
    ]
    assert engine.running == 0


def test_who_reads_slowly_and_leaves_pays_for_what_the_engine_said() -> None:
    """With a cache the engine goes on while the caller reads; the end that was not read costs all the same."""
    purse, call, _ = broken_off(list(TOTAL), 1, cache=open_cache("memory"))
    whole = estimate_tokens(PROMPT) + estimate_tokens("Let me see.") + estimate_tokens("The total is 420.")
    assert purse.spent == [call.broken_off[0].total_tokens] == [whole]


def test_who_leaves_a_kept_reply_pays_nothing() -> None:
    """The engine had no part in it."""
    purse, call = Purse(), CallUnderWay()

    async def main() -> None:
        parts = GatewayParts(ScriptedEngine(TOTAL), Access({KEY: SECRET}), allowance=purse, cache=open_cache("memory"))
        asking, ask = Asking(parts), Ask(PROMPT, InferParameters(), CALLER)
        async for _ in asking.run(ask, CallUnderWay()):
            pass
        await asking.settle()
        async with aclosing(asking.run(ask, call)) as run:
            assert isinstance(await anext(run), Delta)

    asyncio.run(main())
    assert len(purse.spent) == 1 and not call.broken_off


def test_who_joins_a_call_and_leaves_leaves_it_paid() -> None:
    """Once for both: what was heard is paid by who leaves first, else two calls that watch each other would be free."""
    purse, calls = Purse(), [CallUnderWay(), CallUnderWay()]

    async def main() -> None:
        engine = ScriptedEngine([thought("Let me see."), answer("The total "), FOREVER])
        asking = Asking(GatewayParts(engine, Access({KEY: SECRET}), allowance=purse, cache=open_cache("memory")))
        runs = [asking.run(Ask(PROMPT, InferParameters(), CALLER), call) for call in calls]
        async with aclosing(runs[0]), aclosing(runs[1]):
            for run in runs:
                await anext(run)
                await anext(run)
        assert len(engine.requests) == 1

    asyncio.run(main())
    heard = estimate_tokens(PROMPT) + estimate_tokens("Let me see.") + estimate_tokens("The total ")
    assert purse.spent == [heard]
    assert all(call.broken_off for call in calls)


def test_a_run_that_several_hear_is_paid_once() -> None:
    """And counted once; the wait of who joined is an engine's, not the gateway's own."""
    purse, noted = Purse(), Noted()
    engine = ScriptedEngine([0.1, thought("Let me see."), answer("The total is 420.")])

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> list[httpx.Response]:
        calls = [client.post(INFER, json={"prompt": PROMPT}, headers=headers) for _ in range(3)]
        return await asyncio.gather(*calls)

    replies = served(engine, visit, cache=open_cache("memory"), allowance=purse, sinks=(noted,))
    usage = replies[0].json()["usage"]
    assert len(engine.requests) == 1 and all(reply.json()["usage"] == usage for reply in replies)
    records = [record for record in noted.records if record.route == INFER]
    assert purse.spent == [usage["total_tokens"]]
    assert sorted(record.tokens.prompt + record.tokens.completion for record in records) == [0, 0, purse.spent[0]]
    assert max(record.timing.overhead_ms for record in records) < 90


def test_who_goes_on_when_the_first_leaves_pays_the_rest() -> None:
    """Nobody hears a run to its end for nothing."""
    purse = Purse()

    async def main() -> int:
        engine = ScriptedEngine([thought("Let me see."), answer("The total "), 0.01, answer("is 420.")])
        asking = Asking(GatewayParts(engine, Access({KEY: SECRET}), allowance=purse, cache=open_cache("memory")))
        first, second = (asking.run(Ask(PROMPT, InferParameters(), CALLER), CallUnderWay()) for _ in range(2))
        async with aclosing(first), aclosing(second):
            await anext(first)
            await anext(second)
            await first.aclose()
            *_, completion = [item async for item in second]
        assert isinstance(completion, Completion) and len(engine.requests) == 1
        return completion.usage.total_tokens

    assert asyncio.run(main()) == sum(purse.spent) and len(purse.spent) == 2


def test_an_engine_that_fails_costs_what_it_gave() -> None:
    """Nothing where it gave nothing."""

    def spent(*script: Step) -> list[int]:
        purse = Purse()

        async def main() -> None:
            asking = Asking(GatewayParts(ScriptedEngine(script), Access({KEY: SECRET}), allowance=purse))
            with pytest.raises(ApiError):
                async for _ in asking.run(Ask(PROMPT, InferParameters(), CALLER), CallUnderWay()):
                    pass

        asyncio.run(main())
        return purse.spent

    assert spent(EngineError("no")) == []
    assert spent(answer("The "), EngineError("no")) == [estimate_tokens(PROMPT) + estimate_tokens("The ")]


def test_a_caller_who_hangs_up_is_on_record_with_what_it_cost() -> None:
    """Over a real connection: the estimate is in the record of the call, as in the quota."""
    purse, noted = Purse(), Noted()
    engine = ScriptedEngine([answer("The total "), FOREVER])

    async def main() -> None:
        async with serving(engine, allowance=purse, sinks=(noted,)) as (_, client):
            async with client.stream("POST", INFER, json={"prompt": PROMPT, "stream": True}) as reply:
                async for line in reply.aiter_lines():
                    if "The total" in line:
                        break
            await until(lambda: noted.records[-1].route == INFER)

    run(main)
    record, expected = noted.records[-1], estimate_tokens(PROMPT) + estimate_tokens("The total ")
    assert record.error_class == "client_gone"
    assert record.tokens.prompt + record.tokens.completion == expected
    assert purse.spent == [expected]
