"""The reasoner gathers, asks, and answers with citations that hold."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.embedded import EmbeddedGateway
from pipeline.context import ConversationContext, Exchange
from pipeline.errors import StageError
from pipeline.events import Answer, AnswerDelta, Citation, Line, Page, Question, Thought, Transcript
from pipeline.runner import Pipeline
from pipeline.testing import VirtualClock, check_stage, scripted
from r1 import AuthenticationError, InferParameters, R1Client, UnreachableError
from stages.reasoning import NO_QUESTION, NO_SPEECH, Reasoner, ReasonerOptions
from stages.turn_prompt import fit_pages
from tests.gateway.engine import FOREVER, ScriptedEngine, answer, thought
from tests.r1.upstream import DONE, Upstream, data, guide_event, guide_options, stream, token_reply
from text.prompt import PromptPage, PromptParts, parse_prompt
from text.tokens import estimate_tokens


def page(document: str, number: int, *texts: str) -> Page:
    """A page with those lines."""
    return Page(document, number, 1, tuple(Line(place, text) for place, text in enumerate(texts, start=1)))


INVOICE = page("invoice.png", 1, "ACME Ltd", "Invoice 7", "Total $420.00")
ASKED = Transcript("What is the total?", "en")


def replying(*texts: str, thoughts: str = "Let me see.") -> httpx.Response:
    """An R1 stream that says `texts`."""
    events = [guide_event("", thoughts), *(guide_event(text, "") for text in texts)]
    end = guide_event("", "", "stop", x_r1={"served_by": "test"})
    return stream([*data(*events, end), DONE])


def turn(
    upstream: Upstream,
    inputs: Sequence[Any],
    context: ConversationContext | None = None,
    options: ReasonerOptions | None = None,
) -> list[Any]:
    """The events of one turn, on the virtual clock."""
    return VirtualClock().run(run_turn(upstream, inputs, context, options))


async def run_turn(
    upstream: Upstream, inputs: Sequence[Any], context: ConversationContext | None, options: ReasonerOptions | None
) -> list[Any]:
    """The events of one turn."""
    reasoner = Reasoner(upstream.client(), options)
    source = scripted(*((0.0, item) for item in inputs))
    pipeline = Pipeline(reasoner, inputs=reasoner.accepts)
    async with pipeline.turn(context or ConversationContext(), source) as running:
        return [event async for event in running]


def spoken(events: Sequence[Any]) -> str:
    """What a later stage would hear."""
    return "".join(event.text for event in events if isinstance(event, AnswerDelta))


def asked_of(upstream: Upstream) -> PromptParts:
    """The parts of the one prompt that was sent."""
    (body,) = upstream.bodies
    return parse_prompt(body["prompt"])


def test_it_keeps_the_contract_of_a_stage() -> None:
    """Ends with its input, closes on cancel, accepts nothing, keeps turns apart."""
    upstream = Upstream([lambda _: replying("Hello.")])
    events = VirtualClock().run(check_stage(lambda: Reasoner(upstream.client()), [ASKED, INVOICE]))
    assert [type(event) for event in events] == [Thought, AnswerDelta, Answer]


def test_the_answer_comes_with_its_citations() -> None:
    """Marks leave the text, and what they name is quoted."""
    events = turn(Upstream([replying("The total ", "is $420.00 [invoice", ".png p1 l3].")]), [ASKED, INVOICE])
    assert spoken(events) == "The total is $420.00."
    assert events[0] == Thought("Let me see.")
    final = events[-1]
    assert isinstance(final, Answer)
    assert final.text == "The total is $420.00."
    assert final.question == "What is the total?"
    assert final.citations == (Citation("invoice.png", 1, 3, "Total $420.00"),)
    assert final.served_by == "test"
    assert final.usage["total_tokens"] > 0


def test_the_prompt_holds_question_pages_and_conversation() -> None:
    """Pages of this turn and of earlier ones, the summary, and what was said."""
    context = ConversationContext(
        summary="They spoke of trains.",
        recent=(Exchange("When does it leave?", "At nine.", unheard=" On track four."),),
        pages=(page("timetable.png", 1, "9:00 Leeds"),),
    )
    upstream = Upstream([replying("Yes.")])
    turn(upstream, [INVOICE, ASKED], context)
    parts = asked_of(upstream)
    assert parts.question == "What is the total?"
    assert [(sheet.document, sheet.number, sheet.lines) for sheet in parts.pages] == [
        ("timetable.png", 1, ("9:00 Leeds",)),
        ("invoice.png", 1, ("ACME Ltd", "Invoice 7", "Total $420.00")),
    ]
    assert parts.summary == "They spoke of trains."
    assert parts.exchanges == (("When does it leave?", "At nine."),)


def test_parameters_are_passed_on() -> None:
    """As the options say."""
    upstream = Upstream([replying("Yes.")])
    turn(upstream, [ASKED], options=ReasonerOptions(InferParameters(temperature=0.2)))
    assert upstream.bodies[0]["temperature"] == 0.2


def test_marks_that_name_nothing_are_dropped() -> None:
    """Another document, page or line: taken out of the text, and not cited."""
    text = "So [letter.png p1 l1] it [invoice.png p2 l1] is [invoice.png p1 l9]. [invoice.png p1 l0]"
    events = turn(Upstream([replying(text)]), [ASKED, INVOICE])
    assert spoken(events).strip() == events[-1].text == "So it is."
    assert events[-1].citations == ()


def test_a_place_is_cited_once_and_in_the_order_of_the_answer() -> None:
    """Repeated marks give one citation."""
    text = "A [invoice.png p1 l3] b [invoice.png p1 l1] c [invoice.png p1 l3]."
    events = turn(Upstream([replying(text)]), [ASKED, INVOICE])
    assert [citation.line for citation in events[-1].citations] == [3, 1]


def test_a_name_that_cannot_stand_in_a_mark_is_found_again() -> None:
    """The citation says the document's real name."""
    scan = page("scan [1]\n.png", 1, "Total 9")
    events = turn(Upstream([replying("Nine [scan (1) .png p1 l1].")]), [ASKED, scan])
    assert events[-1].text == "Nine."
    assert events[-1].citations == (Citation("scan [1]\n.png", 1, 1, "Total 9"),)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 60), max_size=20))
