"""The cache on disk: its file, its bounds, several processes, and what can go wrong with a disk."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from r1 import SettingsError
from r1.cache import GuardedCache
from r1.cache.sqlite import SqliteCache
from tests.conftest import ROOT
from tests.r1.cache.answers import CANARY, Clock, key_of, reply_of


def run(path: Path, work: Callable[[SqliteCache], Coroutine[Any, Any, None]], most_bytes: int = 1 << 24) -> None:
    async def main() -> None:
        cache = SqliteCache(path, most_bytes, Clock(), busy_s=10.0)
        try:
            await work(cache)
        finally:
            await cache.close()

    asyncio.run(main())


async def _put(cache: SqliteCache) -> None:
    await cache.put(key_of(), reply_of(), 60.0)


async def _found(cache: SqliteCache) -> None:
    assert await cache.get(key_of()) == reply_of()


async def _missing(cache: SqliteCache) -> None:
    assert await cache.get(key_of()) is None


def test_answers_outlive_the_process_s_cache(tmp_path: Path) -> None:
    """What one wrote the next one finds; nothing but the file is left when it is closed."""
    path = tmp_path / "cache.db"
    run(path, _put)
    assert [file.name for file in tmp_path.iterdir()] == ["cache.db"]
    run(path, _found)


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """Folder 0700, file, log and index 0600; a file that was open to others is closed to them."""
    path = tmp_path / "new" / "cache.db"

    async def work(cache: SqliteCache) -> None:
        await _put(cache)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        assert modes == {"cache.db": 0o600, "cache.db-wal": 0o600, "cache.db-shm": 0o600}

    run(path, work)
    path.chmod(0o644)
    run(path, work)


def test_the_file_stays_within_its_bound(tmp_path: Path) -> None:
    """The oldest go out; an answer larger than the file may be is not kept."""
    path, most_bytes = tmp_path / "cache.db", 512 * 1024

    async def work(cache: SqliteCache) -> None:
        for number in range(200):
            await cache.put(key_of(f"p{number}"), reply_of(chr(97 + number % 26) * (500 * (number % 40))), 60.0)
        kept = [number for number in range(200) if await cache.get(key_of(f"p{number}")) is not None]
        assert kept == list(range(kept[0], 200))
        assert len(kept) > 20
        await cache.put(key_of("huge"), reply_of("x" * most_bytes), 60.0)
        assert await cache.get(key_of("huge")) is None
        assert await cache.get(key_of("p199")) is not None

    run(path, work, most_bytes)
    assert path.stat().st_size <= most_bytes + 64 * 1024


def test_expired_answers_leave_the_disk(tmp_path: Path) -> None:
    """With the next answers that are put."""
    path, clock = tmp_path / "cache.db", Clock()

    async def main() -> None:
        cache = SqliteCache(path, clock=clock, busy_s=10.0)
        for number in range(20):
            await cache.put(key_of(f"p{number}"), reply_of(), 60.0)
        clock.now += 60
        await cache.put(key_of("new"), reply_of("new"), 60.0)
        await cache.close()

    asyncio.run(main())
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM replies").fetchone() == (1,)
    connection.close()


def test_an_erased_answer_is_gone_from_the_disk(tmp_path: Path) -> None:
    """Overwritten in the file and cut from its log; a file set aside goes too, since nothing can be taken out of it."""
    path = tmp_path / "cache.db"
    aside = tmp_path / "cache.db.corrupt"
    aside.write_text(CANARY)

    async def work(cache: SqliteCache) -> None:
        await cache.put(key_of(), reply_of(), 60.0)
        assert _telling(tmp_path) - {aside}
        assert await cache.erase_user("acme", f"ann-{CANARY}") == 1
        assert _telling(tmp_path) == set()

    run(path, work)


@pytest.mark.parametrize("damage", ["garbage", "cut", "page", "header"])
def test_a_corrupt_file_is_set_aside(tmp_path: Path, damage: str) -> None:
    """Under another name; a new one is begun in the same call."""
    path = tmp_path / "cache.db"
    run(path, _put)
    whole = path.read_bytes()
    broken = {
        "garbage": b"this is no database, and never was one. " * 1000,
        "cut": whole[: len(whole) // 2],
        "page": whole[:4096] + b"\xff" * (len(whole) - 4096),
        "header": b"\0" * 100 + whole[100:],
    }[damage]
    path.write_bytes(broken)

    async def work(cache: SqliteCache) -> None:
        await _missing(cache)
        await _put(cache)
        await _found(cache)

    run(path, work)
    assert (tmp_path / "cache.db.corrupt").read_bytes()[:100] == broken[:100]
    assert {file.name for file in tmp_path.iterdir()} == {"cache.db", "cache.db.corrupt"}


def test_a_file_that_breaks_while_in_use_is_set_aside(tmp_path: Path) -> None:
    """Not only at the start. Whoever else had it open finds the new file, and does not set that aside too."""
    path = tmp_path / "cache.db"

    async def main() -> None:
        one, other = (SqliteCache(path, clock=Clock(), busy_s=10.0) for _ in range(2))
        for cache in (one, other):
            await _put(cache)
            for number in range(40):
                await cache.put(key_of(f"p{number}"), reply_of("x" * 5000), 60.0)
        await one._run(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (size - 4096))
        # A reader may still know pages by heart; what is new to it is not there.
        for cache in (one, other):
            await cache.put(key_of("new"), reply_of("new"), 60.0)
        for cache in (one, other):
            assert await cache.get(key_of("new")) == reply_of("new")
            await cache.close()

    asyncio.run(main())
    assert (tmp_path / "cache.db.corrupt").stat().st_size > 100_000
    run(path, _missing)


def test_a_file_of_another_version_is_emptied(tmp_path: Path) -> None:
    """Its answers may mean something else."""
    path = tmp_path / "cache.db"
    run(path, _put)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    run(path, _missing)


def test_another_program_s_database_is_left_alone(tmp_path: Path) -> None:
    """A path given by mistake costs nobody their data."""
    path = tmp_path / "accounts.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE replies (mine)")
        connection.execute("INSERT INTO replies VALUES (1)")
    connection.close()

    async def work(cache: SqliteCache) -> None:
        with pytest.raises(SettingsError, match="another program's database"):
            await _put(cache)

    run(path, work)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT * FROM replies").fetchall() == [(1,)]
    connection.close()


def test_a_stored_answer_that_cannot_be_read_is_a_miss(tmp_path: Path) -> None:
    """And is put right by the next put."""
    path = tmp_path / "cache.db"
    run(path, _put)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE replies SET reply = ?", (b"{}",))
    connection.close()

    async def work(cache: SqliteCache) -> None:
        await _missing(cache)
        await _put(cache)
        await _found(cache)

    run(path, work)


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "cache.db").mkdir()
    return tmp_path / "cache.db"


def _under_a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").touch()
    return tmp_path / "file" / "cache.db"


@pytest.mark.parametrize("place", [_folder, _under_a_file], ids=["a folder", "under a file"])
def test_a_place_that_cannot_be_written_is_a_cache_without_answers(
    tmp_path: Path, place: Callable[[Path], Path], caplog: pytest.LogCaptureFixture
) -> None:
    """Guarded, it fails no call, and says once what is wrong, without where."""
    caplog.set_level(0)

    async def main() -> None:
        cache = GuardedCache(SqliteCache(place(tmp_path)), patience_s=20.0, rest_s=0.0)
        for _ in range(3):
            await cache.put(key_of(), reply_of(), 60.0)
            assert await cache.get(key_of()) is None
        assert sum(cache.failures.values()) == 6
        await cache.close()

    asyncio.run(main())
    assert len([record for record in caplog.records if record.name == "r1.cache"]) == 1
    assert CANARY not in caplog.text and str(tmp_path) not in caplog.text


_FULL_DISK = """
import asyncio, resource, sys
from pathlib import Path
from r1.cache import GuardedCache
from r1.cache.sqlite import SqliteCache
from tests.r1.cache.answers import key_of, reply_of

