"""Speech to text, on the real shipped model."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import psutil
import pytest

from pipeline.context import ConversationContext
from pipeline.errors import ContractError, InputError, StageError
from pipeline.events import Audio, Samples, Segment, Transcript
from pipeline.runner import Pipeline
from pipeline.testing import check_stage
from stages.asr import SpeechRecognizer, SpeechRecognizerOptions, transcribe_file
from stages.speech_model import SHIPPED_FOLDER
from tests.stages.sounds import RATE, chunks, noises, silence, speech, write_wav

QUESTION = "What is the total on this invoice?"
OTHER = "Who signed this letter?"
ASSETS = Path(__file__).resolve().parents[2] / "assets"

Listen = Callable[[Sequence[Audio]], Transcript]


@pytest.fixture(scope="module")
def recognizer() -> Iterator[SpeechRecognizer]:
    """One recogniser for all tests, as one serves all turns."""
    made = SpeechRecognizer()
    asyncio.run(made.warm_up())
    yield made
    asyncio.run(made.close())


@pytest.fixture(scope="module")
def listen(recognizer: SpeechRecognizer) -> Listen:
    """What the recogniser makes of some chunks."""
    return lambda audio: asyncio.run(recognizer.transcribe(source(audio)))


async def source(audio: Sequence[Audio]) -> AsyncIterator[Audio]:
    for chunk in audio:
        yield chunk


def between(*sounds: Samples, pause_s: float = 0.6, rate: int = RATE) -> Samples:
    """Sounds with silence before, between and after them."""
    parts = [silence(pause_s, rate)]
    for sound in sounds:
        parts += [sound, silence(pause_s, rate)]
    return np.concatenate(parts)


def test_a_question_comes_out_word_for_word(listen: Listen) -> None:
    """A sentence of the shipped model's domain is understood."""
    transcript = listen(chunks(between(speech(QUESTION))))
    assert (transcript.text, transcript.language) == (QUESTION, "en")


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_any_sample_rate_is_heard(rate: int, listen: Listen) -> None:
    """The source's rate does not matter, and the end of speech is told in its samples, to 20 ms."""
    sound = speech(QUESTION, rate=rate)
    transcript = listen(chunks(between(sound, rate=rate), rate=rate))
    assert transcript.text == QUESTION
    exact_s = 0.15 if rate == 8_000 else 0.02
    assert transcript.speech_end == pytest.approx(round(0.6 * rate) + len(sound), abs=exact_s * rate)


def test_the_segments_say_where_each_sentence_stands(listen: Listen) -> None:
    """Two sentences are two segments, with times from the beginning of the sound."""
    first, second = speech(QUESTION), speech(OTHER)
    transcript = listen(chunks(between(first, second)))
    assert transcript.text == f"{QUESTION} {OTHER}"
    one, other = transcript.segments
    assert (one.text, other.text) == (QUESTION, OTHER)
    assert one.start_s == pytest.approx(0.6, abs=0.15)
    assert one.end_s == pytest.approx(0.6 + len(first) / RATE, abs=0.05)
    assert other.start_s == pytest.approx(1.2 + len(first) / RATE, abs=0.15)
    assert transcript.speech_end == pytest.approx((1.2 * RATE) + len(first) + len(second), abs=0.02 * RATE)


@pytest.mark.parametrize("seconds", [0.01, 0.37, 60.0])
def test_how_sound_is_cut_does_not_matter(seconds: float, listen: Listen) -> None:
    """Tiny chunks, uneven chunks and one chunk for everything give the same transcript."""
    sound = between(speech(QUESTION), speech(OTHER))
    assert listen(chunks(sound, seconds)) == listen(chunks(sound))


@pytest.mark.parametrize("name", noises())
def test_noise_gives_no_words(name: str, listen: Listen) -> None:
    """Silence and noise give an empty transcript, and no end of speech."""
    assert listen(chunks(noises()[name])) == Transcript("", "en")


def test_speech_right_to_the_last_sample_is_heard(listen: Listen) -> None:
    """A recording that stops with the last word loses nothing."""
    assert listen(chunks(speech(QUESTION))).text == QUESTION


def test_the_samples_are_understood(recognizer: SpeechRecognizer) -> None:
    """The spoken questions that the project ships come out as their texts say."""
    for path in sorted((ASSETS / "audio" / "en").glob("*.wav")):
        expected = path.with_suffix(".txt").read_text(encoding="utf-8").strip()
        heard = asyncio.run(transcribe_file(recognizer, path)).text
        assert heard.casefold().strip("?. ") == expected.casefold().strip("?. "), path.name


