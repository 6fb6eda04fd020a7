"""A real redis-server for a test: on a socket in a folder of its own, keeping nothing, ended by its own process id."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

START_S = 20.0


class RedisServer:
    """Starts at once. `kill` ends it as a crash would; `start` brings an empty one back at the same address."""

    def __init__(self, *settings: str) -> None:
        program = shutil.which("redis-server")
        assert program, "these tests need redis-server: install it (apt-get install redis-server, brew install redis)"
        self._program = program
        self._settings = settings
        # Not pytest's folder: the path of a socket may have 104 characters at most.
        self._folder = Path(tempfile.mkdtemp(prefix="r1-redis-"))
        self.socket = self._folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        command = [
            self._program, "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no",
            "--dir", str(self._folder), *self._settings,
        ]  # fmt: skip
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        limit = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, "redis-server ended at once"
            assert time.monotonic() < limit, "redis-server did not begin to answer"
            time.sleep(0.01)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.settimeout(1.0)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return bool(client.recv(100))  # also a refusal for want of a password
            except OSError:
                return False
