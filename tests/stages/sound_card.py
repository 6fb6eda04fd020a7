"""A sound card without hardware, for tests: a private PulseAudio server whose two sinks are a microphone and a speaker.

    with SoundCard(tmp_path) as card:
        process = subprocess.Popen([...], env=card.environment)   # PortAudio there finds "default", "microphone", ...
        card.play_into_microphone(Path("assets/audio/en/time.wav"))

PortAudio reads what devices there are when it starts, from the environment: so only in a child process. Linux only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

import numpy as np

from pipeline.events import Samples

RECORDING_RATE = 16_000
"""Samples per second of what is recorded from the speaker."""

START_PATIENCE_S = 20.0
"""A busy machine may take seconds to start the server."""

_ALSA = """\
pcm.!default { type pulse }
ctl.!default { type pulse }
pcm.microphone { type pulse device "mic.monitor" }
pcm.loudspeaker { type pulse device "spk" }
"""

WHY_NOT = "" if sys.platform.startswith("linux") else "PulseAudio's null sinks, as used here, are Linux's"
"""Why there can be no virtual sound card on this system; empty where there can."""


class SoundCard:
    """A private sound server. A context manager; its end ends every process that it started."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which PortAudio's default microphone and speaker are this card's."""
        return {
            **os.environ,
            "ALSA_CONFIG_PATH": str(self._folder / "alsa.conf"),
            "HOME": str(self._folder),
            "XDG_RUNTIME_DIR": str(self._folder),
            "PULSE_RUNTIME_PATH": str(self._folder),
            "PULSE_server_command": f"unix:{self._socket}",
        }

    def __enter__(self) -> SoundCard:
        for program in ("pulseaudio", "pactl", "paplay", "parec"):
            assert shutil.which(program), f"{program} is missing; `make setup` installs it"
        # Not pytest's folder: the path of a Unix socket may have 107 bytes only.
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="sound-card-")))
        self._socket = self._folder / "native"
        (self._folder / "alsa.conf").write_text(_ALSA, encoding="utf-8")
        try:
            self.plug_in()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def plug_in(self) -> None:
        """Start the server: the devices are there."""
        assert self._server is None, "it is plugged in already"
        self._socket.unlink(missing_ok=True)
        log = self._folder / "pulseaudio.log"
        with log.open("wb") as output:
            self._server = subprocess.Popen(
                _server_command(self._socket), env=self.environment, stdout=output, stderr=output
            )
        deadline = time.monotonic() + START_PATIENCE_S
        while not self._ready():
            assert self._server.poll() is None, f"PulseAudio ended: {log.read_text(errors='replace')}"
            assert time.monotonic() < deadline, f"PulseAudio does not answer: {log.read_text(errors='replace')}"
            time.sleep(0.02)

    def unplug(self) -> None:
        """Kill the server: the devices are gone in mid-stream."""
        server, self._server = self._server, None
        if server is not None:
            server.kill()
            server.wait()

    def play_into_microphone(self, file: Path) -> None:
        """Play a sound file where the microphone hears it; returns when it has been played."""
        subprocess.run(["paplay", "-d", "mic", str(file)], env=self.environment, check=True, timeout=120)

    @contextmanager
    def record_speaker(self) -> Iterator[Recording]:
        """Record what the speaker plays, from the first line of the block to its last."""
        file = self._folder / f"speaker-{time.monotonic_ns()}.raw"
        command = ["parec", "-d", "spk.monitor", "--raw", "--format=s16le", "--channels=1", "--latency-msec=10"]
        with file.open("wb") as output:
            recorder = subprocess.Popen(
                [*command, f"--rate={RECORDING_RATE}"], env=self.environment, stdout=output, stderr=subprocess.DEVNULL
            )
        try:
            deadline = time.monotonic() + START_PATIENCE_S
            while not file.stat().st_size:  # the monitor gives silence too: now it listens
                assert recorder.poll() is None, "parec ended"
                assert time.monotonic() < deadline, "parec records nothing"
                time.sleep(0.01)
            yield Recording(file)
            time.sleep(0.2)  # what has been played is still on its way through two buffers
        finally:
            recorder.terminate()
            recorder.wait()

    def _ready(self) -> bool:
        if not self._socket.exists():
            return False
        return self._control("set-default-source", "mic.monitor") and self._control("set-default-sink", "spk")

    def _control(self, *words: str) -> bool:
        told = subprocess.run(["pactl", *words], env=self.environment, capture_output=True, check=False, timeout=10)
        return told.returncode == 0

    def _close(self) -> None:
        self.unplug()
        self._stack.close()


class Recording:
    """What the speaker has played since the recording began."""

    def __init__(self, file: Path) -> None:
        self.file = file
        """Raw 16-bit samples; it grows while the recording lasts."""

    @property
    def samples(self) -> Samples:
        """So far, at `RECORDING_RATE`."""
        content = self.file.read_bytes()
        whole = np.frombuffer(content[: len(content) // 2 * 2], "<i2")
        return whole.astype(np.float32) / np.float32(32768)

    @property
    def seconds(self) -> float:
        """Length so far: the position that is heard now, but for some 10 ms."""
        return self.file.stat().st_size / 2 / RECORDING_RATE


def _server_command(socket: Path) -> Sequence[str]:
    # Without `norewinds` a null sink sleeps for two seconds at a time, which no real card does.
    sinks = [f"-Lmodule-null-sink sink_name={name} rate=44100 norewinds=1" for name in ("mic", "spk")]
    protocol = f"-Lmodule-native-protocol-unix auth-anonymous=1 socket={socket}"
    return ["pulseaudio", "-n", "--exit-idle-time=120", "--daemonize=no", "--use-pid-file=no", protocol, *sinks]
