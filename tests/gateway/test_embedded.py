from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import stat
import time
from pathlib import Path

import pytest

from gateway.embedded import LONGEST_SOCKET_PATH, EmbeddedGateway
from gateway.engine import EngineError
from gateway.errors import GatewayError
from gateway.streaming import KEEP_ALIVE
from r1 import Completion, Delta, InferParameters, R1Client, R1Options, RequestRefusedError, UpstreamError
from tests.gateway.engine import (
    FOREVER,
    TOTAL,
    ScriptedEngine,
    Step,
    answer,
    socket_authorised,
    socket_client,
    thought,
)

INFER = "/v1/models/r1/infer"
SOON_S = 0.1
"""How soon an engine must have stopped after its caller went away."""


def test_a_call_goes_through_client_token_and_stream() -> None:
    """The one code path: the same client as for a real R1, over the private socket."""
    engine = ScriptedEngine(TOTAL)

    async def main() -> tuple[list[str], Completion, str]:
        phases: list[str] = []
        async with EmbeddedGateway(engine) as gateway, R1Client(gateway.options) as client:
            assert (await client.status()).engine == "scripted"
            items = [item async for item in client.stream("Why?", on_phase=phases.append)]
            completion = items.pop()
            assert isinstance(completion, Completion)
            text = "".join(item.text for item in items if isinstance(item, Delta) and item.kind == "answer")
            return phases, completion, text

    phases, completion, text = asyncio.run(main())
    assert phases == ["connect", "prefill", "thinking", "first sentence"]
    assert text == completion.answer == "The total is 420."
    assert completion.thoughts == "Let me see."
    assert completion.served_by == "scripted"
    assert not completion.usage.estimated


def test_text_arrives_verbatim() -> None:
    """Chinese, tags, line ends, quotes and the end mark itself are only text."""
    text = '总额 "420"。\n\ndata: [DONE]\n\r\u2028 <think> \\ 🎉 '

    async def main() -> Completion:
        async with EmbeddedGateway(ScriptedEngine([answer(text)])) as gateway, R1Client(gateway.options) as client:
            return await client.infer("Why?")

    assert asyncio.run(main()).answer == text


def test_the_connection_is_kept_between_turns() -> None:
    """A second call opens none, and fetches no token."""

    async def main() -> int:
        async with EmbeddedGateway(ScriptedEngine(TOTAL)) as gateway, R1Client(gateway.options) as client:
            await client.warm_up()
            for _ in range(3):
                await client.infer("Why?")
            assert gateway._server is not None
            return len(gateway._server.server_state.connections)

    assert asyncio.run(main()) == 1


def test_it_starts_in_time() -> None:
    """Under 100 ms of computing once modules are loaded; it waits for nothing. The best of five, for a busy machine."""

    async def start() -> float:
        started = time.process_time()
        async with EmbeddedGateway(ScriptedEngine(TOTAL)):
            return time.process_time() - started

    assert min(asyncio.run(start()) for _ in range(5)) < 0.1


def test_the_socket_is_private_and_is_removed() -> None:
    """Its folder is this user's alone, and nothing is left behind."""

    async def main() -> Path:
        async with EmbeddedGateway(ScriptedEngine(TOTAL)) as gateway:
            folder = Path(gateway.options.unix_socket).parent
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        return folder

    assert not asyncio.run(main()).exists()


def test_key_and_secret_are_made_anew_and_not_shown() -> None:
    """Two gateways share nothing, and options can be printed."""

    async def main() -> tuple[R1Options, R1Options]:
        async with EmbeddedGateway(ScriptedEngine(TOTAL)) as one, EmbeddedGateway(ScriptedEngine(TOTAL)) as two:
            return one.options, two.options

    one, two = asyncio.run(main())
    assert one.api_key != two.api_key
    assert one.api_secret != two.api_secret
    assert one.api_secret not in repr(one)


def test_signals_and_logging_are_left_alone() -> None:
    """Ctrl-C belongs to the program, and so does the configuration of its logs."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    loggers = [logging.getLogger(), logging.getLogger("uvicorn"), logging.getLogger("uvicorn.error")]
    before = [list(logger.handlers) for logger in loggers]

    async def main() -> None:
        during = {number: signal.getsignal(number) for number in handlers}
        async with EmbeddedGateway(ScriptedEngine(TOTAL)):
            assert {number: signal.getsignal(number) for number in handlers} == during

    asyncio.run(main())
    assert {number: signal.getsignal(number) for number in handlers} == handlers
    assert [list(logger.handlers) for logger in loggers] == before


def test_a_long_temporary_folder_is_avoided(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A socket's path has a limit of about 100 bytes; a shorter place is found."""
    deep = tmp_path / ("x" * LONGEST_SOCKET_PATH)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))

    async def main() -> str:
        async with EmbeddedGateway(ScriptedEngine(TOTAL)) as gateway:
            return gateway.options.unix_socket

    assert len(os.fsencode(asyncio.run(main()))) <= LONGEST_SOCKET_PATH
    assert not list(deep.iterdir())


