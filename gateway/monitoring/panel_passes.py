"""How a person with a browser gets to the panel without an access token in an address.

A pass is got with an access token, opens the panel once, within two minutes, and becomes a session that sees the
panel's figures and nothing else. A link carries the pass behind `#`, which a browser sends to no server; what stays in
the browser's history is worth nothing a moment later.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from gateway.access import Directory
from gateway.calls import Caller
from gateway.errors import unauthorised
from gateway.roles import may

PASS_SECONDS = 120
SESSION_SECONDS = 12 * 3600
"""A working day; then a new pass is needed."""
MOST = 1000
"""Of passes, and of sessions; the oldest make room."""
_PASS, _SESSION = "panel-pass-", "panel-session-"
"""So that people, and those who look for leaked secrets, see what it is."""


@dataclass(frozen=True, slots=True)
class _Grant:
    """Whose it is, by a secret of which generation, and until when."""

    client_id: str
    generation: int
    until_s: float


class PanelPasses:
    """Passes and sessions, in memory: a restart of the gateway ends them. `clock` gives seconds since 1970.

    A session ends at once when its client is revoked, loses its role, or had the secret replaced that it came with.
    """

    def __init__(self, directory: Directory, clock: Callable[[], float] = time.time) -> None:
        self._directory = directory
        self._clock = clock
        self._passes: dict[bytes, _Grant] = {}
        self._sessions: dict[bytes, _Grant] = {}

    def new_pass(self, caller: Caller) -> str:
        """A pass for a caller who may see the panel. Raises `ApiError` (401) when it is no longer known."""
        return self._granted(_PASS, self._passes, caller.client_id, PASS_SECONDS)

    def redeem(self, text: str) -> str:
        """A session for a pass, which counts no more. Raises `ApiError` (401)."""
        grant = self._passes.pop(_digest(text), None)
        caller = self._holder(grant)
        if grant is None or caller is None:
            raise unauthorised("this pass was used before or is over: make a new one with `gateway panel-link`")
        return self.new_session(caller)

    def new_session(self, caller: Caller) -> str:
        """A session for a caller who may see the panel. Raises `ApiError` (401) when it is no longer known."""
        return self._granted(_SESSION, self._sessions, caller.client_id, SESSION_SECONDS)

    def guest(self, text: str) -> Caller:
        """Whose session this is, with the role as it is now. Raises `ApiError` (401)."""
        caller = self._holder(self._sessions.get(_digest(text)))
        if caller is None:
            raise unauthorised("the panel's session is over: make a new pass with `gateway panel-link`")
        return caller

    def _holder(self, grant: _Grant | None) -> Caller | None:
        now_s = self._clock()
        if grant is None or now_s >= grant.until_s:
            return None
        client = self._directory.client(grant.client_id)
        if client is None or not client.accepts(grant.generation, now_s) or not may(client.role, "panel"):
            return None
        return client.caller()

    def _granted(self, prefix: str, grants: dict[bytes, _Grant], client_id: str, life_s: float) -> str:
        client = self._directory.client(client_id)
        if client is None:
            raise unauthorised("the client is no longer known")
        while len(grants) >= MOST:
            del grants[next(iter(grants))]
        text = prefix + secrets.token_urlsafe(32)
        grants[_digest(text)] = _Grant(client_id, client.generation, self._clock() + life_s)
        return text


def is_pass(text: str) -> bool:
    """Whether this looks like a pass."""
    return text.startswith(_PASS)


def is_session(text: str) -> bool:
    """Whether this looks like a session."""
    return text.startswith(_SESSION)


def _digest(text: str) -> bytes:
    # Looked up by digest: how long a look-up takes tells nothing of what is there.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
