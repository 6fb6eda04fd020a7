"""Asking: `POST /v1/models/r1/infer` as the guide has it, and `POST /v1/chat/completions` for OpenAI's clients.

Both check, ask and time alike; they differ in what they take and in how they write the reply.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse, Response

from gateway.asking import Ask, Asking
from gateway.bodies import Completion as Reply
from gateway.bodies import InferBody, error_event
from gateway.calls import CacheUse, Caller
from gateway.chat import ChatBody, ChatForm, model_list, the_model
from gateway.errors import ApiError
from gateway.parts import GatewayParts
from gateway.recording import CallUnderWay, call_of
from gateway.repeats import checked_idempotency_key
from gateway.routes.permission import Requires
from gateway.routes.tokens import NO_STORE
from gateway.streaming import COMMIT_SECONDS, EventStream, Form, Paced, unless_gone
from r1.results import Completion, Delta

CacheControl = Annotated[str | None, Header()]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key")]


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
    may_ask = Requires(parts.access, "infer")

    @app.post("/v1/models/r1/infer", tags=["inference"])
    async def infer(
        body: InferBody,
        request: Request,
        caller: Caller = Depends(may_ask),
        cache_control: CacheControl = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Response:
        """Answer a prompt, whole or as a stream; or up to 32 of them, whole."""
        call = call_of(request.scope)
        call.user_id, call.session_id = body.user_id, body.session_id
        call.call_id = f"infer-{uuid.uuid4().hex[:12]}"
        parameters, key = body.parameters(), checked_idempotency_key(idempotency_key)
        asks = [
            Ask(
                prompt,
                parameters,
                caller,
                body.priority,
                body.user_id,
                body.session_id,
                body.remember,
                _may_use_cache(cache_control) and not body.remember,
                f"{key}-{number}" if key else "",
            )
            for number, prompt in enumerate(body.prompts)
        ]
        reply = Reply(call.call_id, int(time.time()), body.reasoning)
        if body.stream:
            return await _streamed(request, Paced(asking.run(asks[0], call)), _GuideForm(reply, call), call)
        answered = await _whole(request, [Paced(asking.run(ask, call)) for ask in asks])
        replies = [reply.whole(each, _use(call, each)) for each in answered]
        content = replies[0] if isinstance(body.prompt, str) else reply.several(replies)
        return JSONResponse(content, headers={**NO_STORE, **_told(call)})


def _add_chat(app: FastAPI, parts: GatewayParts, asking: Asking) -> None:
    may_ask = Requires(parts.access, "infer")

    @app.post("/v1/chat/completions", tags=["inference"])
    async def chat(
        body: ChatBody,
        request: Request,
        caller: Caller = Depends(may_ask),
        cache_control: CacheControl = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Response:
        """Answer a conversation as OpenAI's API does, with the thoughts as `reasoning_content`."""
        call = call_of(request.scope)
        call.user_id, call.session_id = body.user, body.session_id
        call.call_id = f"chatcmpl-{uuid.uuid4().hex[:12]}"
        key, use_cache = checked_idempotency_key(idempotency_key), _may_use_cache(cache_control)
        ask = Ask(
            body.prompt(), body.parameters(), caller, body.priority, body.user, body.session_id, False, use_cache, key
        )
        form = ChatForm(call.call_id, int(time.time()), body, lambda completion: _use(call, completion))
        if body.stream:
            return await _streamed(request, Paced(asking.run(ask, call)), form, call)
        (answered,) = await _whole(request, [Paced(asking.run(ask, call))])
        return JSONResponse(form.whole(answered), headers={**NO_STORE, **_told(call)})


class _GuideForm:
    """A stream as the guide's clients read it."""

    def __init__(self, reply: Reply, call: CallUnderWay) -> None:
        self._reply = reply
        self._call = call

    def delta(self, delta: Delta) -> str:
        return self._reply.piece(*((delta.text, "") if delta.kind == "answer" else ("", delta.text)))

    def end(self, completion: Completion) -> str:
        return self._reply.last(completion, _use(self._call, completion))

    def error(self, error: ApiError) -> str:
        return error_event(error)


async def _streamed(request: Request, source: Paced, form: Form, call: CallUnderWay) -> Response:
    """An engine that fails at once still gets a status of its own; one that thinks for long gets keep-alives."""
    call.streamed = True
    await unless_gone(request, [source], source.ready(COMMIT_SECONDS))
    return EventStream(source, form, call, {**NO_STORE, **_told(call)})


async def _whole(request: Request, sources: Sequence[Paced]) -> list[Completion]:
    """The completion of each source. One that fails ends all. Raises `ApiError`."""
    return await unless_gone(request, sources, _collected(sources))


async def _collected(sources: Sequence[Paced]) -> list[Completion]:
    if len(sources) == 1:
        return [await _completion(sources[0])]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_completion(source)) for source in sources]
    except BaseExceptionGroup as failed:
        for error in failed.exceptions:
            if isinstance(error, ApiError):
                raise error from None
        raise
    return [task.result() for task in tasks]


async def _completion(source: Paced) -> Completion:
    try:
        async for item in source:
            if isinstance(item, Completion):
                return item
    finally:
        await source.close()  # gives its place back now, not when it is collected as garbage
    raise AssertionError("a run ends with its completion")


def _may_use_cache(cache_control: str | None) -> bool:
    """RFC 9111, 5.2.1: a caller that wants a fresh answer says so."""
    directives = {part.strip().lower() for part in (cache_control or "").split(",")}
    return not directives & {"no-cache", "no-store"}


def _use(call: CallUnderWay, completion: Completion) -> CacheUse:
    return "hit" if completion.served_by == "cache" else call.cache if call.cache != "hit" else "miss"


def _told(call: CallUnderWay) -> dict[str, str]:
    """What is known when the reply's head goes out: the wait for a place, the first piece, the cache (RFC 9211)."""
    waited = max((place.waited_s or 0.0 for place in call.places), default=0.0)
    parts = [f"queue;dur={waited * 1000:.1f}"]
    held = [place.held_s for place in call.places if place.held_s is not None]
    if held:
        parts.append(f"upstream;dur={max(held) * 1000:.1f}")
    told = {"Server-Timing": ", ".join(parts)}
    if call.cache != "off":
        told["Cache-Status"] = "r1; hit" if call.cache == "hit" else "r1; fwd=miss"
    return told