async def main():
    cache = GuardedCache(SqliteCache(Path(sys.argv[1]), busy_s=10.0), patience_s=20.0, rest_s=0.0)
    await cache.put(key_of(), reply_of(), 60.0)
    assert await cache.get(key_of()) == reply_of()
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, hard))
    for number in range(100):
        await cache.put(key_of(f"p{number}"), reply_of("x" * 5000), 60.0)
    assert cache.failures, "the limit was never met"
    assert await cache.get(key_of()) == reply_of(), "what was stored before is still there"
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await cache.put(key_of("late"), reply_of("late"), 60.0)
    assert await cache.get(key_of("late")) == reply_of("late"), "it works again when there is room again"
    await cache.close()
    print(*cache.failures)

asyncio.run(main())
"""


def test_a_full_disk_costs_new_answers_only(tmp_path: Path) -> None:
    """Stored ones are given on, no call fails, and it works again when there is room."""
    assert "SQLITE_" in _python(_FULL_DISK, str(tmp_path / "cache.db"))


_WRITER = """
import asyncio, sys
from pathlib import Path
from r1.cache.sqlite import SqliteCache
from tests.r1.cache.answers import key_of, reply_of

async def main(path, name):
    cache = SqliteCache(Path(path), busy_s=30.0)
    for number in range(100):
        await cache.put(key_of(f"{name} {number}"), reply_of(f"{name} {number}"), 600.0)
        await cache.put(key_of(f"shared {number}"), reply_of(f"shared {number}"), 600.0)
        assert await cache.get(key_of(f"shared {number}")) == reply_of(f"shared {number}")
    await cache.close()

asyncio.run(main(*sys.argv[1:]))
"""


def test_processes_share_one_file(tmp_path: Path) -> None:
    """Three begin it at the same time, write and read by turns, and nothing is lost."""
    path = tmp_path / "cache.db"
    names = ("one", "two", "three")
    processes = [_begin(_WRITER, str(path), name) for name in names]
    complaints = [process.communicate(timeout=100)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], complaints

    async def main() -> None:
        cache = SqliteCache(path, busy_s=10.0)
        for text in (f"{name} {number}" for name in (*names, "shared") for number in range(100)):
            assert await cache.get(key_of(text)) == reply_of(text)
        await cache.close()

    asyncio.run(main())


def test_closing_twice_is_no_harm(tmp_path: Path) -> None:
    """Nor closing what was never used, which makes no file."""

    async def work(cache: SqliteCache) -> None:
        await cache.close()

    run(tmp_path / "cache.db", work)
    assert list(tmp_path.iterdir()) == []


def _telling(folder: Path) -> set[Path]:
    """The files that hold the canary."""
    return {file for file in folder.iterdir() if CANARY.encode() in file.read_bytes()}


def _begin(code: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def _python(code: str, *arguments: str) -> str:
    process = _begin(code, *arguments)
    told, complained = process.communicate(timeout=100)
    assert process.returncode == 0, complained
    return told