def test_no_cutting_of_the_stream_changes_the_answer(cuts: list[int]) -> None:
    """Marks split across pieces are found, and nothing of them is spoken."""
    text = "The total is $420.00 [invoice.png p1 l3]. It is [sic] due."
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(edges) if start < end]
    events = turn(Upstream([replying(*pieces)]), [ASKED, INVOICE])
    assert spoken(events) == "The total is $420.00. It is [sic] due."
    assert [citation.line for citation in events[-1].citations] == [3]


def test_thoughts_and_answer_never_mix() -> None:
    """A mark in a thought is no citation, and no thought is spoken."""
    events = turn(Upstream([replying("Yes.", thoughts="Secret [invoice.png p1 l3].")]), [ASKED, INVOICE])
    assert spoken(events) == "Yes."
    assert events[-1].citations == ()


def test_lines_of_the_ledger_follow_the_call() -> None:
    """Context, prefill, thinking and first sentence, each with the time it took."""
    think, say, *rest = data(guide_event("", "Hm."), guide_event("Yes.", ""), guide_event("", "", "stop"))
    upstream = Upstream([stream([0.5, think, 2.0, say, 0.25, *rest, DONE], **{"server-timing": "queue;dur=0"})])

    async def main() -> dict[str, float]:
        reasoner = Reasoner(upstream.client())
        async with Pipeline(reasoner, inputs=reasoner.accepts).turn(
            ConversationContext(), scripted((0.0, ASKED))
        ) as running:
            async for _ in running:
                pass
            return {line.name: line.ms for line in running.ledger.lines}

    lines = VirtualClock().run(main())
    assert lines["prefill"] == pytest.approx(500, abs=0.01)
    assert lines["thinking"] == pytest.approx(2000, abs=0.01)
    assert lines["first sentence"] == pytest.approx(250, abs=0.01)


