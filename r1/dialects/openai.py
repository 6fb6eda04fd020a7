"""OpenAI chat completions as DeepSeek, vLLM, llama.cpp and Ollama (`/v1`) serve them.

They disagree on where thoughts stand: in `reasoning_content` (DeepSeek, llama.cpp, vLLM up to 0.11.1), in `reasoning`
(Ollama, OpenRouter, later vLLM), in the parts of `reasoning_details` (OpenRouter, where `reasoning` may be missing), or
in the text between tags, with or without the opening one (vLLM without a parser).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from r1.auth import BearerAuth
from r1.dialects import Piece
from r1.dialects.usage import usage_in
from r1.options import R1Options
from r1.profiles import Profile, profile_of_owner, thinking_fields, tokens_sent, without
from r1.request import Request
from r1.results import Status

EMPTY_THOUGHT = "<think>\n\n</think>\n\n"
"""How an answer begins when thinking was skipped."""
GO_ON = "Go on exactly where you stopped. Repeat nothing."


class OpenAIDialect:
    """`POST /chat/completions`. The prompt is one user turn: open-weight R1 wants no system prompt."""

    infer_path = "/chat/completions"
    status_path = "/models"

    def auth(self, options: R1Options) -> httpx.Auth:
        return BearerAuth(options.api_key)

    def body(self, request: Request, profile: Profile) -> dict[str, Any]:
        parameters = request.parameters
        messages = [{"role": "user", "content": request.prompt}]
        body = {
            "model": request.model,
            "messages": messages,
            "temperature": parameters.temperature,
            "max_tokens": tokens_sent(request, profile),
            "top_p": parameters.top_p,
            "stream": True,
        }
        if profile.usage_on_request:
            body["stream_options"] = {"include_usage": True}
        if request.said:
            messages += [{"role": "assistant", "content": request.said}, {"role": "user", "content": GO_ON}]
        elif request.closed and profile.prefill_fields is not None and profile.closing(request.model) == "prefill":
            messages.append({"role": "assistant", "content": EMPTY_THOUGHT})
            body |= profile.prefill_fields
        return without(body | thinking_fields(request, profile), request.left_out)

    def read(self, event: Mapping[str, Any]) -> Piece:
        choices = [] if "usage" in event and "choices" not in event else event["choices"]
        choice = choices[0] if choices else {}
        said = choice.get("delta") or choice.get("message") or {}
        text, finish = said.get("content") or "", choice.get("finish_reason")
        thought = said.get("reasoning_content") or said.get("reasoning") or _detailed(said.get("reasoning_details"))
        if not (isinstance(text, str) and isinstance(thought, str) and isinstance(finish, str | None)):
            raise TypeError("content, reasoning or finish_reason is no text")
        return Piece(thought, text, False, finish, usage_in(event.get("usage")), str(event.get("model") or ""))

    def read_status(self, reply: Mapping[str, Any]) -> Status:
        models = reply.get("data") or []
        owner = str(models[0].get("owned_by") or "") if models else ""
        return Status(
            ready=bool(models),
            engine=", ".join(str(model["id"]) for model in models),
            profile=profile_of_owner(owner),
        )


def _detailed(details: object) -> str:
    """The thoughts in OpenRouter's list: parts with a `text` or a `summary`; encrypted ones have neither.

    Source: OpenRouter's documentation, "Reasoning Tokens", and recorded streams. Raises `AttributeError` or `TypeError`
    for what is no such list.
    """
    if not details:
        return ""
    if not isinstance(details, list):
        raise TypeError("reasoning_details is no list")
    return "".join(part.get("text") or part.get("summary") or "" for part in details)
