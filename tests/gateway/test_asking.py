from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from gateway.access import Access
from gateway.app import create_app
from gateway.calls import Caller, CallRecord
from gateway.engine import EngineEnd, EngineError
from gateway.errors import ApiError
from gateway.parts import GatewayParts
from gateway.recording import MOST_BODY_BYTES
from gateway.session_layouts import reader_layout
from gateway.sessions import MemorySessions, SessionLimits, Sessions
from r1.cache import open_cache
from r1.request import Caller as Scope
from tests.gateway.engine import KEY, SECRET, TOTAL, ScriptedEngine, answer, authorised
from text.prompt import parse_prompt

INFER = "/v1/models/r1/infer"
Visit = Callable[[httpx.AsyncClient, dict[str, str]], Awaitable[Any]]


class Noted:
    """A sink that keeps what it is told."""

    def __init__(self) -> None:
        self.records: list[CallRecord] = []

    def note(self, record: CallRecord) -> None:
        self.records.append(record)


def served(engine: ScriptedEngine, visit: Visit, **parts: Any) -> Any:
    """What `visit` gives, with a client and the header of an access token."""

    async def main() -> Any:
        app = create_app(GatewayParts(engine, Access({KEY: SECRET}), **parts))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
            return await visit(client, await authorised(client))

    return asyncio.run(main())


def test_an_answer_that_is_kept_is_given_again() -> None:
    """Also as a stream; not for another user, another parameter, or a caller who wants a fresh one."""
    engine = ScriptedEngine(TOTAL)

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> list[httpx.Response]:
        replies = []
        for body, extra in (
            ({}, {}),
            ({}, {}),
            ({"stream": True}, {}),
            ({"user_id": "mei"}, {}),
            ({"temperature": 0}, {}),
            ({}, {"Cache-Control": "no-cache"}),
        ):
            reply = await client.post(INFER, json={"prompt": "Why?", **body}, headers=headers | extra)
            replies.append(reply)
            await asyncio.sleep(0)
        return replies

    first, again, streamed, other, warm, fresh = served(engine, visit, cache=open_cache("memory"))
    assert first.json()["x_r1"]["cache"] == "miss"
    assert first.headers["cache-status"] == "r1; fwd=miss"
    assert again.json()["x_r1"]["cache"] == "hit"
    assert again.headers["cache-status"] == "r1; hit"
    assert again.json()["choices"] == first.json()["choices"]
    assert '"cache":"hit"' in streamed.text and "[DONE]" in streamed.text
    assert other.json()["x_r1"]["cache"] == warm.json()["x_r1"]["cache"] == "miss"
    assert "cache-status" not in fresh.headers
    assert len(engine.requests) == 4


def test_a_cut_answer_is_not_kept() -> None:
    """Only complete ones are (field notes, section 3)."""
    engine = ScriptedEngine([answer("The to"), EngineEnd("length")])

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        for _ in range(2):
            await client.post(INFER, json={"prompt": "Why?"}, headers=headers)

    served(engine, visit, cache=open_cache("memory"))
    assert len(engine.requests) == 2


def test_a_repeated_idempotency_key_runs_once() -> None:
    """Together and one after the other; with another request it is refused."""
    engine = ScriptedEngine([0.05, *TOTAL])

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> list[httpx.Response]:
        keyed = headers | {"Idempotency-Key": "abc"}
        together = await asyncio.gather(*(client.post(INFER, json={"prompt": "Why?"}, headers=keyed) for _ in range(3)))
        later = await client.post(INFER, json={"prompt": "Why?"}, headers=keyed)
        other = await client.post(INFER, json={"prompt": "Who?"}, headers=keyed)
        long = await client.post(INFER, json={"prompt": "Why?"}, headers=headers | {"Idempotency-Key": "x" * 300})
        return [*together, later, other, long]

    *good, other, long = served(engine, visit)
    assert {reply.json()["choices"][0]["text"] for reply in good} == {"The total is 420."}
    assert len(engine.requests) == 1
    assert (other.status_code, other.json()["error"]["type"]) == (422, "idempotency_key_reused")
    assert (long.status_code, long.json()["error"]["field"]) == (400, "Idempotency-Key")