def test_a_queue_at_the_gateway_is_a_line_of_its_own() -> None:
    """Out of the time that the call took, as long as the far side says."""

    async def infer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/token":
            return token_reply()
        await asyncio.sleep(0.5)
        reply = replying("Yes.")
        reply.headers["server-timing"] = "queue;dur=200"
        return reply

    async def main() -> dict[str, float]:
        reasoner = Reasoner(R1Client(guide_options(), transport=httpx.MockTransport(infer)))
        pipeline = Pipeline(reasoner, inputs=reasoner.accepts)
        async with pipeline.turn(ConversationContext(), scripted((0.0, ASKED))) as running:
            async for _ in running:
                pass
            return {line.name: line.ms for line in running.ledger.lines}

    lines = VirtualClock().run(main())
    assert lines["gateway queue"] == pytest.approx(200, abs=0.01)
    assert sum(lines.values()) == pytest.approx(500, abs=0.01)


CHINESE = page("发票.png", 1, "发票号码：7", "总额：420元")


@pytest.mark.parametrize(
    ("given", "sheet", "said", "cited"),
    [
        (ASKED, INVOICE, "420", "Total $420.00"),
        (Question("总额是多少？"), CHINESE, "420", "总额：420元"),
        (Question("What is the phone number?"), INVOICE, "cannot find", None),
    ],
)
def test_the_embedded_reader_answers_through_the_whole_chain(
    given: Transcript | Question, sheet: Page, said: str, cited: str | None
) -> None:
    """Client, token, socket, gateway and reader: the answer, where it stands, and honesty where it does not."""

    async def main() -> list[Any]:
        async with EmbeddedGateway() as gateway, R1Client(gateway.options) as client:
            reasoner = Reasoner(client)
            await reasoner.warm_up()
            pipeline = Pipeline(reasoner, inputs=reasoner.accepts)
            async with pipeline.turn(ConversationContext(), scripted((0.0, sheet), (0.0, given))) as running:
                return [event async for event in running]

    events = asyncio.run(main())
    final = events[-1]
    assert isinstance(final, Answer)
    assert said in final.text
    assert "[" not in spoken(events)
    assert [citation.quote for citation in final.citations] == ([cited] if cited else [])
    assert final.served_by == "reader"
    assert any(isinstance(event, Thought) for event in events)


# -- nothing to answer


@pytest.mark.parametrize(
    ("inputs", "context", "said", "reason"),
    [
        ([Transcript("", "en")], ConversationContext(), "I did not hear anything.", NO_SPEECH),
        ([Question("  ")], ConversationContext(), "I did not hear anything.", NO_SPEECH),
        ([Transcript("", "en"), INVOICE], ConversationContext(), "I did not hear anything.", NO_SPEECH),
        ([Transcript("", "zh")], ConversationContext(), "我没有听到任何内容。", NO_SPEECH),
        (
            [Question("")],
            ConversationContext(recent=(Exchange("总额是多少？", "四百二十元。"),)),
            "我没有听到任何内容。",
            NO_SPEECH,
        ),
        ([INVOICE], ConversationContext(), "no question", NO_QUESTION),
        ([page("通知.png", 1, "停水通知")], ConversationContext(), "没有听到问题", NO_QUESTION),
    ],
)
def test_without_a_question_it_says_so_and_asks_nobody(
    inputs: list[Any], context: ConversationContext, said: str, reason: str
) -> None:
    """In the language of the conversation, with a finish reason of its own."""
    upstream = Upstream([])
    events = turn(upstream, inputs, context)
    assert said in spoken(events)
    assert isinstance(events[-1], Answer)
    assert events[-1].text == spoken(events)
    assert events[-1].finish_reason == reason
    assert not upstream.requests


def test_a_typed_question_stands_beside_a_silent_recording() -> None:
    """What is empty adds nothing."""
    upstream = Upstream([replying("Yes.")])
    turn(upstream, [Transcript("", "en"), Question("What is the total?")])
    assert asked_of(upstream).question == "What is the total?"


