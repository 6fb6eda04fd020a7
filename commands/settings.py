"""What the user has chosen: flags over environment over the configuration file over defaults.

Key and secret come from the environment or from a file that nobody else can read, never from the command line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError

if TYPE_CHECKING:
    from r1.options import R1Options

CACHE_OFF = frozenset({"off", "no", "none", "false", "0"})

PROGRAM = "reasoning-voice"
"""Names our folders below the XDG ones."""

SHIPPED_MODEL = "shipped"

_FILE_KEYS = {
    ("r1", "base_url"): "r1",
    ("r1", "api_key"): "api_key",
    ("r1", "api_secret"): "api_secret",
    ("r1", "credentials_file"): "credentials_file",
    ("r1", "model"): "r1_model",
    ("r1", "ca_file"): "ca_file",
    ("r1", "client_certificate"): "client_certificate",
    ("r1", "client_key"): "client_key",
    ("r1", "cache"): "cache",
    ("r1", "fallback"): "fallback",
    ("r1", "fallback_model"): "fallback_model",
    ("r1", "fallback_api_key"): "fallback_api_key",
    ("r1", "fallback_api_secret"): "fallback_api_secret",
    ("asr", "model"): "asr_model",
    ("asr", "language"): "language",
    ("ocr", "engine"): "ocr_engine",
    ("ocr", "languages"): "ocr_languages",
    ("ocr", "cache"): "ocr_cache",
}

_VARIABLES = {
    "R1_BASE_URL": "r1",
    "R1_API_KEY": "api_key",
    "R1_API_SECRET": "api_secret",
    "R1_CREDENTIALS_FILE": "credentials_file",
    "R1_MODEL": "r1_model",
    "R1_CA_FILE": "ca_file",
    "R1_CLIENT_CERTIFICATE": "client_certificate",
    "R1_CLIENT_KEY": "client_key",
    "R1_CACHE": "cache",
    "R1_FALLBACK": "fallback",
    "R1_FALLBACK_MODEL": "fallback_model",
    "R1_FALLBACK_API_KEY": "fallback_api_key",
    "R1_FALLBACK_API_SECRET": "fallback_api_secret",
    "OCR_ENGINE": "ocr_engine",
    "OCR_LANGUAGES": "ocr_languages",
    "OCR_CACHE": "ocr_cache",
    "DOCUMENT_PASSWORD": "document_password",
}

_SECRETS = ("api_key", "api_secret", "fallback_api_key", "fallback_api_secret")
_PATHS = ("credentials_file", "ca_file", "client_certificate", "client_key")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides which parts are built."""

    r1: str = ""
    """A URL, `openai:URL`, `ollama` or `ollama:URL`; empty for the embedded reader."""
    api_key: str = field(default="", repr=False)
    api_secret: str = field(default="", repr=False)
    credentials_file: str = ""
    """Holds what `api_key` and `api_secret` do not say; `r1.credentials` has its form."""
    r1_model: str = ""
    """For OpenAI-style servers; empty for the one model that the server has."""
    ca_file: str = ""
    """This and the next two: `r1.tls.TlsOptions`."""
    client_certificate: str = ""
    client_key: str = ""
    cache: str = ""
    """Where complete answers are kept: a path, `memory`, `redis://…`, or `off`; empty for a file of our own."""
    fallback: str = ""
    """Asked when `r1` does not answer; written as that is."""
    fallback_model: str = ""
    fallback_api_key: str = field(default="", repr=False)
    fallback_api_secret: str = field(default="", repr=False)
    asr_model: str = SHIPPED_MODEL
    """`shipped`, a name that faster-whisper knows, or a folder."""
    language: str = "en"
    """Of what is spoken: `en`, `zh`, another ISO 639-1 code, or `auto`."""
    ocr_engine: str = ""
    """`tesseract`, `rapidocr` or `auto`; empty for the first."""
    ocr_languages: str = ""
    """Tesseract's codes, such as `eng+deu`; empty or `auto` for English, simplified Chinese and both mixed."""
    ocr_cache: str = ""
    """Where pages that were read are kept: a path, or `off`; empty for a file of our own."""
    document_password: str = field(default="", repr=False)
    """Opens encrypted PDFs."""

    def chosen(
        self,
        r1: str | None = None,
        r1_model: str | None = None,
        asr_model: str | None = None,
        language: str | None = None,
        ocr_engine: str | None = None,
        ocr_languages: str | None = None,
    ) -> Settings:
        """A copy in which the flags that were given win."""
        given = {
            "r1": r1,
            "r1_model": r1_model,
            "asr_model": asr_model,
            "language": language,
            "ocr_engine": ocr_engine,
            "ocr_languages": ocr_languages,
        }
        return replace(self, **{name: value for name, value in given.items() if value is not None})

    def r1_options(self) -> list[R1Options]:
        """How to reach the R1 that `r1` names, with key and secret read from their file if they stand in one; then the
        fallback, if there is one.

        Raises `r1.SettingsError` for an address or a file that cannot be used.
        """
        from r1.credentials import Credentials, Secret, read_credentials
        from r1.errors import SettingsError
        from r1.options import options_for
        from r1.tls import TlsOptions

        given = Credentials(Secret(self.api_key), Secret(self.api_secret))
        if self.credentials_file and not (given.api_key and given.api_secret):
            kept = read_credentials(Path(self.credentials_file))
            given = Credentials(given.api_key or kept.api_key, given.api_secret or kept.api_secret)
        options = options_for(self.r1, given.api_key, given.api_secret, self.r1_model)
        tls = TlsOptions(self.ca_file, self.client_certificate, self.client_key)
        upstreams = [replace(options, tls=tls)]
        if self.fallback:
            key, secret = Secret(self.fallback_api_key), Secret(self.fallback_api_secret)
            try:
                upstreams.append(replace(options_for(self.fallback, key, secret, self.fallback_model), tls=tls))
            except SettingsError as error:
                raise SettingsError(f"R1_FALLBACK: {error}") from None
        return upstreams


