from __future__ import annotations

import copy
import os
import pickle
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1 import SettingsError
from r1.credentials import LARGEST_FILE, Credentials, Secret, read_credentials
from tests.r1.upstream import KEY, SECRET

WHOLE = f'api_key = "{KEY}"\napi_secret = "{SECRET}"\n'


def made(folder: Path, content: str | bytes = WHOLE, mode: int = 0o600) -> Path:
    file = folder / "r1.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    file.chmod(mode)
    return file


def refused(path: Path) -> str:
    """The message with which `path` is refused, after a look whether anything of it shows."""
    with pytest.raises(SettingsError) as caught:
        read_credentials(path)
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert KEY not in shown
    assert SECRET not in shown
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_file_is_read(tmp_path: Path, mode: int) -> None:
    """Key and secret, neither of which shows."""
    credentials = read_credentials(made(tmp_path, mode=mode))
    assert credentials == Credentials(Secret(KEY), Secret(SECRET))
    assert credentials.api_secret.reveal() == SECRET
    assert repr(credentials) == "Credentials(api_key=Secret(hidden), api_secret=Secret(hidden))"


def test_a_server_without_secrets_needs_only_a_key(tmp_path: Path) -> None:
    """OpenAI-style servers have none."""
    assert not read_credentials(made(tmp_path, f'api_key = "{KEY}"')).api_secret


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666, 0o777])
def test_a_file_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    """With its mode, and the command that mends it."""
    file = made(tmp_path, mode=mode)
    message = refused(file)
    assert f"mode {mode:04o}" in message
    assert f"`chmod 600 {file}`" in message


def test_the_command_can_be_copied_whatever_the_name(tmp_path: Path) -> None:
    """A blank in a folder's name does not make it act on other files."""
    folder = tmp_path / "my files"
    folder.mkdir()
    assert f"`chmod 600 '{folder}/r1.toml'`" in refused(made(folder, mode=0o644))


def test_a_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its owner could change it at any time."""
    file = made(tmp_path)
    if os.geteuid() == 0:
        os.chown(file, 12_345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12_345)
    message = refused(file)
    assert "another user" in message
    assert "chmod 600" in message


def test_a_link_is_followed_and_its_target_checked(tmp_path: Path) -> None:
    """A link itself is open to all, which does not matter."""
    target, link = made(tmp_path), tmp_path / "link"
    link.symlink_to(target)
    assert read_credentials(link).api_key == KEY
    target.chmod(0o644)
    assert "chmod 600" in refused(link)


def test_permissions_are_not_checked_on_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files have no mode and no numbered owner."""
    monkeypatch.delattr(os, "geteuid")
    assert read_credentials(made(tmp_path, mode=0o644)).api_key == KEY


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The message says what it would have to hold."""
    message = refused(tmp_path / "none.toml")
    assert "is not there" in message
    assert 'api_key = "…"' in message


def test_what_is_no_file(tmp_path: Path) -> None:
    """A folder, a pipe that would be waited on for ever, a name that cannot be one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    assert "cannot be read" in refused(tmp_path)
    assert "no regular file" in refused(pipe)
    assert "cannot be read" in refused(Path("a\0b"))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own reason is told."""

    def forbidden(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    file = made(tmp_path)
    monkeypatch.setattr(os, "open", forbidden)
    assert "Permission denied" in refused(file)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "lacks api_key"),
        (f'api_secret = "{SECRET}"', "lacks api_key"),
        (f'api_key = ""\napi_secret = "{SECRET}"', "lacks api_key"),
        (f'api_key = 7\napi_secret = "{SECRET}"', "no text in quotes"),
        (f'api_key = "{KEY}"\napi_secret = ["{SECRET}"]', "no text in quotes"),
        (f"{WHOLE}password = '{SECRET}'", "more than"),
        (f"api_key = {KEY}", "TOML .at line 1"),
        (f'api_key = "{KEY}"\napi_secret = "{SECRET}', "TOML .at"),
        (f"{KEY}:{SECRET}", "TOML .at line 1"),
        (WHOLE.encode("utf-16"), "not UTF-8"),
        ("x = " + "[" * 5000, "TOML"),
        (WHOLE + "#" * LARGEST_FILE, "longer than"),
    ],
)
def test_a_file_of_the_wrong_form(tmp_path: Path, content: str | bytes, fault: str) -> None:
    """The fault is told, and what would be accepted, and nothing of what it holds."""
    import re

    message = refused(made(tmp_path, content))
    assert re.search(fault, message)
    assert "UTF-8" in message or 'api_key = "…"' in message


def test_a_mark_at_the_beginning_does_not_matter(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    assert read_credentials(made(tmp_path, WHOLE.encode("utf-8-sig"))).api_secret == SECRET


@given(st.text(min_size=1))
def test_a_secret_shows_only_when_asked(text: str) -> None:
    """Printed, formatted, in a container, copied or made anew it stays hidden, and it stays what it is."""
    secret = Secret(text)
    for each in (secret, Secret(secret), copy.deepcopy(secret), pickle.loads(pickle.dumps(secret))):
        assert (repr(each), str(each), f"{each:>10}", "%s" % each) == (  # noqa: UP031  # the very thing that is tested
            "Secret(hidden)",
            "[hidden]",
            "  [hidden]",
            "[hidden]",
        )
        assert repr([each]) == "[Secret(hidden)]"
        assert each.reveal() == each == text
        assert type(each.reveal()) is str
