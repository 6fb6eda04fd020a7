"""The speech model behind the recogniser: finding its weights, loading it once, and turning one window into text.

Three kinds of name are understood: `shipped` (assets/speech-model, a small English domain, always there), a folder
with a CTranslate2 Whisper, and a name that faster-whisper knows (`base`, `small`, `owner/repository`), whose weights it
fetches into its usual cache on first use.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputError, SetupError
from pipeline.events import Samples
from stages.invented_text import is_believable, without_loops

SHIPPED = "shipped"
"""The name of the model that lies in the repository."""

SHIPPED_FOLDER = Path(__file__).resolve().parents[1] / "assets" / "speech-model"

_FILES = ("model.bin", "config.json", "tokenizer.json", "preprocessor_config.json")
"""What a folder must hold. faster-whisper would ask the hub for a missing tokenizer, and guess the rest."""
_NEEDED = _FILES[:3]

_MOST_TOKENS = 440
"""Whisper writes at most 448 tokens a window, its prompt included."""

_REPORT_EVERY_S = 2.0

WINDOW_S = 30.0
"""The longest window of an ordinary Whisper."""


@dataclass(frozen=True, slots=True)
class SpeechModelOptions:
    """Which model, and how it runs."""

    model: str = SHIPPED
    device: str = "cpu"
    """`cpu`, `cuda` or `auto`."""
    compute_type: str = "int8"
    cpu_threads: int = 0
    """0 chooses: one for the shipped model, whose steps are too small to share out, else up to four."""
    beam_size: int = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """What the model made of one window."""

    text: str
    """Empty when nothing believable was heard."""
    language: str
    """ISO 639-1 code."""


class SpeechModel:
    """One loaded Whisper. Its methods block; they are meant for one worker thread."""

    def __init__(self, options: SpeechModelOptions, on_progress: Callable[[str], None]) -> None:
        self._options = options
        self._on_progress = on_progress
        self._whisper: Any = None
        self._stopped = threading.Event()

    @property
    def window_s(self) -> float:
        """Seconds of audio that the model takes at a time."""
        return float(self._whisper.feature_extractor.chunk_length)

    @property
    def languages(self) -> list[str]:
        """The languages that it knows, as ISO 639-1 codes."""
        return list(self._whisper.supported_languages)

    def load(self) -> None:
        """Load the model unless that was done. Raises `InputError` for a bad name or folder, `SetupError` for
        weights that cannot be had.
        """
        if self._whisper is not None:
            return
        self._stopped.clear()
        folder = self._folder()
        self._on_progress(f"loading the speech model '{self._options.model}'")
        from faster_whisper import WhisperModel

        try:
            self._whisper = WhisperModel(
                str(folder),
                device=self._options.device,
                compute_type=self._options.compute_type,
                cpu_threads=self._options.cpu_threads or self._threads(),
            )
        except Exception as error:  # tokenizers raises a bare Exception, ctranslate2 a RuntimeError
            raise InputError(
                f"{folder}: the speech model cannot be loaded ({error}); its files may be damaged or of another "
                "format: a CTranslate2 Whisper model is needed, as `--asr-model shipped` is one"
            ) from error

    def transcribe(self, samples: Samples, speech_s: float, language: str | None) -> Heard:
        """The text of one window of 16 kHz audio that holds `speech_s` seconds of speech.

        `language` None lets the model guess it, which costs a second pass of its encoder. Decoding is greedy in
        temperature and keeps no text of earlier windows, so that one mistake does not grow.
        """
        seconds = len(samples) / 16_000
        segments, about = self._whisper.transcribe(
            samples,
            language=language if self._whisper.model.is_multilingual else "en",
            beam_size=self._options.beam_size,
            temperature=0.0,
            without_timestamps=True,  # one pass over the window; where it lies is known from its silences
            condition_on_previous_text=False,
            max_new_tokens=min(_MOST_TOKENS, 24 + round(25 * seconds)),
        )
        text = without_loops(" ".join(segment.text.strip() for segment in segments).strip())
        return Heard(text if is_believable(text, speech_s) else "", str(about.language))

    def stop(self) -> None:
        """Give up a download that is under way."""
        self._stopped.set()

    def _threads(self) -> int:
        return 1 if self._options.model == SHIPPED else min(4, os.cpu_count() or 1)

    def _folder(self) -> Path:
        name = self._options.model
        local = _local_folder(name)
        if local is not None:
            _check_folder(local)
            return local
        cached = _cached_folder(name)
        return cached if cached is not None else self._fetch(name)

    def _fetch(self, name: str) -> Path:
        """Download by faster-whisper in a thread of its own, saying how far it is."""
        result: list[Path | Exception] = []
        worker = threading.Thread(target=_download, args=(name, result), daemon=True)  # never holds up the exit
        before, begun = _cached_megabytes(name), time.monotonic()
        self._on_progress(f"fetching the weights of speech model '{name}'")
        worker.start()
        while worker.is_alive() and not self._stopped.is_set():
            worker.join(0.1)
            if time.monotonic() - begun >= _REPORT_EVERY_S:
                begun = time.monotonic()
                fetched = _cached_megabytes(name) - before
                self._on_progress(f"fetching the weights of speech model '{name}': {fetched} MB so far")
        if not result:
            raise SetupError(f"fetching the weights of speech model '{name}' was given up; run it again to go on")
        if isinstance(result[0], Exception):
            raise _unavailable(name, result[0]) from result[0]
        return result[0]


def find_weights(model: str) -> Path | None:
    """The folder with the weights of `model` when they are on this machine, else None. Asks no network.

    Raises `InputError` for a folder that lacks a file, and for a name that is neither a folder nor a known model.
    """
    local = _local_folder(model)
    if local is None:
        return _cached_folder(model)
    _check_folder(local)
    return local


def _local_folder(name: str) -> Path | None:
    """The folder that `name` means, or None when it is the name of a model."""
    if name == SHIPPED:
        return SHIPPED_FOLDER
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.exists():
        raise InputError(f"{name}: this is a file; a speech model is the folder that holds model.bin")
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise InputError(f"{name}: there is no such folder; name one that holds {', '.join(_FILES)}")
    return None


def _check_folder(folder: Path) -> None:
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not any(folder.glob("vocabulary.*")):
        missing.append("vocabulary.json")
    if missing:
        raise InputError(
            f"{folder}: this is not a complete speech model, {' and '.join(missing)} missing; "
            f"a CTranslate2 Whisper folder holds {', '.join(_FILES)} and vocabulary.json"
        )


def _cached_folder(name: str) -> Path | None:
    """Where faster-whisper's cache holds the complete model, or None. Raises `InputError` for an unknown name."""
    from faster_whisper import available_models, download_model

    try:
        folder = Path(download_model(name, local_files_only=True))
        _check_folder(folder)
    except ValueError as error:
        raise InputError(
            f"there is no speech model '{name}', neither as a folder nor by name; "
            f"known are {SHIPPED}, {', '.join(available_models())} and owner/repository"
        ) from error
    except (OSError, InputError):  # not there, or a download that broke off
        return None
    return folder


