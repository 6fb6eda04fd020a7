"""What `doctor` looks at: each check says what is fine, what is missing and how to mend it, and raises nothing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from commands.settings import PROGRAM, SHIPPED_MODEL, Settings, configuration_file, load_settings

if TYPE_CHECKING:
    from setup.system_parts import SystemPart
    from stages.tts_process import Voice
    from text.script import Language

LEAST_DISK_MB = 200
"""Room for a turn's temporary files and the replies."""

MODEL_DISK_MB = 1_000
"""Room for the weights of Whisper `small`, with a margin."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one part."""

    part: str
    fine: bool
    detail: str
    remedy: str = ""
    """How to mend it; empty when it is fine."""
    needed: bool = True
    """Whether the main job cannot run without it."""

    @property
    def state(self) -> str:
        """`fine`, `missing`, or `not needed` for what is absent and only useful."""
        return "fine" if self.fine else "missing" if self.needed else "optional"


def check_python(settings: Settings) -> list[Finding]:
    """The Python that runs this."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    return [Finding("Python", fine=True, detail=f"{version} in {sys.prefix}")]


def check_programs(settings: Settings) -> list[Finding]:
    """Programs, language data and libraries of the operating system."""
    from setup.system_parts import system_parts

    # The voice itself is started by `check_voices`; that venv was there is shown by this very program running.
    skipped = ("espeak-ng", "Python's venv")
    return [_program(part) for part in system_parts() if part.name not in skipped and not part.for_tests]


def _program(part: SystemPart) -> Finding:
    from setup.system_parts import install_command

    needed = part.name in ("tesseract", "tesseract data: English")
    if part.present():
        return Finding(part.name, fine=True, detail=f"for {part.purpose}", needed=needed)
    command = install_command((part,)) or "install it with your system's package program"
    return Finding(part.name, fine=False, detail=f"not found; for {part.purpose}", remedy=command, needed=needed)


def check_document_reader(settings: Settings) -> list[Finding]:
    """The engine and languages that are set for documents, and what can be added."""
    from importlib.util import find_spec

    from commands.assembly import reader_options
    from documents.engines.choice import check_engine, has_rapid_ocr
    from pipeline.errors import PipelineError, SetupError
    from setup.system_parts import package_program

    installing = f"{sys.executable} -m pip install"
    try:
        options = reader_options(settings)
        check_engine(options.engine, options.languages)
    except SetupError as error:
        fault, _, how = _reason(error).partition("; install it")
        known = package_program() is not None
        remedy = f"install it{how}" if how and known else "install it with your system's package program"
        return [Finding("document reader", fine=False, detail=fault, remedy=remedy)]
    except PipelineError as error:
        remedy = "mend OCR_ENGINE and OCR_LANGUAGES, or `ocr` in the configuration"
        return [Finding("document reader", fine=False, detail=_reason(error), remedy=remedy)]
    second, photos = has_rapid_ocr(), find_spec("pillow_heif") is not None
    detail = f"{options.engine}, languages {'+'.join(options.languages)}"
    return [
        Finding("document reader", fine=True, detail=detail),
        Finding(
            "second OCR engine",
            second,
            f"RapidOCR; for `--ocr-engine {'auto`' if second else 'auto`, not found'}",
            "" if second else f"{installing} 'rapidocr>=3.10,<4'",
            needed=False,
        ),
        Finding(
            "HEIC photos",
            photos,
            "as iPhones take them" if photos else "not found; for photos as iPhones take them",
            "" if photos else f"{installing} pillow-heif",
            needed=False,
        ),
    ]


async def check_voices(settings: Settings) -> list[Finding]:
    """The voices, by starting the child process that speaks."""
    from commands.assembly import Workshop
    from setup.system_parts import install_command, system_parts

    espeak = tuple(part for part in system_parts() if part.name == "espeak-ng")
    remedy = install_command(espeak) or "install espeak-ng"
    try:
        async with Workshop(settings, quiet=True) as workshop:
            voice = await workshop.voice()
            await workshop.ready()
            voices = await voice.voices()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is the finding
        return [Finding("voices", fine=False, detail=_reason(error), remedy=remedy)]
    return [_voice(voices, language, remedy) for language in ("en", "zh")]


def _voice(voices: Sequence[Voice], language: Language, remedy: str) -> Finding:
    from pipeline.errors import SetupError
    from stages.tts import choose_voice

    part, needed = {"en": ("English voice", True), "zh": ("Chinese voice", False)}[language]
    try:
        voice = choose_voice(voices, language)
    except SetupError as error:
        return Finding(part, fine=False, detail=str(error), remedy=remedy, needed=needed)
    return Finding(part, fine=True, detail=f"{voice.name} (of {len(voices)} voices)", needed=needed)


def check_weights(settings: Settings) -> list[Finding]:
    """The weights of the speech model that would be used."""
    from pipeline.errors import PipelineError
    from stages.speech_model import find_weights

    model = settings.asr_model
    part = f"speech model '{model}'"
    try:
        folder = find_weights(model)
    except PipelineError as error:
        return [Finding(part, fine=False, detail=str(error), remedy="git checkout -- assets/speech-model")]
    if folder is None:
        remedy = f"fetched on first use, or use --asr-model {SHIPPED_MODEL} (understands the samples only)"
        return [Finding(part, fine=False, detail="not on this machine yet", remedy=remedy, needed=False)]
    if model != SHIPPED_MODEL:
        return [Finding(part, fine=True, detail=str(folder))]
    detail = (
        "serves the samples and tests only, not people. For people: ask --asr-model small (or base), "
        "fetched on first use"
    )
    return [Finding(part, fine=True, detail=detail)]


async def check_reasoner(settings: Settings) -> list[Finding]:
    """The configured R1 endpoint, asked for its status; or the embedded reader, started."""
    from commands.assembly import Workshop

    part = f"R1 at {settings.r1}" if settings.r1 else "reasoner"
    try:
        async with Workshop(settings, quiet=True) as workshop:
            await workshop.client()
            await workshop.ready()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is the finding
        remedy = (
            "check the address and the model, R1_API_KEY and R1_API_SECRET; with no address the embedded reader answers"
            if settings.r1
            else "make setup"
        )
        return [Finding(part, fine=False, detail=_reason(error), remedy=remedy)]
    if settings.r1:
        return [Finding(part, fine=True, detail="answers")]
    detail = "the embedded reader, which quotes documents. For reasoning: ask --r1 URL, openai:URL or ollama"
    return [Finding(part, fine=True, detail=detail)]


LOCAL_SERVERS = (("Ollama", "ollama"), ("llama.cpp", "openai:http://localhost:8080/v1"))
"""Servers that people run on their own machine, and how `--r1` names each at its usual port."""

LOCAL_PATIENCE_S = 0.5


async def check_local_servers(settings: Settings) -> list[Finding]:
    """Reasoning servers on this machine that nothing is configured for: they are offered, and never used unasked."""
    from r1 import R1Client, R1Error, Timeouts, options_for

    findings: list[Finding] = []
    for name, target in LOCAL_SERVERS if not settings.r1 else ():
        timeouts = Timeouts(connect_s=LOCAL_PATIENCE_S, first_event_s=LOCAL_PATIENCE_S)
        try:
            async with R1Client(replace(options_for(target), timeouts=timeouts)) as client:
                status = await client.status()
        except R1Error:
            continue
        first = status.engine.split(", ")[0]
        model = f" --model {first}" if ", " in status.engine else ""
        detail = f"answers, with {status.engine or 'no model yet'}. To use it: ask --r1 {target}{model}"
        findings.append(Finding(f"{name} on this machine", fine=True, detail=detail, needed=False))
    return findings


def check_sound_devices(settings: Settings) -> list[Finding]:
    """Microphones and loudspeakers, as PortAudio lists them."""
    remedy = "only live talking needs them; questions and replies as files work without"
    try:
        import sounddevice

        devices = list(sounddevice.query_devices())
    except Exception as error:  # noqa: BLE001  # a missing library is an OSError, a broken one anything
        return [Finding("sound devices", fine=False, detail=_reason(error), remedy=remedy, needed=False)]
    inputs = [device["name"] for device in devices if device["max_input_channels"]]
    outputs = [device["name"] for device in devices if device["max_output_channels"]]
    return [
        Finding("microphone", bool(inputs), _names(inputs), "" if inputs else remedy, needed=False),
        Finding("loudspeaker", bool(outputs), _names(outputs), "" if outputs else remedy, needed=False),
    ]


def check_disk(settings: Settings) -> list[Finding]:
    """Room for temporary files and for weights."""
    from platformdirs import user_cache_path

    folder = user_cache_path(PROGRAM)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 1_000_000
    least = MODEL_DISK_MB if settings.asr_model != SHIPPED_MODEL else LEAST_DISK_MB
    fine = free >= least
    remedy = "" if fine else f"make room: at least {least} MB are wanted"
    return [Finding("disk", fine, f"{free:,} MB free at {folder}", remedy, needed=free < LEAST_DISK_MB)]


def check_configuration(settings: Settings) -> list[Finding]:
    """The configuration file, which is optional; one that cannot be used stops every other command."""
    from pipeline.errors import InputError

    file = configuration_file()
    try:
        load_settings({}, file)
    except InputError as error:
        remedy = f"mend {file}, or remove it; what is said below holds without it"
        return [Finding("configuration", fine=False, detail=str(error), remedy=remedy)]
    return [Finding("configuration", fine=True, detail=str(file) if file.is_file() else f"none; it would be {file}")]


Check = Callable[[Settings], "list[Finding] | Awaitable[list[Finding]]"]

CHECKS: Sequence[Check] = (
    check_python,
    check_configuration,
    check_programs,
    check_document_reader,
    check_voices,
    check_weights,
    check_reasoner,
    check_local_servers,
    check_sound_devices,
    check_disk,
)


async def examine(settings: Settings) -> list[Finding]:
    """Every check, one after another."""
    findings: list[Finding] = []
    for check in CHECKS:
        found = check(settings)
        findings += found if isinstance(found, list) else await found
    return findings


def _names(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _reason(error: BaseException) -> str:
    return str(error).strip() or type(error).__name__
