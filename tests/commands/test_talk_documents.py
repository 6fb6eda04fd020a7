"""Documents in a conversation of `talk`: attached, listed, put in use and dropped, by command and by voice."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.events import Answer, AnswerDelta, Citation, Page, Question, Transcript
from pipeline.records import TurnState
from pipeline.stage import Inbox, TurnInfo
from stages.reasoning import Reasoner
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
from tests.r1.upstream import Upstream

SCREEN = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents, and something else."""
    for name in ("a-invoice.png", "b-invoice.png", "letter two.png"):
        shutil.copy(INVOICE, tmp_path / name)
    (tmp_path / "notes.txt").write_text("none")
    return tmp_path


def typed(*texts: str) -> Scene:
    """A conversation of these lines; nothing in it is asked of an engine."""
    return Scene(ScriptedKeyboard(*lines(*texts), interactive=False), mind=Reasoner(Upstream([]).client())).held()


def test_several_at_once(folder: Path, capsys: SCREEN) -> None:
    """Files side by side, with names as a shell has them, or all that lie in a folder."""
    both = typed(f"/doc {folder}/a-invoice.png '{folder}/letter two.png'")
    assert both.stored.context.documents == ("a-invoice.png", "letter two.png")
    whole = typed(f"/doc {folder}")
    assert whole.stored.context.documents == ("a-invoice.png", "b-invoice.png", "letter two.png")
    assert whole.stored.context.document_in_use == ""
    assert capsys.readouterr().out.count("attached  ") == 5


def test_one_of_several_that_is_not_there(folder: Path, capsys: SCREEN) -> None:
    """None is attached, and the one that is missing is named."""
    scene = typed(f"/doc {folder}/a-invoice.png {folder}/nowhere.png", "What documents do you have?")
    assert "nowhere.png: there is no such file" in capsys.readouterr().err
    assert scene.stored.context.documents == ()


def test_the_one_that_is_attached_last_is_in_use(folder: Path, capsys: SCREEN) -> None:
    """Also when it had been attached before: it is read again, and meant."""
    one, two = f"/doc {folder}/a-invoice.png", f"/doc {folder}/b-invoice.png"
    asked = "What documents do you have?"
    scene = typed(one, asked, two, asked, one, "/docs", asked)
    printed = capsys.readouterr().out
    assert "attached  a-invoice.png: 1 page, 1 line (read again)" in printed
    assert "attached  b-invoice.png: 1 page, 1 line\n" in printed
    assert "document  1. a-invoice.png: 1 page, in use\n" in printed
    assert "document  2. b-invoice.png: 1 page\n" in printed
    answers = [turn.outcome.answer for turn in scene.stored.turns]
    assert "in use" not in answers[0]
    assert answers[1].endswith("The one in use is b-invoice.png.")
    assert answers[2].endswith("The one in use is a-invoice.png.")
    assert scene.stored.context.documents == ("a-invoice.png", "b-invoice.png")


@pytest.mark.parametrize(
    ("command", "printed", "in_use"),
    [
        ("/use a-inv", "in use    a-invoice.png", "a-invoice.png"),
        ("/use LETTER", "in use    letter two.png", "letter two.png"),
        ("/use the last one", "in use    letter two.png", "letter two.png"),
        ("/use letter two.png", "in use    letter two.png", "letter two.png"),
        ("/use all", "in use    all documents", ""),
        ("/use 3", "in use    letter two.png", "letter two.png"),
        ("/use 4", "/use 4: there is no document of that number, only 1 to 3; /docs lists them", ""),
        ("/use 0", "/use 0: there is no document of that number, only 1 to 3; /docs lists them", ""),
        (f"/use {'9' * 5000}", "there is no document of that number", ""),
        ("/use -1", "/use -1: no document of that name is attached; there are: a-invoice.png, b", ""),
        ("/use invoice", "/use invoice: this may be a-invoice.png or b-invoice.png; give more of the name", ""),
        ("/use contract", "/use contract: no document of that name is attached; there are: a-invoice.png, b", ""),
        ("/use", "/use: name a document; there are: a-invoice.png, b-invoice.png", ""),
    ],
)
def test_use(command: str, printed: str, in_use: str, folder: Path, capsys: SCREEN) -> None:
    """By a part of the name, as by voice; between two it does not choose."""
    scene = typed(f"/doc {folder}", command)
    output = capsys.readouterr()
    assert printed in output.out + output.err
    assert scene.stored.context.document_in_use == in_use


def test_use_without_documents(capsys: SCREEN) -> None:
    """There is nothing to use."""
    typed("/use all", "/use x", "/use 1", "/drop y", "/drop 1", "/drop all")
    assert capsys.readouterr().err.count("no document is attached; /doc FILE attaches one") == 6


