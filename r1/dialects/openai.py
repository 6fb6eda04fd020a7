"""OpenAI chat completions as DeepSeek, vLLM, llama.cpp and Ollama (`/v1`) serve them.

They disagree on where thoughts stand: in `reasoning_content` (DeepSeek, llama.cpp, vLLM up to 0.11.1), in `reasoning`
(Ollama, OpenRouter, later vLLM), or in the text between tags, with or without the opening one (vLLM without a parser).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from r1.auth import BearerAuth
from r1.dialects import Piece
from r1.dialects.usage import usage_in
from r1.options import R1Options
from r1.parameters import InferParameters
from r1.results import Status


class OpenAIDialect:
    """`POST /chat/completions`. The prompt is one user turn: open-weight R1 wants no system prompt."""

    infer_path = "/chat/completions"
    status_path = "/models"

    def auth(self, options: R1Options) -> httpx.Auth:
        return BearerAuth(options.api_key)

    def body(self, prompt: str, model: str, parameters: InferParameters) -> dict[str, Any]:
        return {
            "model": model,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": parameters.temperature,
            "max_tokens": parameters.max_tokens,
            "top_p": parameters.top_p,
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    def read(self, event: Mapping[str, Any]) -> Piece:
        choices = event["choices"]
        choice = choices[0] if choices else {}
        said = choice.get("delta") or choice.get("message") or {}
        text, finish = said.get("content") or "", choice.get("finish_reason")
        thought = said.get("reasoning_content") or said.get("reasoning") or ""
        if not (isinstance(text, str) and isinstance(thought, str) and isinstance(finish, str | None)):
            raise TypeError("content, reasoning or finish_reason is no text")
        return Piece(thought, text, False, finish, usage_in(event.get("usage")), str(event.get("model") or ""))

    def read_status(self, reply: Mapping[str, Any]) -> Status:
        models = [str(model["id"]) for model in reply.get("data") or ()]
        return Status(ready=bool(models), engine=", ".join(models))
