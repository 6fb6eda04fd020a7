"""A limit to what one event, line or whole reply may hold, so that no server can fill our memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

from r1.errors import ProtocolError

LARGEST_EVENT = 8_388_608
"""Bytes. The longest context, as one reply that comes at once, is a fraction of it."""


class BoundedBody(httpx.AsyncByteStream):
    """The body of a reply. Raises `ProtocolError` when too much comes without an event that was `taken`."""

    def __init__(
        self, stream: httpx.SyncByteStream | httpx.AsyncByteStream, address: str, most: int = LARGEST_EVENT
    ) -> None:
        self._stream = stream
        self._address = address
        self._most = most
        self._untaken = 0

    def taken(self) -> None:
        """An event was read: the count begins anew."""
        self._untaken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        assert isinstance(self._stream, httpx.AsyncByteStream)
        async for chunk in self._stream:
            self._untaken += len(chunk)
            if self._untaken > self._most:
                raise ProtocolError(
                    f"R1 at {self._address} sent more than {self._most >> 10} KiB without an end: check the address"
                )
            yield chunk

    async def aclose(self) -> None:
        assert isinstance(self._stream, httpx.AsyncByteStream)
        await self._stream.aclose()
