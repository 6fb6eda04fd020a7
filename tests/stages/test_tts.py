"""Speech from the real voices, and what happens when a voice fails."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
import time
import wave
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from pipeline.context import ConversationContext
from pipeline.errors import InputError, SetupError, StageError
from pipeline.events import Sentence, Speech
from pipeline.runner import Pipeline, Turn
from pipeline.testing import check_stage, scripted
from stages import tts_process
from stages.tts import SpeechSynthesizer, SpeechSynthesizerOptions, choose_voice, decoded, runs
from stages.tts_process import SpeechFailure, Voice

LONG = "This goes on and on, " * 80
"""Takes a voice some tenths of a second to say into a file."""
ESPEAK_VARIES_S = 0.1
"""The same sentence is not always equally long: espeak's voices waver, and it remembers what it said before."""
ENGLISH = Voice("gmw/en-us", "English (America)", ("en-us",))
MANDARIN = Voice("sit/cmn-latn-pinyin", "Chinese (Mandarin, latin as Pinyin)", ("cmn-latn-pinyin",))
GARBLED = Voice("sit/cmn", "Chinese (Mandarin, latin as English)", ("cmn",))


@asynccontextmanager
async def voice(**options: Any) -> AsyncIterator[SpeechSynthesizer]:
    """A warm synthesizer, closed at the end."""
    stage = SpeechSynthesizer(SpeechSynthesizerOptions(**options))
    try:
        await stage.warm_up()
        yield stage
    finally:
        await stage.close()


def turn_of(stage: SpeechSynthesizer, *texts: str) -> Turn:
    """A turn that has these sentences said."""
    source = scripted(*((0.0, Sentence(text, index)) for index, text in enumerate(texts)))
    return Pipeline(stage, inputs=(Sentence,)).turn(ConversationContext(), source)


async def say(stage: SpeechSynthesizer, *texts: str) -> list[Speech]:
    """What the stage makes of the sentences."""
    async with turn_of(stage, *texts) as turn:
        return [event async for event in turn]


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))


def test_keeps_the_contract() -> None:
    """It ends, closes, accepts nothing, and keeps two turns apart."""

    async def check() -> None:
        async with voice() as stage:
            assert len(await check_stage(lambda: stage, [Sentence("One.", 0), Sentence("Two.", 1)])) == 2

    run(check())


def test_a_sentence_becomes_audible_audio_at_once() -> None:
    """One stretch of audio a sentence, loud enough, its silence cut to some 3 ms in front and kept behind."""

    async def check() -> None:
        async with voice() as stage:
            one, two = await say(stage, "The total is $420.00.", "总金额是420元。")
        for speech in (one, two):
            assert speech.samples.dtype == np.float32
            assert speech.samples.ndim == 1
            assert speech.sample_rate == 22_050
            assert speech.leading_silence_s == pytest.approx(0.003, abs=0.0005)
            assert 0.3 < np.abs(speech.samples).max() <= 1.0
        assert one.text == "The total is $420.00."
        assert 2.0 < one.seconds < 4.0

    run(check())


def test_figures_are_said_as_words() -> None:
    """An amount sounds just as its words do."""

    async def check() -> None:
        async with voice() as stage:
            figures, words = await say(stage, "The total is $420.00.", "The total is four hundred and twenty dollars.")
        assert figures.seconds == pytest.approx(words.seconds, abs=ESPEAK_VARIES_S)

    run(check())


def test_text_without_words_is_not_spoken() -> None:
    """Marks and pictures alone make no audio and no failure."""

    async def check() -> None:
        async with voice() as stage:
            assert [speech.text for speech in await say(stage, "...", "😊", "²", "Yes.")] == ["Yes."]

    run(check())


def test_every_voice_speaks_its_own_script() -> None:
    """A sentence in two scripts takes the time of its parts, each said by its own voice."""

    async def check() -> None:
        async with voice() as stage:
            mixed, chinese, english = await say(stage, "发票的 total 是四百。", "发票的是四百。", "total")
        pause = 0.3
        assert mixed.seconds == pytest.approx(chinese.seconds + english.seconds - pause, abs=0.4)
        assert mixed.seconds > chinese.seconds + 0.2

    run(check())


