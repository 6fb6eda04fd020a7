"""Who may call: a client's signed assertion is exchanged for an access token, which every other call carries.

An assertion is signed with the client's own secret, an access token with a key of the gateway's. What a client may do
is looked up here at every call; a token says only who it is, and whatever else it claims is passed over.
"""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.access.clients import Client, Directory
from gateway.access.fixed import FixedClients
from gateway.access.patience import Patience
from gateway.access.replays import MemoryReplays, Replays
from gateway.access.signed import (
    LONGEST_TOKEN_CHARACTERS,
    Claims,
    claims_of,
    key_name,
    sign,
    signature_holds,
)
from gateway.access.signing_keys import SigningKey
from gateway.calls import Caller
from gateway.errors import unauthorised

LEEWAY_SECONDS = 60
"""How far the two machines' clocks may differ."""
LONGEST_ASSERTION_SECONDS = 86_400
"""The guide's assertions live for a day. R1 clients of this project use five minutes."""
TOKEN_SECONDS = 86_400
"""Life of an access token (the guide: 24 h)."""
SAME_BYTES_SECONDS = 5.0
"""For so long an assertion without a jti may be exchanged again."""
AUDIENCE = "r1"
"""Whom assertions and access tokens are for. An assertion may leave it out, as the guide's does."""
ISSUER = "r1-gateway"
MOST_VERIFIED = 4096
"""Tokens whose signature is not checked anew at every call. Beyond, the one that was checked first is forgotten."""

_CHECK_KEY = "check key and secret"
_FETCH_ONE = "fetch one at /auth/token"


@dataclass(frozen=True, slots=True)
class _Verified:
    """What a token said when its signature was checked."""

    claims: Claims
    key: SigningKey


