"""What a refusal (HTTP 400) lets us change, once: a white list, each change reported. The rest is the caller's.

The guide (part 3.2) adjusts parameters after a 400 and says no more. Done freely, that changes requests in silence, or
for ever.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from r1.errors import RequestRefusedError
from r1.request import Request
from text.prompt import build_prompt, parse_prompt
from text.tokens import estimate_tokens

DROPPABLE = (
    "chat_template_kwargs", "continue_final_message", "add_generation_prompt", "thinking_token_budget",
    "thinking_budget_tokens", "reasoning_budget", "reasoning_effort", "thinking", "think", "stream_options",
    "temperature", "top_p", "priority", "user_id", "session_id", "reasoning",
)  # fmt: skip
"""Fields that an answer can do without; the longer names first, since `thinking` is part of others."""

_TOO_LONG = re.compile(
    r"context length|context window|context size|too long|too many tokens|maximum context|prompt is too", re.IGNORECASE
)
_MOST_TOKENS = re.compile(r"max_(?:completion_)?tokens|num_predict", re.IGNORECASE)
_LIMIT = re.compile(
    r"(?:at most|less than or equal to|<=|maximum(?: value)?(?: of| is)?|up to|\[\s*1\s*,)\s*(\d{2,7})", re.IGNORECASE
)
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unknown|unexpected|unrecognized|extra|not permitted|not allowed|invalid|incompatible"
    r"|configured",
    re.IGNORECASE,
)
# vLLM and OpenAI: "maximum context length is 8192 tokens and your request has 9 input tokens"
_CONTEXT = re.compile(r"maximum context length (?:is|of) (\d+)", re.IGNORECASE)
_PROMPT_TOKENS = re.compile(r"(\d+) (?:input tokens|in the messages|tokens from the input)", re.IGNORECASE)
_UNKNOWN = re.compile(r"unsupported|not support|unknown|unexpected|unrecognized|extra|not permitted", re.IGNORECASE)
LEAST_TOKENS = 64
"""With fewer, no answer is worth asking for."""
ESTIMATE_MARGIN = 1.25


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One change to a request that was refused."""

    request: Request
    field: str
    change: str = ""
    """What from and to what; empty when the field was left out."""
    lasting: bool = False
    """True when the server does not know the field at all, so that it need not be sent again."""


def adjusted(
    request: Request, error: RequestRefusedError, body: Mapping[str, Any], sent_tokens: int
) -> Adjustment | None:
    """The request as it may be sent once more, or None when nothing on the white list helps.

    `body` is what was refused, `sent_tokens` what its `max_tokens` said.
    """
    if error.status not in (400, 413):
        return None
    words = f"{error.field or ''} {error}"
    room = _room(request, words)
    if room is not None and room < sent_tokens:
        return _clamped(request, room, sent_tokens) or _trimmed(request)
    if _TOO_LONG.search(words):
        return _trimmed(request)
    if _MOST_TOKENS.search(words):
        stated = _LIMIT.search(words)
        return _clamped(request, int(stated[1]) if stated else sent_tokens // 2, sent_tokens)
    sent = {*body, *body.get("options", ())}
    field = next((name for name in DROPPABLE if name in sent and _names(name, error.field, words)), None)
    if field is None or not (error.field or _UNSUPPORTED.search(words)):
        return None
    lasting = _UNKNOWN.search(words) is not None
    return Adjustment(replace(request, left_out=request.left_out | {field}), field, lasting=lasting)


def _names(name: str, field: str | None, words: str) -> bool:
    if field is not None:
        return field.rpartition(".")[2] == name or field == name
    if name == "think" and re.search(r"does not support thinking", words, re.IGNORECASE):
        return True
    return re.search(rf"(?<![a-z_]){name}(?![a-z_])", words) is not None


def _room(request: Request, words: str) -> int | None:
    """Tokens that the context leaves beside the prompt, when the server says how large it is."""
    context = _CONTEXT.search(words)
    if context is None:
        return None
    prompt = _PROMPT_TOKENS.search(words)
    taken = int(prompt[1]) if prompt else math.ceil(estimate_tokens(request.prompt) * ESTIMATE_MARGIN)
    return int(context[1]) - taken


def _clamped(request: Request, most: int, sent_tokens: int) -> Adjustment | None:
    """Fewer tokens, of which the answer keeps its share."""
    if not LEAST_TOKENS <= most < sent_tokens:
        return None
    parameters = request.parameters
    answer = min(parameters.max_tokens, max(LEAST_TOKENS, most // 2))
    parameters = replace(parameters, max_tokens=answer, reasoning_budget=max(0, most - answer))
    return Adjustment(replace(request, parameters=parameters), "max_tokens", f"{sent_tokens} to {most}")


def _trimmed(request: Request) -> Adjustment | None:
    """Without the older half of the conversation; documents and the question stay."""
    parts = parse_prompt(request.prompt)
    if not parts.exchanges:
        return None
    prompt = build_prompt(parts.without_oldest((len(parts.exchanges) + 1) // 2))
    before, after = estimate_tokens(request.prompt), estimate_tokens(prompt)
    return Adjustment(
        replace(request, prompt=prompt), "prompt", f"about {before} to {after} tokens, the oldest turns left out"
    )