def test_a_session_is_remembered() -> None:
    """The second prompt has the first exchange before it; another user's has not."""
    engine = ScriptedEngine(TOTAL)

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        for user, prompt in (("mei", "What is the total?"), ("mei", "And in euros?"), ("tom", "And in euros?")):
            body = {"prompt": prompt, "user_id": user, "session_id": "s1", "remember": True}
            assert (await client.post(INFER, json=body, headers=headers)).status_code == 200

    served(engine, visit, sessions=Sessions(MemorySessions(), layout=reader_layout))
    first, second, third = (parse_prompt(request.prompt) for request in engine.requests)
    assert first.exchanges == third.exchanges == ()
    assert second.exchanges == (("What is the total?", "The total is 420."),)
    assert second.question == "And in euros?"


def test_sessions_end_and_are_bounded() -> None:
    """By time, by tokens (the oldest exchange goes first), and by number."""
    now = [0.0]
    store = MemorySessions(most=2, clock=lambda: now[0])
    sessions = Sessions(store, SessionLimits(ttl_s=10, most_tokens=30))
    scopes = [Scope("t", "u", name) for name in ("a", "b", "c")]

    async def main() -> None:
        for number in range(20):
            await sessions.add(scopes[0], f"question {number}", "an answer of some words")
        kept = await sessions.exchanges(scopes[0])
        assert kept[-1][0] == "question 19" and 1 <= len(kept) < 5
        await sessions.add(scopes[1], "q", "a")
        await sessions.add(scopes[2], "q", "a")
        assert await sessions.exchanges(scopes[0]) == ()
        assert set(await sessions.of_user("t", "u")) == {"session-r1:t:u:b", "session-r1:t:u:c"}
        assert await sessions.of_user("t", "u2") == await sessions.of_user("t2", "u") == {}
        assert await sessions.forget_user("t", "u") == 2
        await sessions.add(scopes[0], "q", "a")
        now[0] = 11.0
        assert await sessions.exchanges(scopes[0]) == ()

    asyncio.run(main())


def test_a_session_store_that_is_gone_fails_no_call(caplog: pytest.LogCaptureFixture) -> None:
    """The question is asked without what was said before; the trouble is told."""

    class Gone(MemorySessions):
        async def get(self, key: str) -> bytes | None:
            raise ConnectionError("gone")

        async def put(self, key: str, content: bytes, ttl_s: float) -> None:
            raise ConnectionError("gone")

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
        body = {"prompt": "Why?", "session_id": "s1", "remember": True}
        return await client.post(INFER, json=body, headers=headers)

    with caplog.at_level(logging.WARNING, "gateway.sessions"):
        reply = served(ScriptedEngine(TOTAL), visit, sessions=Sessions(Gone()))
    assert reply.status_code == 200
    assert [record.message for record in caplog.records] == [
        "sessions are not remembered: their store failed (ConnectionError)"
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"remember": True}, "remember"),
        ({"remember": True, "session_id": "s", "prompt": ["a", "b"]}, "remember"),
        ({"user_id": "x" * 300}, "user_id"),
        ({"session_id": "line\nbreak"}, "session_id"),
        ({"reasoning_budget": -1}, "reasoning_budget"),
        ({"reasoning_budget": 1.5}, "reasoning_budget"),
    ],
)
def test_what_the_guide_does_not_have_is_checked_too(body: dict[str, Any], field: str) -> None:
    """Status 400 with the field named."""

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
        return await client.post(INFER, json={"prompt": "Why?", **body}, headers=headers)

    reply = served(ScriptedEngine(TOTAL), visit)
    assert (reply.status_code, reply.json()["error"]["field"]) == (400, field)


