"""Asking: `POST /v1/models/r1/infer` as the guide has it, and `POST /v1/chat/completions` for OpenAI's clients.

Both check, ask and time alike; they differ in what they take and in how they write the reply.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response
from pydantic_core import to_json

from gateway.asking import Ask, Asking
from gateway.bodies import Completion as Reply
from gateway.bodies import InferBody, error_event
from gateway.calls import CacheUse, Caller
from gateway.chat import ChatBody, ChatForm, model_list, the_model
from gateway.errors import ApiError
from gateway.generation import Run
from gateway.leaving import unless_gone
from gateway.parts import GatewayParts
from gateway.recording import CallUnderWay, call_of
from gateway.repeats import checked_idempotency_key
from gateway.routes.body_route import add_body_route
from gateway.routes.permission import Requires
from gateway.routes.tokens import NO_STORE
from gateway.streaming import EventStream
from r1.results import Completion, Delta


def add_inference(app: FastAPI, parts: GatewayParts, asking: Asking) -> None:
    """Put the routes in place."""
    _add_infer(app, parts, asking)
    _add_chat(app, parts, asking)
    started = int(time.time())

    @app.get("/v1/models", tags=["inference"], dependencies=[Depends(Requires(parts.access, "models"))])
    async def models() -> dict[str, Any]:
        """The one model that there is."""
        return model_list(parts.engine.name, started)

    @app.get("/v1/models/r1", tags=["inference"], dependencies=[Depends(Requires(parts.access, "models"))])
    async def model() -> dict[str, Any]:
        """The same, as OpenAI's clients retrieve it."""
        return the_model(parts.engine.name, started)

    @app.get("/v1/models/r1/status", tags=["monitoring"], dependencies=[Depends(Requires(parts.access, "status"))])
    async def status() -> dict[str, Any]:
        """Whether the gateway answers, and with what."""
        places = parts.admission
        return {"ready": True, "engine": parts.engine.name, "queued": places.waiting, "load": round(places.load, 3)}


def _add_infer(app: FastAPI, parts: GatewayParts, asking: Asking) -> None:
    async def infer(body: InferBody, request: Request, caller: Caller) -> Response:
        """Answer a prompt, whole or as a stream; or up to 32 of them, whole."""
        call = call_of(request.scope)
        call.user_id, call.session_id = body.user_id, body.session_id
        call.call_id = _identity("infer")
        parameters, key, may_use_cache = body.parameters(), _idempotency_key(request), _may_use_cache(request)
        asks = [
            Ask(
                prompt,
                parameters,
                caller,
                body.priority,
                body.user_id,
                body.session_id,
                body.remember,
                may_use_cache and not body.remember,
                f"{key}-{number}" if key else "",
            )
            for number, prompt in enumerate(body.prompts)
        ]
        reply = Reply(call.call_id, int(time.time()), body.reasoning)
        if body.stream:
            return _streamed(asking.run(asks[0], call), _GuideForm(reply, call), call)
        answered = await unless_gone(request.receive, _answered([asking.run(ask, call) for ask in asks]))
        replies = [reply.whole(each, _use(call, each)) for each in answered]
        return _whole(replies[0] if isinstance(body.prompt, str) else reply.several(replies), call)

    add_body_route(app, "/v1/models/r1/infer", Requires(parts.access, "infer"), InferBody, infer, tag="inference")


def _add_chat(app: FastAPI, parts: GatewayParts, asking: Asking) -> None:
    async def chat(body: ChatBody, request: Request, caller: Caller) -> Response:
        """Answer a conversation as OpenAI's API does, with the thoughts as `reasoning_content`."""
        call = call_of(request.scope)
        call.user_id, call.session_id = body.user, body.session_id
        call.call_id = _identity("chatcmpl")
        ask = Ask(
            body.prompt(),
            body.parameters(),
            caller,
            body.priority,
            body.user,
            body.session_id,
            use_cache=_may_use_cache(request),
            idempotency_key=_idempotency_key(request),
        )
        form = ChatForm(call.call_id, int(time.time()), body, lambda completion: _use(call, completion))
        if body.stream:
            return _streamed(asking.run(ask, call), form, call)
        (answered,) = await unless_gone(request.receive, _answered([asking.run(ask, call)]))
        return _whole(form.whole(answered), call)

    add_body_route(app, "/v1/chat/completions", Requires(parts.access, "infer"), ChatBody, chat, tag="inference")


class _GuideForm:
    """A stream as the guide's clients read it."""

    def __init__(self, reply: Reply, call: CallUnderWay) -> None:
        self._reply = reply
        self._call = call

    def delta(self, delta: Delta) -> bytes:
        return self._reply.piece(*((delta.text, "") if delta.kind == "answer" else ("", delta.text)))

    def end(self, completion: Completion) -> bytes:
        return self._reply.last(completion, _use(self._call, completion))

    def error(self, error: ApiError) -> bytes:
        return error_event(error)


def _streamed(run: Run, form: ChatForm | _GuideForm, call: CallUnderWay) -> Response:
    call.streamed = True
    return EventStream(run, form, call, lambda: _headers(call))


def _whole(content: Mapping[str, Any], call: CallUnderWay) -> Response:
    return Response(to_json(content), media_type="application/json", headers=_headers(call))


async def _answered(runs: Sequence[Run]) -> list[Completion]:
    """The completion of each run. One that fails ends all. Raises `ApiError`."""
    if len(runs) == 1:
        return [await _completion(runs[0])]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_completion(run)) for run in runs]
    except BaseExceptionGroup as failed:
        for error in failed.exceptions:
            if isinstance(error, ApiError):
                raise error from None
        raise
    return [task.result() for task in tasks]


async def _completion(run: Run) -> Completion:
    completion = None
    async with aclosing(run) as items:  # gives its place back now, not when it is collected as garbage
        async for item in items:
            if isinstance(item, Completion):
                completion = item
    assert completion is not None, "a run ends with its completion"
    return completion


def _identity(kind: str) -> str:
    """Of a reply. No secret, so it need not cost a system call."""
    return f"{kind}-{random.getrandbits(48):012x}"


def _idempotency_key(request: Request) -> str:
    return checked_idempotency_key(request.headers.get("idempotency-key"))


def _may_use_cache(request: Request) -> bool:
    """RFC 9111, 5.2.1: a caller that wants a fresh answer says so."""
    directives = {part.strip().lower() for part in request.headers.get("cache-control", "").split(",")}
    return not directives & {"no-cache", "no-store"}


def _use(call: CallUnderWay, completion: Completion) -> CacheUse:
    return "hit" if completion.served_by == "cache" else call.cache if call.cache != "hit" else "miss"


def _headers(call: CallUnderWay) -> dict[str, str]:
    """What is known when the reply's head goes out: the wait for a place, the first piece, the cache (RFC 9211)."""
    waited = max((place.waited_s or 0.0 for place in call.places), default=0.0)
    parts = [f"queue;dur={waited * 1000:.1f}"]
    held = [place.held_s for place in call.places if place.held_s is not None]
    if held:
        parts.append(f"upstream;dur={max(held) * 1000:.1f}")
    headers = {**NO_STORE, "Server-Timing": ", ".join(parts)}
    if call.cache != "off":
        headers["Cache-Status"] = "r1; hit" if call.cache == "hit" else "r1; fwd=miss"
    return headers