def test_without_unix_sockets_a_loopback_port_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows."""

    async def main() -> tuple[str, str]:
        monkeypatch.delattr(socket, "AF_UNIX")
        async with EmbeddedGateway(ScriptedEngine(TOTAL)) as gateway, R1Client(gateway.options) as client:
            return gateway.options.base_url, (await client.infer("Why?")).answer

    address, said = asyncio.run(main())
    assert address.startswith("http://127.0.0.1:")
    assert said == "The total is 420."


def test_outside_its_context_it_has_no_address() -> None:
    """The message says how to use it."""
    with pytest.raises(GatewayError, match="async with"):
        _ = EmbeddedGateway(ScriptedEngine(TOTAL)).options


def test_errors_come_through_as_the_client_s_own() -> None:
    """Status, field and words survive the wire; a failure in the middle is no answer."""

    async def ask(script: list[Step]) -> None:
        async with EmbeddedGateway(ScriptedEngine(script)) as gateway:
            options = R1Options(
                gateway.options.base_url,
                gateway.options.api_key,
                gateway.options.api_secret,
                unix_socket=gateway.options.unix_socket,
            )
            async with R1Client(options) as client:
                await client.infer("Why?")

    with pytest.raises(RequestRefusedError, match="too long") as caught:
        asyncio.run(ask([EngineError("too long", "prompt")]))
    assert caught.value.field == "prompt"
    with pytest.raises(UpstreamError, match="disk full"):
        asyncio.run(ask([answer("The"), EngineError("disk full")]))


@pytest.mark.parametrize("script", [[thought("Hm."), FOREVER], [answer("Yes"), FOREVER], [FOREVER]])
def test_a_client_that_stops_listening_stops_the_engine(script: list[Step]) -> None:
    """Within 100 ms, whatever the engine was doing."""

    async def main() -> float:
        engine = ScriptedEngine(script)
        async with EmbeddedGateway(engine) as gateway, R1Client(gateway.options) as client:
            await client.warm_up()
            calling = asyncio.create_task(client.infer("Why?"))
            await engine.started.wait()
            if len(script) > 1:
                await asyncio.sleep(0.02)
            started = time.perf_counter()
            calling.cancel()
            await asyncio.wait_for(engine.closed.wait(), 5)
            return time.perf_counter() - started

    assert min(asyncio.run(main()) for _ in range(3)) < SOON_S


def test_a_caller_of_a_whole_reply_who_leaves_stops_the_engine() -> None:
    """Without streaming, too."""

    async def main() -> float:
        engine = ScriptedEngine([thought("Hm."), FOREVER])
        async with EmbeddedGateway(engine) as gateway, socket_client(gateway) as client:
            headers = await socket_authorised(gateway, client)
            calling = asyncio.create_task(client.post(INFER, json={"prompt": "Why?"}, headers=headers))
            await engine.started.wait()
            started = time.perf_counter()
            calling.cancel()
            await asyncio.wait_for(engine.closed.wait(), 5)
            return time.perf_counter() - started

    assert min(asyncio.run(main()) for _ in range(3)) < SOON_S


def test_a_silent_engine_is_covered_by_keep_alives(monkeypatch: pytest.MonkeyPatch) -> None:
    """As comments without a blank line, and only after the status was sent; the client passes them over."""
    monkeypatch.setattr("gateway.streaming.KEEP_ALIVE_SECONDS", 0.01)
    monkeypatch.setattr("gateway.streaming.COMMIT_SECONDS", 0.01)
    engine = ScriptedEngine([0.1, thought("Hm."), 0.1, answer("Yes.")])

    async def main() -> tuple[str, str]:
        async with (
            EmbeddedGateway(engine) as gateway,
            socket_client(gateway) as raw,
            R1Client(gateway.options) as client,
        ):
            headers = await socket_authorised(gateway, raw)
            body = {"prompt": "Why?", "stream": True}
            return (await raw.post(INFER, json=body, headers=headers)).text, (await client.infer("Why?")).answer

    wire, said = asyncio.run(main())
    assert wire.startswith(KEEP_ALIVE.decode())
    assert wire.count(KEEP_ALIVE.decode()) >= 4
    assert ": ping\n\n" not in wire
    assert said == "Yes."


def test_calls_at_once_do_not_mix() -> None:
    """Thirty callers get thirty answers, each its own."""

    class Echo(ScriptedEngine):
        async def generate(self, request):  # type: ignore[no-untyped-def]  # as its parent
            for word in request.prompt.split():
                await asyncio.sleep(0)
                yield answer(f"{word} ")

    async def main() -> list[str]:
        async with EmbeddedGateway(Echo([])) as gateway, R1Client(gateway.options) as client:
            replies = await asyncio.gather(*(client.infer(f"call number {n}") for n in range(30)))
            return [reply.answer for reply in replies]

    assert asyncio.run(main()) == [f"call number {n} " for n in range(30)]


def test_stopping_ends_what_still_runs() -> None:
    """A call under way does not keep the program from ending, and the engine is closed."""

    async def main() -> tuple[float, int]:
        engine = ScriptedEngine([answer("Yes"), FOREVER])
        async with EmbeddedGateway(engine) as gateway, R1Client(gateway.options) as client:
            items = client.stream("Why?")
            await anext(items)
            started = time.perf_counter()
        elapsed = time.perf_counter() - started
        await items.aclose()
        return elapsed, engine.running

    elapsed, running = asyncio.run(main())
    assert elapsed < 3
    assert running == 0


def test_nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Key, secret, tokens, prompt, thoughts and answer, at every level, in client and server."""
    caplog.set_level(logging.DEBUG)
    engine = ScriptedEngine([thought("thought-canary"), answer("answer-canary END canary")])

    async def main() -> R1Options:
        async with EmbeddedGateway(engine) as gateway, R1Client(gateway.options) as client:
            await client.infer("prompt-canary", InferParameters(stop_sequences=("END",)))
            return gateway.options

    options = asyncio.run(main())
    assert caplog.records
    for canary in (options.api_key, options.api_secret, "canary", "eyJ", json.dumps("Bearer")[1:-1]):
        assert canary not in caplog.text
