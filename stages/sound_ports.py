"""The two ends of a spoken conversation, whatever stands behind them: a device, or sound files."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from pipeline.events import Audio, Samples

QUIETEST_DB = -96.0
"""The level of silence: one step of a 16-bit sample."""


@dataclass(frozen=True, slots=True)
class Overruns:
    """Sound that came and was lost, because nobody took it in time."""

    count: int = 0
    """How often."""
    lost_s: float = 0.0
    """Seconds that our own buffer threw away. What a device lost inside itself is counted but cannot be measured."""


@dataclass(frozen=True, slots=True)
class Underruns:
    """Gaps in a reply, because nothing was there to be played."""

    count: int = 0
    """How often, within replies."""
    silent_s: float = 0.0
    """Seconds of silence between one stretch of a reply and the next that came too late."""


class SoundInput(Protocol):
    """A microphone: an async context manager, and an async iterator of `Audio`, 16 kHz mono, 32 ms at a time.

    It outlives turns: each turn iterates over the same one. One may iterate at a time; leaving the iteration closes
    nothing. While nobody iterates and it is not paused, sound is kept, up to a limit.
    """

    @property
    def live(self) -> bool:
        """True when sound comes at its own pace, so that it can be late: the turn counts overruns."""
        ...

    @property
    def ended(self) -> bool:
        """True when no more will come. A device never ends by itself, files do."""
        ...

    @property
    def lost(self) -> bool:
        """True while its device is gone and is being looked for."""
        ...

    @property
    def level_db(self) -> float:
        """Loudness of the latest chunk: dB of full scale, root mean square; -96 for silence and when paused."""
        ...

    @property
    def overruns(self) -> Overruns:
        """What was lost since it was opened."""
        ...

    def pause(self) -> None:
        """Stop listening: nothing is handed over until `resume`."""
        ...

    def resume(self) -> None:
        """Listen again."""
        ...

    async def __aenter__(self) -> SoundInput: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def __aiter__(self) -> SoundInput: ...

    async def __anext__(self) -> Audio: ...


class SoundOutput(Protocol):
    """A loudspeaker: an async context manager that plays replies, each stretch after the one before."""

    @property
    def heard_ms(self) -> float:
        """How much of the reply since `begin` the user has heard. Grows only, never beyond what was given."""
        ...

    @property
    def latency_s(self) -> float:
        """Seconds from handing a sample to the device until it is heard."""
        ...

    @property
    def underruns(self) -> Underruns:
        """Gaps since it was opened."""
        ...

    def begin(self) -> None:
        """A new reply: what still waits of the one before is dropped, and `heard_ms` starts at 0."""
        ...

    async def play(self, samples: Samples, sample_rate: int) -> None:
        """Queue a stretch of the reply; waits while more than some seconds are queued."""
        ...

    async def drained(self) -> None:
        """Wait until the last sample has been heard. The reply is complete: silence after it is no gap."""
        ...

    def stop(self) -> None:
        """Silence at once: what is queued is dropped, and whoever waits in `play` or `drained` goes on."""
        ...

    async def __aenter__(self) -> SoundOutput: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
