"""Several gateways beside each other, and what they stand on failing: through the real command."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import jwt
import psutil
import pytest

from tests.commands.conftest import RunCommand
from tests.commands.gateway_process import INFER, GatewayProcess, gateway_process, until
from tests.commands.ollama import OllamaServer
from tests.gateway.postgres import PASSWORD, PostgresServer, mortal_postgres, postgres_url, shared_postgres
from tests.r1.cache.redis_server import RedisServer

__all__ = ["mortal_postgres", "postgres_url", "shared_postgres"]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("own_data")]
MEI: dict[str, Any] = {"user_id": "mei", "session_id": "s1", "remember": True}


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder for this test alone, and nothing told by the environment."""
    for variable in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def behind() -> Iterator[OllamaServer]:
    """The server that the gateways ask."""
    with OllamaServer() as server:
        yield server


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """One to be broken."""
    server = RedisServer()
    yield server
    server.stop()


def registered(command: RunCommand, monkeypatch: pytest.MonkeyPatch, *flags: str) -> None:
    """An administrator, whose key and secret are in the environment from here on."""
    client = command("gateway", "client", "add", "mei's", "--role", "administrator", "--json", *flags).object
    monkeypatch.setenv("R1_API_KEY", client["api_key"])
    monkeypatch.setenv("R1_API_SECRET", client["api_secret"])


@contextmanager
def pair(command: RunCommand, folder: Path, *flags: str) -> Iterator[tuple[GatewayProcess, GatewayProcess]]:
    """Two gateways with the same flags."""
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(gateway_process(folder / f"{name}.log", command, *flags)) for name in ("one", "two")
        )
        yield one, two


def told(gateway: GatewayProcess) -> list[dict[str, str]]:
    """What the gateway keeps of mei's session."""
    sessions = gateway.client.get("/v1/users/mei/data").json()["stores"]["sessions"]
    return [exchange for session in sessions for exchange in session["exchanges"]]


def test_an_erasure_reaches_what_another_process_keeps(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, behind: OllamaServer
) -> None:
    """Without Redis, through the database that they share: memory, replies, calls under way; in a second."""
    registered(command, monkeypatch)
    with pair(command, tmp_path, "--r1", behind.target) as (one, two), ThreadPoolExecutor() as beside:
        assert two.infer("Why?", **MEI).status_code == 200
        assert two.infer("Who?", key="k", user_id="mei").status_code == 200
        assert len(told(two)) == 1
        behind.answering.clear()
        asked = len(behind.bodies)
        under_way = beside.submit(two.infer, "How?", **MEI)
        until(lambda: len(behind.bodies) > asked)
        receipt = one.client.delete("/v1/users/mei/data")
        assert receipt.status_code == 200 and receipt.json()["complete"]
        assert until(lambda: told(two) == []) < 2
        behind.answering.set()
        assert under_way.result(30).status_code == 200
        assert told(two) == []
        again = two.infer("Something else?", key="k", user_id="mei")  # the key is free
        assert (again.status_code, again.json()["x_r1"]["cache"]) == (200, "miss")


