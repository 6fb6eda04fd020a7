"""Clients that are known from the start, in memory: the embedded gateway's own, and those of tests."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping

from gateway.access.clients import Client, ClientLimits, ClientSecrets, checked_secrets
from gateway.access.signing_keys import KEY_BYTES, SigningKey, new_signing_key
from gateway.roles import Role

TENANT = "embedded"


class FixedClients:
    """A `Directory` of API keys and their secrets. Nothing of it outlives the process.

    Raises `GatewayError` for a secret of less than 32 bytes.
    """

    def __init__(
        self,
        clients: Mapping[str, str],
        signing_key: SigningKey | None = None,
        role: Role = "administrator",
        limits: ClientLimits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        limits = limits or ClientLimits()
        self._secrets = {key: secret.encode() for key, secret in checked_secrets(clients).items()}
        self._clients = {key: Client(key, key, role, TENANT, limits) for key in clients}
        self._key = signing_key or new_signing_key()
        self._stranger = secrets.token_bytes(KEY_BYTES)
        self._revoked: dict[str, int] = {}
        self._clock = clock

    def __repr__(self) -> str:
        return f"FixedClients({len(self._clients)})"

    def client(self, client_id: str) -> Client | None:
        return self._clients.get(client_id)

    def secrets(self, client_id: str) -> ClientSecrets:
        return ClientSecrets(self._secrets.get(client_id, self._stranger), self._stranger)

    def signing_key(self, kid: str) -> SigningKey | None:
        return self._key if kid == self._key.kid else None

    def signs_with(self) -> SigningKey:
        return self._key

    def token_revoked(self, token_id: str) -> bool:
        return token_id in self._revoked

    def revoke_token(self, token_id: str, dead_at: int) -> None:
        now = self._clock()
        self._revoked = {kept: dies for kept, dies in self._revoked.items() if dies > now} | {token_id: dead_at}
