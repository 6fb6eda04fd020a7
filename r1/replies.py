"""From an HTTP reply that is no success to the error that says what to do about it."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from r1.errors import (
    AuthenticationError,
    ProtocolError,
    R1Error,
    RateLimitedError,
    RequestRefusedError,
    UpstreamError,
)
from r1.options import DialectName, R1Options

HIDDEN = "[hidden]"
SHORTEST_SECRET = 6
QUOTED = 16
"""So many characters in a row that stand in the prompt too are a quotation of it."""
LONGEST_REASON = 300
"""Characters of a server's own words that are repeated in an error."""

_NEXT_STEPS = {
    402: "the account has no balance left: top it up",
    405: "check the address: something else answers there",
    413: "the prompt is too long for this server: ask about fewer pages",
    422: "the server does not accept a parameter: change it",
}
_RETRIED_STATUSES = frozenset({408, 409, 425})
# A server may repeat the header it did not like: a bearer token, or a JSON web token by itself.
_CREDENTIAL = re.compile(r"(?<=[Bb]earer )[^\s,;]+|eyJ[\w-]+\.[\w.-]+")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")


_NOT_FOUND: dict[DialectName, str] = {
    "guide": "check the address; an OpenAI-style server, such as vLLM or Ollama, is written openai:URL",
    "openai": "check the model's name and the address, which commonly ends in /v1",
    "ollama": "fetch the model with `ollama pull NAME`, or choose another with --model or R1_MODEL",
}


def http_error(response: httpx.Response, body: bytes, options: R1Options, prompt: str = "") -> R1Error:
    """The error for a response whose status is not 200. Of the server's words it repeats no secret and no `prompt`."""
    status, address = response.status_code, options.address
    reason, field = reason_in(body)
    reason = discreet(reason, options, prompt)
    said = f"R1 at {address} answered HTTP {status}" + (f": {reason}" if reason else "")
    if status in {401, 403}:
        return AuthenticationError(f"{said}; check the key and its rights")
    if status == 429:
        wait_s = retry_after_s(response.headers.get("retry-after"))
        when = "later" if wait_s is None else f"in {wait_s:.0f} s"
        return RateLimitedError(f"{said}; too many requests, try again {when}", wait_s)
    if status >= 500 or status in _RETRIED_STATUSES:
        wait_s = retry_after_s(response.headers.get("retry-after"))
        return UpstreamError(f"{said}; see that server's log, or try again", status, wait_s)
    if status >= 400:
        step = _NOT_FOUND[options.dialect] if status == 404 else _NEXT_STEPS.get(status, "change the request")
        return RequestRefusedError(f"{said}; {step}", status, field)
    return ProtocolError(f"{said}; check the address")


def reason_in(body: bytes | str | Mapping[str, Any]) -> tuple[str, str | None]:
    """What a server says went wrong, as one short line, and the parameter it names.

    Knows `{"error": {"message", "field" | "param"}}`, `{"error": "…"}`, `{"message": "…"}` and `{"detail": "…"}`.
    Anything else, such as a page of HTML, gives nothing.
    """
    try:
        parsed = body if isinstance(body, Mapping) else json.loads(body)
    except (ValueError, RecursionError):
        return "", None
    if not isinstance(parsed, Mapping):
        return "", None
    error = parsed.get("error", parsed)
    if isinstance(error, str):
        return _one_line(error), None
    if not isinstance(error, Mapping):
        return "", None
    message = next((error[key] for key in ("message", "detail") if isinstance(error.get(key), str)), "")
    field = next((error[key] for key in ("field", "param") if isinstance(error.get(key), str)), None)
    return _one_line(message), field


def discreet(reason: str, options: R1Options, prompt: str) -> str:
    """A server's words without key, secret, tokens and stretches of the prompt, which some of them repeat (rule R9)."""
    reason = _CREDENTIAL.sub(HIDDEN, reason)
    for secret in (options.api_secret, options.api_key):
        if len(secret) >= SHORTEST_SECRET:
            reason = str.replace(reason, secret, HIDDEN)
    start = 0
    while start + QUOTED <= len(reason):
        end = start + QUOTED
        if reason[start:end] not in prompt:
            start += 1
            continue
        while end < len(reason) and reason[start : end + 1] in prompt:
            end += 1
        reason = f"{reason[:start]}{HIDDEN}{reason[end:]}"
        start += len(HIDDEN)
    return reason


def retry_after_s(header: str | None) -> float | None:
    """Seconds that a `Retry-After` header asks to wait (RFC 9110, 10.2.3: seconds or a date); None without one."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header).timestamp() - time.time()
        except (ValueError, OverflowError, OSError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def queued_s(server_timing: str | None) -> float | None:
    """Seconds that a `Server-Timing: queue;dur=MILLISECONDS` header reports; None when it says nothing of a queue."""
    found = re.search(r"(?:^|,)\s*queue\s*;\s*dur=([0-9.]+)", server_timing or "")
    try:
        return float(found[1]) / 1000 if found else None
    except ValueError:
        return None


def _one_line(text: str) -> str:
    line = _INVISIBLE.sub(" ", text).strip()
    return line if len(line) <= LONGEST_REASON else f"{line[:LONGEST_REASON]}…"