def test_every_call_is_on_record() -> None:
    """Answered, streamed, malformed, denied, unknown, too large: each once, with who, what and how long."""
    noted = Noted()

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        named = {"prompt": "Why?", "user_id": "mei", "session_id": "s1"}
        await client.post(INFER, json=named, headers=headers)
        await client.post(INFER, json={**named, "stream": True}, headers=headers)
        await client.post(INFER, json={"prompt": ""}, headers=headers)
        await client.post(INFER, json=named)
        await client.get("/nowhere/mei")
        await client.post(INFER, content=b"x" * (MOST_BODY_BYTES + 1), headers=headers)

    served(ScriptedEngine(TOTAL), visit, sinks=(noted,))
    token, whole, streamed, malformed, denied, unknown, large = noted.records
    assert (token.route, token.status, token.caller) == ("/auth/token", 200, None)
    for record in (whole, streamed):
        assert (record.route, record.status, record.error_class) == (INFER, 200, "")
        assert record.caller is not None and record.caller.client_id == KEY
        assert (record.user_id, record.session_id, record.served_by) == ("mei", "s1", "scripted")
        assert record.tokens.reasoning > 0 and record.tokens.completion > record.tokens.reasoning
        timing = record.timing
        assert timing.first_event_ms is not None and timing.first_answer_ms is not None
        assert timing.first_event_ms <= timing.first_answer_ms <= timing.total_ms
        assert timing.queued_ms is not None and 0 <= timing.overhead_ms <= timing.total_ms
        assert len(record.request) == len(record.response) == 32
    assert (whole.streamed, streamed.streamed) == (False, True)
    assert whole.call_id.startswith("infer-")
    assert (malformed.status, malformed.error_class) == (400, "invalid_parameter")
    assert (denied.status, denied.error_class, denied.caller) == (401, "unauthorised", None)
    assert denied.route == INFER
    assert (unknown.status, unknown.route) == (404, "")
    assert (large.status, large.error_class) == (413, "too_large")
    assert not any("Why?" in repr(record) for record in noted.records)


def test_a_failure_in_mid_stream_and_a_caller_who_leaves_are_on_record() -> None:
    """Status 200 went out; what happened after is the error class."""
    noted = Noted()

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        await client.post(INFER, json={"prompt": "Why?", "stream": True}, headers=headers)

    served(ScriptedEngine([answer("The "), EngineError("disk full")]), visit, sinks=(noted,))
    assert (noted.records[-1].status, noted.records[-1].error_class) == (200, "engine_unavailable")


def test_an_allowance_is_checked_before_and_counted_after() -> None:
    """What is used up is refused with its limit; tokens are counted once a call."""

    class Allowance:
        def __init__(self) -> None:
            self.left = 2
            self.spent: list[int] = []

        @asynccontextmanager
        async def call(self, caller: Caller) -> AsyncIterator[None]:
            if not self.left:
                raise ApiError(429, "limit_reached", "two calls a minute: come back later", retry_after_s=30)
            self.left -= 1
            yield

        async def spend(self, caller: Caller, tokens: int) -> None:
            self.spent.append(tokens)

    allowance = Allowance()

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> list[httpx.Response]:
        return [await client.post(INFER, json={"prompt": "Why?"}, headers=headers) for _ in range(3)]

    *good, refused = served(ScriptedEngine(TOTAL), visit, allowance=allowance)
    assert [reply.status_code for reply in good] == [200, 200]
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    assert len(allowance.spent) == 2 and allowance.spent[0] > 0


def test_no_body_is_read_for_a_stranger() -> None:
    """A call without a token that holds is refused before the first byte of its body."""
    read: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield b'{"prompt": "Why?"}'

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> list[int]:
        replies = [
            await client.post(INFER, content=body()),
            await client.post("/v1/nowhere", content=body(), headers={"Authorization": "Bearer x.y.z"}),
            await client.post(INFER, content=body(), headers=headers | {"Content-Type": "application/json"}),
        ]
        return [reply.status_code for reply in replies]

    assert served(ScriptedEngine(TOTAL), visit) == [401, 401, 200]
    assert len(read) == 1


def test_replies_carry_security_headers() -> None:
    """Also errors."""

    async def visit(client: httpx.AsyncClient, headers: dict[str, str]) -> list[httpx.Response]:
        return [await client.get("/health"), await client.get("/nowhere")]

    for reply in served(ScriptedEngine(TOTAL), visit):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-security-policy"].startswith("default-src 'none'")