def test_the_rate_is_kept() -> None:
    """The rate asked for takes effect, also after the voice was changed."""

    async def check() -> None:
        lengths = {}
        for rate in (120, 240):
            async with voice(rate=rate, processes=1) as stage:
                speeches = await say(stage, "The total is four.", "总额是四。", "The total is four.")
                lengths[rate] = [speech.seconds for speech in speeches]
                assert lengths[rate][0] == pytest.approx(lengths[rate][2], abs=ESPEAK_VARIES_S)
        for slow, fast in zip(lengths[120], lengths[240], strict=True):
            assert 1.5 < slow / fast < 3.5

    run(check())


def test_a_rate_no_voice_can_keep_is_refused() -> None:
    """A rate outside 80 to 450 words a minute is named as the fault."""
    with pytest.raises(InputError, match="900 words a minute"):
        SpeechSynthesizer(SpeechSynthesizerOptions(rate=900))


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


def test_runs_part_the_scripts() -> None:
    """Text is cut where the voice must change; digits and marks stay with what stands before."""
    assert runs("发票的 total 是 4。OK") == [("zh", "发票的 "), ("en", "total "), ("zh", "是 4。"), ("en", "OK")]
    assert runs("The total is four.") == [("en", "The total is four.")]
    assert runs("“你好”") == [("zh", "“你好”")]
    assert runs("4 apples") == [("en", "4 apples")]
    assert runs("") == []


def test_chooses_the_voice_that_says_chinese_right() -> None:
    """Of espeak's two Mandarin voices the one that does not spell syllables in English is taken."""
    assert choose_voice([GARBLED, MANDARIN, ENGLISH], "zh") is MANDARIN
    assert choose_voice([GARBLED, ENGLISH], "zh") is GARBLED
    assert choose_voice([GARBLED, ENGLISH], "en") is ENGLISH


def test_a_wanted_voice_speaks_its_own_language() -> None:
    """A voice asked for is used for its language only; another speaks the other one."""
    british = Voice("gmw/en", "English (Great Britain)", ("en-gb",))
    everyone = [ENGLISH, british, MANDARIN]
    assert [choose_voice(everyone, "en", name) for name in ("en-GB", "gmw/en", british.name)] == [british] * 3
    assert choose_voice(everyone, "zh", "en-gb") is MANDARIN
    assert choose_voice(everyone, "en", MANDARIN.id) is ENGLISH
    apple = Voice("com.apple.voice.Tingting", "Tingting", ("zh_CN",))
    assert choose_voice([apple], "zh") is apple


def test_a_missing_voice_is_named() -> None:
    """Neither a language without a voice nor an unknown voice is passed over."""
    with pytest.raises(SetupError, match=r"no Chinese voice: .*espeak-ng"):
        choose_voice([ENGLISH], "zh")
    with pytest.raises(SetupError, match="no English voice"):
        choose_voice([], "en")
    with pytest.raises(SetupError, match="no voice 'Bob'"):
        choose_voice([ENGLISH], "en", "Bob")


def wav(samples: Any, width: int = 2, channels: int = 1) -> bytes:
    """A WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(22_050)
        file.writeframes(np.asarray(samples).tobytes())
    return buffer.getvalue()


def test_reads_what_drivers_write() -> None:
    """WAV of the usual kind directly; other widths and macOS's AIFF through the decoder, to the same samples."""
    import av

    tone = (np.sin(np.arange(2205) / 10) * 20_000).astype(np.int16)
    direct, rate = decoded(wav(tone))
    assert rate == 22_050
    assert direct == pytest.approx(tone / 32768, abs=1e-4)
    wide, _ = decoded(wav(tone.astype(np.int32) << 16, width=4))
    assert wide == pytest.approx(direct, abs=1e-3)
    left, _ = decoded(wav(np.stack([tone, tone * 0], axis=1), channels=2))
    assert left == pytest.approx(direct)
    buffer = io.BytesIO()
    with av.open(buffer, mode="w", format="aiff") as container:
        stream = container.add_stream("pcm_s16be", rate=22_050, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone[None, :], format="s16", layout="mono")
        frame.sample_rate = 22_050
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    apple, rate = decoded(buffer.getvalue())
    assert rate == 22_050
    assert apple == pytest.approx(direct, abs=1e-3)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\x00\x00\x00\x00WAVE", b"no audio", wav([]), wav([0] * 100)])
def test_no_sound_is_a_failure(content: bytes) -> None:
    """A file that is empty, broken or silent does not pass for speech."""
    with pytest.raises(SpeechFailure):
        decoded(content)
