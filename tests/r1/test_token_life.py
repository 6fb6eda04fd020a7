"""When a token is replaced, beside the calls and before one; all on the virtual clock."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import httpx
import pytest

from r1 import AuthenticationError, R1Client
from r1.auth import R1Auth
from tests.r1.calls import run
from tests.r1.tokens import DAY, Service, renewing
from tests.r1.upstream import answering, guide_options, stream, token_reply


@pytest.mark.parametrize(
    ("life_s", "renewed_at", "over_at"),
    [(DAY, DAY - 1200, DAY - 60), (3600.0, 2400.0, 3540.0), (600.0, 300.0, 540.0), (100.0, 50.0, 75.0)],
)
def test_a_token_is_replaced_beside_the_calls_before_it_is_over(
    life_s: float, renewed_at: float, over_at: float
) -> None:
    """From 20 minutes before the end, or half its life; the call that causes it gets the old one at once."""

    async def main() -> None:
        service = Service(life_s)
        auth = renewing(service)
        start = asyncio.get_running_loop().time()
        await service.call(auth)
        service.pause_s = 5.0
        assert await service.call(auth, start + renewed_at - 1) == (200, "token-1")
        assert len(service.asked_at) == 1
        assert await service.call(auth, start + renewed_at + 1) == (200, "token-1")
        assert asyncio.get_running_loop().time() == pytest.approx(start + renewed_at + 1)
        assert await service.call(auth, start + renewed_at + 7) == (200, "token-2")
        await auth.aclose()
        # The second is over in its turn, and nobody called in time: now a call waits.
        assert await service.call(auth, service.asked_at[1] + over_at + 1) == (200, "token-3")
        assert service.asked_at == pytest.approx([start, start + renewed_at + 1, start + renewed_at + 1 + over_at + 1])

    run(main())


def test_fifty_calls_cause_one_exchange_beside_them() -> None:
    """All get the old token without waiting."""

    async def main() -> None:
        service = Service(pause_s=5.0)
        auth = renewing(service)
        await service.call(auth)
        began = DAY - 600.0
        calls = await asyncio.gather(*(service.call(auth, began) for _ in range(50)))
        assert set(calls) == {(200, "token-1")}
        assert asyncio.get_running_loop().time() == pytest.approx(began)
        await asyncio.sleep(6)
        assert len(service.asked_at) == 2
        assert await service.call(auth) == (200, "token-2")

    run(main())


def test_without_a_sender_the_token_serves_until_it_is_over() -> None:
    """`R1Auth` on somebody's own client: then a call waits for the exchange."""

    async def main() -> None:
        service = Service(pause_s=5.0)
        auth = renewing(service)
        auth.send = None
        await service.call(auth)
        assert await service.call(auth, DAY - 61) == (200, "token-1")
        assert await service.call(auth, DAY + 1) == (200, "token-2")

    run(main())


def test_a_renewal_that_fails_is_tried_again_later_and_ever_later() -> None:
    """Meanwhile the old token serves; only when it is over does a call wait, and tell what is wrong."""

    async def main() -> list[float]:
        service = Service()
        auth = renewing(service)
        await service.call(auth)
        kinds: list[httpx.Response | Exception] = [
            httpx.ConnectError("refused"),
            httpx.Response(500),
            httpx.Response(401),
            httpx.Response(200),
        ]
        service.failures = [kinds[number % 4] for number in range(100)]
        start = DAY - 1200.0
        for second in range(1139):
            assert await service.call(auth, start + 0.5 + second) == (200, "token-1")
        await asyncio.sleep(2)
        failed = [at - start for at in service.asked_at[1:]]
        service.failures = [httpx.Response(401)]
        with pytest.raises(AuthenticationError, match="R1_API_SECRET, and this machine's clock"):
            await service.call(auth)
        assert (await service.call(auth))[0] == 200
        return failed

    failed = run(main())
    assert failed == pytest.approx([0.5, 15.5, 45.5, 105.5, 225.5, 465.5, 765.5, 1065.5])


def test_a_server_that_asks_for_time_is_given_it() -> None:
    """Its own wish counts if it is longer than ours; after a success all waits are short again."""

    async def main() -> None:
        service = Service()
        auth = renewing(service)
        await service.call(auth)
        service.failures = [httpx.Response(503, headers={"retry-after": "200"})]
        start = DAY - 1200.0
        for second in range(0, 300, 10):
            await service.call(auth, start + 1 + second)
        await asyncio.sleep(0)
        assert [at - start for at in service.asked_at[1:]] == pytest.approx([1, 201])
        assert await service.call(auth) == (200, "token-3")

    run(main())


