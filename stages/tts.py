"""Text to speech: pyttsx3 in child processes, a stretch of audio a sentence."""

from __future__ import annotations

import asyncio
import io
import wave
import weakref
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.errors import InputError, SetupError
from pipeline.events import AUDIBLE_PEAK, Samples, Sentence, Speech
from pipeline.stage import Inbox, TurnInfo
from stages.tts_process import Part, SpeechFailure, SpeechProcesses, StartFailure, Voice
from text.script import Language, is_ideograph, language_of
from text.spoken import spoken

_PREFERRED: dict[Language, tuple[str, ...]] = {
    "en": ("en-us", "en-gb", "en"),
    "zh": ("cmn-latn-pinyin", "zh-cn", "zh-hans", "cmn", "zh", "yue"),
}
"""Voice languages in order of preference. `cmn` of espeak-ng 1.51 spells many Chinese syllables as English words;
its sister `cmn-latn-pinyin` has the same voice and says them right."""
_CHINESE_TAGS = ("zh", "cmn", "yue")
_LEAD_S = 0.003
"""Kept of the silence before the first audible sample, so that nothing is clipped."""
_JOINT_S = 0.06
"""Kept of the silence between two voices in one sentence."""
_PATIENCE_PER_CHARACTER_S = 0.02
_MOST_TRIES = 3
"""For a sentence; what failed twice in the same way is not tried again."""


@dataclass(frozen=True, slots=True)
class SpeechSynthesizerOptions:
    """How to speak."""

    voice: str | None = None
    """A voice's id, name or language tag; used for its own language. None: American English and Mandarin."""
    rate: int = 175
    """Words a minute. 80 to 450."""
    driver: str | None = None
    """pyttsx3's driver; None is the system's own: espeak, nsss or sapi5."""
    processes: int = 2
    """Children that speak: one at work, one warm in case the first is stopped."""
    patience_s: float = 3.0
    """A child that has said nothing for so long (and 0.02 s a character) hangs."""
    start_patience_s: float = 10.0
    """The same while it starts."""


