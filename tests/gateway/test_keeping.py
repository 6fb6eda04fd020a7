"""What is kept of whom, and that an erasure leaves nothing of it: in any cache, of any call under way."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.access import Access
from gateway.asking import Ask, Asking
from gateway.calls import Caller
from gateway.erasures import Erasures
from gateway.errors import ApiError
from gateway.parts import GatewayParts
from gateway.recording import CallUnderWay
from gateway.repeats import IDEMPOTENCY_TTL_S, MOST_IDEMPOTENCY_KEYS, RepeatName, Repeats
from gateway.sessions import MemorySessions, Sessions
from r1.cache import MemoryCache
from r1.parameters import InferParameters
from r1.request import Caller as Scope
from tests.gateway.engine import KEY, SECRET, TOTAL, ScriptedEngine, answer
from tests.gateway.service import Service
from tests.gateway.test_asking import INFER

CALLER = Caller("c1", "phone", "developer", "t1")
OTHER = Caller("c2", "kitchen", "developer", "t1")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    yield made
    made.close()


class Desk:
    """An asking with every store, and a clock."""

    def __init__(self, *script: Any) -> None:
        self.now_s = 0.0
        self.engine = ScriptedEngine(script or TOTAL)
        self.cache = MemoryCache(clock=lambda: self.now_s)
        self.sessions = Sessions(MemorySessions())
        parts = GatewayParts(self.engine, Access({KEY: SECRET}), cache=self.cache, sessions=self.sessions)
        self.asking = Asking(parts, lambda: self.now_s)

    async def ask(self, prompt: str = "Why?", caller: Caller = CALLER, **more: Any) -> None:
        async for _ in self.asking.run(Ask(prompt, InferParameters(), caller, **more), CallUnderWay()):
            pass
        await self.asking.settle()


def test_an_erasure_reaches_replies_kept_for_repeated_calls(service: Service) -> None:
    """The same key gets a new reply afterwards, also for another body; the receipt names the store."""

    async def main() -> list[httpx.Response]:
        async with service.client() as client:
            headers = await service.header(client, "developer")
            keyed = headers | {"Idempotency-Key": "abc"}
            body = {"prompt": "Why?", "user_id": "mei", "session_id": "s1"}
            for user in ("mei", "tom"):
                await client.post(INFER, json=body | {"user_id": user}, headers=keyed | {"Idempotency-Key": user})
            await client.post(INFER, json=body, headers=keyed)
            erased = await client.delete("/v1/users/mei/data", headers=headers)
            again = await client.post(INFER, json=body | {"prompt": "Who?"}, headers=keyed)
            return [erased, again]

    erased, again = asyncio.run(main())
    entries = {each["store"]: each["entries"] for each in erased.json()["stores"]}
    assert entries["repeats"] == 2 and entries["cache"] == 1
    assert (again.status_code, again.json()["x_r1"]["cache"]) == (200, "miss")


def test_a_call_under_way_puts_nothing_back_after_an_erasure() -> None:
    """Neither into its session nor into a cache; calls that begin afterwards are kept again."""
    desk = Desk(answer("The total "), 0.02, answer("is 420."))
    mine: dict[str, Any] = {"user_id": "mei", "session_id": "s1"}

    async def main() -> None:
        calls = [
            asyncio.create_task(desk.ask(**mine, remember=True, use_cache=False)),
            asyncio.create_task(desk.ask(**mine)),
            asyncio.create_task(desk.ask("Keyed?", **mine, use_cache=False, idempotency_key="k")),
            asyncio.create_task(desk.ask(user_id="tom")),
        ]
        while desk.engine.running < 4:
            await asyncio.sleep(0)
        await desk.asking.erase("t1", "mei")
        await desk.sessions.forget_user("t1", "mei")
        await desk.cache.erase_user("t1", "mei")
        await asyncio.gather(*calls)
        assert await desk.sessions.of_user("t1", "mei") == {}
        assert await desk.cache.erase_user("t1", "mei") == await desk.asking.erase("t1", "mei") == 0
        assert await desk.cache.erase_user("t1", "tom") == 1
        await desk.ask(**mine, remember=True)
        assert len(await desk.sessions.of_user("t1", "mei")) == 1
        assert await desk.cache.erase_user("t1", "mei") == 1

    asyncio.run(main())


def test_an_exchange_on_its_way_into_a_store_is_taken_back() -> None:
    """When the erasure came between the look and the end of the writing."""
    erasures = Erasures()
    fence = erasures.fence("t1", "mei")

    class Slow(MemorySessions):
        async def put(self, key: str, content: bytes, ttl_s: float) -> None:
            erasures.erase("t1", "mei")
            await super().put(key, content, ttl_s)

    sessions = Sessions(Slow())
    asyncio.run(sessions.add(Scope("t1", "mei", "s1"), "Why?", "So.", fence))
    assert asyncio.run(sessions.of_user("t1", "mei")) == {}


def test_erasures_remember_only_calls_under_way() -> None:
    """They do not grow with the number of users."""
    erasures = Erasures()
    first = erasures.fence("t1", "mei")
    assert erasures.fence("t1", "mei") is first
    erasures.erase("t1", "mei")
    assert first.erased and not erasures.fence("t1", "mei").erased
    erasures.erase("t1", "nobody")
    del first
    gc.collect()
    assert len(erasures._fences) == 0


def test_a_repeated_call_is_remembered_once() -> None:
    """Together and later; another key is another exchange."""
    desk = Desk()
    turn: dict[str, Any] = {"user_id": "mei", "session_id": "s1", "remember": True, "use_cache": False}

    async def main() -> None:
        await asyncio.gather(*(desk.ask(**turn, idempotency_key="k1") for _ in range(3)))
        await desk.ask(**turn, idempotency_key="k1")
        await desk.ask(**turn, idempotency_key="k2")
        assert len(await desk.sessions.exchanges(Scope("t1", "mei", "s1"))) == 2

    asyncio.run(main())
    assert len(desk.engine.requests) == 2


def test_a_key_is_free_again_when_its_reply_has_ended() -> None:
    """Both end together, counted from the reply."""
    desk = Desk()

    async def main() -> None:
        await desk.ask("Why?", idempotency_key="k")
        desk.now_s = IDEMPOTENCY_TTL_S - 1
        with pytest.raises(ApiError) as refused:
            await desk.ask("Who?", idempotency_key="k")
        assert refused.value.kind == "idempotency_key_reused"
        desk.now_s = IDEMPOTENCY_TTL_S + 1
        await desk.ask("Who?", idempotency_key="k")

    asyncio.run(main())
    assert [request.prompt for request in desk.engine.requests] == ["Why?", "Who?"]


def test_keys_are_bounded() -> None:
    """The oldest goes first."""
    desk, repeats = Desk(), Repeats(lambda: 0.0)
    fence = Erasures().fence("t1", "mei")
    for number in range(MOST_IDEMPOTENCY_KEYS + 5):
        repeats.stream(RepeatName("t1", "mei", "c1", str(number)), "one", lambda: desk.asking.run, fence)  # type: ignore[arg-type,return-value]  # never run
    assert len(repeats._asked) == MOST_IDEMPOTENCY_KEYS
    repeats.stream(RepeatName("t1", "mei", "c1", "0"), "two", lambda: desk.asking.run, fence)  # type: ignore[arg-type,return-value]  # a double of the store


def test_calls_that_name_no_user_are_their_client_s() -> None:
    """Another client of the tenant gets neither its answers nor its sessions; no user's name can reach them."""
    desk = Desk()

    async def main() -> None:
        for caller in (CALLER, OTHER):
            await desk.ask(caller=caller)
            await desk.ask(caller=caller, session_id="s1", remember=True)
        assert len(desk.engine.requests) == 4
        assert {request.caller.user_id for request in desk.engine.requests} == {""}
        for name in ("", "c1", "client:c1"):
            assert await desk.cache.erase_user("t1", name) == 0

    asyncio.run(main())


