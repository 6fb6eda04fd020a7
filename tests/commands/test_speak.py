"""`speak`: text in, a sound file out."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import RunCommand
from tests.commands.sounds import samples_of


def test_it_says_the_text(command: RunCommand, tmp_path: Path) -> None:
    """What is written is understood by the shipped model, numbers and currency spelt out."""
    out = tmp_path / "said.wav"
    assert command("speak", "The total is $420.00.", "--out", out).code == 0
    assert command("transcribe", out).out.strip() == "The total is four hundred and twenty dollars."


def test_chinese(command: RunCommand, tmp_path: Path) -> None:
    """Chinese text makes sound of a fitting length."""
    out = tmp_path / "said.wav"
    assert command("speak", "发票总额是四百二十元。", "--out", out).code == 0
    samples, rate = samples_of(out)
    assert 1.0 < len(samples) / rate < 8.0
