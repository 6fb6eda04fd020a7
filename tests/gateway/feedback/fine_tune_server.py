"""A real fine-tune API on loopback, in the form of OpenAI's: files and jobs, and faults on request."""

from __future__ import annotations

import asyncio
import email
import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

KEY = "sk-canary-5f1e9c"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one request."""

    kind: Literal["status", "cut before the reply", "hang before the reply", "nonsense"]
    status: int = 500
    message: str = "the server had an error"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class FineTuneServer:
    """Runs in a thread while its context is open."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id, each with its `content`."""
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    """By method and path after /v1, such as "POST /files"; each is used up once."""
    asked: list[str] = field(default_factory=list)
    """Method and path of every request that arrived whole or was cut."""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    """Of the jobs that were asked for."""
    file_states: list[str] = field(default_factory=list)
    """That the next looks at a file see; then "processed"."""
    page: int = 100
    """Entries of a list that are given at once, at most."""
    cut_at: int | None = None
    """Bytes on one connection after which it is cut, once."""
    hanging: threading.Event = field(default_factory=threading.Event)
    """Set once a request hangs before its reply."""
    _removed: list[str] = field(default_factory=list)

    def __enter__(self) -> FineTuneServer:
        outer = self

        class Cutting(H11Protocol):
            """Cuts the connection in the middle of an upload."""

            received = 0

            def data_received(self, data: bytes) -> None:
                self.received += len(data)
                if outer.cut_at is not None and self.received >= outer.cut_at:
                    outer.cut_at = None
                    outer.asked.append("POST /files")
                    self.transport.abort()
                    return
                super().data_received(data)

        config = uvicorn.Config(
            self._app(), port=0, http=Cutting, lifespan="off", log_config=None, timeout_graceful_shutdown=1
        )
        self._server = QuietServer(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        assert self._server.ready.wait(30)
        self.port: int = self._server.servers[0].sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_failure: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    def end_jobs(self, state: str, **changed: Any) -> None:
        """All jobs reach that state."""
        for job in self.jobs.values():
            job.update(status=state, **changed)

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)

        @app.api_route("/v1/{path:path}", methods=["GET", "POST", "DELETE"])
        async def serve(path: str, request: Request) -> Response:
            """Everything."""
            what = f"{request.method} /{path}"
            body = await request.body()
            self.asked.append(what)
            if request.headers.get("authorization") != f"Bearer {KEY}":
                return _error(401, f"Incorrect API key provided: {request.headers.get('authorization')}")
            fault = self.faults[what].pop(0) if self.faults.get(what) else None
            if fault is not None and fault.kind == "status":
                return _error(fault.status, fault.message, dict(fault.headers))
            if fault is not None and fault.kind == "nonsense":
                return Response("<html>welcome</html>", media_type="text/html")
            reply = self._answer(request, path, body)
            if fault is not None and fault.kind == "cut before the reply":
                return _Broken()
            if fault is not None and fault.kind == "hang before the reply":
                self.hanging.set()
                await asyncio.sleep(60)
            return reply

        return app

    def _answer(self, request: Request, path: str, body: bytes) -> Response:
        routes: dict[tuple[str, str], Callable[[], Response]] = {
            ("POST", "files"): lambda: self._upload(request.headers["content-type"], body),
            ("GET", "files"): lambda: self._list(request, self.files),
            ("POST", "fine_tuning/jobs"): lambda: self._start(json.loads(body)),
            ("GET", "fine_tuning/jobs"): lambda: self._list(request, self.jobs),
        }
        known = routes.get((request.method, path))
        if known is not None:
            return known()
        kind, _, rest = path.replace("fine_tuning/jobs", "jobs").partition("/")
        table = self.files if kind == "files" else self.jobs
        identity, _, action = rest.partition("/")
        if identity not in table:
            return _error(404, f"No such object: {identity}")
        if request.method == "DELETE":
            self._removed.append(table.pop(identity)["filename"])
            return JSONResponse({"id": identity, "deleted": True})
        if action == "cancel":
            if table[identity]["status"] in {"succeeded", "failed"}:
                return _error(400, "Job has already completed")
            table[identity]["status"] = "cancelled"
        shown = dict(table[identity])
        if kind == "files":
            shown["status"] = self.file_states.pop(0) if self.file_states else shown["status"]
        return JSONResponse(_without_content(shown))

    def _upload(self, content_type: str, body: bytes) -> Response:
        form = email.message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
        parts = {str(part.get_param("name", header="content-disposition")): part for part in form.get_payload()}  # type: ignore[union-attr]  # a multipart message's payload is its parts
        assert parts["purpose"].get_payload() == "fine-tune"  # type: ignore[union-attr]  # as above
        content = parts["file"].get_payload(decode=True)  # type: ignore[union-attr]  # as above
        assert isinstance(content, bytes)
        identity = f"file-{len(self.files) + len(self._removed) + 1}"
        self.files[identity] = {
            "id": identity, "object": "file", "bytes": len(content), "purpose": "fine-tune", "status": "processed",
            "filename": parts["file"].get_filename(), "content": content,  # type: ignore[union-attr]  # as above
        }  # fmt: skip
        return JSONResponse(_without_content(self.files[identity]))

    def _start(self, body: dict[str, Any]) -> Response:
        self.bodies.append(body)
        if body["training_file"] not in self.files:
            return _error(400, f"No such file: {body['training_file']}")
        identity = f"ftjob-{len(self.jobs) + 1}"
        self.jobs[identity] = {
            "id": identity, "object": "fine_tuning.job", "model": body["model"], "status": "validating_files",
            "training_file": body["training_file"], "fine_tuned_model": None, "error": {},
        }  # fmt: skip
        return JSONResponse(self.jobs[identity])

    def _list(self, request: Request, table: dict[str, dict[str, Any]]) -> Response:
        entries = [_without_content(entry) for entry in reversed(table.values())]
        after = request.query_params.get("after")
        start = next((at + 1 for at, entry in enumerate(entries) if entry["id"] == after), 0)
        count = min(self.page, int(request.query_params.get("limit", 20)))
        more = start + count < len(entries)
        return JSONResponse({"object": "list", "data": entries[start : start + count], "has_more": more})


class QuietServer(uvicorn.Server):
    """Leaves the process's signals alone, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # uvicorn types it as a generator
        return nullcontext()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class _Broken(Response):
    """Ends the connection in the middle of a reply."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"id": "', "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": {"message": message, "type": "invalid_request_error"}}, status, headers)


def _without_content(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "content"}