def test_speech_in_parts_is_one_question() -> None:
    """English parts with a space between, Chinese without."""
    for parts, question in ((("What is", "the total?"), "What is the total?"), (("总额是", "多少？"), "总额是多少？")):
        upstream = Upstream([replying("Yes.")])
        turn(upstream, [Transcript(part, "en") for part in parts])
        assert asked_of(upstream).question == question


# -- failures


@pytest.mark.parametrize(
    ("reply", "cause"), [(httpx.ConnectError("refused"), UnreachableError), (httpx.Response(403), AuthenticationError)]
)
def test_a_failed_call_ends_the_turn_by_name(reply: Any, cause: type[Exception]) -> None:
    """With the client's own message, which says what to do."""
    with pytest.raises(StageError, match="'reasoner'") as caught:
        turn(Upstream([reply]), [ASKED])
    assert isinstance(caught.value.cause, cause)


def test_cancelling_the_turn_stops_the_engine() -> None:
    """Through the client, the socket and the gateway, within 100 ms."""

    async def main() -> float:
        engine = ScriptedEngine([thought("Hm."), answer("Yes. "), FOREVER])
        async with EmbeddedGateway(engine) as gateway, R1Client(gateway.options) as client:
            reasoner = Reasoner(client)
            await reasoner.warm_up()
            source = scripted((0.0, ASKED))
            async with Pipeline(reasoner, inputs=reasoner.accepts).turn(ConversationContext(), source) as running:
                async for event in running:
                    if isinstance(event, AnswerDelta):
                        break
                started = time.perf_counter()
                await running.cancel()
                await asyncio.wait_for(engine.closed.wait(), 5)
                return time.perf_counter() - started

    assert min(asyncio.run(main()) for _ in range(3)) < 0.1


# -- long documents


LONG = tuple(
    PromptPage("book.pdf", number, tuple(f"Line {line} of chapter {number} says little." for line in range(1, 31)))
    for number in range(1, 21)
)


def test_of_a_long_document_the_lines_in_question_are_kept() -> None:
    """With their neighbours and their numbers, within the limit."""
    lines = list(LONG[6].lines)
    lines[9] = "The lighthouse keeper was called Marrow."
    pages = (*LONG[:6], PromptPage("book.pdf", 7, tuple(lines)), *LONG[7:])
    kept = fit_pages(pages, "What was the lighthouse keeper called?", 130)
    (sheet,) = kept
    assert sheet.number == 7
    assert sheet.lines[9] == "The lighthouse keeper was called Marrow."
    assert sheet.lines[8] == lines[8]
    assert set(sheet.lines[:8]) == {""}
    assert sum(8 + estimate_tokens(line) for line in sheet.lines) <= 130


def test_when_no_line_is_in_question_the_beginning_is_kept() -> None:
    """Something is better than nothing to answer from."""
    kept = fit_pages(LONG, "zzz", 200)
    assert [sheet.number for sheet in kept] == [1]
    assert kept[0].lines[0] == LONG[0].lines[0]


def test_a_long_document_is_cut_before_it_is_sent() -> None:
    """By the option's limit; a short one is sent whole."""
    pages = [page("book.pdf", sheet.number, *sheet.lines) for sheet in LONG]
    pages[6] = page("book.pdf", 7, "The lighthouse keeper was called Marrow.")
    upstream = Upstream([replying("Marrow [book.pdf p7 l1].")])
    question = Question("What was the lighthouse keeper called?")
    # In a thread, so not on the virtual clock.
    events = asyncio.run(run_turn(upstream, [*pages, question], None, ReasonerOptions(page_tokens=500)))
    assert events[-1].citations[0].quote == "The lighthouse keeper was called Marrow."
    kept = asked_of(upstream).pages
    assert 7 in {sheet.number for sheet in kept}
    assert sum(estimate_tokens(line) for sheet in kept for line in sheet.lines) <= 500
