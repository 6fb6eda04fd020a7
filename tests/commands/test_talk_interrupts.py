"""Whatever the user does at whatever moment: the conversation goes on or ends, and remembers what was heard."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.keyboard import Closed, Interrupt
from pipeline.errors import SetupError
from pipeline.heard import joined
from pipeline.records import TurnState
from tests.commands.talking import (
    INVOICE,
    TIME,
    TOTAL,
    Ear,
    Mind,
    Scene,
    ScriptedKeyboard,
    ScriptedMicrophone,
    ScriptedSpeaker,
)

END_S = 30.0

WISHES = st.one_of(
    st.just(Interrupt()),
    st.sampled_from(
        ("", "Why?", "/latency", f"/doc {INVOICE}", "/drop invoice.png", "/new", "/microphone", "/speaker")
    ),
)
MOMENTS = st.one_of(
    st.floats(0.0, END_S - 1),
    st.sampled_from((0.0, 2.528, 2.828, 3.328, 3.458, 5.458, 7.458, 7.658)),  # where something else happens too
)
SCRIPTS = st.lists(st.tuples(MOMENTS, WISHES), max_size=6).map(lambda script: sorted(script, key=lambda wish: wish[0]))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    script=SCRIPTS,
    interactive=st.booleans(),
    push_to_talk=st.booleans(),
    gone_s=st.sampled_from((None, None, 1.0, 1.7)),
    mute_s=st.sampled_from((None, None, 4.0)),
    fails=st.booleans(),
)
def test_any_script(
    script: list[tuple[float, Any]],
    interactive: bool,
    push_to_talk: bool,
    gone_s: float | None,
    mute_s: float | None,
    fails: bool,
) -> None:
    """It never hangs, raises nothing, leaves no task, never hears itself, and what is kept adds up to the reply."""
    keyboard = ScriptedKeyboard(*script, (END_S, Closed(143)), interactive=interactive)
    scene = Scene(
        keyboard,
        lambda: ScriptedMicrophone(TOTAL, TIME, gone_s=gone_s),
        lambda: ScriptedSpeaker(gone_s=mute_s),
        Ear("One?", "", *("Two?" for _ in range(20)), whole_s=None if push_to_talk else 2.5),
        Mind(None, SetupError("no R1"), after_first=fails),
        push_to_talk=push_to_talk,
    ).held()
    assert scene.exit_code in (0, 1, 143) and scene.tasks_left == 0
    scene.check_half_duplex()
    for turn in _turns(scene):
        first = f"You said {turn.question.rstrip('?')} to me."
        replies = ("", first, f"{first} That is all there is.")
        assert joined([turn.outcome.answer, turn.outcome.unheard]) in replies
        assert turn.outcome.state in (TurnState.DONE, TurnState.CANCELLED, TurnState.FAILED)
        assert turn.outcome.state != TurnState.DONE or turn.outcome.answer == replies[2]


def _turns(scene: Scene) -> list[Any]:
    from pipeline.errors import InputError

    try:
        return list(scene.stored.turns)
    except InputError:  # nothing was said in it, so it is not kept
        return []
