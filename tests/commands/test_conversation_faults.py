"""A conversation whose process is killed, stopped, or runs out of disk: as real processes, on a real file."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from commands.settings import data_folder
from pipeline.records import StoredConversation, TurnState
from pipeline.store import FILE, ConversationStore
from tests.commands.conftest import RunCommand
from tests.commands.conversing import PATIENCE_S, SUMMARISE, TalkingR1, say
from tests.conftest import ROOT

INVOICE = ROOT / "assets" / "documents" / "invoice.png"
DOOR = [sys.executable, str(ROOT / "run_agent.py")]
BEGUN = "The first sentence is complete."

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="kill -9 and SIGTERM are signals"),
]


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has conversations of its own, and no answer out of another one's cache."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("R1_CACHE", "off")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a command as a process of its own; what is left of them in the end is ended."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*DOOR, *arguments], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate(timeout=PATIENCE_S)


Start = Callable[..., Any]


def stored(name: str = "work") -> StoredConversation:
    """The conversation as it is on disk."""
    with ConversationStore(data_folder()) as store:
        return store.load(name)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """The exit code and what was printed."""
    out, err = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in err
    return process.returncode, out, err


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds, for a minute at most."""
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < limit, "it never came to that"
        time.sleep(0.02)


def said_so_far() -> str:
    """What the file has of the last answer; read past the store, which would mark the turn."""
    file = data_folder() / FILE
    if not file.exists():
        return ""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        row = connection.execute("SELECT answer FROM turns ORDER BY id DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""
    except sqlite3.Error:
        return ""
    finally:
        connection.close()


def halting(r1: list[TalkingR1]) -> Callable[[str], Iterator[str]]:
    """Answers with one whole sentence and the beginning of another, then waits for the test."""

    def answer(_: str) -> Iterator[str]:
        yield f"{BEGUN} "
        yield "The second is n"
        r1[0].let_go.wait(PATIENCE_S)
        yield "ever heard."

    return answer


@pytest.fixture
def halted() -> Iterator[TalkingR1]:
    """An R1 that stops in the middle of its answer."""
    itself: list[TalkingR1] = []
    itself.append(TalkingR1(halting(itself)))
    with itself[0] as r1:
        yield r1


def goes_on(command: RunCommand) -> Any:
    """The next turn, which must find everything in order: its object."""
    outcome = command("ask", "--text", "What is two plus two?", "--conversation", "work", "--json")
    assert outcome.code == 0 and "4" in outcome.object["answer"]
    return outcome


def test_kill_9_in_mid_turn(start: Start, command: RunCommand, halted: TalkingR1) -> None:
    """Question, document and each whole sentence are there; the turn is marked, and the next one is told of it once."""
    first = start(
        "ask", "--text", "What is it?", "--document", str(INVOICE), "--conversation", "work", *halted.flags
    )  # fmt: skip
    wait_for(lambda: BEGUN in said_so_far())
    first.kill()
    first.wait(PATIENCE_S)
    outcome = goes_on(command)
    assert "broken off when its process ended" in outcome.err
    context = outcome.object["context"]
    assert context["documents"] == ["invoice.png"]
    assert [exchange["question"] for exchange in context["recent"]] == ["What is two plus two?"]
    assert "broken off" not in goes_on(command).err
    conversation = stored()
    broken, *others = conversation.turns
    assert broken.question == "What is it?" and broken.outcome.answer.startswith(BEGUN)
    assert [turn.outcome.state for turn in conversation.turns] == [TurnState.UNFINISHED, TurnState.DONE, TurnState.DONE]
    assert conversation.context.pages[0].lines and len(others) == 2


def test_kill_9_in_mid_summary(start: Start, command: RunCommand) -> None:
    """All turns are there word for word, and the summary is made when the conversation goes on."""
    with ConversationStore(data_folder()) as store, store.open("work") as conversation:
        say(conversation, "My sister is called Maria.")
        for number in range(7):
            say(conversation, f"What is {number} times 12?", f"{12 * number}.")

    def answer(prompt: str) -> Iterator[str]:
        if prompt.startswith(SUMMARISE):
            r1.let_go.wait(PATIENCE_S)
        yield "Fine."

    with TalkingR1(answer) as r1:
        process = start("ask", "--text", "How is it?", "--conversation", "work", *r1.flags)
        wait_for(lambda: any(prompt.startswith(SUMMARISE) for prompt in r1.prompts))
        process.kill()
        process.wait(PATIENCE_S)
    before = stored()
    assert before.context.summary == "" and len(before.context.recent) == 9
    context = goes_on(command).object["context"]
    assert "Maria" in context["summary"] and context["covers_turns"] + len(context["recent"]) == 10
    assert stored().context.summary == context["summary"]


WRITER = """
import sys
from pathlib import Path
from pipeline.records import TurnOutcome, TurnState
from pipeline.store import ConversationStore
from tests.commands.conversing import page
with ConversationStore(Path(sys.argv[1])) as store, store.open("work") as conversation:
    while True:
        number = conversation.begin("x", "q" * 3000, cold=False)
        for piece in range(5):
            conversation.answer_piece(number, f"{piece}" * 1000)
            print("piece", number, piece, flush=True)
        conversation.page(page("d", "line " * 2000))
        conversation.end(number, TurnOutcome(TurnState.DONE, "a" * 5000))
        print("end", number, 0, flush=True)
"""


def test_kill_9_in_the_middle_of_writes(tmp_path: Path) -> None:
    """At ten random moments: whatever was reported as written is there, the file is sound, and it goes on."""
    moments = random.Random(4)
    finished = 0
    for _ in range(10):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline()]
            time.sleep(moments.uniform(0.0, 0.2))
            writer.kill()
            lines += writer.stdout.readlines()
        reports = [line.split() for line in lines if line.endswith("\n")]
        with ConversationStore(tmp_path) as store:
            assert store.set_aside is None
            turns = {turn.number: turn for turn in store.load("work").turns}
        assert all(turn.outcome.state is not TurnState.RUNNING for turn in turns.values())
        for what, number, piece in reports:
            outcome = turns[int(number)].outcome
            done = outcome.state is TurnState.DONE
            assert done if what == "end" else done or piece * 1000 in outcome.answer
            finished += what == "end"
    assert finished > 10 and len(turns) >= finished


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_told_to_stop_in_mid_turn(start: Start, halted: TalkingR1, number: int, code: int) -> None:
    """The turn is kept as broken off, with what had been said of it, and the conversation is free at once."""
    process = start("ask", "--text", "What is it?", "--conversation", "work", *halted.flags)
    wait_for(lambda: BEGUN in said_so_far())
    process.send_signal(number)
    assert ended(process)[0] == code
    (turn,) = stored().turns
    assert turn.outcome.state is TurnState.CANCELLED
    assert BEGUN in turn.outcome.answer + turn.outcome.unheard
    with ConversationStore(data_folder()) as store:
        store.open("work").close()


