"""Gateways in processes of their own, as the command starts them, for tests that need several or break something."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.commands.conftest import RunCommand
from tests.commands.signals import obey_signals
from tests.conftest import ROOT

DOOR = [sys.executable, str(ROOT / "run_agent.py"), "gateway"]
INFER = "/v1/models/r1/infer"
START_S = 60.0


@dataclass
class GatewayProcess:
    """One that runs; `client` calls it with a token."""

    process: subprocess.Popen[bytes]
    log_file: Path
    address: str
    client: httpx.Client

    @property
    def log(self) -> str:
        """What it has said so far."""
        return self.log_file.read_text(encoding="utf-8")

    def infer(self, prompt: str, key: str = "", **body: Any) -> httpx.Response:
        """One call, with an Idempotency-Key if one is given."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(INFER, json={"prompt": prompt, **body}, headers=headers)


@contextmanager
def gateway_process(log_file: Path, command: RunCommand, *flags: str) -> Iterator[GatewayProcess]:
    """A gateway with these flags on a free port; key and secret are in the environment."""
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [*DOOR, "--port", "0", *flags],
            stderr=log,
            preexec_fn=obey_signals,  # noqa: PLW1509 - nothing else reaches the signals of the child
        )
    try:
        address = _address(process, log_file)
        token = command("gateway", "token", "--url", address).out.strip()
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=address, headers=headers, timeout=30, trust_env=False) as client:
            yield GatewayProcess(process, log_file, address, client)
    finally:
        process.kill()
        process.wait()


def until(holds: Any, limit_s: float = 30.0) -> float:
    """Wait until `holds()`; the seconds that it took."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < limit_s
        time.sleep(0.02)
    return time.monotonic() - started


def _address(process: subprocess.Popen[bytes], log_file: Path) -> str:
    found: list[str] = []

    def said() -> bool:
        text = log_file.read_text(encoding="utf-8")
        assert process.poll() is None, text
        found[:] = re.findall(r"answers at (\S+),", text)
        return bool(found)

    until(said, START_S)
    return found[0]
