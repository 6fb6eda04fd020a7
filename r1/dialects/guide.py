"""The integration guide's own API: parts 1.1, 2.1 and 3.1, with `reasoning` beside `text` for the thoughts.

What the guide does not know (`reasoning`, `reasoning_budget`, `priority`, `user_id`, `session_id`) is added only where
it says something; a server that refuses an unknown field is asked again without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from r1.auth import R1Auth
from r1.dialects import Piece
from r1.dialects.usage import usage_in
from r1.options import R1Options
from r1.profiles import Profile, thinking_fields, tokens_sent, without
from r1.request import Request
from r1.results import Status


class GuideDialect:
    """`POST /v1/models/r1/infer`. A server that sends the key `reasoning` keeps thoughts out of `text`."""

    infer_path = "/v1/models/r1/infer"
    status_path = "/v1/models/r1/status"

    def auth(self, options: R1Options) -> httpx.Auth:
        return R1Auth(options)

    def body(self, request: Request, profile: Profile) -> dict[str, Any]:
        parameters, options = request.parameters, request.options
        body: dict[str, Any] = {
            "prompt": request.prompt + request.said,
            "temperature": parameters.temperature,
            "max_tokens": tokens_sent(request, profile),
            "top_p": parameters.top_p,
            "stream": True,
            "reasoning": True,
        }
        additions = {
            "model": request.model,
            "user_id": options.caller.user_id,
            "session_id": options.caller.session_id,
            "priority": "" if options.priority == "normal" else options.priority,
        }
        body |= {name: value for name, value in additions.items() if value}
        return without(body | thinking_fields(request, profile), request.left_out)

    def read(self, event: Mapping[str, Any]) -> Piece:
        choices = [] if "usage" in event and "choices" not in event else event["choices"]
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
