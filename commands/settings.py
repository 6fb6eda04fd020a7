"""What the user has chosen: flags over environment over the configuration file over defaults."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.errors import InputError

PROGRAM = "reasoning-voice"
"""Names our folders below the XDG ones."""

SHIPPED_MODEL = "shipped"

_FILE_KEYS = {
    ("r1", "base_url"): "r1",
    ("r1", "api_key"): "api_key",
    ("r1", "api_secret"): "api_secret",
    ("r1", "model"): "r1_model",
    ("asr", "model"): "asr_model",
    ("asr", "language"): "language",
}

_VARIABLES = {
    "R1_BASE_URL": "r1",
    "R1_API_KEY": "api_key",
    "R1_API_SECRET": "api_secret",
    "R1_MODEL": "r1_model",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides which parts are built."""

    r1: str = ""
    """A URL, `openai:URL` or `ollama`; empty for the embedded reader."""
    api_key: str = field(default="", repr=False)
    api_secret: str = field(default="", repr=False)
    r1_model: str = ""
    """For OpenAI-style servers; empty for the one model that the server has."""
    asr_model: str = SHIPPED_MODEL
    """`shipped`, a name that faster-whisper knows, or a folder."""
    language: str = "en"
    """Of what is spoken: `en`, `zh`, another ISO 639-1 code, or `auto`."""

    def chosen(self, r1: str | None = None, asr_model: str | None = None, language: str | None = None) -> Settings:
        """A copy in which the flags that were given win."""
        given = {"r1": r1, "asr_model": asr_model, "language": language}
        return replace(self, **{name: value for name, value in given.items() if value is not None})


def configuration_file() -> Path:
    """Where the configuration file would be. It is optional."""
    from platformdirs import user_config_path

    return user_config_path(PROGRAM) / "config.toml"


def load_settings(environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """The settings of this machine, before flags. Raises `InputError` for a file that cannot be used."""
    values = _from_file(file or configuration_file())
    return Settings(**(values | _from_environment(environment)))


def settings_without_file(environment: Mapping[str, str]) -> Settings:
    """The settings before flags when the file is left out, for whoever looks at a file that cannot be used."""
    return Settings(**_from_environment(environment))


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: environment[variable] for variable, name in _VARIABLES.items() if environment.get(variable)}


def _from_file(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{file}: the configuration cannot be read ({error}); mend it, or remove it") from error
    values: dict[str, str] = {}
    for table, entries in tables.items():
        for key, value in entries.items() if isinstance(entries, dict) else [("", entries)]:
            name = _FILE_KEYS.get((table, key))
            place = f"{table}.{key}".rstrip(".")
            if name is None:
                known = ", ".join(f"{known_table}.{known_key}" for known_table, known_key in _FILE_KEYS)
                raise InputError(f"{file}: '{place}' is not a setting; known, each a string: {known}")
            if not isinstance(value, str):
                raise InputError(f"{file}: '{place}' must be a string; put its value in quotes")
            values[name] = value
    return values
