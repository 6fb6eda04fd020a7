"""Failed exchanges are answered less and less often: per client id, and per address.

After a few failures a key (an id, or an address) is closed for 1 s, after each further one for twice as long, up to a
minute; while it is closed nothing is checked, and the reply is 429 with Retry-After. A refused try prolongs nothing.

Closing alone would let an attacker keep a victim out for good, by being first each time the door opens. So all doors
stand open for the first 8 s of every 64 s of this process's clock, whatever has happened: a closure ends there at the
latest, and none begins before they are over. A right secret that keeps to Retry-After is let in within 64 s, under any
attack, and guesses get little more than an eighth of the time. Secrets have 256 random bits or more: this is about load
and alarm, not about the odds.

Nobody is spared for a success in between, since an attacker may have a client of its own.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from gateway.errors import ApiError

FREE_FAILURES = 5
"""Nobody waits for these: a mistyped secret is tried a few times."""
CYCLE_SECONDS = 64.0
OPEN_SECONDS = 8.0
"""Of each cycle. Longer than what Retry-After is rounded up by, a client's jitter, and the way to it and back."""
FORGOTTEN_SECONDS = 600.0
"""Without a failure, after which a key has a clean sheet."""
MOST_KEYS = 10_000
"""Of each kind. Beyond, the one whose last failure is longest ago is forgotten."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Door:
    failures: int = 0
    failed_at: float = 0.0
    closed_from: float = 0.0
    closed_until: float = 0.0


class Patience:
    """What is remembered of failures, in bounded memory, for any number of threads. `clock` never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most_keys: int = MOST_KEYS) -> None:
        self._clock = clock
        self._most_keys = most_keys
        self._lock = threading.Lock()
        self._ids: OrderedDict[bytes, _Door] = OrderedDict()
        self._addresses: OrderedDict[bytes, _Door] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ids) + len(self._addresses)

    def admit(self, client_id: str, remote_address: str) -> None:
        """Raises `ApiError` (429) while the id or the address is closed."""
        now = self._clock()
        with self._lock:
            doors = (self._ids.get(_id_key(client_id)), self._addresses.get(_address_key(remote_address)))
            wait_s = max((_wait_s(door, now) for door in doors if door is not None), default=0.0)
        if wait_s > 0:
            # The same for ids that exist and ids that do not.
            raise ApiError(
                429,
                "too_many_failures",
                f"too many failed exchanges of this key or from this address; try again in {math.ceil(wait_s)} s",
                retry_after_s=wait_s,
            )

    def failed(self, client_id: str, remote_address: str) -> None:
        """Note a failure. An empty id or address (a private socket has none) is left out."""
        now = self._clock()
        with self._lock:
            if client_id:
                self._note(self._ids, _id_key(client_id), now)
            closed_s = self._note(self._addresses, _address_key(remote_address), now) if remote_address else 0.0
        if closed_s >= CYCLE_SECONDS / 4:  # the slow end of the scale; a mistyped secret never gets there
            _log.warning("failed exchanges from %s go on: closed for %.0f s", _network(remote_address), closed_s)

    def _note(self, doors: OrderedDict[bytes, _Door], key: bytes, now: float) -> float:
        """The seconds that the door is now closed for."""
        door = doors.pop(key, None)
        if door is None or now - door.failed_at > FORGOTTEN_SECONDS:
            door = _Door()
        doors[key] = door
        if len(doors) > self._most_keys:
            doors.popitem(last=False)
        door.failures += 1
        door.failed_at = now
        if door.failures < FREE_FAILURES or now < door.closed_from:  # the next closure is settled already
            return 0.0
        cycle, within_s = divmod(now, CYCLE_SECONDS)
        start = max(now, cycle * CYCLE_SECONDS + OPEN_SECONDS) if within_s < OPEN_SECONDS else now
        length_s = 2.0 ** min(door.failures - FREE_FAILURES, 10)
        door.closed_from, door.closed_until = start, min(start + length_s, (cycle + 1) * CYCLE_SECONDS)
        return door.closed_until - door.closed_from


def _wait_s(door: _Door, now: float) -> float:
    return door.closed_until - now if door.closed_from <= now < door.closed_until else 0.0


def _id_key(client_id: str) -> bytes:
    return hashlib.sha256(client_id.encode(errors="surrogatepass")).digest()[:16]  # ids of any length take 16 bytes


def _address_key(remote_address: str) -> bytes:
    return _id_key(_network(remote_address))


def _network(remote_address: str) -> str:
    """Whom an address stands for: itself, or the /64 that one subscriber has with IPv6."""
    try:
        address = ipaddress.ip_address(remote_address.partition("%")[0])
    except ValueError:
        return repr(remote_address[:64])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
