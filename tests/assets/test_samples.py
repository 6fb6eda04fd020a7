"""The shipped samples: complete, sound, readable, and heard word for word by the shipped speech model."""

from __future__ import annotations

import json
import os
import re
import unicodedata
import wave
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import numpy.typing as npt
import pypdfium2
import pytesseract
import pytest
import yaml
from faster_whisper import WhisperModel
from PIL import Image, ImageChops

from assets.make.documents import PICTURES
from assets.make.report import report
from assets.make.speech import SAMPLE_RATE, speak
from assets.make.spoken import ENGLISH

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "assets" / "documents"
SAMPLES: list[dict[str, Any]] = json.loads((ROOT / "assets/manifest.json").read_text(encoding="utf-8"))["samples"]
SPEECH = [sample for sample in SAMPLES if sample["path"].endswith(".wav")]
ENGLISH_SPEECH = [sample for sample in SPEECH if sample["language"] == "en"]
QUESTIONS: list[dict[str, Any]] = yaml.safe_load((ROOT / "assets/questions.yaml").read_text(encoding="utf-8"))

LARGEST_DOCUMENT = 150_000
CHARACTER_ERROR_BOUND = {"en": 0.01, "zh": 0.02}
"""Plain Tesseract reads the documents at 0.3 % (English) and 0.5 % (Chinese) or better."""

Samples = npt.NDArray[np.float32]


def path_of(sample: dict[str, Any]) -> str:
    """A test's name for a sample."""
    return str(sample["path"])


def expected_text(sample: dict[str, Any]) -> str:
    return Path(ROOT / sample["text"]).read_text(encoding="utf-8")


def samples_of(sample: dict[str, Any]) -> Samples:
    with wave.open(str(ROOT / sample["path"])) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return (pcm / np.float32(32768)).astype(np.float32)


# ----------------------------------------------------------------------------------------------------------- complete


def test_every_sample_file_is_in_the_manifest() -> None:
    """No sample lies in the folders without an entry, and no entry without its file."""
    files = {
        file.relative_to(ROOT).as_posix()
        for folder in ("audio", "documents")
        for file in (ROOT / "assets" / folder).rglob("*")
        if file.is_file() and file.suffix != ".txt"
    }
    assert files == {sample["path"] for sample in SAMPLES}


@pytest.mark.parametrize("sample", SAMPLES, ids=path_of)
def test_sample_names_text_origin_and_licence(sample: dict[str, Any]) -> None:
    """Each sample says what it contains, where it comes from and under which terms."""
    assert expected_text(sample).strip()
    assert sample["origin"]
    assert sample["licence"]


def test_there_are_enough_samples() -> None:
    """At least 12 English and 4 Chinese questions in at least 5 voices, and 8 documents."""
    languages = Counter(sample["language"] for sample in SPEECH)
    assert languages["en"] >= 12
    assert languages["zh"] >= 4
    assert len({utterance.voice for utterance in ENGLISH}) >= 5
    assert len(SAMPLES) - len(SPEECH) >= 8


# -------------------------------------------------------------------------------------------------------------- sound


