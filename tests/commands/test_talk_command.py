"""`talk` as a command, whole, with typed questions and sound files: what it prints, keeps and refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from commands.keeping import opened_store
from commands.settings import data_folder
from tests.commands.conftest import Outcome
from tests.commands.signals import obey_signals
from tests.commands.talking import INVOICE, TOTAL
from tests.conftest import ROOT

RunCommand = Callable[..., Outcome]
PATIENCE_S = 60.0


@pytest.fixture
def typing(command: RunCommand, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Outcome]]:
    """Runs `talk` with lines on its stdin, without a sound card."""
    files: list[Any] = []

    async def no_devices(self: object) -> tuple[()]:
        return ()

    async def restart(self: object) -> None:
        return None

    monkeypatch.setattr("stages.port_audio.PortAudio.devices", no_devices)
    monkeypatch.setattr("stages.port_audio.PortAudio.restart", restart)

    def run(*arguments: str | Path, lines: str = "") -> Outcome:
        reading, writing = os.pipe()
        os.write(writing, lines.encode())
        os.close(writing)
        files.append(os.fdopen(reading, encoding="utf-8"))
        monkeypatch.setattr(sys, "stdin", files[-1])
        return command("talk", *arguments)

    yield run
    for file in files:
        file.close()


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_typed_questions(typing: RunCommand) -> None:
    """Over a pipe stdout has the transcript and the answers in plain lines, stderr everything else."""
    outcome = typing("--document", INVOICE, lines="What is the total?\nWhat is two plus two?\n")
    assert outcome.code == 0
    assert [line for line in outcome.out.splitlines() if not line.startswith("          ")] == [
        "attached  invoice.png: 1 page, 20 lines",
        "asked     What is the total?",
        "answer    The total is $420.00.",
        "asked     What is two plus two?",
        "answer    2 plus 2 is 4.",
    ]
    assert "invoice.png, page 1, line 17" in outcome.out
    assert "\x1b" not in outcome.out + outcome.err
    assert outcome.err.count("latency   ") == 2
    assert "kept as 'talk " in outcome.err and "talk --resume" in outcome.err


@pytest.mark.slow
def test_spoken_questions(typing: RunCommand, tmp_path: Path) -> None:
    """Sound files in the place of the devices: heard, answered, and the reply written."""
    out = tmp_path / "reply.wav"
    outcome = typing("--from", TOTAL, "--document", INVOICE, "--out", out)
    assert outcome.code == 0
    assert "heard     What is the total on this invoice?\nanswer    The total is $420.00.\n" in outcome.out
    assert out.stat().st_size > 40_000


@pytest.mark.slow
def test_a_conversation_goes_on(typing: RunCommand) -> None:
    """By its name, and with `--resume` the one that was spoken last; it remembers documents and turns."""
    typing("--conversation", "work", "--document", INVOICE, lines="What is the total?\n")
    typing("--conversation", "other", lines="What is two plus two?\n")
    outcome = typing("--conversation", "work", lines="/docs\nWho is it for?\n")
    assert "document  invoice.png: 1 page" in outcome.out
    assert "going on with 'work' after 1 turn\n" in outcome.err
    resumed = typing("--resume", lines="/quit\n")
    assert "going on with 'work' after 2 turns\n" in resumed.err


def test_nothing_is_left_of_a_conversation_without_a_word(typing: RunCommand) -> None:
    """So that `--resume` finds the last that was one."""
    typing("--conversation", "work", lines="What is two plus two?\n")
    assert "kept as" not in typing(lines="/help\n").err
    with opened_store() as store:
        assert [entry.name for entry in store.entries()] == ["work"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--resume", "--conversation", "work"), "--conversation and --resume both say which conversation"),
        (("--resume",), "--resume: no conversation has been kept yet"),
        (("--conversation", " "), "is no name for a conversation"),
        (("--from", "nowhere.wav"), "nowhere.wav"),
        (("--document", "nowhere.pdf"), "nowhere.pdf"),
        (("--out", "no/such/folder/reply.wav"), "no/such/folder/reply.wav"),
        (("--language", "zh"), "zh"),
    ],
)
def test_bad_input(typing: RunCommand, arguments: tuple[str, ...], sentence: str) -> None:
    """It is said in a sentence, before anything is loaded; no conversation is made."""
    outcome = typing(*arguments, lines="Why?\n")
    assert outcome.code == 2 and outcome.out == ""
    assert sentence in outcome.err
    with opened_store() as store:
        assert store.entries() == []


def test_a_conversation_that_another_process_holds(typing: RunCommand) -> None:
    """It is said at once; the other is not disturbed."""
    with opened_store() as store:
        store.open("work").close()
    holder = (
        "import sys; from pathlib import Path; from pipeline.store import ConversationStore;"
        "c = ConversationStore(Path(sys.argv[1])).open('work'); print('held', flush=True); sys.stdin.read()"
    )
    with _process([sys.executable, "-c", holder, str(data_folder())]) as other:
        assert other.stdout.readline() == "held\n"
        typing("--conversation", "free", lines="What is two plus two?\n")
        outcome = typing("--conversation", "work", lines="Why?\n")
        assert outcome.code == 1 and outcome.out == ""
        assert "the conversation 'work' is open in another process" in outcome.err
        assert "loaded" not in outcome.err


def test_a_damaged_store(typing: RunCommand) -> None:
    """It is set aside, which is said, and the conversation is kept in a new one."""
    folder = data_folder()
    folder.mkdir(parents=True)
    (folder / "conversations.sqlite").write_bytes(b"no database" * 1000)
    outcome = typing("--conversation", "work", lines="What is two plus two?\n")
    assert outcome.code == 0
    assert outcome.err.count("set aside") == 1
    with opened_store() as store:
        assert len(store.load("work").turns) == 1


def test_help_needs_nothing() -> None:
    """`talk --help` loads none of what `talk` is made of."""
    program = (
        "import sys; from commands.command_line import run_command_line;"
        "run_command_line(['talk', '--help']);"
        "print([name for name in ('numpy', 'onnxruntime', 'sounddevice', 'prompt_toolkit', 'rich', 'sqlite3')"
        " if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[]"
    assert "--push-to-talk" in told.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_in_order(number: int, code: int, tmp_path: Path) -> None:
    """In the middle of a reply: the exit code of shells, what was heard is kept, no child is left."""
    command = [sys.executable, "run_agent.py", "talk", "--conversation", "work", "--out", str(tmp_path / "reply.wav")]
    with _process(command) as talk:
        talk.stdin.write("What is two plus two?\n")
        talk.stdin.flush()
        while talk.stdout.readline() != "answer    2 plus 2 is 4.\n":
            assert talk.poll() is None
        time.sleep(0.5)
        talk.send_signal(number)
        assert talk.wait(PATIENCE_S) == code
    with opened_store() as store:
        [turn] = store.load("work").turns
    assert turn.outcome.state == "cancelled" and turn.outcome.unheard


@contextmanager
def _process(command: list[str]) -> Iterator[Any]:
    """A child of ours, which is gone afterwards."""
    child = subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        preexec_fn=obey_signals,  # noqa: PLW1509 - no threads run here, and nothing else reaches the child's signals
    )  # fmt: skip
    try:
        yield child
    finally:
        child.kill()
        child.communicate()
