"""Ollama's own API, which can do what its OpenAI-style one cannot: choose the size of the context.

Ollama cuts a prompt silently that is longer than its context, which is 4,096 tokens unless asked for more; documents
are longer. Source: Ollama's API documentation, "Generate a chat completion", and its "thinking" page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from r1.auth import BearerAuth
from r1.dialects import Piece
from r1.dialects.openai import GO_ON
from r1.options import R1Options
from r1.profiles import Profile, thinking_fields, tokens_sent, without
from r1.request import Request
from r1.results import Status, Usage
from text.tokens import estimate_tokens

CONTEXT_SIZES = (8_192, 16_384, 32_768, 65_536, 131_072)
"""Few sizes, since Ollama loads the model anew whenever it changes."""
ESTIMATE_MARGIN = 1.25


class OllamaDialect:
    """`POST /api/chat`, which streams one JSON object a line. Thoughts stand in `message.thinking`."""

    infer_path = "/api/chat"
    status_path = "/api/tags"

    def auth(self, options: R1Options) -> httpx.Auth:
        return BearerAuth(options.api_key)

    def body(self, request: Request, profile: Profile) -> dict[str, Any]:
        parameters = request.parameters
        most = tokens_sent(request, profile)
        messages = [{"role": "user", "content": request.prompt}]
        if request.said:
            messages += [{"role": "assistant", "content": request.said}, {"role": "user", "content": GO_ON}]
        options = {
            "temperature": parameters.temperature,
            "top_p": parameters.top_p,
            "num_predict": most,
            "num_ctx": context_size(request.prompt + request.said, most),
        }
        body = {
            "model": request.model,
            "messages": messages,
            "stream": True,
            "options": without(options, request.left_out),
        }
        return without(body | thinking_fields(request, profile), request.left_out)

    def read(self, event: Mapping[str, Any]) -> Piece:
        message = event.get("message") or {}
        text, thought = message.get("content") or "", message.get("thinking") or ""
        if not (isinstance(text, str) and isinstance(thought, str)):
            raise TypeError("content or thinking is no text")
        served_by = str(event.get("model") or "")
        if not event["done"]:
            return Piece(thought, text, False, None, None, served_by)
        return Piece(thought, text, False, str(event.get("done_reason") or "stop"), _usage(event), served_by)

    def read_status(self, reply: Mapping[str, Any]) -> Status:
        models = [str(model["name"]) for model in reply.get("models") or ()]
        return Status(ready=bool(models), engine=", ".join(models))


def context_size(prompt: str, most_tokens: int) -> int:
    """The smallest of `CONTEXT_SIZES` that holds prompt and reply; the largest for anything above."""
    wanted = estimate_tokens(prompt) * ESTIMATE_MARGIN + most_tokens
    return next((size for size in CONTEXT_SIZES if size >= wanted), CONTEXT_SIZES[-1])


def _usage(event: Mapping[str, Any]) -> Usage | None:
    prompt, completion = event.get("prompt_eval_count"), event.get("eval_count")
    if not isinstance(completion, int):
        return None
    prompt = prompt if isinstance(prompt, int) else 0  # left out when the whole prompt was cached
    return Usage(prompt, completion, prompt + completion)
