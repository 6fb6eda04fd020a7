"""Everything that is kept of a subject, over all stores: handed out, or removed with a receipt."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.errors import GatewayError
from gateway.privacy.gateway_key import GatewayKey
from gateway.privacy.notices import ErasureNotices
from gateway.privacy.subject import HandsOn, HeldHere, Subject, SubjectData

_log = logging.getLogger("gateway.privacy")

STORE_SECONDS = 30.0
"""How long one store may take. It is then told as failed; the others are asked all the same."""
_RECEIPT = "erasure receipt"


@dataclass(frozen=True, slots=True)
class Export:
    """What each store keeps of a subject."""

    subject: Subject
    stores: Mapping[str, Sequence[Mapping[str, Any]]]
    faults: Mapping[str, str]
    """By store, why it gave nothing."""

    def to_object(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "subject": _told(self.subject),
            "complete": not self.faults,
            "stores": {name: list(entries) for name, entries in self.stores.items()},
            "faults": dict(self.faults),
        }


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of a subject's data in one store."""

    store: str
    entries: int
    """How many were removed; of the audit log, how many lost their meaning."""
    fault: str = ""
    """Why nothing was; empty when all went well."""
    handed_on: tuple[Mapping[str, Any], ...] = ()
    """What is with others and out of reach: see `HandsOn`."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """For whoever asked for the erasure. The gateway keeps none: the subject's name stands in it."""

    subject: Subject
    erased_at: datetime
    """UTC, by the gateway's clock, when the last store had answered."""
    stores: tuple[Erased, ...]
    signature: str
    """HMAC-SHA256, hexadecimal, of all the rest."""

    @property
    def complete(self) -> bool:
        """Whether every store did its part. If not: to ask again repeats what is missing, and harms nothing."""
        return not any(store.fault for store in self.stores)

    def to_object(self) -> dict[str, Any]:
        """For JSON, and for `Privacy.is_ours`."""
        return _unsigned(self.subject, self.erased_at, self.stores) | {"signature": self.signature}


class Privacy:
    """Asks `stores` in their order. `clock` gives the time of day, in seconds.

    With `notices` the other gateways on the database are told of erasures, and theirs can be heeded.
    """

    def __init__(
        self,
        stores: Sequence[SubjectData],
        gateway_key: GatewayKey,
        clock: Callable[[], float] = time.time,
        notices: ErasureNotices | None = None,
    ) -> None:
        self._stores = tuple(stores)
        self._gateway_key = gateway_key
        self._clock = clock
        self._notices = notices

    def after(self, *stores: SubjectData) -> Privacy:
        """The same, with `stores` asked before its own."""
        return Privacy((*stores, *self._stores), self._gateway_key, self._clock, self._notices)

    def heed_others(self) -> None:
        """From now on, when another gateway erases a subject, let go of what this process holds of it."""
        if self._notices is not None:
            self._notices.heeded_by(self.forget)

    async def export(self, subject: Subject) -> Export:
        """All that is kept of `subject`. A store that fails is named in the result."""
        kept: dict[str, Sequence[Mapping[str, Any]]] = {}
        faults: dict[str, str] = {}
        for store in self._stores:
            try:
                async with asyncio.timeout(STORE_SECONDS):
                    kept[store.name] = await store.export(subject)
            except Exception as error:  # noqa: BLE001  the other stores are asked all the same
                faults[store.name] = _fault(store, error)
        return Export(subject, kept, faults)

    async def erase(self, subject: Subject) -> Receipt:
        """Remove all that is kept of `subject`. May be repeated: what is gone already is no error."""
        erased = []
        for store in (*self._stores, *([] if self._notices is None else [self._notices])):
            try:
                async with asyncio.timeout(STORE_SECONDS):
                    handed_on = tuple(await store.submitted(subject)) if isinstance(store, HandsOn) else ()
                    erased.append(Erased(store.name, await store.erase(subject), handed_on=handed_on))
            except Exception as error:  # noqa: BLE001  the other stores are asked all the same
                erased.append(Erased(store.name, 0, _fault(store, error)))
        erased_at = datetime.fromtimestamp(self._clock(), UTC)
        signature = self._sign(_unsigned(subject, erased_at, erased))
        return Receipt(subject, erased_at, tuple(erased), signature)

    async def forget(self, subject: Subject) -> None:
        """Let go of what this process holds of `subject`, since another gateway erased it. Raises nothing."""
        for store in self._stores:
            if not isinstance(store, HeldHere):
                continue
            try:
                async with asyncio.timeout(STORE_SECONDS):
                    await store.forget(subject)
            except Exception as error:  # noqa: BLE001  the other stores are asked all the same
                _fault(store, error)

    def is_ours(self, receipt: Mapping[str, Any]) -> bool:
        """Whether this gateway gave a receipt, as `Receipt.to_object` wrote it, and nobody has changed it since."""
        unsigned = {name: value for name, value in receipt.items() if name != "signature"}
        try:
            signature = bytes.fromhex(str(receipt.get("signature", "")))
        except ValueError:
            return False
        return self._gateway_key.signed(_RECEIPT, _canonical(unsigned), signature)

    def _sign(self, unsigned: Mapping[str, Any]) -> str:
        return self._gateway_key.sign(_RECEIPT, _canonical(unsigned)).hex()


def _unsigned(subject: Subject, erased_at: datetime, stores: Sequence[Erased]) -> dict[str, Any]:
    return {
        "subject": _told(subject),
        "erased_at": erased_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "complete": not any(store.fault for store in stores),
        "stores": [
            {
                "store": store.store,
                "entries": store.entries,
                "fault": store.fault,
                "handed_on": [dict(entry) for entry in store.handed_on],
            }
            for store in stores
        ],
    }


def _told(subject: Subject) -> dict[str, str]:
    return {"tenant": subject.tenant, "kind": subject.kind, "name": subject.name}


def _canonical(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def _fault(store: SubjectData, error: Exception) -> str:
    """In words for the receipt; only the gateway's own errors are known to hold no content."""
    if isinstance(error, TimeoutError):
        fault = f"did not answer within {STORE_SECONDS:g} s"
    else:
        fault = str(error) if isinstance(error, GatewayError) else f"failed ({type(error).__name__})"
    _log.error("the store '%s' could not do its part for a user's data: %s", store.name, fault)
    return fault
