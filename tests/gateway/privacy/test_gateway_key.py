"""The gateway's own key."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from gateway.errors import GatewayError
from gateway.privacy import GatewayKey, open_gateway_key


def test_a_key_is_made_once_and_read_ever_after(tmp_path: Path) -> None:
    """In a file of its owner alone, and no other file is left."""
    file = tmp_path / "folder" / "audit.key"
    first, again = open_gateway_key(file), open_gateway_key(file)
    assert first.sign("x", b"message") == again.sign("x", b"message")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and list(file.parent.iterdir()) == [file]


def test_gateways_that_start_at_once_go_on_with_one_key(tmp_path: Path) -> None:
    """Whichever was first."""
    signatures: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: signatures.append(open_gateway_key(tmp_path / "key").sign("x", b"")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(signatures) == 8 and len(set(signatures)) == 1


def test_one_purpose_says_nothing_of_another() -> None:
    """A signature for one is none for another, and neither shows the secret."""
    key = GatewayKey(bytes(range(32)))
    signature = key.sign("audit head", b"message")
    assert key.signed("audit head", b"message", signature)
    assert not key.signed("audit anchor", b"message", signature)
    assert not key.signed("audit head", b"another", signature)
    assert not GatewayKey(bytes(32)).signed("audit head", b"message", signature)
    assert bytes(range(32)).hex() not in repr(key) and str(bytes(range(32))) not in repr(vars(GatewayKey))


def test_a_short_secret_is_refused() -> None:
    """It could be found by trying."""
    with pytest.raises(GatewayError, match="shorter than 32 bytes"):
        GatewayKey(b"short")


@pytest.mark.parametrize(
    ("content", "fault"), [("canary", "no key of a gateway"), ("", "cut short"), ("00ff", "cut short")]
)
def test_a_file_that_is_no_key_is_told_and_left(tmp_path: Path, content: str, fault: str) -> None:
    """It may be the only one: nothing is written over it, and nothing of it is shown."""
    file = tmp_path / "key"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(GatewayError, match=fault) as refused:
        open_gateway_key(file)
    assert file.read_text() == content and "canary" not in str(refused.value)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """With the command that mends it."""
    file = tmp_path / "key"
    file.write_text("00" * 32)
    file.chmod(0o644)
    with pytest.raises(GatewayError, match="chmod 600"):
        open_gateway_key(file)


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    """Whoever typed the path sees what is wrong with it."""
    tmp_path.chmod(0o700)
    with pytest.raises(GatewayError, match="cannot be read"):
        open_gateway_key(tmp_path)
