"""Voice activity: how likely each 32 ms of sound is speech, and which stretches are.

The model is Silero VAD (https://github.com/snakers4/silero-vad) in the file that faster-whisper ships. The library's
own call begins anew each time; here the state is kept between calls, so that sound can be judged as it comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import SetupError
from pipeline.events import Samples
from stages.noise_floor import NoiseFloor, NoiseGate

VAD_RATE = 16_000
"""Samples per second that the model was trained on."""

FRAME = 512
"""Samples that the model judges at a time: 32 ms."""

_CONTEXT = 64
"""Samples of the frame before that the model sees too."""

_STATE = 128
"""Size of each of the two state vectors of its LSTM."""


class VoiceModel:
    """The loaded model. It holds no stream's state and can be shared by turns and threads."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` names another file of the same layout. Raises `SetupError` when the file cannot be loaded."""
        import onnxruntime

        file = path or _shipped_file()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # frames are too small to share out
        options.log_severity_level = 4
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(file), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises classes of its own without a common root
            raise SetupError(
                f"the voice activity model {file} cannot be loaded ({error}); reinstall faster-whisper"
            ) from error

    def judge(self, frames: Samples, state: _State) -> tuple[npt.NDArray[np.float32], _State]:
        """Speech probability of each of `frames`, shape (n, 64 + 512), and the state after the last."""
        scores, hidden, cell = self._session.run(None, {"input": frames, "h": state.hidden, "c": state.cell})
        return np.asarray(scores, np.float32).reshape(-1), _State(hidden, cell)


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    hidden: npt.NDArray[np.float32]
    cell: npt.NDArray[np.float32]


class VoiceActivity:
    """Speech probabilities of one stream of 16 kHz audio, frame by frame.

    The result does not depend on how the audio was cut. Cost: about 2 ms per second of audio.
    """

    def __init__(self, model: VoiceModel) -> None:
        self._model = model
        self._state = _State(*(np.zeros((1, 1, _STATE), np.float32) for _ in range(2)))
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.empty(0, np.float32)

    def feed(self, samples: Samples) -> tuple[Samples, npt.NDArray[np.float32]]:
        """The frames that `samples` completes, shape (n, 512), and the speech probability of each, 0..1."""
        waiting = np.concatenate((self._rest, samples)) if len(self._rest) else np.asarray(samples, np.float32)
        count = len(waiting) // FRAME
        self._rest = waiting[count * FRAME :].copy()
        frames = waiting[: count * FRAME].reshape(count, FRAME)
        if not count:
            return frames, np.empty(0, np.float32)
        contexts = np.concatenate((self._context[None], frames[:-1, -_CONTEXT:]))
        scores, self._state = self._model.judge(np.concatenate((contexts, frames), axis=1), self._state)
        self._context = frames[-1, -_CONTEXT:].copy()
        return frames, scores

    def flush(self) -> tuple[Samples, npt.NDArray[np.float32]]:
        """The last, unfinished frame, filled up with silence: shapes (1, 512) and (1,), or (0, 512) and (0,)."""
        missing = (FRAME - len(self._rest)) % FRAME
        return self.feed(np.zeros(missing, np.float32))


@dataclass(frozen=True, slots=True)
class VoiceOptions:
    """When sound counts as speech. The thresholds are the ones that Silero's authors recommend."""

    onset: float = 0.5
    """Speech begins with a frame at least this probable."""
    offset: float = 0.35
    """Speech goes on while frames are at least this probable."""
    min_speech_s: float = 0.15
    """Stretches with less speech than this are clicks and knocks, not words ("no" lasts 0.3 s)."""
    pause_s: float = 0.25
    """Silence that ends a stretch of speech; commas take 0.1 to 0.2 s, full stops 0.3 s and more."""
    gate: NoiseGate | None = None
    """How far speech must stand out of the noise; None takes every voice, however far away, for speech."""

    def __post_init__(self) -> None:
        if not 0 < self.offset <= self.onset < 1:
            raise ValueError(f"onset {self.onset} and offset {self.offset}: 0 < offset <= onset < 1 is needed")

    @property
    def least_frames(self) -> int:
        """`min_speech_s` in frames."""
        return max(1, round(self.min_speech_s * VAD_RATE / FRAME))

    @property
    def pause_frames(self) -> int:
        """`pause_s` in frames."""
        return max(1, round(self.pause_s * VAD_RATE / FRAME))


class VoiceSwitch:
    """Decides frame by frame whether it is speech, with hysteresis: starting takes more than going on."""

    def __init__(self, options: VoiceOptions) -> None:
        self._options = options
        self._gate = options.gate
        self._floor = None if options.gate is None else NoiseFloor(FRAME, VAD_RATE, options.gate.memory_s)
        self._on = False
        self.is_distant = False
        """The last frame sounded like speech, but did not stand out of the noise: voices in the background, perhaps."""

    def judge(self, frame: Samples, score: float) -> bool:
        """Take the next frame, shape (512,), and its speech probability."""
        loud = self._stands_out(frame)
        voice = score >= (self._options.offset if self._on or self.is_distant else self._options.onset)
        self._on, self.is_distant = voice and loud, voice and not loud
        return self._on

    def _stands_out(self, frame: Samples) -> bool:
        if self._floor is None or self._gate is None:
            return True
        return self._floor.rise_db(frame) >= (self._gate.offset_rise_db if self._on else self._gate.onset_rise_db)


@dataclass(frozen=True, slots=True)
class SpeechSpan:
    """A stretch of speech, as positions in the stream at 16 kHz."""

    start: int
    end: int
    """Position after its last spoken frame."""


class SpeechSpans:
    """The stretches of speech of one stream of 16 kHz audio, as they end."""

    def __init__(self, model: VoiceModel, options: VoiceOptions | None = None) -> None:
        self._options = options or VoiceOptions()
        self._activity = VoiceActivity(model)
        self._switch = VoiceSwitch(self._options)
        self._judged = 0
        self._length = 0
        self._spoken: list[int] = []

    def feed(self, samples: Samples) -> list[SpeechSpan]:
        """The stretches that the silence in `samples` ends."""
        self._length += len(samples)
        return self._judge(*self._activity.feed(samples))

    def flush(self) -> list[SpeechSpan]:
        """The last stretch, when the sound ends before a pause did."""
        return self._judge(*self._activity.flush()) + self._close()

    def _judge(self, frames: Samples, scores: npt.NDArray[np.float32]) -> list[SpeechSpan]:
        ended: list[SpeechSpan] = []
        for frame, score in zip(frames, scores.tolist(), strict=True):
            if self._switch.judge(frame, score):
                self._spoken.append(self._judged)
            elif self._spoken and self._judged - self._spoken[-1] >= self._options.pause_frames:
                ended += self._close()
            self._judged += 1
        return ended

    def _close(self) -> list[SpeechSpan]:
        spoken, self._spoken = self._spoken, []
        if len(spoken) < self._options.least_frames:
            return []
        return [SpeechSpan(spoken[0] * FRAME, min((spoken[-1] + 1) * FRAME, self._length))]


def _shipped_file() -> Path:
    import importlib.util

    found = importlib.util.find_spec("faster_whisper")  # finds without importing: that takes 0.3 s
    folder = Path(found.origin).parent / "assets" if found is not None and found.origin else None
    files = sorted(folder.glob("silero_vad*.onnx")) if folder is not None else []
    if not files:
        raise SetupError("faster-whisper's voice activity model is missing; run `make setup`")
    return files[-1]