class Access:
    """Checks assertions and issues, checks and revokes access tokens. For any number of threads.

    `clients` is a directory, or maps API keys to secrets of at least 32 bytes: those clients are administrators of the
    tenant "embedded", and `signing_key` is then the gateway's own. Raises `GatewayError` for a shorter secret.
    """

    def __init__(
        self,
        clients: Directory | Mapping[str, str],
        signing_key: SigningKey | None = None,
        replays: Replays | None = None,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.directory: Directory = FixedClients(clients, signing_key) if isinstance(clients, Mapping) else clients
        # Compared, since either is false while it is empty.
        self._replays = MemoryReplays() if replays is None else replays
        self._patience = Patience() if patience is None else patience
        self._clock = clock
        self._lock = threading.Lock()
        self._verified: dict[str, _Verified] = {}
        self._unnamed: dict[str, float] = {}
        """When each assertion without a jti came first; the last few seconds' alone."""

    def __repr__(self) -> str:
        return f"Access({self.directory!r})"

    def exchange(self, assertion: str, remote_address: str = "") -> str:
        """An access token for the client that signed `assertion`.

        Raises `ApiError`: 401, 429 after too many failures, 503 when the registry is away. It takes no time with
        replays in memory and may block for 1 s with those in Redis: then call it on a thread. `remote_address` is the
        caller's own, not a proxy's.
        """
        claims = claims_of(assertion)
        client_id = claims.issuer if claims is not None else ""
        self._patience.admit(client_id, remote_address)
        client, generation = self._signer(assertion, client_id)
        if claims is None or client is None:
            self._patience.failed(client_id, remote_address)
            raise unauthorised(f"the assertion is not valid: {_CHECK_KEY}")
        now = self._clock()
        expires_at = _check_assertion(claims, now)
        if not self._is_first(assertion, claims, expires_at + LEEWAY_SECONDS - now):
            raise unauthorised("the assertion was used before: sign a new one, with a jti of its own, each time")
        key, issued_at = self.directory.signs_with(), int(now)
        token: dict[str, str | int] = {
            "iss": ISSUER,
            "sub": client_id,
            "aud": AUDIENCE,
            "iat": issued_at,
            "exp": issued_at + TOKEN_SECONDS,
            "jti": uuid.uuid4().hex,
            "gen": generation,
        }
        return sign(token, key.secret, key.kid)

    def caller(self, token: str) -> Caller:
        """Whose access token this is, with role and tenant as they are now. Raises `ApiError` (401). Never blocks."""
        return self._holder(token)[0].caller()

    def revoke(self, token: str) -> None:
        """This access token counts no more. Raises `ApiError` (401) for one that does not count. May block."""
        _, claims = self._holder(token)
        self.directory.revoke_token(claims.token_id, int(claims.expires_at or 0) + LEEWAY_SECONDS)

    def revoke_named(self, token_id: str) -> None:
        """The access token with this `jti`, should there be one, counts no more. May block."""
        self.directory.revoke_token(token_id, int(self._clock()) + TOKEN_SECONDS + LEEWAY_SECONDS)

    def _is_first(self, assertion: str, claims: Claims, life_s: float) -> bool:
        """Whether this assertion may be exchanged: one with a jti once, another for `SAME_BYTES_SECONDS`.

        The guide's have none, and two that are signed in the same second are the same bytes.
        """
        if claims.token_id:
            return self._replays.first(claims.issuer, claims.token_id, life_s)
        name = "signature:" + hashlib.sha256(assertion.rpartition(".")[2].encode()).hexdigest()
        first, now = self._replays.first(claims.issuer, name, life_s), self._clock()
        with self._lock:
            for old in [old for old, seen_at in self._unnamed.items() if not 0 <= now - seen_at <= SAME_BYTES_SECONDS]:
                del self._unnamed[old]
            if first:
                self._unnamed[name] = now
            lately = name in self._unnamed
        # The other gateways that share the replays know when it was signed, if not when it came here.
        return lately or 0 <= now - (claims.issued_at or 0) <= SAME_BYTES_SECONDS

    def _signer(self, assertion: str, client_id: str) -> tuple[Client | None, int]:
        """The client whose secret signed this, and the secret's generation.

        A client that is unknown costs as much time as one with a wrong secret: two signatures are computed for either.
        """
        client, secrets = self.directory.client(client_id), self.directory.secrets(client_id)
        by_current = signature_holds(assertion, secrets.current)
        by_previous = signature_holds(assertion, secrets.previous)
        if client is None:
            return None, 0
        if by_current:
            return client, client.generation
        previous = client.generation - 1
        return (client, previous) if by_previous and client.accepts(previous, self._clock()) else (None, 0)

    def _holder(self, token: str) -> tuple[Client, Claims]:
        """The client that holds this token, and what the token says. Raises `ApiError` (401)."""
        known = self._verified.get(token)
        # The key is asked for again, since it may have been rotated away.
        if known is None or self.directory.signing_key(known.key.kid) != known.key:
            known = self._verify(token)
        claims, now = known.claims, self._clock()
        if claims.expires_at is None or claims.expires_at < now - LEEWAY_SECONDS:
            raise unauthorised("the access token has expired: fetch a new one, and check the clock")
        # One from the future was issued before the clock was set back, and would live for too long.
        if claims.issued_at is None or claims.issued_at > now + LEEWAY_SECONDS:
            raise unauthorised("the access token is from the future: fetch a new one, and check the clock")
        if self.directory.token_revoked(claims.token_id):
            raise unauthorised(f"the access token was revoked: {_FETCH_ONE}")
        client = self.directory.client(claims.subject)
        if client is None:
            raise unauthorised("the client of this access token is no longer known")
        if not client.accepts(claims.generation, now):
            raise unauthorised(f"the access token was got with a secret that has been replaced: {_FETCH_ONE}")
        return client, claims

    def _verify(self, token: str) -> _Verified:
        """A token of the gateway's own. Raises `ApiError` (401)."""
        claims, kid = claims_of(token), key_name(token)
        if claims is None:
            raise unauthorised(f"the access token is not valid: {_FETCH_ONE}")
        key = self.directory.signing_key(kid)
        if key is None:
            raise unauthorised(f"the access token was signed with another key: {_FETCH_ONE}")
        ours = claims.issuer == ISSUER and claims.audience == (AUDIENCE,) and claims.subject and claims.token_id
        if not signature_holds(token, key.secret) or not ours:
            raise unauthorised(f"the access token is not valid: {_FETCH_ONE}")
        verified = _Verified(claims, key)
        with self._lock:
            self._verified[token] = verified
            if len(self._verified) > MOST_VERIFIED:
                del self._verified[next(iter(self._verified))]
        return verified


def bearer(header: str | None) -> str:
    """The credential in an `Authorization` header. Raises `ApiError` (401) when there is none."""
    scheme, _, credential = (header or "").partition(" ")
    credential = credential.strip()
    if scheme.lower() != "bearer" or not credential:
        raise unauthorised("send the header `Authorization: Bearer …`")
    if len(credential) > LONGEST_TOKEN_CHARACTERS:
        raise unauthorised("the credential is longer than any token of this gateway")
    return credential


def _check_assertion(claims: Claims, now: float) -> float:
    """When an assertion whose signature holds expires. Raises `ApiError` (401) when it does not count now."""
    if claims.expires_at is None or claims.issued_at is None:
        raise unauthorised("the assertion is not valid: it lacks exp or iat")
    if claims.audience is not None and AUDIENCE not in claims.audience:
        raise unauthorised(f'the assertion is not valid: its aud is another than "{AUDIENCE}"')
    if claims.expires_at < now - LEEWAY_SECONDS:
        raise unauthorised("the assertion has expired: sign a new one, and check the clock")
    if max(claims.issued_at, claims.not_before or 0) > now + LEEWAY_SECONDS:
        raise unauthorised("the assertion is from the future: check the clock")
    if claims.expires_at - claims.issued_at > LONGEST_ASSERTION_SECONDS + LEEWAY_SECONDS:
        raise unauthorised("the assertion lives for more than 24 hours: sign one with an earlier exp")
    return claims.expires_at
