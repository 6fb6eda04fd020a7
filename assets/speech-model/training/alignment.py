"""Where each phoneme of a sentence stands, relative to the sentence's length, as libespeak-ng reports it while speaking.

Measured on one voice and stretched to whatever voice spoke: rough, but enough to teach an encoder what it hears, and free.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Callable
from typing import Any

# espeak-ng's speak_lib.h: output mode, event types, parameter and flag numbers
_SYNCHRONOUS = 2
_EVENT_END, _EVENT_PHONEME = 5, 7
_PHONEME_EVENTS = 1
_RATE = 1
_UTF8 = 1
_STRESS_MARKS = "'\u02c8\u02cc,%="


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("phoneme", ctypes.c_char * 8),
    ]


class PhonemeAligner:
    """One libespeak-ng voice that speaks into the void and says when it spoke what."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1")
        self._events: list[tuple[int, int, str]] = []
        callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))
        self._callback = callback(self._collector())  # kept alive: the library holds only the pointer
        if self._library.espeak_Initialize(_SYNCHRONOUS, 500, None, _PHONEME_EVENTS) < 0:
            raise RuntimeError("libespeak-ng could not be started; install the package espeak-ng")
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_SetVoiceByName(b"en-us")
        self._library.espeak_SetParameter(_RATE, 155, 0)

    def _collector(self) -> Callable[[Any, int, Any], int]:
        def collect(_samples: Any, _count: int, events: Any) -> int:
            index = 0
            while events[index].type != 0:
                event = events[index]
                name = event.phoneme.decode("utf-8", "replace") if event.type == _EVENT_PHONEME else ""
                self._events.append((event.type, event.audio_position, name))
                index += 1
            return 0

        return collect

    def align(self, text: str) -> list[tuple[str, float]]:
        """Each phoneme with the share of the sentence's duration at which it begins; empty when nothing was said."""
        self._events.clear()
        encoded = text.encode() + b"\0"
        self._library.espeak_Synth(encoded, ctypes.c_size_t(len(encoded)), 0, 1, 0, _UTF8, None, None)
        sounds = [(at, name.strip(_STRESS_MARKS)) for kind, at, name in self._events if kind == _EVENT_PHONEME]
        while sounds and (not sounds[-1][1] or sounds[-1][1].startswith("_")):
            sounds.pop()
        if not sounds:
            return []
        first, last = sounds[0][0], sounds[-1][0] + 160
        ends = [at for kind, at, _ in self._events if kind == _EVENT_END]
        length = max(1, min([*ends[-1:], last]) - first)
        return [(name, round((at - first) / length, 4)) for at, name in sounds]
