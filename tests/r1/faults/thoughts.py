"""Faults: where the thoughts stand, and replies that hold nothing else."""

from __future__ import annotations

import dataclasses
from typing import Any

from tests.r1.faults.case import Answers, Case, Check, SaysSo
from tests.r1.faults.wire import (
    ANSWER_TOKENS,
    THOUGHTS,
    Channel,
    chat,
    finished,
    spoken,
    streamed,
    thought,
)
from tests.r1.upstream import DONE, data, guide_event, openai_event


def _chat(name: str, server: str, channel: Channel) -> Case:
    reply = streamed(*chat(channel))
    return Case(name, server, "The answer, and the thoughts apart.", Answers(), (reply,), dialect="openai")


def _text(name: str, server: str, caller: str, check: Check, *texts: str, **changed: Any) -> Case:
    """A guide-style server that knows no field for thoughts, and sends `texts`."""
    reason = changed.pop("reason", "stop")
    events = data(*map(guide_event, texts), guide_event("", None, reason))
    return dataclasses.replace(Case(name, server, caller, check, (streamed(*events, DONE),)), **changed)


_TWICE = [
    *data(openai_event({"reasoning_content": THOUGHTS})),
    *data(*(openai_event({"content": text}) for text in (f"<think>{THOUGHTS}</think>", *ANSWER_TOKENS))),
    *data(openai_event({}, "stop")),
    DONE,
]

CASES = (
    _chat("in-reasoning-content", "sends thoughts in `reasoning_content` (DeepSeek, llama.cpp)", "reasoning_content"),
    _chat("in-reasoning", "sends thoughts in `reasoning` (Ollama, later vLLM)", "reasoning"),
    _chat("in-details", "sends thoughts in `reasoning_details` alone (OpenRouter)", "reasoning_details"),
    _chat("in-tags", "writes thoughts into the text, between `<think>` tags that chunks cut", "tags"),
    _chat("opening-tag-missing", "writes thoughts into the text without the opening tag", "closing tag"),
    Case(
        "in-both",
        "sends thoughts in a field and again in the text (llama.cpp `deepseek-legacy`)",
        "The answer, and the thoughts once.",
        Answers(),
        (streamed(*_TWICE),),
        dialect="openai",
    ),
    _text(
        "thinking-skipped",
        "sends an empty block of thoughts",
        "The answer.",
        Answers(thoughts=""),
        "<think>\n\n</think>\n\n",
        *ANSWER_TOKENS,
    ),
    _text(
        "no-thoughts",
        "sends no thoughts at all",
        "The answer, at its end: until then it may have been a thought.",
        Answers(thoughts="", pieces=1),
        *ANSWER_TOKENS,
    ),
    _text(
        "second-block",
        "thinks again in the middle of the answer",
        "The answer, without either thought.",
        Answers(thoughts="First.\nSecond."),
        "<think>First.</think>The total ",
        "is 420<think>Sec",
        "ond.</think> €, 总额 420。",
    ),
    _text(
        "tag-never-closed",
        "opens a thought and never closes it, for ever",
        "After a second try an honest sentence that there is no answer; the thoughts are not spoken.",
        SaysSo("empty_answer"),
        "<think>",
        THOUGHTS,
    ),
    _text(
        "budget-spent",
        "is cut by the token limit while it thinks, for ever",
        "After a second try an honest sentence that there is no answer; the finish reason is `length`.",
        SaysSo("length"),
        "<think>",
        THOUGHTS,
        reason="length",
    ),
    _text(
        "budget-spent-untagged",
        "is cut by the token limit while it thinks, and no tag has come, for ever",
        "After a second try an honest sentence that there is no answer; the thoughts are not spoken.",
        SaysSo("length"),
        THOUGHTS,
        reason="length",
    ),
    Case(
        "empty-answer",
        "ends after its thoughts, once",
        "The answer, asked for again without thinking.",
        Answers(tries=("no answer", "answered")),
        (streamed(*thought(), *finished()), streamed(*spoken(), *finished())),
    ),
    Case(
        "empty-answer-cut",
        "spends its token limit on thoughts, once",
        "The answer, asked for again without thinking.",
        Answers(tries=("no answer", "answered")),
        (streamed(*thought(), *finished("length")), streamed(*spoken(), *finished())),
    ),
    Case(
        "empty-answer-always",
        "ends after its thoughts, for ever",
        "After a second try an honest sentence that there is no answer.",
        SaysSo("empty_answer"),
        (streamed(*thought(), *finished()),),
    ),
    _text(
        "empty-reply",
        "says nothing at all, for ever",
        "After a second try an honest sentence that there is no answer.",
        SaysSo("empty_answer", ""),
    ),
    Case(
        "answer-cut",
        "is cut by the token limit in the middle of the answer",
        "What came of the answer; the finish reason is `length`.",
        Answers(answer="The total is 420", finish_reason="length"),
        (streamed(*thought(), *spoken()[:2], *finished("length")),),
    ),
    Case(
        "content-filter",
        "is stopped by a content filter in the middle of the answer",
        "What came of the answer; the finish reason is `content_filter`.",
        Answers(answer="The total is 420", finish_reason="content_filter"),
        (streamed(*thought(), *spoken()[:2], *finished("content_filter")),),
    ),
    Case(
        "content-filter-first",
        "is stopped by a content filter before any answer",
        "An honest sentence that there is no answer; the finish reason is `content_filter`.",
        SaysSo("content_filter"),
        (streamed(*thought(), *finished("content_filter")),),
    ),
)
