"""Holding a conversation: listening, answering, and what goes wrong meanwhile; on the virtual clock."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from commands.keyboard import Closed
from commands.talk_room import TALK
from commands.talk_status import Phase
from pipeline.errors import InputError, SetupError
from pipeline.events import Speech
from pipeline.records import TurnState
from tests.commands.talking import (
    RATE,
    TIME,
    TOTAL,
    Ear,
    Mind,
    Mouth,
    Scene,
    ScriptedKeyboard,
    ScriptedMicrophone,
    ScriptedSpeaker,
    ctrl_c,
    lines,
)
from tests.stages.sounds import noises, write_wav

SCREEN = pytest.CaptureFixture[str]

DONE, CANCELLED, FAILED = TurnState.DONE, TurnState.CANCELLED, TurnState.FAILED


def answer_to(question: str) -> str:
    return f"You said {question.rstrip('?.')} to me. That is all there is."


def two_questions() -> ScriptedMicrophone:
    return ScriptedMicrophone(TOTAL, TIME)


def test_two_spoken_turns(capsys: SCREEN) -> None:
    """It listens, answers aloud, listens again; Ctrl-C while it waits ends, and all is kept."""
    scene = Scene(ScriptedKeyboard(ctrl_c(25.0)), two_questions, ear=Ear("What is the total?", "What time is it?"))
    scene.held()
    assert scene.exit_code == 0 and scene.seconds == pytest.approx(25.0) and scene.tasks_left == 0
    assert scene.said == [
        (question, DONE, answer_to(question), "") for question in ("What is the total?", "What time is it?")
    ]
    turn = [Phase.LISTENING, Phase.HEARING, Phase.THINKING, Phase.ANSWERING, Phase.SPEAKING]
    assert scene.phases == [*turn, *turn, Phase.LISTENING]
    scene.check_half_duplex()
    printed = capsys.readouterr()
    assert printed.out.splitlines()[:3] == [
        "heard     What is the total?",
        "answer    You said What is the total to me.",
        "          That is all there is.",
    ]
    assert printed.err.count("latency   1130 ms: endpoint 200, asr 300") == 2


def test_a_typed_question(capsys: SCREEN) -> None:
    """It is answered as a spoken one is, and shown; the microphone is deaf meanwhile."""
    scene = Scene(ScriptedKeyboard((1.0, "Who signed it?"), (10.0, "/quit")), ScriptedMicrophone).held()
    assert scene.said == [("Who signed it?", DONE, answer_to("Who signed it?"), "")]
    assert capsys.readouterr().out.startswith("asked     Who signed it?\nanswer    You said")
    scene.check_half_duplex()
    assert scene.microphones[0].open[0] == pytest.approx((0.0, 1.0))


def test_without_microphone_and_loudspeaker(capsys: SCREEN) -> None:
    """Questions are typed, answers read: all of an answer counts as heard."""
    scene = Scene(ScriptedKeyboard((0.0, "One?"), (5.0, "Two?"), (9.0, Closed())), speaker=None).held()
    assert scene.said == [(question, DONE, answer_to(question), "") for question in ("One?", "Two?")]
    assert Phase.SPEAKING not in scene.phases and Phase.TYPING in scene.phases
    assert scene.seconds == pytest.approx(9.0)


def test_enter_without_a_microphone(capsys: SCREEN) -> None:
    """Enter alone does nothing but say why."""
    Scene(ScriptedKeyboard((0.0, ""), (1.0, "/quit"))).held()
    assert "there is no microphone" in capsys.readouterr().err


@pytest.mark.parametrize("stop", [ctrl_c(2.0), (2.0, ""), (2.0, "   ")])
def test_a_stop_in_mid_sentence(stop: tuple[float, str]) -> None:
    """Ctrl-C and Enter end the sentence: what was heard is remembered as the answer, the rest beside it."""
    scene = Scene(ScriptedKeyboard((0.0, "Why?"), stop, (4.0, "/quit")), ScriptedMicrophone).held()
    [(question, state, heard, unheard)] = scene.said
    assert (question, state) == ("Why?", CANCELLED)
    assert heard == "You said Why" and unheard == "to me. That is all there is."
    assert scene.speakers[0].sounded == [pytest.approx((0.63, 2.05))]
    assert scene.exit_code == 0 and scene.seconds == pytest.approx(4.0)
    scene.check_half_duplex()
    context = scene.stored.context
    assert context.recent[-1].answer == heard and context.recent[-1].unheard == unheard


def test_a_line_in_mid_sentence() -> None:
    """A line that is typed while it speaks stops it, and is answered next."""
    scene = Scene(ScriptedKeyboard((0.0, "Why?"), (2.0, "And when?"), (12.0, "/quit")), ScriptedMicrophone).held()
    assert [(question, state) for question, state, _, _ in scene.said] == [("Why?", CANCELLED), ("And when?", DONE)]
    scene.check_half_duplex()


@pytest.mark.parametrize("seconds", [0.1, 0.7, 0.9])
def test_a_stop_while_it_thinks(seconds: float) -> None:
    """Nothing was heard of the answer, and that is what is remembered."""
    scene = Scene(ScriptedKeyboard((0.0, "Why?"), ctrl_c(seconds), (3.0, "/quit"))).held()
    [(_, state, heard, _)] = scene.said
    assert state == CANCELLED
    assert heard == ("You" if seconds == 0.9 else "")


def test_ctrl_c_twice_ends() -> None:
    """The first ends the sentence, the second the program, also when it comes right after the first."""
    for second_s in (2.0, 2.01, 2.1, 2.3, 3.0):
        scene = Scene(ScriptedKeyboard((0.0, "Why?"), ctrl_c(2.0), ctrl_c(second_s)), ScriptedMicrophone).held()
        assert scene.exit_code == 0 and scene.seconds == pytest.approx(max(second_s, 2.25), abs=0.06)
        assert [state for _, state, _, _ in scene.said] == [CANCELLED]


def test_ctrl_c_that_comes_too_late() -> None:
    """Pressed for a reply whose last word has just been said, it does not end the program."""
    end_s = 4.63
    for stop_s in (end_s - 0.01, end_s, end_s + 0.1):
        scene = Scene(ScriptedKeyboard((0.0, "Why?"), ctrl_c(stop_s), (9.0, "/quit")), ScriptedMicrophone).held()
        assert scene.seconds == pytest.approx(9.0)
        assert scene.said[0][2] == answer_to("Why?")


def test_speaking_after_a_stop() -> None:
    """Ctrl-C stops each of two replies: the second is not the second in a row."""
    keyboard = ScriptedKeyboard(ctrl_c(4.0), ctrl_c(9.5), (15.0, "/quit"))
    scene = Scene(keyboard, two_questions, ear=Ear("One?", "Two?")).held()
    assert scene.seconds == pytest.approx(15.0)
    assert [state for _, state, _, _ in scene.said] == [CANCELLED, CANCELLED]
    scene.check_half_duplex()


@pytest.mark.parametrize(("number", "at_s"), [(15, 0.5), (15, 2.0), (1, 2.0), (15, 6.0)])
def test_a_signal(number: int, at_s: float) -> None:
    """SIGTERM and SIGHUP end the conversation at once, with the exit code of shells, and what was heard is kept."""
    keyboard = ScriptedKeyboard((0.0, "Why?"), (at_s, Closed(128 + number)))
    scene = Scene(keyboard, ScriptedMicrophone).held()
    assert scene.exit_code == 128 + number and scene.tasks_left == 0
    assert scene.seconds == pytest.approx(at_s, abs=0.35)
    assert [state for _, state, _, _ in scene.said] == [DONE if at_s == 6.0 else CANCELLED]


def test_a_signal_after_the_end_of_the_input() -> None:
    """It is heard although nothing can be typed any more."""
    keyboard = ScriptedKeyboard((0.0, Closed()), (9.0, Closed(143)), interactive=False)
    scene = Scene(keyboard, lambda: ScriptedMicrophone(TOTAL), ear=Ear("One?")).held()
    assert (scene.exit_code, scene.said[0][1]) == (143, DONE)


def test_nothing_heard(tmp_path: Path, capsys: SCREEN) -> None:
    """Sound without words gets no reply and is not remembered; the microphone stays open."""
    scene = Scene(ScriptedKeyboard(ctrl_c(12.0)), two_questions, ear=Ear("", " ", "")).held()
    assert scene.phases[:4] == [Phase.LISTENING, Phase.HEARING, Phase.LISTENING, Phase.HEARING]
    assert not scene.speakers[0].sounded and len(scene.microphones[0].open) == 1
    assert capsys.readouterr().out.strip() == ""
    with pytest.raises(InputError, match="there is no conversation"):
        scene.stored  # noqa: B018  # reading it raises


def test_noise_is_not_heard(tmp_path: Path) -> None:
    """Hiss and hum begin no turn."""
    sounds = noises(3.0)
    files = [write_wav(tmp_path / f"{name}.wav", sounds[name]) for name in ("hiss", "hum", "clicks")]
    scene = Scene(ScriptedKeyboard(ctrl_c(16.0)), lambda: ScriptedMicrophone(*files)).held()
    assert scene.phases == [Phase.LISTENING]


def test_push_to_talk(capsys: SCREEN) -> None:
    """Enter begins the recording, Enter ends it; in between nothing but the recording is heard."""
    keyboard = ScriptedKeyboard((1.0, ""), (4.0, ""), (14.0, ""), (15.0, ""), (20.0, "/quit"))
    ear = Ear("What is the total?", "", whole_s=None)
    scene = Scene(keyboard, lambda: ScriptedMicrophone(TOTAL), ear=ear, push_to_talk=True).held()
    assert scene.said == [("What is the total?", DONE, answer_to("What is the total?"), "")]
    assert scene.phases[:3] == [Phase.READY, Phase.RECORDING, Phase.THINKING]
    assert scene.microphones[0].open == [pytest.approx((1.0, 4.0)), pytest.approx((14.0, 15.0))]
    assert "I did not hear anything; press Enter" in capsys.readouterr().err


def test_push_to_talk_by_a_script() -> None:
    """The empty line that ends a recording is taken in the middle of it, questions wait."""
    keyboard = ScriptedKeyboard((0.0, ""), (3.0, ""), (4.0, "And when?"), (4.0, Closed()), interactive=False)
    scene = Scene(keyboard, lambda: ScriptedMicrophone(TOTAL), ear=Ear("Why?", whole_s=None), push_to_talk=True).held()
    assert [(question, state) for question, state, _, _ in scene.said] == [("Why?", DONE), ("And when?", DONE)]


def test_ctrl_c_while_recording() -> None:
    """The recording is thrown away."""
    keyboard = ScriptedKeyboard((0.0, ""), ctrl_c(1.0), (3.0, "Why?"), (9.0, "/quit"))
    scene = Scene(keyboard, lambda: ScriptedMicrophone(TOTAL), ear=Ear("No."), push_to_talk=True).held()
    assert [question for question, *_ in scene.said] == ["Why?"]


def test_microphone_lost_while_waiting(capsys: SCREEN) -> None:
    """It is said; questions can be typed, and `/microphone` opens it again."""
    keyboard = ScriptedKeyboard((3.0, "Why?"), (9.0, "/microphone"), (20.0, "/quit"))
    scene = Scene(keyboard, ear=Ear("Who?"))
    scene.microphone = lambda: ScriptedMicrophone(TOTAL) if scene.microphones else ScriptedMicrophone(gone_s=1.0)
    scene.held()
    assert [question for question, *_ in scene.said] == ["Why?", "Who?"]
    printed = capsys.readouterr()
    assert "the microphone “test” is gone" in printed.err and "/microphone tries again" in printed.err
    assert "the microphone is open" in printed.err
    assert scene.phases[:2] == [Phase.LISTENING, Phase.TYPING]
    scene.check_half_duplex()


def test_microphone_lost_in_mid_utterance(capsys: SCREEN) -> None:
    """The half sentence is dropped, and the conversation goes on."""
    keyboard = ScriptedKeyboard((4.0, "Why?"), (12.0, "/quit"))
    scene = Scene(keyboard, lambda: ScriptedMicrophone(TOTAL, gone_s=1.5), ear=Ear("What?")).held()
    assert [question for question, *_ in scene.said] == ["Why?"]
    assert scene.phases[:3] == [Phase.LISTENING, Phase.HEARING, Phase.TYPING]
    assert "is gone" in capsys.readouterr().err


@pytest.mark.parametrize("gone_s", [1.0, 1.5])
def test_microphone_lost_and_nothing_to_type_with(gone_s: float, capsys: SCREEN) -> None:
    """Then nothing more can come: the conversation has failed."""
    keyboard = ScriptedKeyboard((0.0, Closed()), interactive=False)
    scene = Scene(keyboard, lambda: ScriptedMicrophone(TOTAL, gone_s=gone_s)).held()
    assert scene.exit_code == 1
    assert "error: the microphone “test” is gone" in capsys.readouterr().err


def test_nothing_can_be_asked(capsys: SCREEN) -> None:
    """No microphone and nothing typed is an error, which says so."""
    scene = Scene(ScriptedKeyboard((0.0, Closed()), interactive=False)).held()
    assert scene.exit_code == 1
    assert "there is no microphone, and standard input is at its end" in capsys.readouterr().err


def test_loudspeaker_lost_in_mid_sentence(capsys: SCREEN) -> None:
    """The answer goes on as text, and so do the next; `/speaker` opens it again."""
    keyboard = ScriptedKeyboard((0.0, "One?"), (6.0, "Two?"), (12.0, "/speaker"), (13.0, "Three?"), (22.0, "/quit"))
    scene = Scene(keyboard, ScriptedMicrophone)
    scene.speaker = lambda: ScriptedSpeaker(gone_s=None if scene.speakers else 2.0)
    scene.held()
    assert scene.said == [(question, DONE, answer_to(question), "") for question in ("One?", "Two?", "Three?")]
    assert [len(speaker.sounded) for speaker in scene.speakers] == [1, 2]
    assert "went away while it was speaking" in capsys.readouterr().err
    scene.check_half_duplex()


def test_r1_fails(capsys: SCREEN) -> None:
    """A sentence on the screen, an apology aloud; the next question is answered."""
    mind = Mind(SetupError("the R1 at example does not answer; try again"), None)
    scene = Scene(ScriptedKeyboard((0.0, "One?"), (8.0, "Two?"), (18.0, "/quit")), ScriptedMicrophone, mind=mind)
    scene.held()
    assert [(question, state) for question, state, _, _ in scene.said] == [("One?", FAILED), ("Two?", DONE)]
    assert "error: the R1 at example does not answer; try again\n" in capsys.readouterr().err
    assert len(scene.speakers[0].sounded) == 3
    scene.check_half_duplex()


def test_r1_fails_after_a_sentence() -> None:
    """What was said is heard to its end and remembered; then the apology."""
    mind = Mind(ValueError("cut off"), after_first=True)
    scene = Scene(ScriptedKeyboard((0.0, "One?"), (9.0, "/quit")), ScriptedMicrophone, mind=mind).held()
    [(_, state, heard, _)] = scene.said
    assert (state, heard) == (CANCELLED, "You said One to me.")
    assert [end_s - start_s for start_s, end_s in scene.speakers[0].sounded] == [pytest.approx(2.0)] * 2
    scene.check_half_duplex()


def test_the_apology_can_be_stopped() -> None:
    """Like any reply, at any moment."""
    for stop_s in (0.55, 1.5):
        mind = Mind(ValueError("no"))
        keyboard = ScriptedKeyboard((0.0, "One?"), ctrl_c(stop_s), (3.0, "/quit"))
        scene = Scene(keyboard, ScriptedMicrophone, mind=mind).held()
        assert math.fsum(end_s - start_s for start_s, end_s in scene.speakers[0].sounded) < 1.0
        assert scene.seconds == pytest.approx(3.0)


def test_the_voice_fails(capsys: SCREEN) -> None:
    """Nothing is said aloud about a voice that cannot speak."""

    class Hoarse(Mouth):
        async def __call__(self, item: object, turn: object) -> Speech:
            raise SetupError("the voice failed twice")

    scene = Scene(ScriptedKeyboard((0.0, "One?"), (5.0, "/quit")), ScriptedMicrophone, mouth=Hoarse()).held()
    assert scene.said[0][1] == FAILED and not scene.speakers[0].sounded
    assert "error: the voice failed twice" in capsys.readouterr().err


def test_an_apology_that_cannot_be_said(capsys: SCREEN) -> None:
    """That is said on the screen too, and the conversation goes on."""

    class Hoarse(Mouth):
        async def __call__(self, item: object, turn: object) -> Speech:
            raise SetupError("the voice failed twice")

    scene = Scene(ScriptedKeyboard((0.0, "One?"), (5.0, "/quit")), mind=Mind(ValueError("no")), mouth=Hoarse()).held()
    assert scene.exit_code == 0
    assert "this could not be said aloud either" in capsys.readouterr().err


def test_a_chinese_apology() -> None:
    """Whoever speaks Chinese hears it in Chinese."""
    said: list[str] = []

    class Noting(Mouth):
        async def __call__(self, item: object, turn: object) -> Speech:
            said.append(getattr(item, "text", ""))
            return Speech(np.full(RATE, 0.5, np.float32), RATE, said[-1])

    scene = Scene(ScriptedKeyboard((0.0, "为什么？"), (5.0, "/quit")), mind=Mind(ValueError("no")), mouth=Noting())
    scene.language = "zh"
    scene.held()
    assert said == ["我没有得到回答，原因写在屏幕上。"]


def test_a_script_of_questions() -> None:
    """Each waits for the answer to the one before; the end of the script is the end."""
    keyboard = ScriptedKeyboard(*lines("One?", "", "Two?", "/docs", "Three?"), interactive=False)
    scene = Scene(keyboard).held()
    assert scene.said == [(question, DONE, answer_to(question), "") for question in ("One?", "Two?", "Three?")]
    assert scene.exit_code == 0


def test_ctrl_c_in_a_script() -> None:
    """It ends the sentence, and the script with it."""
    keyboard = ScriptedKeyboard(*lines("One?", "Two?", "Three?"), ctrl_c(2.0), interactive=False)
    scene = Scene(keyboard).held()
    assert [(question, state) for question, state, _, _ in scene.said] == [("One?", CANCELLED)]


def test_the_end_of_a_script_is_not_the_end_of_listening() -> None:
    """What is heard still counts."""
    keyboard = ScriptedKeyboard((0.0, "One?"), (0.0, Closed()), ctrl_c(20.0), interactive=False)
    scene = Scene(keyboard, lambda: ScriptedMicrophone(TOTAL), ear=Ear("Two?")).held()
    assert [question for question, *_ in scene.said] == ["One?", "Two?"]
    assert scene.seconds == pytest.approx(20.0)


def test_a_conversation_goes_on() -> None:
    """Under its name, with what was said before."""
    first = Scene(ScriptedKeyboard((0.0, "One?"), (6.0, "/quit"))).held()
    second = Scene(ScriptedKeyboard((0.0, "Two?"), (6.0, "/quit")), name=first.name).held()
    assert [question for question, *_ in second.said] == ["One?", "Two?"]


def test_no_trace_of_a_conversation_without_a_word() -> None:
    """One in which nothing happened is not kept."""
    scene = Scene(ScriptedKeyboard((1.0, "/quit"))).held()
    assert scene.name.startswith(TALK)
    with pytest.raises(InputError, match="there is no conversation"):
        scene.stored  # noqa: B018  # reading it raises
