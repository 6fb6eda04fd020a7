from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from gateway.engine import EngineDelta, EngineEnd, EngineError, EngineRequest
from gateway.engines.upstream import Server, UpstreamEngine
from gateway.errors import GatewayError
from r1 import R1Options, RetryPolicy
from tests.r1.upstream import DONE, data, openai_event, openai_options

Answer = Callable[[httpx.Request], httpx.Response]


def server(name: str, weight: int = 1) -> Server:
    options = replace(openai_options(), base_url=f"http://{name}.test/v1", retry=RetryPolicy(attempts=1))
    return Server(options, weight)


def talks(request: httpx.Request) -> httpx.Response:
    """A thought, an answer, and the tokens of both."""
    usage = {
        "prompt_tokens": 5,
        "completion_tokens": 9,
        "total_tokens": 14,
        "completion_tokens_details": {"reasoning_tokens": 4},
    }
    lines = data(
        openai_event({"reasoning_content": "Hm."}),
        openai_event({"content": "420."}),
        openai_event({}, "stop", usage=usage),
    )
    headers = {"Content-Type": "text/event-stream"}
    return httpx.Response(200, text="".join([*lines, DONE]), headers=headers)


def generated(
    answer: Answer, *servers: Server, calls: int = 1, **request: Any
) -> tuple[list[Any], list[httpx.Request]]:
    """Everything that the engine gives in so many calls, and what the servers were asked."""
    seen: list[httpx.Request] = []

    def handle(sent: httpx.Request) -> httpx.Response:
        seen.append(sent)
        return answer(sent)

    async def main() -> list[Any]:
        items: list[Any] = []
        async with UpstreamEngine(servers or (server("one"),), transport=httpx.MockTransport(handle)) as engine:
            for _ in range(calls):
                items += [item async for item in engine.generate(EngineRequest("What is the total?", **request))]
        return items

    return asyncio.run(main()), [sent for sent in seen if sent.method == "POST"]


def test_pieces_and_end_come_through() -> None:
    """Thoughts apart, with the server's own counts, name and tries."""
    items, (sent,) = generated(talks, reasoning_budget=100)
    *deltas, end = items
    assert deltas == [EngineDelta("thought", "Hm."), EngineDelta("answer", "420.")]
    assert isinstance(end, EngineEnd)
    assert (end.finish_reason, end.prompt_tokens, end.completion_tokens, end.reasoning_tokens) == ("stop", 5, 9, 4)
    assert end.served_by == "deepseek-r1"
    assert [attempt.outcome for attempt in end.attempts] == ["answered"]
    assert b"What is the total?" in sent.content


def test_calls_are_shared_by_weight() -> None:
    """Three to one; a server without weight is asked by none."""
    servers = (server("one", 3), server("two", 1), server("spare", 0))
    _, sent = generated(talks, *servers, calls=8)
    assert Counter(request.url.host for request in sent) == {"one.test": 6, "two.test": 2}
    assert [request.url.host for request in sent[:4]].count("two.test") == 1


def test_another_server_answers_for_one_that_fails() -> None:
    """In their order, also one without weight; the tries say so."""

    def answer(request: httpx.Request) -> httpx.Response:
        return talks(request) if request.url.host == "spare.test" else httpx.Response(503)

    items, sent = generated(answer, server("one"), server("spare", 0))
    assert [request.url.host for request in sent] == ["one.test", "spare.test"]
    assert len(items[-1].attempts) == 2


@pytest.mark.parametrize(
    ("response", "field", "retry_after_s"),
    [
        (httpx.Response(503), None, None),
        (httpx.Response(429, headers={"Retry-After": "200"}), None, 200),
        (httpx.Response(401), None, None),
    ],
)
def test_failures_are_told_in_the_client_s_words(
    response: httpx.Response, field: str | None, retry_after_s: float | None
) -> None:
    """With how long to wait, where the server says so."""
    with pytest.raises(EngineError) as failed:
        generated(lambda _: response)
    assert "one.test" in str(failed.value)
    assert (failed.value.field, failed.value.retry_after_s) == (field, retry_after_s)


def test_closing_stops_the_server() -> None:
    """The connection is closed as soon as the caller has gone."""
    closed = asyncio.Event()

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            yield data(openai_event({"reasoning_content": "Hm."}))[0].encode()
            await asyncio.sleep(3600)

        async def aclose(self) -> None:
            closed.set()

    def endless(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Endless(), headers={"Content-Type": "text/event-stream"})

    async def main() -> None:
        async with UpstreamEngine([server("one")], transport=httpx.MockTransport(endless)) as engine:
            stream = engine.generate(EngineRequest("Why?"))
            assert await anext(stream) == EngineDelta("thought", "Hm.")
            await stream.aclose()  # type: ignore[attr-defined]  # it is a generator
            assert closed.is_set()

    asyncio.run(main())


def test_servers_without_weight_are_refused() -> None:
    """Somebody must be asked first."""
    with pytest.raises(GatewayError, match="weight above 0"):
        UpstreamEngine([Server(R1Options("http://x.test", dialect="openai"), 0)])