def test_a_file_is_transcribed(recognizer: SpeechRecognizer, tmp_path: Path) -> None:
    """A file goes the same way, and every segment is told as it comes."""
    told: list[Segment] = []
    path = write_wav(tmp_path / "a.wav", between(speech(QUESTION), speech(OTHER)))
    transcript = asyncio.run(transcribe_file(recognizer, path, told.append))
    assert transcript.text == f"{QUESTION} {OTHER}"
    assert tuple(told) == transcript.segments


def test_a_bad_file_fails_with_its_own_message(recognizer: SpeechRecognizer, tmp_path: Path) -> None:
    """What is wrong with a file reaches the caller as it is."""
    with pytest.raises(InputError, match=r"gone\.wav: there is no such file"):
        asyncio.run(transcribe_file(recognizer, tmp_path / "gone.wav"))


def test_a_window_is_transcribed_while_sound_still_runs(recognizer: SpeechRecognizer) -> None:
    """The first sentence is known before the source ends."""
    known = asyncio.Event()

    async def endless() -> AsyncIterator[Audio]:
        for chunk in chunks(between(speech(QUESTION))):
            yield chunk
        while not known.is_set():
            yield Audio(silence(0.1), RATE)
            await asyncio.sleep(0.001)

    transcript = asyncio.run(recognizer.transcribe(endless(), lambda _: known.set()))
    assert transcript.text == QUESTION


# -- as a stage


def test_the_stage_keeps_its_contract(recognizer: SpeechRecognizer) -> None:
    """It ends with its input, is silent without input, closes when cancelled, and keeps two turns apart."""
    (transcript,) = asyncio.run(check_stage(lambda: recognizer, chunks(between(speech(QUESTION)))))
    assert transcript.text == QUESTION


def test_turns_that_share_the_model_wait_in_line(recognizer: SpeechRecognizer) -> None:
    """Two turns at once are both served, and the one that had to wait says so in its ledger."""

    async def turn() -> tuple[str, dict[str, float]]:
        pipeline = Pipeline(recognizer, inputs=(Audio,))
        async with pipeline.turn(ConversationContext(), source(chunks(between(speech(QUESTION))))) as running:
            texts = [event.text async for event in running]
            return texts[0], {line.name: line.ms for line in running.ledger.lines}

    async def main() -> list[tuple[str, dict[str, float]]]:
        return list(await asyncio.gather(turn(), turn()))

    (one, first), (other, second) = asyncio.run(main())
    assert one == other == QUESTION
    assert "model wait" in {**first, **second}
    assert first["asr"] > 0 and second["asr"] > 0


def test_cancelling_frees_the_model_within_a_window(recognizer: SpeechRecognizer) -> None:
    """Cancelled while a window is transcribed, the turn ends at once and the next one is served."""

    async def main() -> str:
        blocked = asyncio.Event()

        async def held() -> AsyncIterator[Audio]:
            for chunk in chunks(between(speech(QUESTION))):
                yield chunk
            blocked.set()
            await asyncio.Event().wait()

        task = asyncio.ensure_future(recognizer.transcribe(held()))
        await blocked.wait()
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=0.2)
        assert done and task.cancelled()
        return (await recognizer.transcribe(source(chunks(between(speech(OTHER)))))).text

    assert asyncio.run(main()) == OTHER


def test_the_loop_stays_free_while_the_model_works(recognizer: SpeechRecognizer) -> None:
    """Neither hearing nor transcribing holds the event loop."""

    async def main() -> float:
        task = asyncio.ensure_future(recognizer.transcribe(source(chunks(between(*[speech(QUESTION)] * 4), 60.0))))
        loop, longest = asyncio.get_running_loop(), 0.0
        while not task.done():
            before = loop.time()
            await asyncio.sleep(0.001)
            longest = max(longest, loop.time() - before)
        return longest

    assert asyncio.run(main()) < 0.2


def test_a_rate_that_changes_within_a_turn_is_refused(recognizer: SpeechRecognizer) -> None:
    """A source that changes its rate breaks its promise: positions would mean nothing."""
    with pytest.raises(ContractError, match="from 16000 to 8000 Hz"):
        asyncio.run(recognizer.transcribe(source([Audio(silence(0.1), RATE), Audio(silence(0.1), 8_000)])))


def test_an_impossible_rate_is_an_input_error(recognizer: SpeechRecognizer) -> None:
    """Sound that says it has one sample a second is refused."""
    with pytest.raises(InputError, match="1 Hz"):
        asyncio.run(recognizer.transcribe(source([Audio(silence(0.1), 1)])))


