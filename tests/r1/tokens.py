"""A token endpoint on the virtual clock, and what a traceback shows of it."""

from __future__ import annotations

import asyncio
import json
import traceback
from pathlib import Path
from typing import Any

import httpx

from r1.auth import R1Auth
from tests.r1.upstream import guide_options

DAY = 86_400.0


class Service:
    """Numbers its tokens, each exchange taking `pause_s`; `failures` come first. All tokens but the `refused` serve."""

    def __init__(self, expires_in: Any = DAY, pause_s: float = 0.0) -> None:
        self.expires_in = expires_in
        self.pause_s = pause_s
        self.failures: list[httpx.Response | Exception] = []
        self.refused: set[str] = set()
        self.asked_at: list[float] = []
        self.assertions: list[str] = []
        self.used: list[str] = []
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self))

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        proof = request.headers["authorization"].removeprefix("Bearer ")
        if request.url.path != "/auth/token":
            self.used.append(proof)
            return httpx.Response(401 if proof in self.refused else 200)
        self.asked_at.append(asyncio.get_running_loop().time())
        self.assertions.append(proof)
        number = len(self.asked_at)
        await asyncio.sleep(self.pause_s)
        failure = self.failures.pop(0) if self.failures else None
        if isinstance(failure, Exception):
            raise failure
        body = f'{{"access_token": "token-{number}", "expires_in": {json.dumps(self.expires_in)}}}'
        return failure or httpx.Response(200, text=body)

    async def call(self, auth: R1Auth, at: float | None = None) -> tuple[int, str]:
        """The status of one call, made at `at`, and the token that it went with."""
        if at is not None:
            await asyncio.sleep(at - asyncio.get_running_loop().time())
        response = await self.http.post("http://r1.test/v1/models/r1/infer", auth=auth)
        return response.status_code, response.request.headers["authorization"].removeprefix("Bearer ")


def renewing(service: Service) -> R1Auth:
    """An auth on the loop's clock that renews beside the calls."""
    auth = R1Auth(guide_options(), clock=lambda: asyncio.get_running_loop().time())
    auth.send = service.http.send
    return auth


def shown(error: BaseException) -> str:
    """All that a traceback with locals shows of `error`, without the frames of these tests."""
    rendered = traceback.TracebackException.from_exception(error, capture_locals=True)
    waiting: list[traceback.TracebackException | None] = [rendered]
    while waiting:
        link = waiting.pop()
        if link is not None:
            link.stack[:] = [frame for frame in link.stack if "tests" not in Path(frame.filename).parts]
            waiting += [link.__cause__, link.__context__]
    return "".join(rendered.format()) + repr(error) + repr(error.args)
