"""Calls that wait on disk."""

from __future__ import annotations

import errno
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from gateway.audit import AuditQuery, search, verify
from gateway.audit.pending import PendingCall
from gateway.audit.shelter import DAMAGED_ENDING, ENDING, LOCK_ENDING, Shelter
from gateway.audit.store import AuditStore
from gateway.audit.taking_up import FRAMES_AT_ONCE, TakingUp
from gateway.privacy.gateway_key import GatewayKey
from tests.gateway.audit.records import CANARY, calls


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "waiting"


@pytest.fixture
def shelter(folder: Path, key: GatewayKey) -> Iterator[Shelter]:
    opened = Shelter(folder, "audit", key)
    yield opened
    opened.close()


def kept(shelter: Shelter) -> list[PendingCall]:
    """All calls in the files that can be taken up."""
    return [call for file in shelter.files() for frame in shelter.frames(file, 0) for call in frame.calls]


def names(folder: Path) -> list[str]:
    """Endings of the files in `folder`."""
    return sorted(path.suffix for path in folder.iterdir())


def test_calls_come_out_as_they_went_in(shelter: Shelter) -> None:
    """In their order, over several files, and only from files that have ended."""
    shelter.put(calls(700))
    assert shelter.files() == []
    shelter.turn()
    shelter.put(calls(3, first=701), "writer", 5)
    shelter.turn()
    assert kept(shelter) == calls(703)
    frames = [frame for file in shelter.files() for frame in shelter.frames(file, 0)]
    assert [(len(frame.calls), frame.source, frame.batch) for frame in frames] == [
        (500, "", 0),
        (200, "", 0),
        (3, "writer", 5),
    ]


def test_files_tell_nothing_to_others(shelter: Shelter, folder: Path) -> None:
    """They are encrypted, for their owner alone, and so is their folder."""
    shelter.put(calls(3))
    for path in folder.iterdir():
        content = path.read_bytes()
        assert CANARY.encode() not in content and b"infer-1" not in content and b"home" not in content
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_files_of_a_living_process_are_left_to_it(shelter: Shelter, folder: Path, key: GatewayKey) -> None:
    """Only when it has let go of them may another take them up."""
    other = Shelter(folder, "audit", key)
    other.put(calls(2))
    other.turn()
    assert shelter.files() == []
    other.close()
    assert kept(shelter) == calls(2)


def test_what_was_taken_up_leaves_no_trace(shelter: Shelter, folder: Path, key: GatewayKey) -> None:
    """Neither files nor locks, of this process or another."""
    other = Shelter(folder, "audit", key)
    other.put(calls(2))
    other.close()
    shelter.put(calls(2))
    shelter.turn()
    assert names(folder) == [LOCK_ENDING, LOCK_ENDING, ENDING, ENDING]
    for file in shelter.files():
        shelter.remove(file)
    shelter.close()
    assert names(folder) == []


def test_a_frame_that_was_not_finished_is_left_out(
    shelter: Shelter, key: GatewayKey, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Wherever the process died in it; the log says so."""
    shelter.put(calls(2))
    (file,) = folder.glob(f"*{ENDING}")
    whole = file.stat().st_size
    shelter.put(calls(2, first=3))
    shelter.turn()
    content = file.read_bytes()
    for cut in (whole + 1, whole + 4, whole + 20, len(content) - 1):
        file.write_bytes(content[:cut])
        assert kept(shelter) == calls(2)
        assert "ends in the middle" in caplog.text


def test_a_full_disk_leaves_no_half_frame(shelter: Shelter, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be written whole is taken back, and when there is room again it goes on."""
    shelter.put(calls(2))

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("gateway.audit.shelter.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            shelter.put(calls(2, first=3))
    shelter.put(calls(2, first=3))
    shelter.turn()
    assert kept(shelter) == calls(4)


def test_they_are_taken_into_the_log_once(store: AuditStore, shelter: Shelter, folder: Path) -> None:
    """However often that is tried, and in whichever moment it was broken off."""
    shelter.put(calls(700))
    shelter.turn()
    file = shelter.files()[0]
    first = next(shelter.frames(file, 0))
    store.append(first.calls, file.name, first.end)  # and then the process died
    assert TakingUp(store, shelter).some() is False
    found = verify(store.database, store.gateway_key)
    assert found.intact and found.rows == 700
    assert names(folder) == [LOCK_ENDING] and store.taken(file.name) == 0


def test_a_batch_that_was_written_after_all_is_not_taken_up(store: AuditStore, shelter: Shelter) -> None:
    """It went to the shelter while the database stood still, and then the database took it."""
    store.append(calls(3), "writer", 4)
    shelter.put(calls(3), "writer", 4)
    shelter.put(calls(3, first=4), "writer", 5)
    shelter.turn()
    TakingUp(store, shelter).some()
    assert [entry.call_id for entry in search(store.database, AuditQuery()).entries[::-1]] == [
        f"infer-{number}" for number in range(1, 7)
    ]


def test_much_is_taken_up_some_at_a_time(store: AuditStore, shelter: Shelter) -> None:
    """So that new calls have their turn between."""
    for number in range(FRAMES_AT_ONCE + 2):
        shelter.put(calls(2, first=2 * number))
    shelter.turn()
    taking_up = TakingUp(store, shelter)
    assert taking_up.some() is True
    assert verify(store.database).rows == 2 * FRAMES_AT_ONCE
    assert taking_up.some() is False
    assert verify(store.database).rows == 2 * FRAMES_AT_ONCE + 4


@pytest.mark.parametrize("damage", ["bits", "key", "words"])
def test_a_damaged_file_is_kept_and_holds_up_no_other(
    store: AuditStore, shelter: Shelter, folder: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What came before the damage is taken up."""
    author = shelter if damage == "bits" else Shelter(folder, "audit", GatewayKey(bytes(32)))
    author.put(calls(2))
    author.turn()
    author.close()
    (file,) = folder.glob(f"*{ENDING}")
    if damage == "bits":
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
    elif damage == "words":
        file.write_bytes(b"\0\0\0\4word")
    shelter.put(calls(3, first=10))
    shelter.turn()
    with caplog.at_level(logging.ERROR):
        TakingUp(store, shelter).some()
    assert verify(store.database).rows == 3
    assert file.with_name(file.name + DAMAGED_ENDING).exists() and "are kept in" in caplog.text


def test_a_lock_that_cannot_be_had_is_an_error_of_the_disk(shelter: Shelter, folder: Path) -> None:
    """Whoever puts calls there is told, and keeps them."""
    folder.mkdir()
    name = f"{shelter._own}{LOCK_ENDING}"
    with FileLock(folder / name), pytest.raises(OSError, match="no lock"):
        shelter.put(calls(1))