def _download(name: str, result: list[Path | Exception]) -> None:
    from faster_whisper import download_model

    try:
        result.append(Path(download_model(name)))
    except Exception as error:  # noqa: BLE001  # handed to the thread that waits
        result.append(error)


def _cached_megabytes(name: str) -> int:
    """Megabytes that the cache holds of Whisper models; that it grows is all that counts here."""
    from huggingface_hub.constants import HF_HUB_CACHE

    pattern = f"models--{name.replace('/', '--')}" if "/" in name else "models--*whisper*"
    total = 0
    for file in Path(HF_HUB_CACHE).glob(f"{pattern}/blobs/*"):
        try:
            total += file.stat().st_size
        except OSError:  # renamed this very moment
            continue
    return total // 1_000_000


def _unavailable(name: str, error: Exception) -> InputError | SetupError:
    from huggingface_hub.errors import RepositoryNotFoundError

    if isinstance(error, RepositoryNotFoundError):
        return InputError(f"there is no speech model '{name}', neither as a folder nor on the model hub")
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return SetupError(
        f"the weights of speech model '{name}' are not on this machine and cannot be fetched ({reason}). "
        "With a network, fetch them once: "
        f"`python -c \"import faster_whisper; faster_whisper.download_model('{name}', 'FOLDER')\"`, "
        "bring FOLDER here and use `--asr-model FOLDER`; or use `--asr-model shipped`, which understands the "
        "project's samples only"
    )