def test_a_token_that_is_revoked_counts_nowhere_within_a_second(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By its holder at one gateway, by the command beside them; another token of the same client goes on."""
    registered(command, monkeypatch)
    with pair(command, tmp_path) as (one, two):
        header = {"Authorization": f"Bearer {command('gateway', 'token', '--url', one.address).out.strip()}"}

        def gone() -> bool:
            return two.client.get("/v1/models/r1/status", headers=header).status_code == 401

        assert not gone()
        assert one.client.post("/auth/revoke", headers=header).status_code == 200
        assert until(gone, 5) < 1
        token = command("gateway", "token", "--url", one.address, "--json").object
        header = {"Authorization": f"Bearer {token['access_token']}"}
        claims = jwt.decode(token["access_token"], options={"verify_signature": False})
        assert token["token_id"] == claims["jti"] and not gone()
        assert command("gateway", "token", "revoke", token["access_token"]).code == 0
        assert until(gone, 5) < 1
        assert two.client.get("/v1/models/r1/status").status_code == 200


def test_sessions_are_shared_through_redis(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, behind: OllamaServer, redis: RedisServer
) -> None:
    """What was said at one is known at the other; an erasure at either leaves nothing."""
    registered(command, monkeypatch)
    with pair(command, tmp_path, "--r1", behind.target, "--redis", redis.url) as (one, two):
        assert one.infer("My cat is called Tom.", **MEI).status_code == 200
        assert two.infer("What is it called?", **MEI).status_code == 200
        sent = behind.bodies[-1]["messages"][-1]["content"]
        assert "My cat is called Tom." in sent and sent.endswith("What is it called?")
        assert "aloud" not in sent
        assert len(told(one)) == 2
        assert two.client.delete("/v1/users/mei/data").json()["complete"]
        assert told(one) == told(two) == []


def test_an_idempotency_key_is_known_to_all_that_share_a_redis(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, behind: OllamaServer, redis: RedisServer
) -> None:
    """While the call is under way, afterwards, for another request, and after an erasure."""
    registered(command, monkeypatch)
    with (
        pair(command, tmp_path, "--r1", behind.target, "--redis", redis.url) as (one, two),
        ThreadPoolExecutor() as beside,
    ):
        behind.answering.clear()
        calls = [beside.submit(one.infer, "Why?", key="order-17", **MEI)]
        until(lambda: bool(behind.bodies))
        calls += [beside.submit(two.infer, "Why?", key="order-17", **MEI) for _ in range(3)]
        time.sleep(0.5)
        behind.answering.set()
        replies = [call.result(30) for call in calls]
        assert {(reply.status_code, reply.json()["choices"][0]["text"]) for reply in replies} == {(200, behind.answer)}
        later = two.infer("Why?", key="order-17", **MEI)
        assert (later.status_code, later.json()["x_r1"]["cache"]) == (200, "hit")
        assert len(behind.bodies) == 1 and len(told(one)) == 1
        other = two.infer("Who?", key="order-17", **MEI)
        assert (other.status_code, other.json()["error"]["type"]) == (422, "idempotency_key_reused")
        assert one.client.delete("/v1/users/mei/data").json()["complete"]
        assert until(lambda: two.infer("Who?", key="order-17", **MEI).status_code == 200) < 3
        assert len(behind.bodies) == 2


def test_postgresql_through_the_command(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, behind: OllamaServer, postgres_url: str
) -> None:
    """A client, two gateways, calls at both, an erasure, one chain that verifies; the password is nowhere."""
    monkeypatch.setenv("GATEWAY_DATABASE", postgres_url)
    registered(command, monkeypatch)
    with pair(command, tmp_path, "--r1", behind.target) as (one, two):
        with ThreadPoolExecutor(8) as beside:
            codes = list(
                beside.map(lambda number: (one, two)[number % 2].infer(f"Why {number}?").status_code, range(40))
            )
        assert codes == [200] * 40
        assert two.infer("Why?", **MEI).status_code == 200
        assert one.client.delete("/v1/users/mei/data").json()["complete"]
        assert until(lambda: told(two) == []) < 2
        for each in (one, two):
            each.process.send_signal(signal.SIGTERM)
            assert each.process.wait(30) == 0
        logs = one.log + two.log
    assert len(command("gateway", "audit", "search", "--route", INFER, "--json").object["entries"]) == 41
    verified = command("gateway", "audit", "verify")
    assert (verified.code, verified.out.startswith("intact")) == (0, True)
    listed = command("gateway", "client", "list")
    assert len(listed.out.splitlines()) == 2
    assert PASSWORD not in logs + verified.out + verified.err + listed.out


def test_postgresql_that_dies_and_comes_back(
    command: RunCommand,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    behind: OllamaServer,
    mortal_postgres: PostgresServer,
) -> None:
    """Calls go on, the log waits on disk, and every one of them is in it when all is well again."""
    monkeypatch.setenv("GATEWAY_DATABASE", mortal_postgres.url)
    registered(command, monkeypatch)
    with gateway_process(tmp_path / "log", command, "--r1", behind.target) as gateway:
        assert gateway.infer("Why?").status_code == 200
        mortal_postgres.kill()
        assert [gateway.infer(f"Why {number}?").status_code for number in range(20)] == [200] * 20
        assert not gateway.client.delete("/v1/users/mei/data").json()["complete"]
        mortal_postgres.start()
        until(lambda: gateway.client.get("/v1/clients").status_code == 200)
        until(lambda: logged(gateway) == 21)
        gateway.process.send_signal(signal.SIGTERM)
        assert gateway.process.wait(30) == 0
        assert PASSWORD not in gateway.log and "Traceback" not in gateway.log
    assert command("gateway", "audit", "verify").code == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system can be mounted by root alone")
def test_a_full_disk_fails_no_call(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, behind: OllamaServer
) -> None:
    """All of the gateway's data on a full file system: calls are answered, and the log says it; with room, it is
    whole, but for what could be kept nowhere, which is counted.
    """
    small = tmp_path / "data"
    small.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(small)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        registered(command, monkeypatch)
        with gateway_process(tmp_path / "log", command, "--r1", behind.target) as gateway:
            assert gateway.infer("Why?").status_code == 200
            ballast = small / "ballast"
            with ballast.open("wb") as file:
                filled(file.fileno())
            codes = [gateway.infer(f"Why {number}?").status_code for number in range(300)]
            assert codes == [200] * 300
            added = gateway.client.post("/v1/clients", json={"name": "x", "role": "developer"})
            assert added.status_code in {201, 503}
            until(lambda: "full" in gateway.log or "No space" in gateway.log)
            ballast.unlink()
            until(lambda: gateway.client.post("/v1/clients", json={"name": "y", "role": "auditor"}).status_code == 201)
            assert gateway.infer("And now?").status_code == 200
            until(lambda: logged(gateway) == 302)
            gateway.process.send_signal(signal.SIGTERM)
            assert gateway.process.wait(30) == 0
            assert "Traceback" not in gateway.log
        assert command("gateway", "audit", "verify").code == 0
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def logged(gateway: GatewayProcess) -> int:
    """How many calls that ask are in the log; -1 while it cannot be read."""
    reply = gateway.client.get("/v1/audit", params={"route": INFER, "limit": 1000})
    return len(reply.json()["entries"]) if reply.status_code == 200 else -1


def filled(descriptor: int) -> None:
    """Write until nothing more fits, to the last byte."""
    size = 1 << 20
    while size:
        try:
            os.write(descriptor, bytes(size))
        except OSError:
            size //= 2


def test_a_redis_that_stands_still_under_load_slows_no_call_for_long(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, behind: OllamaServer, redis: RedisServer
) -> None:
    """Connections stay open and nothing is answered: calls wait for it once, then go on without; and with it again."""
    registered(command, monkeypatch, "--requests-per-minute", "100000")
    flags = ("--r1", behind.target, "--redis", redis.url)
    with gateway_process(tmp_path / "log", command, *flags) as gateway, ThreadPoolExecutor(16) as beside:

        def call(number: int) -> tuple[int, float]:
            started = time.monotonic()
            code = gateway.infer(f"Why {number}?", **MEI | {"session_id": str(number)}).status_code
            return code, time.monotonic() - started

        def load(first: int) -> list[tuple[int, float]]:
            return list(beside.map(call, range(first, first + 64)))

        assert {code for code, _ in load(0)} == {200}
        assert redis._process is not None
        server = psutil.Process(redis._process.pid)
        server.suspend()
        try:
            first, then = load(100), load(200)
        finally:
            server.resume()
        assert {code for code, _ in first + then} == {200}
        assert max(took for _, took in first) < 6
        took = sorted(took for _, took in then)
        assert took[len(took) // 2] < 1.5
        assert "this gateway alone" in gateway.log and "not remembered" in gateway.log
        until(lambda: gateway.infer("Again?", **MEI).status_code == 200 and "remembered again" in gateway.log)
        assert gateway.log.count("not remembered") == 1
        assert len(told(gateway)) >= 1
