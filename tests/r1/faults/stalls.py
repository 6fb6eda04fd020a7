"""Faults: a server that is slow, silent, or never done. Keep-alives put none of the timers back."""

from __future__ import annotations

from dataclasses import replace

from r1 import TimedOutError
from tests.r1.faults.case import CALM, Answers, Case, Fails
from tests.r1.faults.wire import (
    GOOD,
    LAST_CHUNK,
    Every,
    Move,
    Step,
    chat,
    chat_at_once,
    chunk,
    good,
    head,
    slowly,
    spoken,
    streamed,
    thought,
)

_FIRST_EVENT = replace(CALM, first_event_s=0.2)
_IDLE = replace(CALM, idle_s=0.2)
_HEAD = head(content_type="text/event-stream", transfer_encoding="chunked")
_JSON_HEAD = head(content_type="application/json", transfer_encoding="chunked")
_BLANK_LINES: tuple[Step, ...] = (chunk(b"\n"), 0.01) * 10
_SAID_NOTHING = "said nothing after 0.2 s; it may be loading or overloaded: try again"
_FELL_SILENT = "fell silent in the middle of its reply after 0.2 s; see that server's log"
_EMPTY = spoken([""])[0].encode()

CASES = (
    Case(
        "headers-slow",
        "sends its headers one byte at a time, and the reply",
        "The answer.",
        Answers(),
        ((*slowly(GOOD[0] if isinstance(GOOD[0], bytes) else b"", 0.001), *GOOD[1:]),),
    ),
    Case(
        "headers-never",
        "never sends a header",
        "`TimedOutError` when the first_event timer runs out. No second try: it would only wait again.",
        Fails(TimedOutError, _SAID_NOTHING, least_s=0.2),
        ((Move.HOLD,), GOOD),
        timeouts=_FIRST_EVENT,
    ),
    Case(
        "headers-too-slow",
        "sends a header's byte every 50 ms",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, _SAID_NOTHING, least_s=0.2),
        (slowly(_HEAD, 0.05),),
        timeouts=_FIRST_EVENT,
    ),
    Case(
        "body-never",
        "sends its headers and nothing more",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, _SAID_NOTHING, least_s=0.2),
        ((_HEAD, Move.HOLD), GOOD),
        timeouts=_FIRST_EVENT,
    ),
    Case(
        "comments-for-ever",
        "sends keep-alive comments and never an event",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, _SAID_NOTHING, least_s=0.2),
        (streamed(Every(b": keep-alive\n\n", 0.02)),),
        timeouts=_FIRST_EVENT,
    ),
    Case(
        "comments-flood",
        "sends keep-alive comments as fast as it can",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, _SAID_NOTHING, least_s=0.2),
        (streamed(Every(b": keep-alive\n\n" * 100, 0)),),
        timeouts=_FIRST_EVENT,
    ),
    Case(
        "blank-lines-for-ever",
        "sends blank lines and never an event",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, _SAID_NOTHING, least_s=0.2),
        (streamed(Every(b"\n\n", 0.02)),),
        timeouts=_FIRST_EVENT,
    ),
    Case(
        "empty-events-for-ever",
        "sends events that say nothing",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, _SAID_NOTHING, least_s=0.2),
        (streamed(Every(_EMPTY, 0.02)),),
        timeouts=_FIRST_EVENT,
    ),
    Case(
        "json-blank-lines",
        "prefixes a JSON reply with blank lines while it works, as DeepSeek does",
        "The answer.",
        Answers(),
        ((_JSON_HEAD, *_BLANK_LINES, chunk(chat_at_once()), LAST_CHUNK),),
        dialect="openai",
    ),
    Case(
        "json-blank-lines-for-ever",
        "sends blank lines where a JSON reply should come",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, _SAID_NOTHING, least_s=0.2),
        (streamed(Every(b"\n", 0.02), content_type="application/json"),),
        timeouts=_FIRST_EVENT,
    ),
    Case(
        "stall-mid-answer",
        "falls silent in the middle of the answer",
        "What had come, then `TimedOutError` when the idle timer runs out.",
        Fails(TimedOutError, _FELL_SILENT, heard="The total is 420", least_s=0.2),
        (streamed(*spoken()[:2], Move.HOLD), GOOD),
        timeouts=_IDLE,
    ),
    Case(
        "comments-mid-answer",
        "sends only keep-alive comments from the middle of the answer on",
        "What had come, then `TimedOutError` when the idle timer runs out.",
        Fails(TimedOutError, _FELL_SILENT, heard="The total is 420", least_s=0.2),
        (streamed(*spoken()[:2], Every(b": keep-alive\n\n", 0.02)), GOOD),
        timeouts=_IDLE,
    ),
    Case(
        "stall-while-thinking",
        "falls silent while the model thinks",
        "`TimedOutError` when the idle timer runs out.",
        Fails(TimedOutError, _FELL_SILENT, least_s=0.2),
        (streamed(*thought(), Move.HOLD), GOOD),
        timeouts=_IDLE,
    ),
    Case(
        "thinks-for-ever",
        "sends thoughts and never an answer",
        "`TimedOutError` when the first_answer timer runs out: ask something simpler.",
        Fails(TimedOutError, "was still thinking after 0.5 s; ask something simpler", least_s=0.5),
        (streamed(Every(thought(["hm "])[0].encode(), 0.02)),),
        timeouts=replace(CALM, first_answer_s=0.5),
    ),
    Case(
        "answers-for-ever",
        "never ends its answer",
        "What had come, then `TimedOutError` when the total timer runs out.",
        Fails(TimedOutError, "had not finished after 0.5 s; ask for less", heard_again="word ", least_s=0.5),
        (streamed(Every(spoken(["word "])[0].encode(), 0.02)),),
        timeouts=replace(CALM, total_s=0.5),
    ),
    Case(
        "left-open-done",
        "keeps the connection open after `[DONE]`",
        "The answer, a second later at most.",
        Answers(),
        (streamed(*good(), Move.HOLD),),
        within_s=8.0,
    ),
    Case(
        "left-open-finished",
        "keeps the connection open after the finish reason, without `[DONE]`, and sends keep-alives",
        "The answer, a second later at most.",
        Answers(),
        (streamed(*good()[:-1], Every(b": keep-alive\n\n", 0.1)),),
        within_s=8.0,
    ),
    Case(
        "slow-loris",
        "sends its events one byte at a time, without hurry",
        "The answer, with every character whole.",
        Answers(),
        (streamed(*slowly("".join(good()))),),
    ),
    Case(
        "slow-loris-endless",
        "sends one byte every 20 ms of a line that never ends",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, _SAID_NOTHING, least_s=0.2),
        (streamed("data: ", Every(b"x", 0.02)),),
        timeouts=_FIRST_EVENT,
    ),
    Case(
        "token-never",
        "never answers the exchange of a token",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, _SAID_NOTHING, tries=0, least_s=0.2),
        token=((Move.HOLD,),),
        timeouts=_FIRST_EVENT,
    ),
    Case(
        "models-never",
        "never lists its models, where none is configured",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, _SAID_NOTHING, tries=0, least_s=0.2),
        (streamed(*chat()),),
        models=((Move.HOLD,),),
        dialect="openai",
        model="",
        timeouts=_FIRST_EVENT,
    ),
)
