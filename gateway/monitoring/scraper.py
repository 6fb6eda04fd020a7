"""Who scrapes: with an access token or, since Prometheus can fetch none, with the client's own key and secret.

HTTP Basic (RFC 7617) is what Prometheus keeps a password in a file for. The secret goes through the same door as every
other: an assertion is signed with it and exchanged, so what slows down guessing slows it down here too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from gateway.access import AUDIENCE, Access, bearer
from gateway.access.clients import SHORTEST_SECRET_BYTES
from gateway.access.signed import sign
from gateway.calls import Caller
from gateway.errors import ApiError, unauthorised

MOST_KEPT = 64
"""Access tokens got for a key and secret; the one used longest ago makes room."""
LONGEST_HEADER_CHARACTERS = 8192
_ASSERTION_SECONDS = 60


class Scrapers:
    """Finds the caller in an `Authorization` header, Basic or Bearer. `clock` gives seconds since 1970."""

    def __init__(self, access: Access, clock: Callable[[], float] = time.time) -> None:
        self._access = access
        self._clock = clock
        self._tokens: OrderedDict[bytes, str] = OrderedDict()

    def caller(self, authorization: str | None, remote_address: str = "") -> Caller:
        """The caller. Raises `ApiError`: 401, and 429 after too many failures. May block where an exchange may."""
        header = authorization or ""
        scheme, _, credential = header.partition(" ")
        if scheme.lower() != "basic":
            return self._access.caller(bearer(header))
        name = hashlib.sha256(header.encode("utf-8", "surrogatepass")).digest()
        token = self._tokens.get(name)
        if token is not None:
            try:
                caller = self._access.caller(token)
            except ApiError:
                del self._tokens[name]
            else:
                self._tokens.move_to_end(name)
                return caller
        token = self._access.exchange(self._assertion(credential.strip()), remote_address)
        caller = self._access.caller(token)
        self._tokens[name] = token
        while len(self._tokens) > MOST_KEPT:
            self._tokens.popitem(last=False)
        return caller

    def _assertion(self, credential: str) -> str:
        fault = "the Basic credential must be the client's api_key, a colon and its api_secret, in base64"
        if len(credential) > LONGEST_HEADER_CHARACTERS:
            raise unauthorised(fault)
        try:
            key, colon, secret = base64.b64decode(credential, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            raise unauthorised(fault) from None
        if not (key and colon and secret):
            raise unauthorised(fault)
        now = int(self._clock())
        claims: dict[str, str | int] = {"iss": key, "aud": AUDIENCE, "iat": now, "exp": now + _ASSERTION_SECONDS}
        # One that is too short to be anybody's is not worth signing with; it fails, and counts, as any wrong one does.
        signing = secret.encode() if len(secret.encode()) >= SHORTEST_SECRET_BYTES else secrets.token_bytes(32)
        return sign(claims, signing, "")
