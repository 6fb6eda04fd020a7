"""The gateway's own keys, which sign access tokens. No client ever sees one."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of the gateway's own. Times are whole seconds since 1970."""

    kid: str
    """Its name, as tokens carry it."""
    secret: bytes = field(repr=False)
    signs_from: int = 0
    """Later than it was made, where several gateways must know it before it is used."""
    verifies_until: int | None = None
    """None while no newer key has taken over."""


def new_signing_key(signs_from: int = 0) -> SigningKey:
    """A fresh random key."""
    return SigningKey(uuid.uuid4().hex[:8], secrets.token_bytes(KEY_BYTES), signs_from)