def test_by_number(folder: Path, capsys: SCREEN) -> None:
    """As `/docs` counts them, which `/documents` does too; a dropped one is not counted."""
    scene = typed(f"/doc {folder}", "/drop 2", "/documents", "/use 2")
    printed = capsys.readouterr().out
    assert "detached  b-invoice.png\n" in printed and "document  2. letter two.png: 1 page\n" in printed
    assert "in use    letter two.png\n" in printed and scene.stored.context.document_in_use == "letter two.png"


def test_a_number_that_is_a_name(tmp_path: Path, capsys: SCREEN) -> None:
    """The number counts, unless it is the whole name."""
    for name in ("2", "1.png"):
        shutil.copyfile(INVOICE, tmp_path / name)
    typed(f"/doc {tmp_path}/1.png {tmp_path}/2", "/use 1", "/use 2")
    printed = capsys.readouterr().out
    assert "in use    1.png\n" in printed and "in use    2\n" in printed


def test_drop(folder: Path, capsys: SCREEN) -> None:
    """By a part of the name; all of them at once."""
    scene = typed(f"/doc {folder}", "/drop b-", "/drop invoice", "/use letter", "/drop all", "/docs")
    printed = capsys.readouterr()
    assert [line for line in printed.out.splitlines() if line.startswith("detached")] == [
        "detached  b-invoice.png", "detached  a-invoice.png", "detached  letter two.png",
    ]  # fmt: skip
    assert scene.stored.context.documents == () and "no document is attached" in printed.err


def test_a_document_that_is_read_again_in_vain(folder: Path, capsys: SCREEN) -> None:
    """Broken off in the middle, it stands as it was."""
    one = f"/doc {folder}/a-invoice.png"
    keyboard = ScriptedKeyboard((0.0, one), (2.0, one), ctrl_c(2.2), (4.0, "/quit"))
    scene = Scene(keyboard).held()
    assert "a-invoice.png: reading was broken off; what was attached before stays" in capsys.readouterr().err
    assert scene.stored.context.documents == ("a-invoice.png",)


def test_by_typed_sentences(folder: Path) -> None:
    """They are answered, done, and kept as turns of the conversation."""
    scene = typed(
        f"/doc {folder}", "use the invoice", "the second one", "forget the letter", "用所有文件", "把a-invoice关掉"
    )
    assert [turn.outcome.answer for turn in scene.stored.turns] == [
        "Which one: a-invoice.png or b-invoice.png?",
        "I am using b-invoice.png now.",
        "letter two.png is no longer attached.",
        "好，现在所有文件都用。",
        "a-invoice.png已经拿掉了。",
    ]
    assert scene.stored.context.documents == ("b-invoice.png",)
    assert {turn.outcome.state for turn in scene.stored.turns} == {TurnState.DONE}


def test_by_voice(folder: Path) -> None:
    """The same, heard and said aloud; broken off while it is said, it is done all the same."""
    keyboard = ScriptedKeyboard((0.0, f"/doc {folder}"), ctrl_c(9.0), (12.0, "/quit"))
    scene = Scene(keyboard, lambda: ScriptedMicrophone(TOTAL), ScriptedSpeaker, ear=Ear("Use the letter."))
    scene.mind = Reasoner(Upstream([]).client())
    scene.held()
    assert scene.stored.context.document_in_use == "letter two.png"
    assert scene.stored.turns[0].question == "Use the letter."


class Witness:
    """Answers in one sentence, and names two places of which one is right."""

    name = "reasoner"
    accepts = (Transcript, Question, Page)
    emits = (AnswerDelta, Answer)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        texts = [item.text async for item in inbox if not isinstance(item, Page)]
        if texts:
            yield AnswerDelta("It is $4.")
            yield AnswerDelta("On page 2.", aside=True)
            yield Answer(texts[0], "It is $4.", (Citation("a.pdf", 2, 7, "Fee $4"),), unproven=1)


def test_a_place_is_said_aloud_and_shown_with_its_line(capsys: SCREEN) -> None:
    """The loudspeaker says the page behind the answer, the screen shows page, line and quotation."""
    scene = Scene(ScriptedKeyboard(*lines("What is the fee?"), interactive=False), mind=Witness()).held()
    printed = capsys.readouterr()
    assert "answer    It is $4.\n          a.pdf, page 2, line 7: “Fee $4”\n" in printed.out
    assert "On page 2." not in printed.out
    assert "1 place that was named is left out" in printed.err
    assert sum(end_s - start_s for start_s, end_s in scene.speakers[0].sounded) == pytest.approx(4.0)  # two sentences
    assert scene.stored.turns[0].outcome.answer == "It is $4."