def state_folder() -> Path:
    """Where what was learned is kept; losing it costs time only."""
    from platformdirs import user_state_path

    return user_state_path(PROGRAM)


def data_folder() -> Path:
    """Where conversations are kept."""
    from platformdirs import user_data_path

    return user_data_path(PROGRAM)


def cache_folder() -> Path:
    """Where answers are kept for a while."""
    from platformdirs import user_cache_path

    return user_cache_path(PROGRAM)


def configuration_file() -> Path:
    """Where the configuration file would be. It is optional."""
    from platformdirs import user_config_path

    return user_config_path(PROGRAM) / "config.toml"


def load_settings(environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """The settings of this machine, before flags. Raises `InputError` for a file that cannot be used.

    A file that holds a key or secret must be readable by its owner alone. Relative paths in it start at its folder.
    """
    chosen = settings_without_file(environment)
    del environment  # some tracebacks show locals; `Settings` hides its secrets, the environment does not
    values = _from_file(file or configuration_file())
    named = {name for name in _VARIABLES.values() if getattr(chosen, name)}
    if chosen.credentials_file:
        named.update(("api_key", "api_secret"))
    return replace(chosen, **{name: value for name, value in values.items() if name not in named})


def settings_without_file(environment: Mapping[str, str]) -> Settings:
    """The settings before flags when the file is left out, for whoever looks at a file that cannot be used."""
    return Settings(
        **{name: environment[variable] for variable, name in _VARIABLES.items() if environment.get(variable)}
    )


def _from_file(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    values, fault = _read(file)
    if fault:
        # Raised here, where no local and no cause holds the file's content.
        raise InputError(f"{file}: {fault}")
    return {name: _path_beside(file, value) if name in _PATHS else value for name, value in values.items()}


def _read(file: Path) -> tuple[dict[str, str], str]:
    """The settings in the file, or else what is wrong with it."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        status = file.stat()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, f"the configuration cannot be read ({error}); mend it, or remove it"
    values, fault = _values_in(tables)
    secrets = [name for name in _SECRETS if values.get(name)]
    if secrets and not fault:
        from r1.credentials import exposure

        exposed = exposure(status, file)
        if values.get("credentials_file"):
            fault = f"holds both r1.{secrets[0]} and r1.credentials_file; keep one of them"
        elif exposed:
            fault = f"holds r1.{secrets[0]} and {exposed}"
    return ({}, fault) if fault else (values, "")


def _values_in(tables: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    values: dict[str, str] = {}
    for table, entries in tables.items():
        if table == "gateway":
            continue  # `commands.gateway_settings` reads it
        for key, value in entries.items() if isinstance(entries, dict) else [("", entries)]:
            name = _FILE_KEYS.get((table, key))
            place = f"{table}.{key}".rstrip(".")
            if name is None:
                known = ", ".join(f"{known_table}.{known_key}" for known_table, known_key in _FILE_KEYS)
                return {}, f"'{place}' is not a setting; known, each a string: {known}"
            if not isinstance(value, str):
                return {}, f"'{place}' must be a string; put its value in quotes"
            values[name] = value
    return values, ""


def _path_beside(file: Path, name: str) -> str:
    return str(file.parent / Path(name).expanduser()) if name else ""
