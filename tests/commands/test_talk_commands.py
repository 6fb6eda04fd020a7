"""What can be typed in a conversation besides questions; on the virtual clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands.talk_status import Phase
from pipeline.records import TurnState
from tests.commands.talking import (
    INVOICE,
    TOTAL,
    Ear,
    Scene,
    ScriptedKeyboard,
    ScriptedMicrophone,
    ScriptedSpeaker,
    ctrl_c,
    lines,
)

SCREEN = pytest.CaptureFixture[str]


def typed(*texts: str) -> Scene:
    """A conversation of these lines, one after another."""
    return Scene(ScriptedKeyboard(*lines(*texts), interactive=False)).held()


def test_a_document(capsys: SCREEN) -> None:
    """It is read and attached, listed, dropped; the turns after it know it."""
    scene = typed(f"/doc {INVOICE}", "/docs", "What is the total?", "/drop invoice.png", "/docs")
    printed = capsys.readouterr()
    assert "attached  invoice.png: 1 page, 1 line\n" in printed.out
    assert "document  invoice.png: 1 page\n" in printed.out
    assert "detached  invoice.png\n" in printed.out
    assert printed.err.count("no document is attached; /doc FILE attaches one") == 1
    assert scene.stored.turns[0].documents == ("invoice.png",) and scene.stored.context.documents == ()
    assert Phase.READING in scene.phases


def test_a_name_as_a_shell_would_take_it(tmp_path: Path, capsys: SCREEN) -> None:
    """Quotes around a path with spaces are no part of it, as when a file is dropped on a terminal."""
    copy = tmp_path / "my invoice.png"
    copy.write_bytes(INVOICE.read_bytes())
    typed(f"/doc '{copy}'", f'/doc "{copy}"', f"/doc {copy}", "/doc " + str(copy).replace(" ", "\\ "))
    assert capsys.readouterr().out.count("attached  my invoice.png") == 4


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/doc", "name a picture or PDF"),
        ("/doc nowhere.png", "nowhere.png: there is no such file"),
        ("/doc 'nowhere.png", "'nowhere.png: there is no such file"),
        ("/doc " + 300 * "x", "xxx: "),
        ("/doc nul\0.png", "nul"),
        ("/doc ~nobody-of-that-name/x.png", "x.png: there is no such file"),
        ("/doc text.txt", "text.txt"),
        ("/doc broken.png", "broken.png: this picture is damaged; scan it again"),
        ("/drop invoice.png", "/drop: no document is attached; /doc FILE attaches one"),
        ("/frobnicate now", "/frobnicate: there is no such command; there are: /doc, /docs"),
        ("/", "there is no such command"),
        ("/microphone", "there is no microphone on this machine"),
        ("/speaker 7", "there is no loudspeaker '7'"),
    ],
)
def test_what_is_wrong_is_said(
    line: str, sentence: str, capsys: SCREEN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence on stderr; the conversation goes on, and nothing is left half attached."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("no picture")
    (tmp_path / "broken.png").write_bytes(INVOICE.read_bytes())
    scene = typed(line, "Why?")
    assert scene.exit_code == 0 and [turn.question for turn in scene.stored.turns] == ["Why?"]
    complaint = next(each for each in capsys.readouterr().err.splitlines() if each.startswith("error: "))
    assert sentence in complaint
    assert scene.stored.context.documents == ()


def test_reading_is_broken_off(capsys: SCREEN) -> None:
    """Ctrl-C while a document is read: it is not attached; what was typed meanwhile is answered."""
    keyboard = ScriptedKeyboard((0.0, f"/doc {INVOICE}"), ctrl_c(0.2), (1.0, "Why?"), (6.0, "/quit"))
    scene = Scene(keyboard).held()
    assert "invoice.png: reading was broken off; not attached" in capsys.readouterr().err
    assert scene.stored.context.documents == () and scene.seconds == pytest.approx(6.0)


def test_what_is_typed_while_it_reads() -> None:
    """It waits for the document; it does not break it off."""
    keyboard = ScriptedKeyboard((0.0, f"/doc {INVOICE}"), (0.1, ""), (0.2, "Why?"), (8.0, "/quit"))
    scene = Scene(keyboard, ScriptedMicrophone).held()
    assert scene.stored.turns[0].documents == ("invoice.png",)
    assert scene.stored.turns[0].outcome.state == TurnState.DONE


def test_somebody_speaks_while_it_reads() -> None:
    """He is heard: the question is answered from the document."""
    keyboard = ScriptedKeyboard((0.3, f"/doc {INVOICE}"), (12.0, "/quit"))
    scene = Scene(keyboard, lambda: ScriptedMicrophone(TOTAL), ear=Ear("What is the total?")).held()
    assert [turn.documents for turn in scene.stored.turns] == [("invoice.png",)]


def test_latency(capsys: SCREEN) -> None:
    """The last turn's ledger as a table, what the sound ends lost, and where the other turns are."""
    scene = Scene(ScriptedKeyboard((0.0, "/latency"), (1.0, "Why?"), (8.0, "/latency"), (9.0, "/quit")))
    scene.microphone = ScriptedMicrophone
    scene.held()
    printed = capsys.readouterr()
    assert "no turn has been answered yet" in printed.err
    assert "time to first audio" in printed.out
    assert "microphone: 0 overruns" in printed.err and "loudspeaker: 0 underruns" in printed.err
    assert f"latency --conversation '{scene.name}'" in printed.err


def test_new(capsys: SCREEN) -> None:
    """A new conversation begins, with nothing of the one before; that is kept. A new one is not left for another."""
    scene = typed("/new", "One?", f"/doc {INVOICE}", "/new", "/docs", "Two?", "/new", "/new")
    printed = capsys.readouterr()
    assert printed.err.count("a new conversation: ") == 2
    assert printed.err.count("this conversation is new") == 2
    assert "no document is attached" in printed.err
    assert scene.exit_code == 0


def test_help(capsys: SCREEN) -> None:
    """It names every command, in lines that fit a terminal."""
    typed("/help")
    told = capsys.readouterr().out.splitlines()
    for command in (
        "/doc FILE",
        "/docs",
        "/use NAME|N",
        "/drop NAME|N",
        "/latency",
        "/new",
        "/microphone",
        "/speaker",
        "/quit",
    ):
        assert any(line.startswith(command) for line in told)
    assert max(map(len, told)) <= 79


def test_quit_while_it_speaks() -> None:
    """It stops, and is gone."""
    scene = Scene(ScriptedKeyboard((0.0, "Why?"), (2.0, "/quit")), ScriptedMicrophone).held()
    assert scene.stored.turns[0].outcome.state == TurnState.CANCELLED and scene.seconds < 2.5


def test_another_device(capsys: SCREEN) -> None:
    """One that is not there is named; the one that was open is closed, and can be opened again."""
    keyboard = ScriptedKeyboard((1.0, "/microphone 9"), (2.0, "/microphone"), (3.0, "/speaker"), (4.0, "/quit"))
    scene = Scene(keyboard, ScriptedMicrophone, ScriptedSpeaker).held()
    printed = capsys.readouterr().err
    assert "error: there is no microphone '9'; there are: 0 “test”" in printed
    assert "the microphone is open" in printed and "the loudspeaker is open" in printed
    assert scene.phases == [Phase.LISTENING, Phase.TYPING, Phase.LISTENING]
