"""Speech from the real voices, and what happens when a voice fails."""

from __future__ import annotations

import io
import wave
from typing import Any

import numpy as np
import pytest

from pipeline.errors import InputError, SetupError
from pipeline.events import Sentence
from pipeline.testing import check_stage
from stages.tts import SpeechSynthesizer, SpeechSynthesizerOptions, choose_voice, decoded, runs
from stages.tts_process import SpeechFailure, Voice
from tests.stages.speaking import ESPEAK_VARIES_S, run, say, voice

ENGLISH = Voice("gmw/en-us", "English (America)", ("en-us",))
MANDARIN = Voice("sit/cmn-latn-pinyin", "Chinese (Mandarin, latin as Pinyin)", ("cmn-latn-pinyin",))
GARBLED = Voice("sit/cmn", "Chinese (Mandarin, latin as English)", ("cmn",))


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