def test_a_renewal_that_hangs_is_given_up() -> None:
    """After half a minute, so that the next one can be begun."""

    async def main() -> None:
        service = Service()
        auth = renewing(service)
        await service.call(auth)
        service.pause_s = 1e6
        await service.call(auth, DAY - 1000)
        await asyncio.sleep(1)
        service.pause_s = 0
        await service.call(auth, DAY - 980)
        await service.call(auth, DAY - 900)
        await asyncio.sleep(1)
        assert len(service.asked_at) == 3
        assert await service.call(auth) == (200, "token-3")

    run(main())


def test_a_call_whose_token_is_over_waits_for_the_renewal_under_way() -> None:
    """There is one exchange at a time, whoever began it."""

    async def main() -> None:
        service = Service(pause_s=20.0)
        auth = renewing(service)
        await service.call(auth)
        life_s = DAY - 60
        assert await service.call(auth, life_s - 5) == (200, "token-1")
        assert await asyncio.gather(*(service.call(auth, life_s + 5) for _ in range(3))) == [(200, "token-2")] * 3
        assert len(service.asked_at) == 2

    run(main())


def test_a_token_refused_during_its_renewal_waits_for_it_too() -> None:
    """The call goes out again with the new one."""

    async def main() -> None:
        service = Service(pause_s=5.0)
        auth = renewing(service)
        await service.call(auth)
        service.refused = {"token-1"}
        assert await service.call(auth, DAY - 1000) == (200, "token-2")
        assert (len(service.asked_at), service.used[-2:]) == (2, ["token-1", "token-2"])

    run(main())


def test_a_machine_that_slept_while_its_clock_stood_still() -> None:
    """The token looks fresh, the server refuses it, and the call goes out once more with a new one."""
    service = Service()
    auth = R1Auth(guide_options(), clock=lambda: 7.0)

    async def main() -> None:
        await service.call(auth)
        service.refused = {"token-1"}
        assert await service.call(auth) == (200, "token-2")

    run(main())


def test_a_call_that_is_cancelled_while_it_fetches_the_token_holds_nobody_up() -> None:
    """The next one fetches it."""

    async def main() -> None:
        service = Service(pause_s=5.0)
        auth = renewing(service)
        first = asyncio.create_task(service.call(auth))
        second = asyncio.create_task(service.call(auth))
        await asyncio.sleep(1)
        first.cancel()
        assert await second == (200, "token-2")
        assert first.cancelled()

    run(main())


def test_closing_stops_the_renewal_under_way_and_begins_no_other() -> None:
    """No task of ours outlives the client."""

    async def main() -> None:
        service = Service(pause_s=5.0)
        auth = renewing(service)
        await service.call(auth)
        await service.call(auth, DAY - 1000)
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 2
        await auth.aclose()
        await auth.aclose()
        await service.call(auth)
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1
        assert service.asked_at[1:] == [DAY - 1000]

    run(main())


def test_the_client_renews_beside_its_calls_and_stops_that_when_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """`R1Client` gives its connection to the auth, and closes both."""
    now = 0.0
    monkeypatch.setattr("r1.dialects.guide.R1Auth", partial(R1Auth, clock=lambda: now))
    asked: list[asyncio.Task[Any] | None] = []

    async def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/auth/token":
            return stream(answering("Yes."))
        asked.append(asyncio.current_task())
        await asyncio.sleep(1000 if len(asked) > 1 else 0)
        return token_reply()

    async def main() -> None:
        nonlocal now
        async with R1Client(guide_options(), transport=httpx.MockTransport(serve)) as client:
            await client.infer("Why?")
            now = DAY - 1000
            await client.infer("Why?")
            await asyncio.sleep(1)
            assert [task is asyncio.current_task() for task in asked] == [True, False]
        renewal = asked[1]
        assert renewal is not None
        assert renewal.cancelled()

    run(main())


@pytest.mark.parametrize(
    ("expires_in", "life_s"),
    [
        (None, DAY),
        ("", DAY),
        ("3600", 3600.0),
        (float("nan"), DAY),
        (0, 1.0),
        (-5, 1.0),
        (1e-9, 1.0),
        (float("-inf"), 1.0),
        (float("inf"), 30 * DAY),
        (1e300, 30 * DAY),
        (10**400, 30 * DAY),
    ],
)
def test_a_life_that_makes_no_sense_is_bounded(expires_in: Any, life_s: float) -> None:
    """Unknown: the guide's day. Over already: long enough for the calls that wait. Endless: a month."""

    async def main() -> None:
        service = Service(expires_in)
        auth = renewing(service)
        auth.send = None
        assert {token for _, token in await asyncio.gather(*(service.call(auth) for _ in range(9)))} == {"token-1"}
        end = life_s - min(60.0, life_s / 4)
        assert await service.call(auth, end - 0.1) == (200, "token-1")
        assert await service.call(auth, end + 0.1) == (200, "token-2")

    run(main())
