"""An OpenAI-compatible fine-tune API: files and jobs. One call is one function; trying again is r1's one loop.

Nothing here remembers anything: see `submitting` for what must not happen twice.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import quote

from gateway.feedback.form import Form
from gateway.feedback.json_api import SEARCHED_FOR_QUOTES, ApiWords, JsonApi
from r1.errors import ProtocolError
from r1.options import R1Options, RetryPolicy
from r1.tls import TlsOptions

KEY_VARIABLE = "FINE_TUNE_API_KEY"
LISTED_AT_ONCE, MOST_PAGES = 100, 50
"""Of files or jobs: what a page of the list holds, and how many pages are looked through."""
LONGEST_NAME = 200
"""Characters of an id or a state."""

_WORDS = ApiWords(
    name="the fine-tune API",
    key=f"{KEY_VARIABLE} and the key's rights",
    address="check the address, which commonly ends in /v1",
    request="change what it names, such as the model or the form",
)


@dataclass(frozen=True, slots=True)
class FineTuneOptions:
    """Where the API is. The key is kept out of `repr`. Raises `SettingsError` for an address that is none."""

    base_url: str
    """The address before `/files`, commonly ending in /v1."""
    api_key: str = field(default="", repr=False)
    tls: TlsOptions = field(default_factory=TlsOptions)
    retry: RetryPolicy = field(default_factory=lambda: RetryPolicy(attempts=5))

    def __post_init__(self) -> None:
        self.upstream()

    def upstream(self) -> R1Options:
        """The same for r1's connection and retry loop."""
        return R1Options(
            self.base_url, self.api_key, dialect="openai", profile="openai", tls=self.tls, retry=self.retry
        )


@dataclass(frozen=True, slots=True)
class Job:
    """A fine-tuning job as the API tells of it."""

    job_id: str
    state: str
    """The API's own word: validating_files, queued, running, succeeded, failed, cancelled; others may come."""
    training_file: str
    result_model: str
    """The name of the new model; empty until there is one."""
    error: str


class FineTuneApi:
    """An async context manager. Raises `R1Error`s whose messages name the API, the fault and the next step.

    `pause` waits so many seconds between tries, `chance` draws the jitter.
    """

    def __init__(
        self,
        options: FineTuneOptions,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._api = JsonApi(options.upstream(), _WORDS, pause, chance)

    async def __aenter__(self) -> FineTuneApi:
        await self._api.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._api.__aexit__(kind, error, trace)

    async def upload(self, name: str, content: bytes, *, look_first: bool) -> str:
        """Upload a training file under a name that is its own; returns the file's id.

        A try that broke off may have arrived all the same: before another one, and at first if `look_first` says so,
        the API's list is searched for a file of that name and size.
        """
        form = {"purpose": (None, "fine-tune"), "file": (name, content, "application/jsonl")}
        quotable = content[:SEARCHED_FOR_QUOTES].decode(errors="ignore")
        look = look_first

        async def once() -> str:
            nonlocal look
            found = await self._file_named(name, len(content)) if look else ""
            look = True
            if found:
                return found
            return self._text(await self._api.send("POST", "/files", files=form, quotable=quotable), "id")

        return await self._api.tried(once)

    async def file_state(self, file_id: str) -> tuple[str, str]:
        """The file's state in the API's own word (processed, error, …; or empty), and what is wrong with it."""
        reply = await self._api.tried(lambda: self._api.send("GET", f"/files/{_segment(file_id)}"))
        return _optional(reply, "status"), self._api.discreet(_optional(reply, "status_details"))

    async def remove_named(self, name: str) -> None:
        """Delete what was uploaded under a name, if it is there."""
        await self._api.tried(lambda: self._file_named(name, None))

    async def start(self, file_id: str, model: str, form: Form, *, look_first: bool) -> Job:
        """Start a job on an uploaded file. As with `upload`, a job that is there already for this file is taken."""
        body: dict[str, Any] = {"training_file": file_id, "model": model}
        if form is Form.PREFERENCE:
            body["method"] = {"type": "dpo"}
        look = look_first

        async def once() -> Job:
            nonlocal look
            found = await self._job_on(file_id) if look else None
            look = True
            return found or self._job(await self._api.send("POST", "/fine_tuning/jobs", body=body))

        return await self._api.tried(once)

    async def job_on(self, file_id: str) -> Job | None:
        """The job that was started on a file; None when there is none."""
        return await self._api.tried(lambda: self._job_on(file_id))

    async def job(self, job_id: str) -> Job:
        """How a job stands."""
        return self._job(await self._api.tried(lambda: self._api.send("GET", f"/fine_tuning/jobs/{_segment(job_id)}")))

    async def cancel(self, job_id: str) -> Job:
        """Ask for a job to be cancelled; how it then stands. One that has ended stays as it is, or is refused."""
        path = f"/fine_tuning/jobs/{_segment(job_id)}/cancel"
        return self._job(await self._api.tried(lambda: self._api.send("POST", path)))

    async def _file_named(self, name: str, size: int | None) -> str:
        """The id of our file, if it is there. One of another size holds what was erased since: it is removed.

        None wants none of any size.
        """
        async for entry in self._listed("/files", {"purpose": "fine-tune"}):
            if entry.get("filename") != name:
                continue
            file_id = self._text(entry, "id")
            fits = size is not None and entry.get("bytes") in (None, size)
            if fits and _optional(entry, "status") != "error":
                return file_id
            await self._api.send("DELETE", f"/files/{_segment(file_id)}")
        return ""

    async def _job_on(self, file_id: str) -> Job | None:
        async for entry in self._listed("/fine_tuning/jobs", {}):
            if entry.get("training_file") == file_id:
                return self._job(entry)
        return None

    async def _listed(self, path: str, query: Mapping[str, str]) -> AsyncGenerator[Mapping[str, Any], None]:
        after = ""
        for _ in range(MOST_PAGES):
            asked = {**query, "limit": str(LISTED_AT_ONCE)} | ({"after": after} if after else {})
            reply = await self._api.send("GET", path, query=asked)
            listed = reply.get("data")
            entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
            for entry in entries:
                yield entry
            last = _optional(entries[-1], "id") if entries else ""
            if not reply.get("has_more") or not last or last == after:
                return
            after = last

    def _job(self, reply: Mapping[str, Any]) -> Job:
        error = reply.get("error")
        return Job(
            self._text(reply, "id"),
            self._text(reply, "status"),
            _optional(reply, "training_file"),
            _optional(reply, "fine_tuned_model"),
            self._api.discreet(_optional(error, "message") if isinstance(error, dict) else ""),
        )

    def _text(self, reply: Mapping[str, Any], name: str) -> str:
        value = _optional(reply, name)
        if not 0 < len(value) <= LONGEST_NAME or not value.isprintable():
            raise ProtocolError(f"{self._api.said_of_it} sent a reply without a usable {name!r}: {_WORDS.address}")
        return value


def _segment(name: str) -> str:
    """`name` as one part of a path, whatever a server has made it."""
    return quote(name, safe="")


def _optional(reply: Mapping[str, Any], name: str) -> str:
    value = reply.get(name)
    return value if isinstance(value, str) else ""
