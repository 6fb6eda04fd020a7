"""The sentence stage, on the virtual clock."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np

from pipeline.context import ConversationContext
from pipeline.events import AnswerDelta, Sentence, Speech
from pipeline.runner import Pipeline
from pipeline.testing import Emit, FakeStage, VirtualClock, check_stage, scripted
from stages.sentences import SentenceSplitter, SentenceSplitterOptions
from text.sentence_ends import CutLimits


def spoken(*tokens: tuple[float, str], options: SentenceSplitterOptions | None = None) -> list[tuple[float, str]]:
    """The sentences made of tokens that each come after so many seconds, with the second at which each came out."""

    async def turn() -> list[tuple[float, str]]:
        source = scripted(*((seconds, AnswerDelta(text)) for seconds, text in tokens))
        pipeline = Pipeline(SentenceSplitter(options), inputs=(AnswerDelta,))
        clock = asyncio.get_running_loop()
        began = clock.time()
        found: list[Any] = []
        async with pipeline.turn(ConversationContext(), source) as running:
            async for event in running:
                assert event == Sentence(event.text, len(found))
                found.append((round(clock.time() - began, 6), event.text))
        return found

    return VirtualClock().run(turn())


def test_keeps_the_contract() -> None:
    """It ends, closes, accepts nothing, and keeps two turns apart."""
    events = VirtualClock().run(
        check_stage(SentenceSplitter, [AnswerDelta("It is "), AnswerDelta("four. So"), AnswerDelta(".")])
    )
    assert events == [Sentence("It is four.", 0), Sentence("So.", 1)]


def test_a_plain_sentence_goes_out_with_its_last_token() -> None:
    """Nothing is waited for behind a plain word."""
    assert spoken((0.1, "The total"), (0.1, " is four"), (0.1, "."), (1.0, " It is due.")) == [
        (0.3, "The total is four."),
        (1.3, "It is due."),
    ]


def test_tokens_of_one_moment_are_taken_together() -> None:
    """A name that arrives in one burst of tokens is not torn, though its first part could be a sentence."""
    assert spoken((0.1, "See example"), (0.0, "."), (0.0, "com"), (0.0, " now"), (0.0, ".")) == [
        (0.1, "See example.com now.")
    ]


def test_a_number_waits_for_one_token() -> None:
    """A full stop behind a digit is decided by the next token, or the end of the answer."""
    assert spoken((0.1, "It is 4"), (0.1, "."), (0.1, " So"), (0.1, " 5.")) == [(0.3, "It is 4."), (0.4, "So 5.")]


def test_a_number_does_not_wait_for_ever() -> None:
    """Without a next token an ambiguous end is taken as one after a while."""
    assert spoken((0.0, "It is 4."), (5.0, " So.")) == [(0.4, "It is 4."), (5.0, "So.")]


def test_a_stalled_stream_is_spoken() -> None:
    """Text without a mark is spoken when nothing has come for long, and what follows is not lost."""
    options = SentenceSplitterOptions(stall_s=1.5)
    assert spoken((0.0, "The total is fo"), (2.0, "ur."), options=options) == [(1.5, "The total is"), (2.0, "four.")]


def test_silence_before_the_first_token_is_no_stall() -> None:
    """However long the model thinks, nothing is spoken before there is text."""
    assert spoken((60.0, "Four.")) == [(60.0, "Four.")]


def test_settling_can_take_longer() -> None:
    """For a tokeniser that parts a name at its dot, the wait can be raised."""
    options = SentenceSplitterOptions(settle_s=0.03)
    tokens = ((0.0, "See example"), (0.02, "."), (0.02, "com"), (0.02, "."))
    assert spoken(*tokens, options=options) == [(0.06, "See example.com.")]


def test_long_text_without_marks_is_cut() -> None:
    """The first piece is short so that speech begins soon."""
    options = SentenceSplitterOptions(limits=CutLimits(first=20, later=200))
    pieces = spoken(*((0.02, " apples and pears") for _ in range(4)), options=options)
    assert pieces[0] == (0.04, "apples and pears")
    assert len(pieces) == 2


def test_its_wait_is_timed_as_first_sentence() -> None:
    """What an ambiguous end costs stands in the ledger line `first sentence`."""

    async def lines() -> dict[str, float]:
        speech = Speech(np.ones(100, np.float32), 16_000)
        voice = FakeStage("tts", (Sentence,), (Speech,), on_item={Sentence: [Emit(speech)]})
        source = scripted((0.0, AnswerDelta("It is 4.")), (60.0, AnswerDelta(" So.")))
        async with Pipeline(SentenceSplitter(), voice, inputs=(AnswerDelta,)).turn(
            ConversationContext(), source
        ) as turn:
            async for event in turn:
                if isinstance(event, Speech):
                    break
            return {line.name: line.ms for line in turn.ledger.lines if line.ms}

    assert VirtualClock().run(lines()) == {"first sentence": 400.0}


def test_an_aside_comes_behind_the_answer() -> None:
    """Whole, as its own sentence, and the answer does not wait for it."""

    async def turn() -> list[Any]:
        source = scripted((0.1, AnswerDelta("It is four")), (0.1, AnswerDelta("On page 2. Of it.", aside=True)))
        async with Pipeline(SentenceSplitter(), inputs=(AnswerDelta,)).turn(ConversationContext(), source) as running:
            return [event async for event in running]

    assert VirtualClock().run(turn()) == [Sentence("It is four", 0), Sentence("On page 2. Of it.", 1, aside=True)]
