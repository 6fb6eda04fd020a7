"""A redacted call: the server sees placeholders, the caller the values."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import httpx
import pytest

from pipeline.testing import VirtualClock
from r1 import R1Client, R1Options, RedactionError
from r1.client import ClientParts
from r1.redaction import Redaction, Redactor
from r1.redaction.restoring import restored
from r1.results import Attempt, Completion, Delta, Timing, Usage
from tests.r1.upstream import DONE, Upstream, data, gather, openai_event, said, stream

QUESTION = "Write to anna.smith@example.com about it."


def options(address: str = "https://far.example/v1", redact: bool | None = None) -> R1Options:
    return R1Options(address, "key", dialect="openai", model="deepseek-r1", redact=redact)


def replying(*texts: str) -> Upstream:
    events = [
        openai_event({"reasoning_content": "To <EMAIL_1>?"}),
        *(openai_event({"content": text}) for text in texts),
    ]
    return Upstream([lambda _: stream([*data(*events, openai_event({}, "stop")), DONE])])


def test_a_remote_server_never_sees_the_value_and_the_caller_does() -> None:
    """Also where the placeholder is split across chunks; the counts are told, by kind."""
    upstream = replying("I wrote to <EMA", "IL_1>", ".")
    deltas, completion = VirtualClock().run(gather(upstream.client(options()), QUESTION))
    assert "anna" not in upstream.requests[0].content.decode()
    assert said(deltas) == completion.answer == "I wrote to anna.smith@example.com."
    assert said(deltas, "thought") == completion.thoughts == "To anna.smith@example.com?"
    assert dict(completion.redacted) == {"email": 1}


@pytest.mark.parametrize(
    ("address", "redact", "seen"),
    [
        ("http://localhost:8000/v1", None, True),
        ("http://127.0.0.1:8000/v1", True, False),
        ("https://far.example/v1", False, True),
    ],
)
def test_servers_on_this_machine_get_the_text_as_it_is(address: str, redact: bool | None, seen: bool) -> None:
    """Unless it is asked for, and so the other way round."""
    upstream = replying("Done.")
    VirtualClock().run(gather(upstream.client(options(address, redact)), QUESTION))
    assert ("anna.smith" in upstream.requests[0].content.decode()) is seen


class Broken(Redactor):
    """Fails on every text."""

    def redact(self, text: str) -> Redaction:
        raise RedactionError("no")


def test_what_cannot_be_redacted_is_not_sent() -> None:
    """It fails closed."""
    upstream = replying("Done.")
    client = R1Client(options(), ClientParts(redactor=Broken()), httpx.MockTransport(upstream))
    with pytest.raises(RedactionError):
        VirtualClock().run(gather(client, QUESTION))
    assert not upstream.requests


def test_what_was_held_back_at_the_end_is_said() -> None:
    """The beginning of a placeholder that never became one."""
    completion = Completion("<EMA", "", "stop", Usage(), "m", (Attempt("a", "answered", 0.0),), Timing())

    async def reply() -> AsyncGenerator[Delta | Completion, None]:
        yield Delta("answer", "<EMA")
        yield completion

    async def main() -> list[Delta | Completion]:
        return [item async for item in restored(reply(), Redactor().redact(QUESTION))]

    *deltas, last = VirtualClock().run(main())
    assert deltas == [Delta("answer", "<EMA")]
    assert isinstance(last, Completion)
    assert last.answer == "<EMA"
