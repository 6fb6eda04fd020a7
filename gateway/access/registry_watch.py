"""The registry as a running gateway sees it: in memory, and at most a fraction of a second old.

A thread asks the database twice a second or more whether anything has changed, and reads it all anew if so. Looking up
blocks for nothing. While the database is away, what was last read stands, for a while.
"""

from __future__ import annotations

import base64
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from gateway.access.clients import Client, ClientSecrets
from gateway.access.registry import SECRET_BYTES, Registry, client_place
from gateway.access.sealing import KEY_VARIABLE, KeyVariable, Seal, SealingError
from gateway.access.signing_keys import KEY_BYTES, SigningKey
from gateway.errors import ApiError, GatewayError

_log = logging.getLogger(__name__)

_NOWHERE = "nobody"
"""What the secret of clients that do not exist is sealed for."""


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How closely the registry is watched. Seconds."""

    every_s: float = 0.4
    """Between two looks. What is revoked is seen within 1 s."""
    longest_blind_s: float = 300.0
    """How long what was last read stands while the database is away. Then calls get 503: who was revoked meanwhile
    cannot be known.
    """
    signing_key_s: int = 30 * 86_400
    """Age at which the signing key is replaced; tokens of the old one live on until they expire."""


class WatchedRegistry:
    """A `Directory` over a registry. It reads once on construction; the thread runs while its context is open.

    `clock` never goes back, `wall_clock` gives seconds since 1970. Raises `GatewayError` when the registry cannot be
    read at first.
    """

    def __init__(
        self,
        registry: Registry,
        options: WatchOptions | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._registry = registry
        self._options = options or WatchOptions()
        self._clock = clock
        self._wall_clock = wall_clock
        key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        self._strangers = Seal(KeyVariable({KEY_VARIABLE: key}))
        self._stranger = self._strangers.seal(secrets.token_bytes(SECRET_BYTES), _NOWHERE)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._refreshing = threading.Lock()
        self._away = False
        self._read_at = clock()
        self._snapshot = registry.snapshot()

    def __repr__(self) -> str:
        return f"WatchedRegistry({self._registry!r})"

    def __enter__(self) -> WatchedRegistry:
        self._thread = threading.Thread(target=self._watch, name="registry watch", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def refresh(self) -> None:
        """Read the registry if it has changed since. Raises `GatewayError` when the database is away; blocks."""
        with self._refreshing:
            asked_at = self._clock()
            changes = self._registry.changes()
            if changes != self._snapshot.changes:
                self._snapshot = self._registry.snapshot()
            self._read_at = asked_at

    def client(self, client_id: str) -> Client | None:
        if self._clock() - self._read_at > self._options.longest_blind_s:
            fault = "the registry of clients cannot be read now; try again"
            raise ApiError(503, "registry_away", fault, retry_after_s=5)
        return self._snapshot.clients.get(client_id)

    def secrets(self, client_id: str) -> ClientSecrets:
        sealed = self._snapshot.sealed.get(client_id)
        place = client_place(client_id)
        if sealed is None:
            return ClientSecrets(self._opened(None, place), self._opened(None, place))
        return ClientSecrets(self._opened(sealed.current, place), self._opened(sealed.previous, place))

    def _opened(self, sealed: bytes | None, place: str) -> bytes:
        """A secret, or a random one for None, which takes as long."""
        if sealed is not None:
            try:
                return self._registry.open(sealed, place)
            except SealingError as error:
                _log.error("a client cannot be let in: %s", error)
        return self._strangers.open(self._stranger, _NOWHERE)

    def signing_key(self, kid: str) -> SigningKey | None:
        key = self._snapshot.keys.get(kid)
        dead = key is not None and key.verifies_until is not None and key.verifies_until < self._wall_clock()
        return None if dead else key

    def signs_with(self) -> SigningKey:
        now = self._wall_clock()
        keys = self._snapshot.keys.values()
        begun = [key for key in keys if key.signs_from <= now]
        # Where the clock was set back, none may have begun: then the oldest one signs.
        return max(begun, key=_age_order) if begun else min(keys, key=_age_order)

    def token_revoked(self, token_id: str) -> bool:
        return token_id in self._snapshot.revoked_tokens

    def revoke_token(self, token_id: str, dead_at: int) -> None:
        self._registry.revoke_token(token_id, dead_at)
        self.refresh()

    def _watch(self) -> None:
        while not self._stop.wait(self._options.every_s):
            try:
                self.refresh()
                self._replace_old_key()
            except GatewayError as error:
                if not self._away:
                    _log.warning("the registry of clients cannot be read; what was known stands: %s", error)
                self._away = True
            except Exception:  # noqa: BLE001  # this thread is what revocation depends on
                _log.exception("the registry of clients was not read")
            else:
                if self._away:
                    _log.info("the registry of clients is read again")
                self._away = False

    def _replace_old_key(self) -> None:
        age_s = self._wall_clock() - max(key.signs_from for key in self._snapshot.keys.values())
        if age_s > self._options.signing_key_s:
            self._registry.renew_signing_key(older_than_s=self._options.signing_key_s)


def _age_order(key: SigningKey) -> tuple[int, str]:
    return key.signs_from, key.kid
