"""The integration guide's own API: parts 1.1, 2.1 and 3.1, with `reasoning` beside `text` for the thoughts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from r1.auth import R1Auth
from r1.dialects import Piece
from r1.dialects.usage import usage_in
from r1.options import R1Options
from r1.parameters import InferParameters
from r1.results import Status


class GuideDialect:
    """`POST /v1/models/r1/infer`. A server that sends the key `reasoning` keeps thoughts out of `text`."""

    infer_path = "/v1/models/r1/infer"
    status_path = "/v1/models/r1/status"

    def auth(self, options: R1Options) -> httpx.Auth:
        return R1Auth(options)

    def body(self, prompt: str, model: str, parameters: InferParameters) -> dict[str, Any]:
        request = {
            "prompt": prompt,
            "temperature": parameters.temperature,
            "max_tokens": parameters.max_tokens,
            "top_p": parameters.top_p,
            "stream": True,
            "reasoning": True,
        }
        return request | ({"model": model} if model else {})

    def read(self, event: Mapping[str, Any]) -> Piece:
        choices = event["choices"]
        choice = choices[0] if choices else {}
        reasoning, text, finish = choice.get("reasoning"), choice.get("text") or "", choice.get("finish_reason")
        if not isinstance(text, str) or not isinstance(finish, str | None):
            raise TypeError("text or finish_reason is no text")
        separates = isinstance(reasoning, str)
        thought = reasoning if isinstance(reasoning, str) else ""
        ours = event.get("x_r1")
        served_by = ours.get("served_by") if isinstance(ours, dict) else event.get("model")
        return Piece(thought, text, separates, finish, usage_in(event.get("usage")), str(served_by or ""))

    def read_status(self, reply: Mapping[str, Any]) -> Status:
        # The guide does not say what a status holds; a server that answers at all, and does not deny it, is ready.
        queued = reply.get("queued")
        ready = reply.get("ready", reply.get("status", "ready") in {"ready", "ok", "healthy", "up"})
        return Status(bool(ready), str(reply.get("engine", "")), queued if isinstance(queued, int) else None)
