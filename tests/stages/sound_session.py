"""One use of the real sound ends, in a process of its own: PortAudio reads its devices from the environment.

    python -m tests.stages.sound_session SCENE [ARGUMENT...]

Each line on stdout is a JSON object: {"ready": true} when the scene has begun, and what it found at its end.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import PipelineError
from pipeline.events import Samples
from stages.audio_files import read_audio
from stages.microphone import Microphone, MicrophoneOptions
from stages.sound_devices import list_devices
from stages.sound_system import SoundSystem
from stages.speaker import Speaker
from tests.stages.sound_card import RECORDING_RATE


def tell(**values: Any) -> None:
    print(json.dumps(values), flush=True)


def reply(file: str) -> Samples:
    return np.concatenate([audio.samples for audio in read_audio(file)])


def length_s(recording: str) -> float:
    """Seconds recorded so far."""
    return Path(recording).stat().st_size / 2 / RECORDING_RATE


async def devices() -> None:
    """What there is."""
    tell(devices=[[d.name, d.inputs, d.outputs, d.is_default_input] for d in list_devices()])


async def capture(device: str, out: str, seconds: str) -> None:
    """Listen for so many seconds."""
    async with Microphone(SoundSystem(), device or None) as microphone:
        await anext(microphone)
        tell(ready=True)
        chunks = [(await anext(microphone)).samples for _ in range(round(float(seconds) / 0.032))]
        np.save(out, np.concatenate(chunks))
        overruns = microphone.overruns
        tell(device=microphone.device_name, overruns=overruns.count, lost_s=overruns.lost_s)


async def pauses(out: str) -> None:
    """Listen, pause for as long as a line on stdin says, listen again; what comes after the pause is kept."""
    async with Microphone(SoundSystem()) as microphone:
        await anext(microphone)
        microphone.pause()
        tell(ready=True)
        await asyncio.to_thread(sys.stdin.readline)
        microphone.resume()
        np.save(out, np.concatenate([(await anext(microphone)).samples for _ in range(30)]))
        tell(lost_s=microphone.overruns.lost_s)


async def speak(device: str, file: str, recording: str) -> None:
    """Play a file to its end in two stretches; note beside the recording's length how much has been heard."""
    sound, notes = reply(file), []
    async with Speaker(SoundSystem(), device or None) as speaker:
        speaker.begin()
        await speaker.play(sound[: len(sound) // 2], RECORDING_RATE)
        await speaker.play(sound[len(sound) // 2 :], RECORDING_RATE)
        draining = asyncio.create_task(speaker.drained())
        while not draining.done():
            await asyncio.sleep(0.05)
            notes.append([length_s(recording), speaker.heard_ms])
        await draining
        tell(
            notes=notes, heard_ms=speaker.heard_ms, given_ms=len(sound) * 1000 / RECORDING_RATE,
            latency_s=speaker.latency_s, underruns=speaker.underruns.count, device=speaker.device_name,
        )  # fmt: skip


async def stop(file: str, recording: str) -> None:
    """Play a file three times over and stop after a second; then play a second reply."""
    sound = np.tile(reply(file), 3)
    async with Speaker(SoundSystem()) as speaker:
        speaker.begin()
        await speaker.play(sound, RECORDING_RATE)
        await asyncio.sleep(1.0)
        speaker.stop()
        stopped_at_s = length_s(recording)
        await speaker.drained()
        tell(stopped_at_s=stopped_at_s, heard_ms=speaker.heard_ms, underruns=speaker.underruns.count)
        await asyncio.sleep(0.5)


async def unplugged_speaker(file: str) -> None:
    """Play a file over and over until the device goes; then, told so by a line on stdin, once more."""
    sound = np.tile(reply(file), 4)
    async with Speaker(SoundSystem()) as speaker:
        speaker.begin()
        await speaker.play(sound, RECORDING_RATE)
        await asyncio.sleep(0.5)
        tell(ready=True)
        try:
            await speaker.drained()
            tell(error="none", heard_ms=speaker.heard_ms, underruns=speaker.underruns.count)
        except PipelineError as error:
            tell(error=type(error).__name__, message=str(error), heard_ms=speaker.heard_ms)
        await asyncio.to_thread(sys.stdin.readline)
        speaker.begin()
        await speaker.play(sound[:RECORDING_RATE], RECORDING_RATE)
        await speaker.drained()
        tell(heard_ms=speaker.heard_ms)


async def unplugged_microphone(patience_s: str, out: str) -> None:
    """Listen until the device goes; when it comes back, for two seconds more."""
    options = MicrophoneOptions(reopen_patience_s=float(patience_s))
    async with Microphone(SoundSystem(), None, options) as microphone:
        await anext(microphone)
        tell(ready=True)
        try:
            while True:
                listening = asyncio.create_task(anext(microphone))
                while not (microphone.lost or listening.done()):
                    await asyncio.sleep(0.01)
                if lost := not listening.done():
                    tell(lost=True)
                await listening
                if lost:
                    break
            tell(back=True)
            np.save(out, np.concatenate([(await anext(microphone)).samples for _ in range(60)]))
            tell(done=True)
        except PipelineError as error:
            tell(error=type(error).__name__, message=str(error))


SCENES: dict[str, Callable[..., Awaitable[None]]] = {
    scene.__name__: scene for scene in (devices, capture, pauses, speak, stop, unplugged_speaker, unplugged_microphone)
}

LONGEST_S = 60.0
"""A scene that takes longer hangs: its threads' places go to stderr, and it ends."""

if __name__ == "__main__":
    faulthandler.dump_traceback_later(LONGEST_S, exit=True)
    try:
        asyncio.run(SCENES[sys.argv[1]](*sys.argv[2:]))  # type: ignore[arg-type]  # each is a coroutine function
    except PipelineError as fault:
        tell(error=type(fault).__name__, message=str(fault))
