"""Lines and events out of bytes, beside httpx-sse, which reads the same standard its own way."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from httpx_sse import EventSource
from hypothesis import given
from hypothesis import strategies as st

from r1.events import Event, Events, Lines

FIELDS = (b"data: ", b"data:", b"event: error", b"event:", b": ping", b"id: 7", b"retry: 5", b"x", b"{}")
TEXTS = ("好".encode(), b" ", b"\xff", b"\xef\xbb\xbf")
ENDS = (b"\n", b"\r\n", b"\r", b"\n\n")
STREAMS = st.lists(st.sampled_from([*FIELDS, *TEXTS, *ENDS]), max_size=40).map(b"".join)


def pieces_of(stream: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(stream) + 1) for cut in cuts})
    return [stream[start:end] for start, end in zip([0, *places], [*places, len(stream)], strict=True)]


def read(*chunks: bytes) -> list[Event]:
    events = Events()
    return [event for chunk in chunks for event in events.feed(chunk)]


@given(STREAMS, st.lists(st.integers(0, 200), max_size=8))
def test_events_do_not_depend_on_how_the_bytes_come(stream: bytes, cuts: list[int]) -> None:
    """However the bytes are cut, the same events come of them."""
    assert read(*pieces_of(stream, cuts)) == read(stream)


@given(STREAMS, st.lists(st.integers(0, 200), max_size=8))
def test_lines_do_not_depend_on_how_the_bytes_come(stream: bytes, cuts: list[int]) -> None:
    """The lines are those that Python splits the whole into, without a mark at its beginning."""
    lines = Lines()
    found = [line for piece in pieces_of(stream, cuts) for line in lines.feed(piece)] + lines.finish()
    assert found == stream.removeprefix(b"\xef\xbb\xbf").splitlines()


@given(STREAMS)
def test_the_same_is_read_as_by_another_reader(stream: bytes) -> None:
    """httpx-sse finds the same events; it also gives those without data, which the standard does not."""

    async def theirs() -> list[Event]:
        response = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=stream)
        response.encoding = "utf-8-sig"
        return [Event(each.data, each.event) async for each in EventSource(response).aiter_sse() if each.data]

    # Theirs takes a name without data for an event, and so forgets it for the data that follow: none here do.
    assert [event for event in read(stream) if event.data] == asyncio.run(theirs())


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\ndata: b\n\n", [Event("a"), Event("b")]),
        (b"data: a\ndata: b\n\n", [Event("a\nb")]),
        (b"event: error\ndata: {}\n\ndata: {}\n\n", [Event("{}", "error"), Event("{}")]),
        (b": ping\ndata:  two\n\n", [Event(" two")]),
        (b"data\n\n", [Event("")]),
        (b"event: error\n\ndata: x\n\n", [Event("x")]),
        (b"data: not ended\n", []),
        (b"\xef\xbb\xbfdata: x\r\n\r\n", [Event("x")]),
        (b"data: \xff\n\n", [Event("\N{REPLACEMENT CHARACTER}")]),
    ],
)
def test_what_an_event_is(stream: bytes, events: list[Event]) -> None:
    """As the HTML standard has it."""
    assert read(stream) == events
