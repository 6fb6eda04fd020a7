"""What a gateway is made of. The embedded one has an engine and its access alone."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from gateway.access import Access
from gateway.calls import Caller, CallSink
from gateway.engine import Engine
from r1.admission import Admission

if TYPE_CHECKING:
    from gateway.access.registry import Registry
    from gateway.database import Database
    from gateway.feedback.intake import Feedback
    from gateway.privacy.erasure import Privacy
    from gateway.privacy.gateway_key import GatewayKey
    from gateway.sessions import Sessions
    from gateway.shared_repeats import SharedRepeats
    from r1.cache import ResultCache


class Allowance(Protocol):
    """How much each client may ask: `gateway.access.allowance` has it."""

    def call(self, caller: Caller) -> AbstractAsyncContextManager[None]:
        """One call of this client, while the context is open. Raises `ApiError` (429) naming the limit reached."""
        ...

    async def spend(self, caller: Caller, tokens: int) -> None:
        """Count what a call used, prompt and completion together."""
        ...


@dataclass(frozen=True, slots=True)
class Records:
    """Where the audit log lies, and what signs its anchors."""

    database: Database
    gateway_key: GatewayKey


@dataclass(frozen=True, slots=True)
class GatewayParts:
    """An engine, who may ask it, and what else a service has; None for what this one does without."""

    engine: Engine
    access: Access
    admission: Admission = field(default_factory=Admission)
    """Bounds the calls that are with the engine at once."""
    cache: ResultCache | None = None
    """Complete answers; not asked for an engine that says `keeps = False`."""
    sessions: Sessions | None = None
    repeats: SharedRepeats | None = None
    """Replies to calls with an Idempotency-Key that other gateways know too; None: each its own."""
    allowance: Allowance | None = None
    sinks: tuple[CallSink, ...] = ()
    """Told of every call."""
    registry: Registry | None = None
    """For the routes that administer clients."""
    records: Records | None = None
    feedback: Feedback | None = None
    privacy: Privacy | None = None
    has_docs: bool = False
    """Serve the OpenAPI document, and a page that shows it."""
