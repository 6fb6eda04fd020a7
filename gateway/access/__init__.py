"""Who may call, as what, and how much: assertions, access tokens, the registry of clients, limits, patience.

Start at `access.py`. What needs a database (`registry`, `registry_watch`, `sealing`) is imported by name from its own
module, so that the embedded gateway, which has none, starts without it.
"""

from gateway.access.access import (
    AUDIENCE,
    LEEWAY_SECONDS,
    LONGEST_ASSERTION_SECONDS,
    TOKEN_SECONDS,
    Access,
    bearer,
)
from gateway.access.clients import Client, ClientError, ClientLimits, Directory
from gateway.access.patience import Patience
from gateway.access.replays import MemoryReplays, RedisReplays, Replays
from gateway.access.signing_keys import SigningKey, new_signing_key

__all__ = [
    "AUDIENCE",
    "LEEWAY_SECONDS",
    "LONGEST_ASSERTION_SECONDS",
    "TOKEN_SECONDS",
    "Access",
    "Client",
    "ClientError",
    "ClientLimits",
    "Directory",
    "MemoryReplays",
    "Patience",
    "RedisReplays",
    "Replays",
    "SigningKey",
    "bearer",
    "new_signing_key",
]
