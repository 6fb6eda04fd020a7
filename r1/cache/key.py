"""Under which name an answer is kept: the guide's string for the user's part, a digest for all the rest (rule R8)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from r1.request import Caller

NAMESPACE = "r1"
"""What every key begins with, so that a Redis can be shared with other programs."""
SCHEMA = 3
"""Part of every digest: raise it when a stored answer or a request comes to mean something else."""


@dataclass(frozen=True, slots=True)
class CacheKey:
    """Where an answer stands: a hash in Redis, and a field in it."""

    key: str
    """`r1:tenant:user:session:md5 of the prompt`, the guide's (part 4.1) with a namespace and the tenant before it."""
    field: str
    """SHA-256 of everything that can change the answer, in hexadecimal. Unique by itself."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """A request in the one way of writing it: the same text for all that ask the same. `canonical` makes it."""

    text: str


def canonical(request: Mapping[str, object]) -> Canonical:
    """`request` as it goes into a key; worth keeping by whoever asks with the same one again.

    It holds mappings with text keys, lists, tuples, texts, finite numbers, booleans and None. Raises `TypeError` or
    `ValueError` for anything else, rather than give two requests the same key.
    """
    return Canonical(_json(_plain(request)))


def cache_key(scope: Caller, prompt: str, request: Mapping[str, object] | Canonical) -> CacheKey:
    """The key for `prompt` as asked by `scope` with `request`: upstream, dialect, model, parameters, switches, context.

    Raises as `canonical` does.
    """
    # MD5 is what the guide asks for, and only sorts answers into hashes: which answer it is, the field decides.
    digest = hashlib.md5(_bytes(prompt.strip()), usedforsecurity=False).hexdigest()
    form = request if isinstance(request, Canonical) else canonical(request)
    whole = f"{_json([SCHEMA, scope.tenant, scope.user_id, scope.session_id, prompt])}\n{form.text}"
    return CacheKey(
        f"{user_prefix(scope.tenant, scope.user_id)}{_escaped(scope.session_id)}:{digest}",
        hashlib.sha256(_bytes(whole)).hexdigest(),
    )


def user_prefix(tenant: str, user_id: str) -> str:
    """What the keys of this user begin with, and no other's. ASCII, without characters that SCAN takes for patterns."""
    return f"{NAMESPACE}:{_escaped(tenant)}:{_escaped(user_id)}:"


def _escaped(name: str) -> str:
    return quote(name, safe="@", errors="surrogatepass")


def _json(value: object) -> str:
    # Characters stay themselves: escaped, one character and the two halves that make it up would look the same.
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _plain(value: object) -> object:
    """`value` in JSON's own types. Keys that are no texts are refused: JSON would make 1 and "1" the same."""
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise TypeError("a request for the cache has a name in it that is no text")
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a request for the cache holds a {type(value).__name__}: give it as texts and numbers")
