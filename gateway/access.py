"""Who may call: a client's signed assertion is exchanged for an access token, which every other call carries.

Both are JSON web tokens with HS256, and nothing in a token's header can change that. An assertion is signed with the
client's own secret. An access token is signed with a key of the gateway's, named by `kid`, which no client ever sees.
"""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import jwt

from gateway.errors import GatewayError, unauthorised

ALGORITHM = "HS256"
LEEWAY_SECONDS = 60
"""How far the two machines' clocks may differ."""
LONGEST_ASSERTION_SECONDS = 86_400
"""The guide's assertions live for a day. R1 clients of this project use five minutes."""
TOKEN_SECONDS = 86_400
"""Life of an access token (the guide: 24 h)."""
AUDIENCE = "r1"
"""Whom assertions and access tokens are for. An assertion may leave it out, as the guide's does."""
SHORTEST_SECRET_BYTES = 32
"""RFC 7518, 3.2: an HS256 key has at least the size of the hash."""
LONGEST_TOKEN_CHARACTERS = 8192


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of the gateway's own."""

    kid: str
    secret: bytes = field(repr=False)


def new_signing_key() -> SigningKey:
    """A fresh random key."""
    return SigningKey(uuid.uuid4().hex[:8], secrets.token_bytes(SHORTEST_SECRET_BYTES))


class Access:
    """Checks assertions and issues and checks access tokens.

    `clients` maps API keys to secrets of at least 32 bytes. Raises `GatewayError` for a shorter one.
    """

    def __init__(self, clients: Mapping[str, str], signing_key: SigningKey | None = None) -> None:
        for api_key, secret in clients.items():
            if len(secret.encode()) < SHORTEST_SECRET_BYTES:
                raise GatewayError(f"the secret of client {api_key!r} is shorter than {SHORTEST_SECRET_BYTES} bytes")
        self._clients = dict(clients)
        self._key = signing_key or new_signing_key()
        self._stranger = secrets.token_urlsafe(SHORTEST_SECRET_BYTES)

    def __repr__(self) -> str:
        return f"Access({len(self._clients)} clients)"

    def exchange(self, assertion: str) -> str:
        """An access token for the client that signed `assertion`. Raises `ApiError` (401)."""
        client = _issuer(assertion)
        # An unknown client costs as much time as a wrong secret, so that keys cannot be found by measuring.
        claims = _decode(assertion, self._clients.get(client, self._stranger), None, "assertion")
        if client not in self._clients:
            raise unauthorised("the assertion is not valid: check key and secret")
        if claims["exp"] - claims["iat"] > LONGEST_ASSERTION_SECONDS + LEEWAY_SECONDS:
            raise unauthorised("the assertion lives for more than 24 hours: sign one with an earlier exp")
        now = int(time.time())
        token = {
            "iss": "r1-gateway",
            "sub": client,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "jti": uuid.uuid4().hex,
        }
        return jwt.encode(token, self._key.secret, algorithm=ALGORITHM, headers={"kid": self._key.kid})

    def caller(self, token: str) -> str:
        """The client whose access token this is. Raises `ApiError` (401)."""
        try:
            kid = jwt.get_unverified_header(token[:LONGEST_TOKEN_CHARACTERS]).get("kid")
        except jwt.InvalidTokenError:
            raise unauthorised("the access token is not valid: fetch one at /auth/token") from None
        if kid != self._key.kid:
            raise unauthorised("the access token was signed with another key: fetch one at /auth/token")
        claims = _decode(token, self._key.secret, AUDIENCE, "access token")
        client = str(claims["sub"])
        if client not in self._clients:
            raise unauthorised("the client of this access token is no longer known")
        return client


def bearer(header: str | None) -> str:
    """The credential in an `Authorization` header. Raises `ApiError` (401) when there is none."""
    scheme, _, credential = (header or "").partition(" ")
    credential = credential.strip()
    if scheme.lower() != "bearer" or not credential:
        raise unauthorised("send the header `Authorization: Bearer …`")
    if len(credential) > LONGEST_TOKEN_CHARACTERS:
        raise unauthorised("the credential is longer than any token of this gateway")
    return credential


def _issuer(assertion: str) -> str:
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        raise unauthorised("the assertion is not valid: check key and secret") from None
    return str(claims.get("iss", ""))


def _decode(token: str, key: str | bytes, audience: str | None, what: str) -> dict[str, int]:
    """The claims of a token whose signature and times hold. `audience` None: it may be left out, but not differ."""
    required = ["exp", "iat"] if audience is None else ["exp", "iat", "aud", "sub"]
    try:
        claims: dict[str, int] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            leeway=LEEWAY_SECONDS,
            options={"require": required, "verify_aud": audience is not None or "aud" in _unverified(token)},
        )
    except jwt.ExpiredSignatureError:
        raise unauthorised(f"the {what} has expired: fetch a new one, and check the clock") from None
    except jwt.ImmatureSignatureError:
        raise unauthorised(f"the {what} is from the future: check the clock") from None
    except jwt.InvalidTokenError:
        raise unauthorised(f"the {what} is not valid: check key and secret") from None
    return claims


def _unverified(token: str) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return claims
