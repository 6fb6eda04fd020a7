"""Flags win over the environment, that over the configuration file, that over defaults."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from commands.command_line import build
from commands.settings import Settings, load_settings
from pipeline.errors import InputError
from r1 import SettingsError

CANARY = "canary-0123456789abcdef0123456789abcdef"
URL = "https://r1.example.com"


def _file(folder: Path, text: str, mode: int = 0o600, name: str = "config.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def _credentials(folder: Path) -> Path:
    return _file(folder, 'api_key = "kept key"\napi_secret = "kept secret"', name="r1.toml")


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
        ('[r1]\napi_key = "x"\ncredentials_file = "y"', "both r1.api_key and r1.credentials_file"),
    ],
)
def test_file_that_cannot_be_used(tmp_path: Path, text: str, named: str) -> None:
    """A damaged file, an unknown setting or two that contradict each other are refused by name."""
    file = _file(tmp_path, text)
    with pytest.raises(InputError, match=named) as refusal:
        load_settings({}, file)
    assert str(file) in str(refusal.value)


@pytest.mark.parametrize("entry", ["api_key", "api_secret"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_with_secrets_must_be_private(tmp_path: Path, entry: str, mode: int) -> None:
    """Others could read them; the message has the command that mends it, and does not repeat them."""
    file = _file(tmp_path, f'[r1]\n{entry} = "{CANARY}"', mode)
    with pytest.raises(InputError) as refusal:
        load_settings({}, file)
    assert f"holds r1.{entry}" in str(refusal.value)
    assert f"`chmod 600 {file}`" in str(refusal.value)
    assert CANARY not in str(refusal.value)


def test_a_file_without_secrets_may_be_open(tmp_path: Path) -> None:
    """Everybody may know the address."""
    file = _file(tmp_path, f'[r1]\nbase_url = "{URL}"\napi_secret = ""', 0o644)
    assert load_settings({}, file).r1 == URL


@pytest.mark.parametrize(
    "text", [f'[r1]\napi_secret = "{CANARY}"\nurl = "x"', f'[r1]\napi_secret = "{CANARY}', f"[r1]\n{CANARY}"]
)
def test_no_traceback_shows_a_secret(tmp_path: Path, text: str) -> None:
    """Not even one that shows the locals of each frame and of each cause."""
    file = _file(tmp_path, text)
    with pytest.raises(InputError) as refusal:
        load_settings({"R1_API_SECRET": CANARY}, file)
    frames = traceback.TracebackException.from_exception(refusal.value, capture_locals=True)
    frames.stack.pop(0)  # this test's own
    assert CANARY not in "".join(frames.format())


def test_secrets_are_not_shown() -> None:
    """Key and secret stay out of what is printed of the settings."""
    assert "canary" not in repr(Settings(api_key="canary", api_secret="canary"))


def test_no_option_takes_a_secret() -> None:
    """What stands on a command line can be seen by every user of the machine."""
    import typer

    verbs = typer.main.get_group(build()).commands.values()
    options = {option for verb in verbs for parameter in verb.params for option in parameter.opts}
    assert "--r1" in options
    assert [
        option
        for option in options
        if any(word in option for word in ("key", "secret", "token"))
        and option not in {"--max-tokens", "--key-file", "--certificate-key"}  # two of them name files
    ] == []


# -- what of it the client gets


def test_key_and_secret_come_from_their_file(tmp_path: Path) -> None:
    """Named by the environment or, from its own folder on, by the configuration file."""
    credentials = _credentials(tmp_path)
    named = load_settings({"R1_BASE_URL": URL, "R1_CREDENTIALS_FILE": str(credentials)}, tmp_path / "none.toml")
    listed = load_settings({}, _file(tmp_path, f'[r1]\nbase_url = "{URL}"\ncredentials_file = "r1.toml"'))
    for settings in (named, listed):
        options = settings.r1_options()[0]
        assert (options.api_key, options.api_secret) == ("kept key", "kept secret")
        assert "kept" not in repr(options) + repr(settings) + f"{options.api_key} {options.api_secret}"


def test_the_environment_wins_over_the_credentials_file(tmp_path: Path) -> None:
    """One by one; with both the file need not even be there."""
    environment = {"R1_BASE_URL": URL, "R1_CREDENTIALS_FILE": str(_credentials(tmp_path)), "R1_API_KEY": "mine"}
    options = load_settings(environment, tmp_path / "none.toml").r1_options()[0]
    assert (options.api_key, options.api_secret) == ("mine", "kept secret")
    environment |= {"R1_API_SECRET": "mine too", "R1_CREDENTIALS_FILE": "/nowhere"}
    options = load_settings(environment, tmp_path / "none.toml").r1_options()[0]
    assert (options.api_key, options.api_secret) == ("mine", "mine too")


def test_the_environment_s_credentials_file_wins_over_a_configured_key(tmp_path: Path) -> None:
    """A key from one place is not paired with a secret from another."""
    file = _file(tmp_path, f'[r1]\nbase_url = "{URL}"\napi_key = "configured"\napi_secret = "configured"')
    options = load_settings({"R1_CREDENTIALS_FILE": str(_credentials(tmp_path))}, file).r1_options()[0]
    assert (options.api_key, options.api_secret) == ("kept key", "kept secret")


def test_a_credentials_file_that_is_open_to_others_is_refused(tmp_path: Path) -> None:
    """When it is read, so that `doctor` can say it among the rest."""
    credentials = _credentials(tmp_path)
    credentials.chmod(0o644)
    settings = load_settings({"R1_BASE_URL": URL, "R1_CREDENTIALS_FILE": str(credentials)}, tmp_path / "none.toml")
    with pytest.raises(SettingsError, match="chmod 600"):
        settings.r1_options()


def test_the_files_for_tls(tmp_path: Path) -> None:
    """From the environment as they stand, from the configuration file from its folder on."""
    secrets = {"R1_BASE_URL": URL, "R1_API_KEY": "k", "R1_API_SECRET": "s"}
    file = _file(tmp_path, '[r1]\nca_file = "ca.pem"\nclient_certificate = "/etc/me.pem"\nclient_key = "~/me.key"')
    tls = load_settings(secrets, file).r1_options()[0].tls
    assert tls.ca_file == str(tmp_path / "ca.pem")
    assert tls.client_certificate == "/etc/me.pem"
    assert tls.client_key == str(Path("~/me.key").expanduser())
    named = {"R1_CA_FILE": "other.pem", "R1_CLIENT_CERTIFICATE": "you.pem", "R1_CLIENT_KEY": "you.key"}
    tls = load_settings(secrets | named, file).r1_options()[0].tls
    assert (tls.ca_file, tls.client_certificate, tls.client_key) == ("other.pem", "you.pem", "you.key")