class SpeechSynthesizer:
    """Speaks each sentence with a voice of its language. Reusable and shared by turns; `close` ends the children.

    A child that hangs, dies or gives no sound is replaced, and the sentence said once more.
    """

    name = "tts"
    accepts = (Sentence,)
    emits = (Speech,)

    def __init__(self, options: SpeechSynthesizerOptions | None = None) -> None:
        """Raises `InputError` for a rate that no voice can keep."""
        self.options = options or SpeechSynthesizerOptions()
        if not 80 <= self.options.rate <= 450:
            raise InputError(f"a speaking rate of {self.options.rate} words a minute: choose one from 80 to 450")
        self._processes = SpeechProcesses(self.options.processes, self.options.rate, self.options.driver)
        weakref.finalize(self, self._processes.close)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the children that run."""
        return self._processes.pids

    async def warm_up(self) -> None:
        """Start the children and let each voice say something, so that no turn waits for it. Raises `SetupError`."""
        voices = await self.voices()
        texts = [spoken("1", "en")]  # loads the number words as well
        with suppress(SetupError):  # without a Chinese voice English is still spoken
            choose_voice(voices, "zh", self.options.voice)
            texts.insert(0, spoken("1", "zh"))  # before the English one, whose voice is then the one at hand
        await asyncio.gather(*(self._audio(" ".join(texts), None) for _ in range(self.options.processes)))

    async def voices(self) -> tuple[Voice, ...]:
        """All voices there are. Raises `SetupError` when speech cannot start."""
        try:
            async with self._processes.lent(self.options.start_patience_s) as process:
                return process.ready.result()
        except SpeechFailure as error:
            raise _cannot_start(error) from error

    async def close(self) -> None:
        """End the children. Whatever is being said is cut off; a later turn starts new ones."""
        await asyncio.to_thread(self._processes.close)

    async def run(self, inbox: Inbox[Sentence], turn: TurnInfo) -> AsyncIterator[Speech]:
        """Emit one `Speech` a sentence: mono at the voice's rate, its leading silence cut to 3 ms.

        A sentence without words makes none. Raises `SetupError` naming the sentence that could not be
        said, or the voice that is missing.
        """
        turn.mark("tts")
        async for sentence in inbox:
            text = spoken(sentence.text, language_of(sentence.text))
            if any(map(str.isalpha, text)):  # figures are words by now
                samples, sample_rate = await self._audio(text, turn)
                yield Speech(samples, sample_rate, sentence.text)

    async def _audio(self, text: str, turn: TurnInfo | None) -> tuple[Samples, int]:
        failures: list[SpeechFailure] = []
        # Two different mishaps may meet, such as a child that was killed and a driver that stays silent once.
        while len({str(failure) for failure in failures}) == len(failures) < _MOST_TRIES:
            try:
                return await self._audio_once(text, turn)
            except SpeechFailure as failure:
                failures.append(failure)
        if isinstance(failures[-1], StartFailure):
            raise _cannot_start(failures[-1]) from failures[-1]
        reasons = "; then: ".join(dict.fromkeys(map(str, failures)))
        raise SetupError(
            f"the voice failed {len(failures)} times to say “{text}” ({reasons}). "
            "Run `python run_agent.py doctor`; it names the voices and how to mend them"
        ) from failures[-1]

    async def _audio_once(self, text: str, turn: TurnInfo | None) -> tuple[Samples, int]:
        if turn is not None and not self._processes.free:
            turn.mark("model wait")
        async with self._processes.lent(self.options.start_patience_s) as process:
            if turn is not None:
                turn.mark("tts")
            parts = self._parts(text, process.ready.result())
            patience_s = self.options.patience_s + _PATIENCE_PER_CHARACTER_S * len(text)
            return joined([decoded(content) for content in await process.speak(parts, patience_s)])

    def _parts(self, text: str, voices: Sequence[Voice]) -> list[Part]:
        return [Part(choose_voice(voices, language, self.options.voice).id, run) for language, run in runs(text)]


def runs(text: str) -> list[tuple[Language, str]]:
    """`text` cut where its script changes: Chinese characters for one voice, everything else for another.

    Digits, spaces and marks stay with what stands before them.
    """
    found: list[tuple[Language, str]] = []
    for character in text:
        language: Language | None = "zh" if is_ideograph(character) else "en" if character.isalpha() else None
        if found and language in (None, found[-1][0]):
            found[-1] = (found[-1][0], found[-1][1] + character)
        elif found and not any(map(str.isalnum, found[-1][1])):
            found[-1] = (language or "en", found[-1][1] + character)
        else:
            found.append((language or "en", character))
    return found


def choose_voice(voices: Sequence[Voice], language: Language, wanted: str | None = None) -> Voice:
    """The voice for a language: `wanted` (id, name or language tag) if it speaks it, else the preferred one.

    Raises `SetupError` when there is none, naming what to install.
    """
    if wanted is not None:
        named = [v for v in voices if wanted.lower() in (v.id.lower(), v.name.lower(), *_tags(v))]
        if not named:
            raise SetupError(f"there is no voice '{wanted}': `python run_agent.py doctor` lists those there are")
        if any(tag.startswith(_CHINESE_TAGS) for tag in _tags(named[0])) == (language == "zh"):
            return named[0]
    for preferred in _PREFERRED[language]:
        exact = [voice for voice in voices if preferred in _tags(voice)]
        near = [voice for voice in voices if any(tag.startswith(preferred + "-") for tag in _tags(voice))]
        if exact or near:
            return (exact or near)[0]
    name = {"en": "an English", "zh": "a Chinese"}[language]
    raise SetupError(
        f"there is no {name.split()[1]} voice: install {name} voice, on Debian or Ubuntu the package espeak-ng "
        "(`apt-get install espeak-ng`), on macOS and Windows in the system's speech settings"
    )


def _tags(voice: Voice) -> tuple[str, ...]:
    return tuple(tag.lower().replace("_", "-") for tag in voice.languages)


def decoded(content: bytes) -> tuple[Samples, int]:
    """The samples of an audio file, mono, and their rate. Raises `SpeechFailure` when there is no sound in it."""
    if content.startswith(b"RIFF"):
        samples, sample_rate = _wav(content)
    elif content:
        samples, sample_rate = _other(content)
    else:
        raise SpeechFailure("the driver wrote no file")
    if not len(samples) or np.abs(samples).max() <= AUDIBLE_PEAK:
        raise SpeechFailure("the driver gave no sound")
    return samples, sample_rate


def _wav(content: bytes) -> tuple[Samples, int]:
    try:
        with wave.open(io.BytesIO(content)) as file:
            if file.getsampwidth() != 2:
                return _other(content)
            frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            mono: Samples = frames.reshape(-1, file.getnchannels())[:, 0].astype(np.float32) / np.float32(32768)
            return mono, file.getframerate()
    except (wave.Error, EOFError, ValueError) as error:
        raise SpeechFailure(f"the driver's file cannot be read ({error})") from error


def _other(content: bytes) -> tuple[Samples, int]:
    """What macOS writes: AIFF, read by PyAV."""
    import av

    try:
        with av.open(io.BytesIO(content), mode="r") as container:
            stream = container.streams.audio[0]
            resampler = av.AudioResampler(format="flt", layout="mono", rate=stream.rate)
            frames = [part for frame in container.decode(stream) for part in resampler.resample(frame)]
            pieces: list[npt.NDArray[np.float32]] = [frame.to_ndarray()[0] for frame in frames]
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise SpeechFailure(f"the driver's file cannot be read ({error})") from error
    return np.concatenate([*pieces, np.zeros(0, np.float32)]), int(stream.rate)


def joined(parts: Sequence[tuple[Samples, int]]) -> tuple[Samples, int]:
    """Audio of several voices as one, at the first one's rate: silence cut before each, and between them."""
    sample_rate = parts[0][1]
    pieces = []
    for number, (samples, rate) in enumerate(parts):
        audible = np.flatnonzero(np.abs(samples) > AUDIBLE_PEAK)
        first = max(0, int(audible[0]) - round(_LEAD_S * rate))
        last = len(samples) if number == len(parts) - 1 else int(audible[-1]) + round(_JOINT_S * rate)
        pieces.append(_at_rate(samples[first:last], rate, sample_rate))
    return np.concatenate(pieces), sample_rate


def _at_rate(samples: Samples, rate: int, wanted: int) -> Samples:
    if rate == wanted:
        return samples
    places = np.arange(len(samples) * wanted // rate) * (rate / wanted)
    resampled: Samples = np.interp(places, np.arange(len(samples)), samples).astype(np.float32)
    return resampled


def _cannot_start(error: SpeechFailure) -> SetupError:
    return SetupError(
        f"speech cannot start ({error}): on Debian or Ubuntu install the package espeak-ng "
        "(`apt-get install espeak-ng`); `python run_agent.py doctor` checks it"
    )
