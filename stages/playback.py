"""The queue of a loudspeaker, and how far the user has heard it: arithmetic without a device."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.events import Samples
from stages.sound_ports import Underruns

FADE_S = 0.005
"""Length of the fade when a reply is cut off: a jump to silence would click."""

SHORTEST_GAP_S = 0.002
"""The times that a device gives are no more exact than this."""

LONGEST_DELAY_S = 5.0
"""A device that claims to play later than this has a clock that cannot be used."""


@dataclass(slots=True)
class _Stretch:
    """Sound that waits to be played."""

    samples: Samples
    reply: int


@dataclass(frozen=True, slots=True)
class _Span:
    """Sound of the present reply that the device has taken: when it is heard."""

    start_s: float
    end_s: float


class Playback:
    """Filled by the event loop, emptied by the device's thread; either may call anything. Times are `loop.time()`.

    The position is what the device has taken and, by its own account, has brought to the ear: sound that still lies
    in its buffer has not been heard.
    """

    def __init__(self, rate: int) -> None:
        """`rate` is the device's, in samples per second."""
        self.rate = rate
        self._lock = threading.Lock()
        self._queue: deque[_Stretch] = deque()
        self._queued = 0
        self._reply = 0
        self._spans: deque[_Span] = deque()
        self._heard_s = 0.0
        self._heard_most_s = 0.0
        self._given_s = 0.0
        self._complete = False
        self._broken_s: float | None = None
        self._sounds_until_s = 0.0
        self._dry_since_s: float | None = None
        self._underruns = Underruns()
        self.delay_s = 0.0
        """Seconds until the next sample that the device takes is heard, as it said last."""

    @property
    def queued_s(self) -> float:
        """Seconds of sound that the device has not taken yet."""
        return self._queued / self.rate

    @property
    def underruns(self) -> Underruns:
        """Gaps within replies so far."""
        return self._underruns

    def begin(self) -> None:
        """A new reply: what waits of the one before is faded out, and the position is 0."""
        with self._lock:
            self._cut()
            self._reply += 1
            self._spans.clear()
            self._heard_s = self._heard_most_s = self._given_s = 0.0
            self._broken_s = self._dry_since_s = None
            self._complete = False

    def add(self, samples: Samples) -> None:
        """Queue a stretch of the present reply, mono at `rate`. Nothing happens when the reply is broken."""
        with self._lock:
            if self._broken_s is not None or not len(samples):
                return
            self._complete = False
            self._queue.append(_Stretch(samples, self._reply))
            self._queued += len(samples)
            self._given_s += len(samples) / self.rate

    def complete(self) -> None:
        """The reply has all its sound: silence from here on is no gap."""
        with self._lock:
            self._complete = True
            if not self._queue:
                self._dry_since_s = None

    def stop(self) -> None:
        """Drop what is queued, but for a fade of 5 ms. What the device has taken already is still heard."""
        with self._lock:
            self._cut()
            self._complete, self._dry_since_s = True, None

    def fail(self, now_s: float) -> None:
        """The device is gone: what has been heard by now is all of this reply that will be."""
        with self._lock:
            if self._broken_s is None:
                self._broken_s = now_s
                self._queue.clear()
                self._queued = 0
                self._sounds_until_s = min(self._sounds_until_s, now_s)

    @property
    def broken(self) -> bool:
        """True when the device went away during the present reply."""
        return self._broken_s is not None

    def fill(self, block: npt.NDArray[np.float32], now_s: float, delay_s: float, *, ran_dry: bool) -> None:
        """Fill `block`, shape (frames, channels), with what is next and then silence. The device's thread calls it.

        `delay_s` is the time from now until its first sample is heard. `ran_dry` tells that the device had a gap.
        """
        self.delay_s = delay_s = min(max(delay_s, 0.0), LONGEST_DELAY_S)
        with self._lock:
            if ran_dry and self._spans:
                self._underruns = Underruns(self._underruns.count + 1, self._underruns.silent_s)
            self._forget(now_s)
            place = 0
            while place < len(block) and self._queue:
                place += self._move(block, place, now_s + delay_s)
            block[place:] = 0.0

    def heard_s(self, now_s: float) -> float:
        """Seconds of the present reply heard by now. Never falls, and never passes what was given."""
        with self._lock:
            if self._broken_s is not None:
                now_s = min(now_s, self._broken_s)
            self._forget(now_s)
            under_way = sum(max(0.0, min(now_s, span.end_s) - span.start_s) for span in self._spans)
            self._heard_most_s = min(self._given_s, max(self._heard_most_s, self._heard_s + under_way))
            return self._heard_most_s

    def remaining_s(self, now_s: float) -> float:
        """Seconds until the last of the sound has been heard, as it looks now; 0 when all is silent."""
        with self._lock:
            if self._queue:
                return self._queued / self.rate + self.delay_s
            return max(0.0, self._sounds_until_s - now_s)

    def _move(self, block: npt.NDArray[np.float32], place: int, heard_at_s: float) -> int:
        """Put the first stretch, or as much as fits, into `block` at `place`; returns how much."""
        stretch = self._queue[0]
        count = min(len(block) - place, len(stretch.samples))
        block[place : place + count] = stretch.samples[:count, None]
        start_s = heard_at_s + place / self.rate
        end_s = start_s + count / self.rate
        self._sounds_until_s = max(self._sounds_until_s, end_s)  # the device's delay may jump back
        if stretch.reply == self._reply:
            self._note_gap(start_s)
            self._spans.append(_Span(start_s, end_s))
        stretch.samples = stretch.samples[count:]
        self._queued -= count
        if not len(stretch.samples):
            self._queue.popleft()
            if not self._queue and stretch.reply == self._reply and not self._complete:
                self._dry_since_s = end_s
        return count

    def _note_gap(self, start_s: float) -> None:
        dry_since_s, self._dry_since_s = self._dry_since_s, None
        if dry_since_s is not None and start_s - dry_since_s > SHORTEST_GAP_S:
            silent_s = self._underruns.silent_s + start_s - dry_since_s
            self._underruns = Underruns(self._underruns.count + 1, silent_s)

    def _forget(self, now_s: float) -> None:
        """Add up the spans that are over."""
        while self._spans and self._spans[0].end_s <= now_s:
            span = self._spans.popleft()
            self._heard_s += span.end_s - span.start_s

    def _cut(self) -> None:
        if not self._queue:
            return
        first = self._queue[0]
        samples = first.samples[: round(FADE_S * self.rate)]
        faded = (samples * np.linspace(1.0, 0.0, len(samples), dtype=np.float32)).astype(np.float32)
        self._queue.clear()
        self._queue.append(_Stretch(faded, first.reply))
        self._queued = len(faded)