def test_a_client_s_own_data_is_handed_out_and_erased(service: Service) -> None:
    """For itself, and for an administrator; to no other client."""
    key = service.keys["developer"][0].client_id
    path, body = f"/v1/clients/{key}/data", {"prompt": "Why?", "session_id": "küche/1", "remember": True}
    asked, mine, theirs, reached, erased, gone = service.visit(
        ("developer", "POST", INFER, body),
        ("developer", "GET", path, None),
        ("elsewhere", "GET", path, None),
        ("administrator", "GET", path, None),
        ("developer", "DELETE", path, None),
        ("developer", "GET", path, None),
    )
    assert asked.status_code == 200
    assert mine.json()["stores"]["sessions"][0]["session"] == "küche/1"
    assert reached.json() == mine.json()
    assert theirs.status_code == 403
    assert {each["store"]: each["entries"] for each in erased.json()["stores"]}["sessions"] == 1
    assert gone.json()["stores"]["sessions"] == []


def test_a_user_s_name_may_hold_a_slash(service: Service) -> None:
    """As it is and escaped; the log keeps the pattern's plain form."""
    user, session = "team/mei", "早上 / one:two"
    asked, plain, escaped, nobody = service.visit(
        ("developer", "POST", INFER, {"prompt": "Why?", "user_id": user, "session_id": session, "remember": True}),
        ("developer", "GET", f"/v1/users/{user}/data", None),
        ("developer", "DELETE", "/v1/users/team%2Fmei/data", None),
        ("developer", "GET", "/v1/users//data", None),
    )
    assert asked.status_code == 200
    assert plain.json()["stores"]["sessions"][0]["session"] == session
    assert escaped.json()["subject"]["name"] == user
    assert nobody.status_code == 400


def test_what_cannot_be_listed_says_so(service: Service) -> None:
    """The caches hold answers under digests alone."""
    (reply,) = service.visit(("developer", "GET", "/v1/users/mei/data", None))
    for store in ("cache", "repeats"):
        assert "cannot be listed" in reply.json()["stores"][store][0]["note"]
