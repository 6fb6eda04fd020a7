"""Cutting a stream of speech into windows that a recogniser can take, at silences, as the sound comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from pipeline.errors import InputError
from pipeline.events import AUDIBLE_PEAK, Audio, Samples
from stages.resampling import Resampler
from stages.vad import FRAME, VAD_RATE, VoiceActivity, VoiceModel, VoiceOptions, VoiceSwitch

_TAIL = 4
"""Frames at the end of speech in which its last audible sample is looked for; the voice model lags by one or two."""


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """Where to cut."""

    longest_s: float = 30.0
    """No window is longer; speech that does not pause is cut where it is quietest, in the later half."""
    enough_s: float = 8.0
    """From this much on, a pause of `voice.pause_s` ends a window; until then only `long_pause_s` does. A recogniser
    pays for each window anew, however short, and hears better with more around each word."""
    long_pause_s: float = 1.5
    """A silence that always ends a window; recognisers invent text for longer ones."""
    margin_s: float = 0.2
    """Silence kept before and after the speech."""
    voice: VoiceOptions = field(default_factory=VoiceOptions)


@dataclass(frozen=True, slots=True, eq=False)
class SpeechWindow:
    """A stretch of 16 kHz audio with speech in it. Positions are samples of the stream."""

    samples: Samples
    start: int
    """Position of the first sample of `samples`."""
    speech_start: int
    speech_end: int
    """Position after the last spoken sample, exact where the background is quiet, else to 32 ms."""

    @property
    def speech_s(self) -> float:
        """Seconds from the first spoken sample to the last."""
        return (self.speech_end - self.speech_start) / VAD_RATE


class WindowCutter:
    """The windows of one stream of 16 kHz audio. What comes out does not depend on how the audio was cut.

    Holds at most one window of audio.
    """

    def __init__(self, model: VoiceModel, options: WindowOptions) -> None:
        self._options = options
        self._activity = VoiceActivity(model)
        self._switch = VoiceSwitch(options.voice)
        self._margin = _frames(options.margin_s)
        self._longest = int(options.longest_s * VAD_RATE) // FRAME
        self._frames: list[Samples] = []
        self._first = 0  # number of the frame at self._frames[0]
        self._spoken: list[int] = []  # numbers of the spoken frames of the open window
        self._length = 0
        self._judged = 0
        self._last_spoken = 0
        self._distant = 0  # frames since the last spoken one in which a voice was heard all the same

    @property
    def judged(self) -> int:
        """Samples that have been judged so far."""
        return self._judged * FRAME

    @property
    def last_spoken(self) -> int:
        """Position after the last spoken frame; 0 when there was none."""
        return self._last_spoken * FRAME

    @property
    def quiet_s(self) -> float:
        """Seconds since the last spoken frame, or since the beginning."""
        return (self._judged - self._last_spoken) * FRAME / VAD_RATE

    @property
    def distant_voices(self) -> bool:
        """True when most of the silence since the last spoken frame held voices that do not stand out of the noise."""
        return 2 * self._distant > self._judged - self._last_spoken

    @property
    def open_window(self) -> SpeechWindow | None:
        """The window under way, as it would be if the speech had ended; None when there is no speech in it."""
        return next(iter(self._ended()), None) if self._spoken else None

    def feed(self, samples: Samples) -> list[SpeechWindow]:
        """The windows that `samples` completes."""
        self._length += len(samples)
        return self._take(*self._activity.feed(samples))

    def flush(self) -> list[SpeechWindow]:
        """The last window, when there is one."""
        windows = self._take(*self._activity.flush())
        return windows + self._close() if self._spoken else windows

    def _take(self, frames: Samples, scores: Samples) -> list[SpeechWindow]:
        windows: list[SpeechWindow] = []
        for frame, score in zip(frames, scores.tolist(), strict=True):
            number = self._first + len(self._frames)
            self._frames.append(frame)
            self._judged += 1
            if self._switch.judge(frame, score):
                self._spoken.append(number)
                self._last_spoken, self._distant = self._judged, 0
            self._distant += self._switch.is_distant
            if not self._spoken:
                self._forget(self._frames[: -self._margin])
            elif number - self._spoken[-1] >= self._pause():
                windows += self._close()
            elif len(self._frames) >= self._longest:
                windows += self._split()
        return windows

    def _pause(self) -> int:
        """Frames of silence that end the window as it stands."""
        enough = self._spoken[-1] - self._spoken[0] >= _frames(self._options.enough_s)
        return self._options.voice.pause_frames if enough else _frames(self._options.long_pause_s)

    def _close(self) -> list[SpeechWindow]:
        """End the window after its last spoken frame; what follows leads into the next one."""
        window = self._ended()
        self._spoken = []
        self._forget(self._frames[: -self._margin])
        return window

    def _ended(self) -> list[SpeechWindow]:
        end = self._spoken[-1] + 1 - self._first
        return self._window(self._frames[: end + self._margin], self._spoken)

    def _split(self) -> list[SpeechWindow]:
        """Cut a window that is too long: in a silence, or where it is quietest."""
        half = len(self._frames) // 2
        loudness = np.array([float(np.square(frame).mean()) for frame in self._frames[half:]])
        smooth = np.convolve(np.pad(loudness, 1, mode="edge"), np.full(3, 1 / 3), "valid")
        spoken = set(self._spoken)
        place = min(range(half, len(self._frames)), key=lambda n: (self._first + n in spoken, smooth[n - half]))
        border = self._first + place
        window = self._window(self._frames[:place], [number for number in self._spoken if number < border])
        self._spoken = [number for number in self._spoken if number >= border]
        self._forget(self._frames[:place])
        return window

    def _window(self, frames: list[Samples], spoken: list[int]) -> list[SpeechWindow]:
        if len(spoken) < self._options.voice.least_frames:
            return []
        end = min(self._audible_end(spoken[-1] + 1), self._length)
        start = self._first * FRAME
        samples = np.concatenate(frames)[: self._length - start]
        return [SpeechWindow(samples, start, spoken[0] * FRAME, end)]

    def _audible_end(self, frame: int) -> int:
        """Position after the last audible sample before frame number `frame`."""
        tail = np.concatenate(self._frames[max(0, frame - _TAIL - self._first) : frame - self._first])
        loud = np.flatnonzero(np.abs(tail) > AUDIBLE_PEAK)
        return frame * FRAME - (len(tail) - 1 - int(loud[-1]) if len(loud) else 0)

    def _forget(self, frames: list[Samples]) -> None:
        del self._frames[: len(frames)]
        self._first += len(frames)


class Ears:
    """Sound of any rate in, speech windows out: resamples and cuts. Its methods block for 3 ms a second of sound."""

    def __init__(self, rate: int, cutter: WindowCutter) -> None:
        """Raises `InputError` for a rate that no sound has."""
        self.rate = rate
        try:
            self._resampler = Resampler(rate, VAD_RATE)
        except ValueError as error:
            raise InputError(f"the sound cannot be used: it says it has {error}") from error
        self.cutter = cutter

    def hear(self, samples: Samples) -> list[SpeechWindow]:
        """The windows that `samples` completes."""
        return self.cutter.feed(self._resampler.feed(samples))

    def finish(self) -> list[SpeechWindow]:
        """The windows that the end of the sound completes."""
        return self.cutter.feed(self._resampler.flush()) + self.cutter.flush()


def slices(audio: Audio, step_s: float) -> Iterator[Samples]:
    """The sound of a chunk in pieces of at most `step_s` seconds."""
    step = max(1, round(step_s * audio.sample_rate))
    for start in range(0, len(audio.samples), step):
        yield audio.samples[start : start + step]


def _frames(seconds: float) -> int:
    return max(1, round(seconds * VAD_RATE / FRAME))
