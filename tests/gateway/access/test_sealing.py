"""Secrets at rest open with their key, in their place, and not otherwise."""

from __future__ import annotations

import base64
import os
import secrets
import stat
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.sealing import KeyFile, KeySource, KeyVariable, Seal, SealingError, key_source
from gateway.errors import GatewayError


def text_of(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


def variable(*keys: bytes) -> KeySource:
    return KeyVariable({"GATEWAY_SECRETS_KEY": text_of(*keys)})


ONE, TWO = b"1" * 32, b"2" * 32


@given(st.binary(max_size=200), st.text(st.characters(codec="utf-8"), max_size=30))
def test_what_was_sealed_opens_in_its_place(secret: bytes, place: str) -> None:
    """And is not to be seen in what is kept; sealed again it looks different."""
    seal = Seal(variable(ONE))
    sealed = seal.seal(secret, place)
    assert seal.open(sealed, place) == secret
    assert sealed != seal.seal(secret, place)
    assert len(secret) < 8 or secret not in sealed
    with pytest.raises(SealingError, match="altered"):
        seal.open(sealed, place + "x")


@given(st.integers(0, 1000), st.integers(1, 255))
def test_what_was_altered_does_not_open(place: int, change: int) -> None:
    """Any byte of it; or it seems to be sealed with a key that there is not."""
    seal = Seal(variable(ONE))
    sealed = bytearray(seal.seal(b"secret" * 5, "a"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(SealingError):
        seal.open(bytes(sealed), "a")
    with pytest.raises(SealingError):
        seal.open(bytes(seal.seal(b"secret" * 5, "a")[: place % 60]), "a")


def test_a_new_key_takes_over_step_by_step() -> None:
    """The first seals, all open, and one that is gone is named as the fault."""
    old, both, new = Seal(variable(ONE)), Seal(variable(TWO, ONE)), Seal(variable(TWO))
    assert both.open(old.seal(b"x", "a"), "a") == b"x"
    assert new.open(both.seal(b"x", "a"), "a") == b"x"
    with pytest.raises(SealingError, match="GATEWAY_SECRETS_KEY"):
        new.open(old.seal(b"x", "a"), "a")


def test_a_key_file_is_made_at_first_use_for_its_owner(tmp_path: Path) -> None:
    """Mode 0600, in a folder that is made too, with nothing else left there."""
    path = tmp_path / "new" / "secrets.key"
    seal = Seal(KeyFile(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secrets.key"]
    assert Seal(KeyFile(path)).open(seal.seal(b"x", "a"), "a") == b"x"


def test_processes_that_make_it_at_once_agree(tmp_path: Path) -> None:
    """One is first, and its key is everybody's."""
    seals: list[Seal] = []
    threads = [threading.Thread(target=lambda: seals.append(Seal(KeyFile(tmp_path / "k")))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealed = seals[0].seal(b"x", "a")
    assert [seal.open(sealed, "a") for seal in seals] == [b"x"] * 8


def test_a_running_gateway_reads_a_renewed_file_by_itself(tmp_path: Path) -> None:
    """When it meets something that was sealed with a key it does not know."""
    file = KeyFile(tmp_path / "k")
    running, renewing = Seal(file), Seal(file)
    before = running.seal(b"x", "a")
    with file.renewal():
        renewing.reload()
        assert running.open(renewing.seal(b"y", "a"), "a") == b"y"
    running.reload()
    assert running.open(before, "a") == b"x"  # what it read before the renewal is still in its memory
    with pytest.raises(SealingError):
        Seal(file).open(before, "a")
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """With the command that mends it."""
    path = tmp_path / "k"
    Seal(KeyFile(path))
    path.chmod(mode)
    with pytest.raises(GatewayError, match="chmod 600"):
        Seal(KeyFile(path))


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"canary\n", b"\xff" * 40, base64.b64encode(b"canary" * 4)])
def test_a_key_file_without_keys_is_refused(tmp_path: Path, content: bytes) -> None:
    """Empty, no base64, too short: nothing of it is repeated."""
    path = tmp_path / "k"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(GatewayError, match="32 bytes") as caught:
        Seal(KeyFile(path))
    assert "canary" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_folders_and_pipes_are_no_key_files(tmp_path: Path) -> None:
    """It says which it is, and waits for none."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for path in (tmp_path, pipe):
        with pytest.raises(GatewayError, match=path.name):
            Seal(KeyFile(path))


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    """And no file is made then."""
    path = tmp_path / "k"
    assert isinstance(key_source({"GATEWAY_SECRETS_KEY": text_of(ONE)}, path), KeyVariable)
    assert isinstance(key_source({}, path), KeyFile)
    assert not path.exists()
    with pytest.raises(GatewayError, match="openssl"):
        Seal(key_source({"GATEWAY_SECRETS_KEY": "canary"}, path))


def test_keys_in_the_environment_are_renewed_by_hand() -> None:
    """It says how; with two of them it goes on."""
    with pytest.raises(GatewayError, match="before it"), variable(ONE).renewal():
        pass
    with variable(TWO, ONE).renewal():
        pass


def test_one_renewal_at_a_time(tmp_path: Path) -> None:
    """Two could each forget the key that the other has sealed with. One that failed keeps both keys."""
    file = KeyFile(tmp_path / "k")
    old = file.read()
    with suppress(ZeroDivisionError), file.renewal():
        with pytest.raises(GatewayError, match="another process"), KeyFile(tmp_path / "k").renewal():
            pass
        raise ZeroDivisionError
    assert file.read()[1:] == old
    with file.renewal():
        assert len(file.read()) == 3
    assert len(file.read()) == 1
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_representations_show_no_key() -> None:
    """The objects may be printed."""
    key = secrets.token_bytes(32)
    assert text_of(key) not in repr(Seal(variable(key)))
