"""`transcribe`: every kind of sound that must work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import RunCommand
from tests.commands.sounds import encoded, quiet, samples_of
from tests.conftest import ROOT

QUESTION = ROOT / "assets" / "audio" / "en" / "invoice-total.wav"
WORDS = QUESTION.with_suffix(".txt").read_text(encoding="utf-8").strip()

FORMATS = {
    "8-bit.wav": ("pcm_u8", 16_000, "mono"),
    "24-bit.wav": ("pcm_s24le", 44_100, "stereo"),
    "float.wav": ("pcm_f32le", 48_000, "mono"),
    "96-kHz.wav": ("pcm_s16le", 96_000, "mono"),
    "5.1.wav": ("pcm_s16le", 48_000, "5.1"),
    "song.mp3": ("libmp3lame", 44_100, "stereo"),
    "song.flac": ("flac", 22_050, "mono"),
    "song.ogg": ("libopus", 48_000, "stereo"),
    "song.opus": ("libopus", 48_000, "mono"),
    "song.m4a": ("aac", 44_100, "mono"),
}


def test_every_format(command: RunCommand, tmp_path: Path) -> None:
    """The same words come from every sample format, rate, channel layout and codec; names are as given."""
    files = [encoded(QUESTION, tmp_path / name, *how) for name, how in FORMATS.items()]
    outcome = command("transcribe", "--json", *files)
    assert outcome.code == 0
    heard = {entry["name"]: entry["text"] for entry in outcome.object["transcripts"]}
    assert heard == {str(file): WORDS for file in files}


def test_telephone_rate(command: RunCommand, tmp_path: Path) -> None:
    """8 kHz is read, and understood."""
    file = encoded(QUESTION, tmp_path / "8-kHz.wav", "pcm_s16le", 8_000)
    (entry,) = command("transcribe", "--json", file).object["transcripts"]
    assert entry["text"] == WORDS


def test_shape(command: RunCommand) -> None:
    """A transcript has name, text, language and segments with their times."""
    entry = command("transcribe", "--json", QUESTION).object["transcripts"][0]
    assert set(entry) == {"name", "text", "language", "segments"}
    assert entry["language"] == "en"
    (segment,) = entry["segments"]
    assert set(segment) == {"start_s", "end_s", "text"}
    samples, rate = samples_of(QUESTION)
    assert 0 <= segment["start_s"] < segment["end_s"] <= len(samples) / rate + 0.1


def test_cut_short(command: RunCommand, tmp_path: Path) -> None:
    """A WAV whose head promises more than there is gives what is there."""
    cut = tmp_path / "cut.wav"
    content = QUESTION.read_bytes()
    cut.write_bytes(content[:-800])
    outcome = command("transcribe", cut)
    assert outcome.code == 0
    assert outcome.out.strip() == WORDS


def test_silence(command: RunCommand, silence: Path) -> None:
    """Silence is no failure, and no words are invented for it."""
    outcome = command("transcribe", silence)
    assert (outcome.code, outcome.out.strip()) == (0, "I did not hear anything")
    assert command("transcribe", silence, "--json").object["transcripts"][0]["text"] == ""


def test_weights_that_cannot_be_had(command: RunCommand) -> None:
    """Without a network, a model by name fails with how to get it, and which option uses the shipped one."""
    outcome = command("transcribe", QUESTION, "--asr-model", "small")
    assert outcome.code == 1
    assert "--asr-model shipped" in outcome.err
    assert "download_model('small'" in outcome.err


@pytest.mark.slow
def test_an_hour(command: RunCommand, tmp_path: Path) -> None:
    """An hour of silence with a question at its end is transcribed."""
    hour = quiet(tmp_path / "hour.wav", seconds=3600.0)
    content = hour.read_bytes() + QUESTION.read_bytes()[44:]
    size = len(content)
    hour.write_bytes(content[:4] + (size - 8).to_bytes(4, "little") + content[8:40] + (size - 44).to_bytes(4, "little")
                     + content[44:])  # fmt: skip
    outcome = command("transcribe", hour, "--json")
    (entry,) = outcome.object["transcripts"]
    assert entry["text"] == WORDS
    assert entry["segments"][0]["start_s"] > 3599
