"""Voices that hang, die, are stopped, or are wanted by many."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.errors import SetupError, StageError
from stages import tts, tts_process
from stages.tts import SpeechSynthesizer, SpeechSynthesizerOptions
from stages.tts_process import SpeechFailure
from tests.stages.speaking import ESPEAK_VARIES_S, run, say, turn_of, voice

LONG = "This goes on and on, " * 80
"""Takes a voice some tenths of a second to say into a file."""


def test_a_hanging_voice_is_replaced_and_the_sentence_said() -> None:
    """A child that does not answer in time is killed; another says the sentence."""

    async def check() -> None:
        async with voice(processes=1, patience_s=0.3) as stage:
            (stopped,) = stage.pids
            child = psutil.Process(stopped)
            child.suspend()
            (speech,) = await say(stage, "The total is four.")
            assert speech.seconds > 0.5
            assert stopped not in stage.pids
            child.wait(5)

    run(check())


def test_a_crash_between_sentences_is_not_noticed() -> None:
    """A child that died while idle is replaced before it is asked."""

    async def check() -> None:
        async with voice(processes=1) as stage:
            psutil.Process(stage.pids[0]).kill()
            (speech,) = await say(stage, "The total is four.")
            assert speech.seconds > 0.5

    run(check())


def test_a_crash_inside_a_sentence_is_mended() -> None:
    """A child that dies while it speaks is replaced, and its sentence said from the beginning."""

    async def check() -> None:
        async with voice(processes=1) as stage:
            (busy,) = stage.pids
            async with turn_of(stage, LONG) as turn:
                await asyncio.sleep(0)
                await _busy(stage)
                psutil.Process(busy).kill()
                (speech,) = [event async for event in turn]
            assert speech.seconds > 30
            assert busy not in stage.pids

    run(check())


BROKEN_WORKER = """
import json, sys, time
print(json.dumps({"voices": [{"id": "v", "name": "v", "languages": ["en-us"]}]}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    MISDEED
"""
MISDEEDS = {
    "hangs": ("time.sleep(60)", "did not answer within"),
    "dies": ("sys.exit(1)", "the speech process ended"),
    "is silent": ("print(json.dumps({'id': request['id'], 'sizes': [0]}), flush=True)", "wrote no file"),
    "reports": ("print(json.dumps({'id': request['id'], 'error': 'no sound today'}), flush=True)", "no sound today"),
    "babbles": ("print('babble', flush=True)", "Expecting value"),
    "is late": ("print(json.dumps({'id': 99, 'sizes': []}), flush=True)", "not asked"),
}


@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_a_voice_that_fails_twice_is_named(misdeed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong twice ends the turn with the sentence, the fault and the next step."""
    action, complaint = MISDEEDS[misdeed]
    worker = tmp_path / "worker.py"
    worker.write_text(BROKEN_WORKER.replace("MISDEED", action))
    monkeypatch.setattr(tts_process, "WORKER", worker)

    async def check() -> None:
        stage = SpeechSynthesizer(SpeechSynthesizerOptions(patience_s=0.2))
        try:
            with pytest.raises(StageError, match=complaint) as failure:
                await say(stage, "The total is four.")
        finally:
            await stage.close()
        assert isinstance(failure.value.cause, SetupError)
        assert "“The total is four.”" in str(failure.value)
        assert "doctor" in str(failure.value)

    run(check())


def test_two_different_mishaps_are_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that was killed and then a driver that stays silent once: the third try is heard."""
    real, mishaps = tts.decoded, [SpeechFailure("the speech process ended"), SpeechFailure("the driver gave no sound")]

    def mishap_first(content: bytes) -> Any:
        if mishaps:
            raise mishaps.pop(0)
        return real(content)

    monkeypatch.setattr(tts, "decoded", mishap_first)

    async def check() -> None:
        async with voice(processes=1) as stage:
            (speech,) = await say(stage, "The total is four.")
            assert speech.seconds > 0.5

    run(check())


@pytest.mark.parametrize("driver", ["dummy", "nonsense"])
def test_a_driver_that_cannot_start_is_named(driver: str) -> None:
    """Without a working driver the message names the package to install."""

    async def check() -> None:
        stage = SpeechSynthesizer(SpeechSynthesizerOptions(driver=driver))
        try:
            with pytest.raises(SetupError, match="install the package espeak-ng"):
                await stage.warm_up()
            with pytest.raises(SetupError, match="install the package espeak-ng"):
                await stage.voices()
        finally:
            await stage.close()

    run(check())


def test_cancelling_stops_the_voice_at_once() -> None:
    """The turn is closed within 10 ms and the child that speaks is dead within 50; a spare one says the next turn."""

    async def check() -> None:
        times = []
        async with voice(processes=2) as stage:
            for _ in range(3):  # the best of three: what else this machine does is not the stage's time
                children = {pid: psutil.Process(pid) for pid in stage.pids}
                async with turn_of(stage, LONG) as turn:
                    busy = await _busy(stage)
                    began = time.perf_counter()
                    await turn.cancel()
                    closed = time.perf_counter() - began
                    children.pop(busy).wait(1)
                    times.append((closed, time.perf_counter() - began))
                    assert [event async for event in turn] == []
                assert set(children) <= set(stage.pids)
                (speech,) = await say(stage, "Yes.")
                assert speech.seconds < 2
                await stage.warm_up()
        assert min(closed for closed, _ in times) < 0.010
        assert min(dead for _, dead in times) < 0.050

    run(check())


async def _busy(stage: SpeechSynthesizer) -> int:
    """Wait until a child works, and give its process id."""
    processes = [psutil.Process(pid) for pid in stage.pids]
    start = {process.pid: process.cpu_times().user for process in processes}
    while True:
        for process in processes:
            if process.cpu_times().user > start[process.pid]:
                return int(process.pid)
        await asyncio.sleep(0.002)


def test_two_turns_at_once_do_not_mix() -> None:
    """More turns than voices: each gets its own sentences, in order, and waits for a voice under that name."""

    async def check() -> None:
        async with voice(processes=2) as stage:
            alone = {
                text: (await say(stage, text))[0].seconds for text in ("One.", "Seventeen apples.", "Nobody knows it.")
            }
            orders = [list(alone), list(reversed(alone)), list(alone), ["One."] * 3, ["Seventeen apples."] * 3]
            together = await asyncio.gather(*(say(stage, *texts) for texts in orders))
        for texts, speeches in zip(orders, together, strict=True):
            assert [speech.text for speech in speeches] == texts
            for speech in speeches:
                assert speech.seconds == pytest.approx(alone[speech.text], abs=ESPEAK_VARIES_S)

    run(check())


def test_waiting_for_a_voice_is_a_ledger_line() -> None:
    """A cold start that a turn has to wait for is shown as `model wait`, the rest as `tts`."""

    async def check() -> None:
        stage = SpeechSynthesizer()
        try:
            async with turn_of(stage, "Yes.") as turn:
                assert len([event async for event in turn]) == 1
                lines = {line.name: line.ms for line in turn.ledger.lines}
            assert lines["model wait"] > 20
            assert 1 < lines["tts"] < lines["model wait"] * 3
        finally:
            await stage.close()

    run(check())


def test_nothing_is_left_behind() -> None:
    """Closing ends the children and removes their files; a later turn works again."""

    async def check() -> None:
        async with voice() as stage:
            children = [psutil.Process(pid) for pid in stage.pids]
            folders = [Path(child.cmdline()[3]) for child in children]
            assert all(folder.is_dir() for folder in folders)
            await stage.close()
            assert not any(child.is_running() for child in children)
            assert not any(folder.exists() for folder in folders)
            assert stage.pids == ()
            assert len(await say(stage, "Yes.")) == 1

    run(check())


PARENT = """
import asyncio, json, os, signal
from stages.tts import SpeechSynthesizer
async def main():
    stage = SpeechSynthesizer()
    await stage.warm_up()
    print(json.dumps(stage.pids), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_children_do_not_outlive_their_parent() -> None:
    """When the parent is killed, its children end by themselves and remove their files."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    with parent:
        assert parent.stdout is not None
        children = []
        for pid in json.loads(parent.stdout.readline()):
            try:
                children.append(psutil.Process(pid))
            except psutil.NoSuchProcess:
                continue
        _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []


def test_a_voice_outlives_its_event_loop() -> None:
    """The same children serve a second event loop."""
    stage = SpeechSynthesizer()
    run(stage.warm_up())
    before = stage.pids

    async def check() -> None:
        assert len(await say(stage, "Yes.", "No.")) == 2
        assert stage.pids == before
        await stage.close()

    run(check())
