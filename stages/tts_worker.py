"""The child process that speaks: drives pyttsx3 for `stages.tts_process`, and can be killed at any moment.

Run by path, not imported: `python tts_worker.py FOLDER RATE [DRIVER]`. One request a line on standard input, JSON
`{"id": 1, "parts": [["voice id", "text"], ...]}`; the answer on standard output is a line of JSON
`{"id": 1, "sizes": [n, ...]}` followed by that many bytes of audio file a part, or `{"id": 1, "error": "..."}`.
The first line it writes is `{"voices": [{"id", "name", "languages"}, ...]}` or an error. It ends with its input.

What pyttsx3 2.99 needs (its issues 22, 67, 126, 327, and its espeak driver's code):
  - the driver prints on standard output, so the answers go out on a copy of it;
  - `runAndWait` of the espeak driver waits 10 ms, not for the end of speech: `finished-utterance` tells that, on
    another thread, once the file is complete. Other drivers do not report the end of a file, but wait;
  - a rate set just before `runAndWait` is lost, since the driver cancels what espeak has queued: it is set once,
    after a first utterance, and left time to arrive;
  - failures do not raise: they come as the `error` notification.
It uses nothing beyond pyttsx3, so that it starts in about 0.15 s.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

_RATE_ARRIVES_S = 0.005
_CALLBACK_RETURNS_S = 0.001
"""The espeak driver still touches its state for some microseconds after it reported the end."""


class Speaker:
    """pyttsx3, with the ends of utterances made reliable."""

    def __init__(self, folder: Path, rate: int, driver: str | None) -> None:
        import pyttsx3

        self._engine = pyttsx3.init(driver)
        self._folder = folder
        self._driver_waits = self._engine.driver_name != "espeak"
        self._finished = threading.Event()
        self._on_finished: Callable[[], None] = _nothing
        self._error: object = None
        if not self._driver_waits:
            self._engine.connect("finished-utterance", self._utterance_ended)
        self._engine.connect("error", self._utterance_failed)
        self._voice = ""
        self._speak("a", folder / "first", _nothing)
        self._engine.setProperty("rate", rate)
        time.sleep(_RATE_ARRIVES_S)

    def voices(self) -> list[dict[str, Any]]:
        """What the driver can speak with; languages as the driver writes them."""
        found = []
        for voice in self._engine.getProperty("voices"):
            languages = [str(language) for language in voice.languages or []]
            found.append({"id": voice.id, "name": voice.name, "languages": languages})
        return found

    def say(self, parts: list[tuple[str, str]], answer: Callable[[list[bytes]], None]) -> None:
        """Call `answer` with an audio file a part, as soon as the last is complete. Raises what the driver reported."""
        files = [self._folder / f"part{number}" for number in range(len(parts))]
        for (voice, text), file in zip(parts, files, strict=True):
            self._use(voice)
            last = file is files[-1]
            self._speak(text, file, (lambda: answer(_contents(files))) if last else _nothing)

    def _speak(self, text: str, file: Path, on_finished: Callable[[], None]) -> None:
        file.unlink(missing_ok=True)
        self._finished.clear()
        self._on_finished = on_finished
        self._engine.save_to_file(text, str(file))
        self._engine.runAndWait()
        if self._driver_waits:
            self._utterance_ended()
        self._finished.wait()
        time.sleep(_CALLBACK_RETURNS_S)
        self._raise_reported()

    def _use(self, voice: str) -> None:
        if voice != self._voice:
            self._voice = ""
            self._engine.setProperty("voice", voice)
            self._raise_reported()
            self._voice = voice

    def _raise_reported(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise RuntimeError(str(error))

    def _utterance_ended(self, **_: object) -> None:
        if self._error is None and not self._finished.is_set():
            self._on_finished()
        self._finished.set()

    def _utterance_failed(self, exception: Exception | None = None, **_: object) -> None:
        self._error = exception or "the speech driver failed"


def _nothing() -> None:
    pass


def _contents(files: list[Path]) -> list[bytes]:
    contents = [file.read_bytes() if file.exists() else b"" for file in files]
    for file in files:
        file.unlink(missing_ok=True)
    return contents


def _write(answers: BinaryIO, head: dict[str, Any], *contents: bytes) -> None:
    answers.write(json.dumps(head).encode() + b"\n" + b"".join(contents))
    answers.flush()


def _read_requests(requests: queue.SimpleQueue[dict[str, Any]], folder: Path) -> None:
    """Pass requests on; ends the process with its input, even while the driver hangs."""
    for line in sys.stdin.buffer:
        requests.put(json.loads(line))
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def main(folder: Path, rate: int, driver: str | None) -> None:
    """Serve requests until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C at the terminal is the parent's to deal with
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests, folder), daemon=True).start()
    try:
        speaker = Speaker(folder, rate, driver)
        _write(answers, {"voices": speaker.voices()})
    except Exception as error:  # noqa: BLE001  whatever the driver raises, the parent must hear of it
        _write(answers, {"error": f"{type(error).__name__}: {error}"})
        return
    while True:
        request = requests.get()
        number = request["id"]

        def answer(contents: list[bytes], number: int = number) -> None:
            _write(answers, {"id": number, "sizes": [len(content) for content in contents]}, *contents)

        try:
            speaker.say([(voice, text) for voice, text in request["parts"]], answer)
        except Exception as error:  # noqa: BLE001  as above
            _write(answers, {"id": number, "error": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
