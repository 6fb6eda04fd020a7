"""Faults: replies whose status is no success."""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import formatdate

from r1 import (
    AuthenticationError,
    ProtocolError,
    RateLimitedError,
    RequestRefusedError,
    TimedOutError,
    UpstreamError,
)
from tests.r1.faults.case import CALM, Answers, Case, Fails
from tests.r1.faults.server import Request
from tests.r1.faults.wire import GOOD, Listened, Move, Reply, head, refused, whole

_AGAIN = ("RateLimitedError", "answered")
_FAILED_ONCE = ("UpstreamError", "answered")


def _two_seconds_ahead(_: Request) -> Reply:
    # A date has no fractions, so that this is a wait of one to two seconds.
    return refused(429, retry_after=formatdate(time.time() + 2, usegmt=True))


CASES = (
    Case(
        "429-once",
        "answers 429 without `Retry-After`, once",
        "The answer, after a short wait of the client's own.",
        Answers(tries=_AGAIN),
        (refused(429), GOOD),
    ),
    Case(
        "429-always",
        "answers 429 for ever",
        "`RateLimitedError` once the tries are used up: try again later.",
        Fails(RateLimitedError, "HTTP 429.*try again later", tries=3),
        (refused(429),),
    ),
    Case(
        "429-seconds",
        "answers 429 with `Retry-After: 1`",
        "The answer, after the second that the server asked for.",
        Answers(tries=_AGAIN, least_s=0.99),
        (refused(429, retry_after="1"), GOOD),
    ),
    Case(
        "429-date",
        "answers 429 with a date in `Retry-After`",
        "The answer, after that date.",
        Answers(tries=_AGAIN, least_s=0.9),
        (_two_seconds_ahead, GOOD),
    ),
    Case(
        "429-date-past",
        "answers 429 with a date long past",
        "The answer, tried again at once.",
        Answers(tries=_AGAIN),
        (refused(429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"), GOOD),
    ),
    Case(
        "429-day",
        "answers 429 with `Retry-After: 86400`",
        "`RateLimitedError` at once, which says how long the server wants to be left alone.",
        Fails(RateLimitedError, "try again in 86400 s"),
        (refused(429, retry_after="86400"), GOOD),
    ),
    Case(
        "429-beyond-deadline",
        "answers 429 that asks for a longer wait than the call may take",
        "`RateLimitedError` at once, rather than after a wait that would have been in vain.",
        Fails(RateLimitedError, "try again in 4 s"),
        (refused(429, retry_after="4"), GOOD),
        timeouts=replace(CALM, total_s=3.0),
    ),
    Case(
        "429-nonsense",
        "answers 429 with `Retry-After: soon`",
        "The answer; what is no number and no date counts as not said.",
        Answers(tries=_AGAIN),
        (refused(429, retry_after="soon"), GOOD),
    ),
    Case(
        "429-negative",
        "answers 429 with `Retry-After: -5`",
        "The answer, tried again at once.",
        Answers(tries=_AGAIN),
        (refused(429, retry_after="-5"), GOOD),
    ),
    Case(
        "503-burst",
        "answers 503 twice, then an answer",
        "The answer, at the third try.",
        Answers(tries=("UpstreamError", "UpstreamError", "answered")),
        (refused(503), refused(503), GOOD),
    ),
    Case(
        "503-stand-in",
        "answers 503 for ever, and a second server is configured",
        "The answer of the second server, once the tries at the first are used up.",
        Answers(tries=("UpstreamError",) * 3 + ("answered",), by_stand_in=True),
        (refused(503),),
        stand_in=True,
    ),
    Case(
        "503-seconds",
        "answers 503 with `Retry-After: 1`",
        "The answer, after that second.",
        Answers(tries=_FAILED_ONCE, least_s=0.99),
        (refused(503, retry_after="1"), GOOD),
    ),
    Case(
        "500-once",
        "answers 500, once",
        "The answer, at the second try.",
        Answers(tries=_FAILED_ONCE),
        (refused(500, "disk full"), GOOD),
    ),
    Case(
        "500-always",
        "answers 500 for ever",
        "`UpstreamError` with the server's own words.",
        Fails(UpstreamError, "HTTP 500: disk full; see that server's log", tries=3),
        (refused(500, "disk full"),),
    ),
    Case(
        "500-megabytes",
        "answers 500 with a megabyte of HTML",
        "`UpstreamError` of one line; the page is not shown.",
        Fails(UpstreamError, "answered HTTP 500; see that server's log", tries=3),
        (whole(500, "<p>trace</p>" * 90_000, "text/html"),),
    ),
    Case(
        "502-proxy",
        "answers 502 with a proxy's page of HTML, once",
        "The answer, at the second try.",
        Answers(tries=_FAILED_ONCE),
        (whole(502, "<html><h1>Bad gateway</h1></html>", "text/html"), GOOD),
    ),
    Case(
        "408-once",
        "answers 408, because it did not get the request in time, once",
        "The answer, at the second try.",
        Answers(tries=_FAILED_ONCE),
        (refused(408), GOOD),
    ),
    Case(
        "400-field",
        "answers 400 and names a parameter that the client may leave out, once",
        "The answer, asked for without it; the completion says which.",
        Answers(tries=("RequestRefusedError", "answered")),
        (refused(400, "top_p is not supported", "top_p"), GOOD),
    ),
    Case(
        "400-field-always",
        "answers 400 and names such a parameter, for ever",
        "`RequestRefusedError` with the server's words; its `field` holds the parameter's name. One change, no more.",
        Fails(RequestRefusedError, "HTTP 400: top_p is not supported; change the request", tries=2, field="top_p"),
        (refused(400, "top_p is not supported", "top_p"),),
    ),
    Case(
        "400-prompt",
        "answers 400 and names the prompt",
        "`RequestRefusedError` with the server's words; its `field` holds the name. No second try.",
        Fails(RequestRefusedError, "HTTP 400: not allowed; change the request", field="prompt"),
        (refused(400, "not allowed", "prompt"), GOOD),
    ),
    Case(
        "402",
        "answers 402, because the account has no balance",
        "`RequestRefusedError`: top up the account. No second try there, which would fail as well.",
        Fails(RequestRefusedError, "top it up"),
        (refused(402, "Insufficient Balance"), GOOD),
    ),
    Case(
        "402-stand-in",
        "answers 402, and a second server is configured",
        "The answer of the second server, where the account is another; the completion tells of both.",
        Answers(tries=("RequestRefusedError", "answered"), by_stand_in=True),
        (refused(402, "Insufficient Balance"), GOOD),
        stand_in=True,
    ),
    Case(
        "403",
        "answers 403",
        "`AuthenticationError`: check the key and its rights. No second try.",
        Fails(AuthenticationError, "check the key and its rights"),
        (refused(403), GOOD),
    ),
    Case(
        "404",
        "answers 404, because it does not know the guide's API",
        "`RequestRefusedError`: check the address, and how an OpenAI-style server is written.",
        Fails(RequestRefusedError, "written openai:URL"),
        (refused(404), GOOD),
    ),
    Case(
        "404-model",
        "answers 404, because it lacks the model (OpenAI-style)",
        "`RequestRefusedError`: check the model's name and that the address ends in /v1.",
        Fails(RequestRefusedError, "check the model's name"),
        (refused(404, "model not found"),),
        dialect="openai",
    ),
    Case(
        "413-early",
        "answers 413 before it has read the prompt, and closes",
        "`RequestRefusedError`: ask about fewer pages.",
        Fails(RequestRefusedError, "ask about fewer pages"),
        ((head(413, "Too large", content_length="0", connection="close"), Listened(), Move.CLOSE),),
    ),
    Case(
        "422",
        "answers 422, because a parameter is out of range",
        "`RequestRefusedError`: change the parameter. No second try.",
        Fails(RequestRefusedError, "does not accept a parameter: change it"),
        (refused(422, "temperature"), GOOD),
    ),
    Case(
        "422-stand-in",
        "answers 422, and a second server is configured",
        "`RequestRefusedError`: change the parameter. The second server is not asked, as it would refuse it too.",
        Fails(RequestRefusedError, "does not accept a parameter: change it"),
        (refused(422, "temperature"), GOOD),
        stand_in=True,
    ),
    Case(
        "redirect",
        "answers 302 to a login page",
        "`ProtocolError`: check the address. The key is not carried to another place.",
        Fails(ProtocolError, "HTTP 302; check the address"),
        (whole(302, location="/login"), GOOD),
    ),
    Case(
        "redirect-post",
        "answers 307 to another server",
        "`ProtocolError`: check the address. The prompt is not carried to another place.",
        Fails(ProtocolError, "HTTP 307; check the address"),
        (whole(307, location="http://127.0.0.1:1/v1/models/r1/infer"), GOOD),
    ),
    Case(
        "204",
        "answers 204, success without anything",
        "`ProtocolError`: check the address.",
        Fails(ProtocolError, "HTTP 204; check the address"),
        ((head(204, "Nothing"),),),
    ),
    Case(
        "103-first",
        "answers 103 with hints, and then the reply",
        "The answer.",
        Answers(),
        ((head(103, "Early Hints"), *GOOD),),
    ),
    Case(
        "refusal-cut",
        "answers 500 whose body breaks off",
        "The answer, at the second try.",
        Answers(tries=_FAILED_ONCE),
        ((head(500, "Failed", content_length="1000"), b'{"error"', Move.RESET), GOOD),
    ),
    Case(
        "refusal-hangs",
        "answers 400 whose body never ends",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, "said nothing after 0.3 s.*raise the first_event timer"),
        ((head(400, "Bad", content_length="1000"), b"{", Move.HOLD),),
        timeouts=replace(CALM, first_event_s=0.3),
    ),
)