def test_a_failing_turn_names_the_stage(tmp_path: Path) -> None:
    """Without a usable model the turn fails as `asr`, with the reason as its cause."""

    async def main() -> None:
        stage = SpeechRecognizer(SpeechRecognizerOptions(model=str(tmp_path)))
        turn = Pipeline(stage, inputs=(Audio,)).turn(ConversationContext(), source(chunks(silence(0.3))))
        try:
            async with turn:
                [event async for event in turn]
        finally:
            await stage.close()

    with pytest.raises(StageError, match=r"'asr'.*model\.bin") as caught:
        asyncio.run(main())
    assert isinstance(caught.value.cause, InputError)


def test_a_closed_recogniser_says_so() -> None:
    """After closing, listening is refused and leaves no thread behind."""

    async def main() -> None:
        stage = SpeechRecognizer()
        await stage.transcribe(source(chunks(silence(0.2))))
        await stage.close()
        await stage.close()
        await stage.warm_up()

    before = threading.active_count()
    with pytest.raises(ContractError, match="was closed"):
        asyncio.run(main())
    assert threading.active_count() <= before


# -- languages and start


def test_the_shipped_model_knows_english_only() -> None:
    """Asked for Chinese it refuses at once, and names a model that can."""
    with pytest.raises(InputError, match=r"English only.*'zh'.*--asr-model small"):
        SpeechRecognizer(SpeechRecognizerOptions(language="zh"))


def test_a_language_that_is_none() -> None:
    """What is no language code is said to be none, instead of sending the user to a larger model."""
    with pytest.raises(InputError, match=r"'xx': that is no language code known.*en or zh, or auto") as refusal:
        SpeechRecognizer(SpeechRecognizerOptions(language="xx"))
    assert "small" not in str(refusal.value)


def test_a_folder_s_languages_are_checked_when_it_is_loaded() -> None:
    """A model given as a folder is asked what it knows."""

    async def main() -> None:
        stage = SpeechRecognizer(SpeechRecognizerOptions(model=str(SHIPPED_FOLDER), language="zh"))
        try:
            await stage.warm_up()
        finally:
            await stage.close()

    with pytest.raises(InputError, match="English only"):
        asyncio.run(main())


def test_auto_is_english_for_a_model_that_knows_nothing_else() -> None:
    """Guessing among one language needs no guess."""

    async def main() -> Transcript:
        stage = SpeechRecognizer(SpeechRecognizerOptions(language="auto"))
        try:
            return await stage.transcribe(source(chunks(between(speech(QUESTION)))))
        finally:
            await stage.close()

    transcript = asyncio.run(main())
    assert (transcript.text, transcript.language) == (QUESTION, "en")


def test_warming_up_tells_what_it_loads() -> None:
    """Who waits for the model is told what for, once."""
    told: list[str] = []

    async def main() -> None:
        stage = SpeechRecognizer(on_progress=told.append)
        await stage.warm_up()
        await stage.warm_up()
        await stage.close()

    asyncio.run(main())
    assert told == ["loading the speech model 'shipped'"]


def test_importing_the_stage_is_light() -> None:
    """Help must answer at once: no model library is loaded before it is used."""
    heavy = "faster_whisper ctranslate2 onnxruntime av tokenizers huggingface_hub".split()
    script = f"import sys, stages.asr; print([name for name in {heavy} if name in sys.modules])"
    made = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=ASSETS.parent)
    assert made.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_hour_stays_within_300_mb(recognizer: SpeechRecognizer) -> None:
    """An hour of sound, spoken now and then, adds less than 300 MB to the idle model."""
    piece = np.concatenate((speech(QUESTION), silence(1.0), speech(OTHER), silence(40.0)))
    process = psutil.Process()
    idle, most, sent = process.memory_info().rss, 0, 0.0

    async def hour() -> AsyncIterator[Audio]:
        nonlocal most, sent
        while sent < 3600:
            for chunk in chunks(piece, 0.5):
                sent += chunk.seconds
                yield chunk
            most = max(most, process.memory_info().rss)

    transcript = asyncio.run(recognizer.transcribe(hour()))
    times = round(sent / (len(piece) / RATE))
    assert transcript.text.count(QUESTION) == times
    assert transcript.segments[-1].end_s > 3500
    print(f"an hour of sound: {(most - idle) / 1e6:.0f} MB over the idle model")
    assert most - idle < 300_000_000