def test_two_processes_at_once(start: Start, halted: TalkingR1) -> None:
    """The second is told so; another conversation is free, and the first ends as if nothing had been."""
    first = start("ask", "--text", "What is it?", "--conversation", "work", *halted.flags)
    wait_for(lambda: BEGUN in said_so_far())
    code, out, err = ended(start("ask", "--text", "And now?", "--conversation", "work"))
    assert (code, out) == (1, "") and "'work' is open in another process" in err
    assert ended(start("ask", "--text", "What is two plus two?", "--conversation", "other"))[0] == 0
    halted.let_go.set()
    assert ended(first)[0] == 0
    assert [turn.outcome.state for turn in stored().turns] == [TurnState.DONE]


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file system with little room, as the place of conversations."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)]
    allowed = sys.platform == "linux" and os.geteuid() == 0
    if not allowed or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs Linux, root, and the right to mount")
    monkeypatch.setenv("XDG_DATA_HOME", str(place))
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Take what room is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass
    return ballast


def test_a_disk_that_is_full_from_mid_turn_on(start: Start, command: RunCommand, small_disk: Path) -> None:
    """The turn is answered, the user is told that it is not kept; with room again the conversation goes on."""
    with ConversationStore(data_folder()) as store, store.open("work") as conversation:
        say(conversation, "My sister is called Maria.")

    def answer(_: str) -> Sequence[str]:
        fill(small_disk)
        return ["Fine, thank you."]

    with TalkingR1(answer) as r1:
        process = start("ask", "--text", "How is it?", "--conversation", "work", "--json", *r1.flags)
        code, out, err = ended(process)
    assert code == 1 and '"answer": "Fine, thank you.' in out
    assert "could not be kept" in err and "make room on the disk" in err
    (small_disk / "ballast").unlink()
    assert goes_on(command).object["context"]["recent"][0]["question"] == "My sister is called Maria."
    assert stored().turns[0].outcome.state is TurnState.DONE


def test_a_disk_that_is_full_from_the_start(start: Start, small_disk: Path) -> None:
    """Whatever can still be done is done; what cannot is said in a sentence, exit code 1, and nothing is lost."""
    with ConversationStore(data_folder()) as store, store.open("work") as conversation:
        say(conversation, "My sister is called Maria.")
    ballast = fill(small_disk)
    for name in ("work", "another"):
        code, _, err = ended(start("ask", "--text", "What is two plus two?", "--conversation", name))
        assert code == 1 and "disk" in err
    ballast.unlink()
    assert stored().turns[0].question == "My sister is called Maria."


def test_a_data_folder_that_is_read_only(start: Start, small_disk: Path) -> None:
    """A sentence with its place and what to do, exit code 1, from every command that needs it."""
    with ConversationStore(data_folder()) as store, store.open("work") as conversation:
        say(conversation, "My sister is called Maria.")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for arguments in (("ask", "--text", "What is it?", "--conversation", "work"), ("conversations", "list")):
        code, out, err = ended(start(*arguments))
        assert (code, out) == (1, "") and str(data_folder()) in err and "writable" in err
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert stored().turns[0].question == "My sister is called Maria."
