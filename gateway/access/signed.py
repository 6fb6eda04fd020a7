"""JSON web tokens with HS256 and nothing else (RFC 7515, RFC 7519).

The algorithm is settled before a token is looked at: the signature is computed, not chosen. Of the header nothing
decides but, in the gateway's own tokens, `kid`, and that only picks one of the gateway's own keys. `jku`, `x5u`, `jwk`
are not read; a header that names another algorithm, or asks for extensions (`crit`), is refused as the RFC wants it.

It is written out here since a library for all algorithms takes 0.1 s and 10 MB to load, and the embedded gateway starts
with every command. PyJWT judges it in the tests.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from typing import Any

ALGORITHM = "HS256"
LONGEST_TOKEN_CHARACTERS = 8192
_LATEST = 1e12
"""Seconds. What claims a later time is nonsense, and would not fit into a float without loss."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, in the right types; a claim of another type makes the whole token malformed."""

    issuer: str
    subject: str
    token_id: str
    """`jti`; empty where there is none."""
    audience: tuple[str, ...] | None
    """None where there is none."""
    issued_at: float | None
    expires_at: float | None
    not_before: float | None
    generation: int
    """Of the secret that the token was got with; the gateway's own claim."""


def claims_of(token: str) -> Claims | None:
    """What `token` says, whoever signed it; None when it is none. Raises nothing, whatever is in it."""
    said = _part(token, 1)
    return None if said is None else _claims(said)


def key_name(token: str) -> str:
    """Its header's `kid`; empty where there is none. Raises nothing."""
    name = (_part(token, 0) or {}).get("kid", "")
    return name if isinstance(name, str) else ""


def signature_holds(token: str, key: bytes) -> bool:
    """Whether `token` was signed with `key`, by HS256. Compares in constant time; raises nothing."""
    signed, _, signature = token.rpartition(".")
    if len(token) > LONGEST_TOKEN_CHARACTERS or not token.isascii():
        return False
    holds = hmac.compare_digest(_signature(signed, key), signature)
    header = _part(token, 0) or {}
    return holds and header.get("alg") == ALGORITHM and "crit" not in header


def sign(claims: dict[str, str | int], key: bytes, kid: str) -> str:
    """A token that says `claims`."""
    header = {"alg": ALGORITHM, "typ": "JWT", "kid": kid}
    signed = ".".join(_text(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{signed}.{_signature(signed, key)}"


def _signature(signed: str, key: bytes) -> str:
    return _text(hmac.digest(key, signed.encode(), "sha256"))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _part(token: str, index: int) -> dict[str, Any] | None:
    """The header (0) or the claims (1) as an object."""
    parts = token.split(".", 3) if len(token) <= LONGEST_TOKEN_CHARACTERS else []
    if len(parts) != 3:
        return None
    text = parts[index]
    try:
        # Not `validate`d: the signature is over the text as it stands, so there is nothing to gain by variants.
        said = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _claims(said: dict[str, Any]) -> Claims | None:
    issuer, subject, token_id = texts = [said.get(name, "") for name in ("iss", "sub", "jti")]
    audience = said.get("aud")
    if isinstance(audience, str):
        audience = [audience]
    listed = audience is None or (isinstance(audience, list) and all(isinstance(entry, str) for entry in audience))
    issued_at, expires_at, not_before = times = [said.get(name) for name in ("iat", "exp", "nbf")]
    generation = said.get("gen", 0)
    if not all(isinstance(text, str) for text in texts) or not all(map(_is_time, times)) or not listed:
        return None
    if not isinstance(generation, int) or isinstance(generation, bool):
        return None
    heard = None if audience is None else tuple(audience)
    return Claims(issuer, subject, token_id, heard, issued_at, expires_at, not_before, generation)


def _is_time(value: object) -> bool:
    if value is None:
        return True
    # Comparisons with NaN are false, so it is no time either.
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LATEST
