from __future__ import annotations

import time
from email.utils import formatdate

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.errors import AuthenticationError, ProtocolError, RateLimitedError, RequestRefusedError, UpstreamError
from r1.replies import LONGEST_REASON, http_error, queued_s, reason_in, retry_after_s
from tests.r1.upstream import guide_options, openai_options


@pytest.mark.parametrize(
    ("status", "kind", "step"),
    [
        (301, ProtocolError, "address"),
        (400, RequestRefusedError, "change the request"),
        (401, AuthenticationError, "check the key"),
        (402, RequestRefusedError, "top it up"),
        (403, AuthenticationError, "rights"),
        (404, RequestRefusedError, "openai:URL"),
        (408, UpstreamError, "try again"),
        (413, RequestRefusedError, "fewer pages"),
        (422, RequestRefusedError, "parameter"),
        (429, RateLimitedError, "later"),
        (500, UpstreamError, "log"),
        (503, UpstreamError, "log"),
    ],
)
def test_each_status_says_who_must_act(status: int, kind: type[Exception], step: str) -> None:
    """The class tells programs, the message tells people, and the address is in it."""
    error = http_error(httpx.Response(status), b"", guide_options())
    assert type(error) is kind
    assert step in str(error)
    assert f"http://r1.test answered HTTP {status}" in str(error)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"error": {"message": "too hot", "field": "temperature"}}', ("too hot", "temperature")),
        (b'{"error": {"message": "too hot", "param": "temperature"}}', ("too hot", "temperature")),
        (b'{"error": "model not found"}', ("model not found", None)),
        (b'{"message": "no\\n  balance"}', ("no balance", None)),
        (b'{"detail": "nope"}', ("nope", None)),
        (b'{"detail": [{"loc": []}]}', ("", None)),
        (b"<html>502</html>", ("", None)),
        (b"[1]", ("", None)),
        (b"[" * 100_000, ("", None)),
        (b"\xff\xfe", ("", None)),
    ],
)
def test_the_server_s_own_words_are_found(body: bytes, expected: tuple[str, str | None]) -> None:
    """In the shapes that servers use; anything else gives nothing."""
    assert reason_in(body) == expected


@given(st.binary(max_size=60))
def test_no_body_breaks_the_error(body: bytes) -> None:
    """Whatever the body holds, an error comes out."""
    assert "HTTP 500" in str(http_error(httpx.Response(500), body, guide_options()))


def test_an_unknown_model_or_path_is_told_apart_by_dialect() -> None:
    """A server of OpenAI's kind that says 404 has no such model, or no such path."""
    assert "commonly ends in /v1" in str(http_error(httpx.Response(404), b"", openai_options()))


def test_a_long_reason_is_cut() -> None:
    """A server that repeats the whole prompt does not fill the screen."""
    reason, _ = reason_in({"message": "x" * 5000})
    assert len(reason) == LONGEST_REASON + 1


def test_retry_after_is_seconds_or_a_date() -> None:
    """Both forms of RFC 9110; nonsense is no wish."""
    assert retry_after_s("7") == 7
    assert retry_after_s("-7") == 0
    soon = retry_after_s(formatdate(time.time() + 30, usegmt=True))
    assert soon is not None
    assert 25 < soon <= 31
    assert retry_after_s(formatdate(0, usegmt=True)) == 0
    assert retry_after_s("soon") is None
    assert retry_after_s(None) is None


def test_the_queue_is_read_from_server_timing() -> None:
    """Milliseconds become seconds; other entries are passed over."""
    assert queued_s("first;dur=3, queue;dur=120.5") == pytest.approx(0.1205)
    assert queued_s("queue;dur=1.2.3") is None
    assert queued_s("myqueue;dur=5") is None
    assert queued_s(None) is None
