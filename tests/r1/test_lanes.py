"""Many connections in small pools: who goes where, what is used again, and when a proxy is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from r1 import R1Client, R1Options
from r1.connection import open_connection
from r1.lanes import WIDTH, Lanes
from tests.r1.faults.server import FaultServer


class Body(httpx.AsyncByteStream):
    def __init__(self) -> None:
        self.closed = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"x"

    async def aclose(self) -> None:
        self.closed += 1


class Lane(httpx.AsyncBaseTransport):
    """Counts what goes by it."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error
        self.requests = 0
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self.error is not None:
            raise self.error
        return httpx.Response(200, stream=Body())

    async def aclose(self) -> None:
        self.closed = True


class Made:
    """The lanes that were made, and what joins them."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.lanes: list[Lane] = []
        self.error = error
        self.transport = Lanes(self)
        self.client = httpx.AsyncClient(transport=self.transport)

    def __call__(self) -> Lane:
        self.lanes.append(Lane(self.error))
        return self.lanes[-1]

    async def begin(self) -> httpx.Response:
        return await self.client.send(self.client.build_request("GET", "http://r1.test"), stream=True)


def test_a_lane_is_made_when_those_before_it_are_full() -> None:
    """Nobody waits, and a call at a time needs one lane."""

    async def main() -> None:
        made = Made()
        for _ in range(20):
            await (await made.begin()).aclose()
        assert len(made.lanes) == 1
        under_way = [await made.begin() for _ in range(2 * WIDTH + 1)]
        assert [lane.requests for lane in made.lanes] == [20 + WIDTH, WIDTH, 1]
        for response in under_way:
            await response.aclose()
        await (await made.begin()).aclose()
        assert [lane.requests for lane in made.lanes] == [21 + WIDTH, WIDTH, 1]

    asyncio.run(main())


def test_room_comes_back_however_a_request_ends() -> None:
    """Read to its end, closed early, closed twice."""

    async def main() -> None:
        made = Made()
        for _ in range(5):
            responses = [await made.begin() for _ in range(WIDTH)]
            await responses[0].aread()
            for response in responses:
                await response.aclose()
                await response.aclose()
        assert len(made.lanes) == 1

    asyncio.run(main())


@pytest.mark.parametrize("error", [httpx.ConnectError("no"), asyncio.CancelledError()])
def test_a_request_that_fails_takes_no_room(error: BaseException) -> None:
    """Otherwise a server that is down would fill one lane after another."""

    async def main() -> None:
        made = Made(error)
        for _ in range(10):
            with pytest.raises(type(error)):
                await made.begin()
        assert len(made.lanes) == 1

    asyncio.run(main())


def test_all_lanes_are_closed() -> None:
    """With the client."""

    async def main() -> None:
        made = Made()
        for response in [await made.begin() for _ in range(WIDTH + 1)]:
            await response.aclose()
        await made.client.aclose()
        assert [lane.closed for lane in made.lanes] == [True, True]

    asyncio.run(main())


def test_calls_at_once_have_a_connection_each_which_the_next_ones_use_again() -> None:
    """Over real sockets: no more connections than calls at once."""

    async def main() -> None:
        async with FaultServer() as server, R1Client(R1Options(server.url, "k", "s" * 32)) as client:
            for _ in range(3):
                replies = await asyncio.gather(*(client.infer("Why?") for _ in range(3 * WIDTH)))
                assert {reply.finish_reason for reply in replies} == {"stop"}
            assert len({request.connection for request in server.requests}) <= 3 * WIDTH

    asyncio.run(main())


@pytest.mark.parametrize("proxied", [False, True])
def test_a_proxy_is_used_for_remote_servers_only(proxied: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the environment names it."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 204 Nothing\r\n\r\n")
        writer.close()

    async def main() -> None:
        proxy, local = (
            await asyncio.start_server(serve, "127.0.0.1", 0),
            await asyncio.start_server(serve, "127.0.0.1", 0),
        )
        port, local_port = proxy.sockets[0].getsockname()[1], local.sockets[0].getsockname()[1]
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        url = "http://r1.invalid/v1" if proxied else f"http://127.0.0.1:{local_port}/v1"
        async with proxy, local, open_connection(R1Options(url, dialect="openai")) as connection:
            await connection.get(f"{url}/models")

    asyncio.run(main())
    (line,) = asked
    assert line.startswith(b"GET http://r1.invalid/v1/models" if proxied else b"GET /v1/models")