@pytest.mark.parametrize("sample", SPEECH, ids=path_of)
def test_speech_is_16_khz_mono_with_quiet_ends(sample: dict[str, Any]) -> None:
    """The files are 16-bit PCM at 16 kHz, of a spoken question's length, and do not begin or end inside a word."""
    with wave.open(str(ROOT / sample["path"])) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLE_RATE, 1, 2)
    samples = samples_of(sample)
    assert 1.0 < len(samples) / SAMPLE_RATE < 6.0
    assert 0.5 < np.abs(samples).max() < 0.7
    assert np.abs(samples[: SAMPLE_RATE // 10]).max() < 0.001
    assert np.abs(samples[-SAMPLE_RATE // 10 :]).max() < 0.001


# -------------------------------------------------------------------------------------------------------------- heard


@pytest.fixture(scope="module")
def model() -> WhisperModel:
    """The shipped speech model, loaded by the library as it is."""
    return WhisperModel(str(ROOT / "assets/speech-model"), device="cpu", compute_type="int8", cpu_threads=2)


def heard(model: WhisperModel, samples: Samples) -> str:
    segments, _ = model.transcribe(samples, language="en", without_timestamps=True, temperature=0, beam_size=5)
    return " ".join(segment.text.strip() for segment in segments)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


@pytest.mark.parametrize("sample", ENGLISH_SPEECH, ids=path_of)
def test_speech_model_hears_the_sample(model: WhisperModel, sample: dict[str, Any]) -> None:
    """The shipped model writes the spoken question exactly as its text has it."""
    assert heard(model, samples_of(sample)) == expected_text(sample).strip()


def worsened(samples: Samples) -> dict[str, Samples]:
    """The recording as it might have come: each way alone, and all at once."""
    speaking = samples[np.abs(samples) > 1e-3]
    noise = np.random.default_rng(1).standard_normal(len(samples)).astype(np.float32)
    noisy = samples + noise * np.float32(np.sqrt(np.mean(speaking**2)) * 10 ** (-30 / 20))
    return {
        "half as loud": samples * np.float32(0.5),
        "noise at 30 dB": noisy,
        "0.2 s more silence": np.pad(samples, SAMPLE_RATE // 5),
        "all at once": np.pad(noisy * np.float32(0.5), SAMPLE_RATE // 5),
    }


@pytest.mark.parametrize("sample", ENGLISH_SPEECH, ids=path_of)
def test_speech_model_hears_the_sample_with_margin(model: WhisperModel, sample: dict[str, Any]) -> None:
    """Half the loudness, light noise and a little more silence together change no word."""
    assert words(heard(model, worsened(samples_of(sample))["all at once"])) == words(expected_text(sample))


@pytest.mark.slow
@pytest.mark.parametrize("sample", ENGLISH_SPEECH, ids=path_of)
def test_speech_model_hears_the_sample_worsened_each_way(model: WhisperModel, sample: dict[str, Any]) -> None:
    """Each of these changes alone changes no word either."""
    texts = {name: heard(model, changed) for name, changed in worsened(samples_of(sample)).items()}
    assert {name: text for name, text in texts.items() if words(text) != words(expected_text(sample))} == {}


@pytest.mark.slow
@pytest.mark.parametrize("change", [-12, 12])
def test_speech_model_hears_the_sentences_at_other_speeds(model: WhisperModel, change: int) -> None:
    """The same voices, a little slower and a little faster, are understood too: no sample passes by luck."""
    spoken = [replace(one, speed=one.speed + change) for one in ENGLISH if one.engine == "espeak-ng"]
    texts = {one.name: heard(model, (speak(one) / np.float32(32768)).astype(np.float32)) for one in spoken}
    assert {one.name: texts[one.name] for one in spoken if words(texts[one.name]) != words(one.text)} == {}


# --------------------------------------------------------------------------------------------------------------- read


def read(sample: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages of a document as plain Tesseract reads them."""
    monkeypatch.setitem(os.environ, "OMP_THREAD_LIMIT", "1")
    file = ROOT / sample["path"]
    if file.suffix == ".pdf":
        with pypdfium2.PdfDocument(file) as document:
            images = [page.render(scale=200 / 72).to_pil() for page in document]
    else:
        images = [Image.open(file)]
    language = {"en": "eng", "zh": "chi_sim"}[sample["language"]]
    return [pytesseract.image_to_string(image, lang=language) for image in images]


def comparable(text: str, language: str) -> str:
    """Full-width marks as plain ones; single spaces, or none in Chinese, where Tesseract sets them freely."""
    return ("" if language == "zh" else " ").join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize("sample", [sample for sample in SAMPLES if sample not in SPEECH], ids=path_of)
def test_document_reads_as_its_text(sample: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain Tesseract gets every page within the bound, line after line in reading order; the file is small."""
    language = sample["language"]
    pages = read(sample, monkeypatch)
    expected = expected_text(sample).split("\f")
    assert len(pages) == len(expected)
    for page, text in zip(pages, expected, strict=True):
        assert jiwer.cer(comparable(text, language), comparable(page, language)) <= CHARACTER_ERROR_BOUND[language]
    assert (ROOT / sample["path"]).stat().st_size < LARGEST_DOCUMENT


# --------------------------------------------------------------------------------------------------------- made again


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_drawn_the_same_again(name: str) -> None:
    """The scripts give the shipped pixels and the shipped text, so the samples can be changed by changing them."""
    try:
        sheet = PICTURES[name]()
    except OSError as missing:
        pytest.skip(f"fonts-dejavu-core or fonts-noto-cjk is not installed: {missing}")
    shipped = Image.open(DOCUMENTS / name).convert("L")
    drawn = sheet.finished().convert("L")
    assert drawn.size == shipped.size
    assert ImageChops.difference(drawn, shipped).getbbox() is None
    text = (DOCUMENTS / name).with_suffix(".txt").read_text(encoding="utf-8")
    assert text.splitlines() == sheet.lines


def test_report_is_typeset_the_same_again() -> None:
    """The PDF holds no date and no random identifier."""
    assert report() == (DOCUMENTS / "report.pdf").read_bytes()


# --------------------------------------------------------------------------------------------------------------- demo


def test_demo_expects_what_its_files_contain() -> None:
    """The demo's transcript is its recording's text, and the answer stands in the cited line of its document."""
    demo = json.loads((ROOT / "assets/demo.json").read_text(encoding="utf-8"))
    expect = demo["expect"]
    audio, document = ROOT / demo["audio"], ROOT / demo["document"]
    assert audio.with_suffix(".txt").read_text(encoding="utf-8").strip() == expect["transcript"]
    citation = expect["citation"]
    assert citation["document"] == document.name
    pages = document.with_suffix(".txt").read_text(encoding="utf-8").split("\f")
    assert re.search(expect["answer"], pages[citation["page"] - 1].splitlines()[citation["line"] - 1])


# ---------------------------------------------------------------------------------------------------------- questions


def test_questions_are_enough_and_evenly_split() -> None:
    """100 answerable and 40 unanswerable questions or more; both sets have about as many of each kind."""
    answerable = Counter((entry["set"], "answer" in entry) for entry in QUESTIONS)
    assert answerable["development", True] + answerable["held_out", True] >= 100
    assert answerable["development", False] + answerable["held_out", False] >= 40
    kinds = Counter((entry["set"], entry["kind"]) for entry in QUESTIONS)
    assert {set_ for set_, _ in kinds} == {"development", "held_out"}
    uneven = {kind for _, kind in kinds if abs(kinds["development", kind] - kinds["held_out", kind]) > 4}
    assert not uneven


def test_questions_are_well_formed() -> None:
    """Ids differ, documents exist, expressions compile, and only unanswerable entries have no answer."""
    keys = {"id", "set", "kind", "documents", "history", "question", "answer", "forbid", "clock"}
    assert len({entry["id"] for entry in QUESTIONS}) == len(QUESTIONS)
    for entry in QUESTIONS:
        assert entry.keys() <= keys, entry["id"]
        assert entry["question"].strip(), entry["id"]
        assert ("answer" in entry) == (entry["kind"] != "unanswerable"), entry["id"]
        assert all((ROOT / document).is_file() for document in entry["documents"]), entry["id"]
        assert all(len(exchange) == 2 for exchange in entry.get("history", [])), entry["id"]
        for expression in (entry.get("answer", ""), entry.get("forbid", "")):
            re.compile(expression)


def test_no_question_is_asked_twice_of_the_same_documents() -> None:
    """A question of one set does not stand in the other in the same words."""
    asked = Counter(
        (tuple(entry["documents"]), entry["question"].lower(), str(entry.get("history"))) for entry in QUESTIONS
    )
    assert [question for question, times in asked.items() if times > 1] == []
