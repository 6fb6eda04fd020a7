"""A client: who calls, as what, for whom, and how much of it. And where `Access` looks clients up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Protocol

from gateway.access.signing_keys import SigningKey
from gateway.calls import Caller
from gateway.errors import GatewayError
from gateway.roles import ROLES, Role

LONGEST_NAME = 64
"""Characters of a client's or tenant's name."""
LARGEST_LIMIT = 1_000_000_000
SHORTEST_SECRET_BYTES = 32
"""RFC 7518, 3.2: an HS256 key has at least the size of the hash."""
DEFAULT_TENANT = "default"
_TENANT = re.compile(r"\w[\w.-]*")


class ClientError(GatewayError):
    """What was said about a client cannot be; the message names it, the fault, and what would be accepted."""


@dataclass(frozen=True, slots=True)
class ClientLimits:
    """How much a client may ask for; None: as much as it likes. Raises `ClientError`."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    """Prompt and completion together, as `usage` counts them."""
    tokens_per_day: int | None = None
    calls_at_once: int | None = None

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            whole = isinstance(value, int) and not isinstance(value, bool)
            if value is not None and not (whole and 1 <= value <= LARGEST_LIMIT):
                what = limit.name.replace("_", " ")
                raise ClientError(f"{what}: {value!r} is no limit; give a whole number from 1 to {LARGEST_LIMIT}")


NO_LIMITS = ClientLimits()


@dataclass(frozen=True, slots=True)
class Client:
    """One registered client, without its secret. Times are whole seconds since 1970, UTC."""

    client_id: str
    """The `api_key`, which is public."""
    name: str
    role: Role
    tenant: str = DEFAULT_TENANT
    limits: ClientLimits = NO_LIMITS
    generation: int = 0
    """Counts the secrets it has had. A token carries that of the secret it was got with."""
    previous_until: int = 0
    """Until when the secret before this one counts, and the tokens got with it."""
    created_at: int = 0
    rotated_at: int | None = None
    revoked_at: int | None = None

    def accepts(self, generation: int, now: float) -> bool:
        """Whether the secret of this generation still counts."""
        return generation == self.generation or (generation == self.generation - 1 and now < self.previous_until)

    def caller(self) -> Caller:
        """As the rest of the gateway knows it."""
        return Caller(self.client_id, self.name, self.role, self.tenant)


@dataclass(frozen=True, slots=True)
class ClientSecrets:
    """The two keys that an assertion of a client is tried with, always both, so that the time tells nothing."""

    current: bytes = field(repr=False)
    previous: bytes = field(repr=False)
    """Random where there is none."""


class Directory(Protocol):
    """Where clients, their secrets and the gateway's own keys are looked up. For any thread; blocks for no I/O."""

    def client(self, client_id: str) -> Client | None:
        """The client; None for one that is unknown or revoked. Raises `ApiError` (503) when that cannot be known."""
        ...

    def secrets(self, client_id: str) -> ClientSecrets:
        """The client's secrets; random ones, for the same work, where there is no such client."""
        ...

    def signing_key(self, kid: str) -> SigningKey | None:
        """The key of this name, while it verifies."""
        ...

    def signs_with(self) -> SigningKey:
        """The key for new tokens."""
        ...

    def token_revoked(self, token_id: str) -> bool:
        """Whether the token with this `jti` was revoked."""
        ...

    def revoke_token(self, token_id: str, dead_at: int) -> None:
        """From now on it does not count. It may be forgotten at `dead_at`. This may block, for a database say."""
        ...


def checked_name(name: str) -> str:
    """A client's name, composed as Unicode says (NFC). Raises `ClientError` for one that no log should hold."""
    composed = unicodedata.normalize("NFC", name).strip()
    if not composed or len(composed) > LONGEST_NAME or not composed.isprintable():
        raise ClientError(
            f"the client name {shown(name)} cannot be used: give 1 to {LONGEST_NAME} printable characters, without "
            "control characters or line ends"
        )
    return composed


def looks(name: str) -> str:
    """What a reader takes a name for: without case, spaces, and forms of the same letter (Unicode's NFKC).

    Two clients' names must not look alike, since who administers them goes by the name.
    """
    return "".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def checked_tenant(tenant: str) -> str:
    """A tenant's name: letters and digits of any script, dot, dash, underscore. Raises `ClientError`."""
    composed = unicodedata.normalize("NFC", tenant).strip()
    if len(composed) > LONGEST_NAME or not _TENANT.fullmatch(composed):
        raise ClientError(
            f"the tenant {shown(tenant)} cannot be used: give 1 to {LONGEST_NAME} letters, digits, '.', '-' or '_', "
            "beginning with a letter or digit"
        )
    return composed


def checked_role(role: str) -> Role:
    """One of the three. Raises `ClientError`."""
    for known in ROLES:
        if role == known:
            return known
    raise ClientError(f"there is no role {shown(role)}; there are: {', '.join(ROLES)}")


def checked_secrets(clients: Mapping[str, str]) -> dict[str, str]:
    """A copy. Raises `GatewayError` when one is too short to sign with."""
    for api_key, secret in clients.items():
        if len(secret.encode()) < SHORTEST_SECRET_BYTES:
            raise GatewayError(f"the secret of client {api_key!r} is shorter than {SHORTEST_SECRET_BYTES} bytes")
    return dict(clients)


def shown(text: str) -> str:
    """`text` for a message: in quotes, in bounds, with what is not printable as an escape."""
    whole = text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"
    return repr(whole)
