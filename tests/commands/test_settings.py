"""Flags win over the environment, that over the configuration file, that over defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands.settings import Settings, load_settings
from pipeline.errors import InputError


def _file(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_defaults_without_anything(tmp_path: Path) -> None:
    """Nothing configured: the embedded reader and the shipped model."""
    assert load_settings({}, tmp_path / "none.toml") == Settings()


def test_precedence(tmp_path: Path) -> None:
    """Each source wins over the one below it, setting by setting."""
    file = _file(
        tmp_path, '[r1]\nbase_url = "https://file"\napi_key = "file"\n[asr]\nmodel = "base"\nlanguage = "zh"\n'
    )
    settings = load_settings({"R1_API_KEY": "environment", "R1_API_SECRET": ""}, file).chosen(asr_model="small")
    assert settings == Settings(r1="https://file", api_key="environment", asr_model="small", language="zh")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[r1", "cannot be read"),
        ('[r1]\nurl = "x"', "r1.url"),
        ('colour = "red"', "colour"),
        ("[asr]\nmodel = 3", "asr.model. must be a string"),
    ],
)
def test_file_that_cannot_be_used(tmp_path: Path, text: str, named: str) -> None:
    """A damaged file or an unknown setting is refused by name."""
    file = _file(tmp_path, text)
    with pytest.raises(InputError, match=named) as refusal:
        load_settings({}, file)
    assert str(file) in str(refusal.value)


def test_secrets_are_not_shown() -> None:
    """Key and secret stay out of what is printed of the settings."""
    assert "canary" not in repr(Settings(api_key="canary", api_secret="canary"))
