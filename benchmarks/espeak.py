"""espeak-ng in the process, by its C library: the voice that both sides of a comparison share.

Not for the product: the library keeps one voice for the whole process and cannot be interrupted (the stage drives
pyttsx3 in a child process). Here it is just the cheapest real voice. API: speak_lib.h of espeak-ng.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import threading

import numpy as np

from pipeline.events import Samples

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_CHARS_UTF8 = 1
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """Text to samples, one call at a time."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1"
        self._library = ctypes.CDLL(name)
        self.sample_rate = int(self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 200, None, 0))
        if self.sample_rate <= 0:
            raise RuntimeError("espeak-ng cannot be initialised: install the package espeak-ng")
        self._pieces: list[bytes] = []
        self._callback = _Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_SetVoiceByName(b"en-us")
        self._lock = threading.Lock()

    def _collect(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _: ctypes.c_void_p) -> int:
        if count > 0:
            self._pieces.append(ctypes.string_at(samples, count * 2))
        return 0

    def speak(self, text: str) -> Samples:
        """Samples of `text`, float32 in -1..1, without the silence before the first sound."""
        with self._lock:
            self._pieces = []
            data = text.encode() + b"\0"
            self._library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 1, 0, _CHARS_UTF8, None, None)
            samples = np.frombuffer(b"".join(self._pieces), "<i2").astype(np.float32) / np.float32(32768)
        loud = np.abs(samples) > 0.005
        return samples[int(loud.argmax()) :] if loud.any() else samples
