"""R1 servers behind the gateway: each asked through the R1 client, by weight, the others when it does not answer.

The client brings what a server needs: its dialect and kind, tokens, timers, retries, a breaker, redaction. It has no
cache and no queue of its own here, since the gateway has both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import httpx

from gateway.engine import EngineDelta, EngineEnd, EngineError, EngineRequest
from gateway.errors import GatewayError
from r1.client import ClientParts, R1Client
from r1.errors import ParameterError, R1Error, RateLimitedError, RequestRefusedError, UpstreamError
from r1.options import R1Options
from r1.parameters import InferParameters
from r1.request import CallOptions
from r1.results import Completion


@dataclass(frozen=True, slots=True)
class Server:
    """An R1 server and its share of the calls."""

    options: R1Options
    weight: int = 1
    """Calls of every round that begin here; 0: only asked when another one does not answer."""


class UpstreamEngine:
    """Asks the servers; an async context manager, which closes the connections.

    A call begins at the server whose turn it is and goes on to the others in their order. Raises `GatewayError` for
    servers without weight.
    """

    keeps = True

    def __init__(
        self,
        servers: Sequence[Server],
        parts: ClientParts | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if not any(server.weight > 0 for server in servers):
            raise GatewayError("no R1 server is to be asked: give one of them a weight above 0")
        self._servers = tuple(servers)
        # One client for each server that a call may begin at; they share what is learned of servers.
        parts = parts or ClientParts()
        ordered = [[first, *(other for other in servers if other is not first)] for first in servers]
        self._clients = [R1Client([each.options for each in order], parts, transport) for order in ordered]
        self._turns = _Turns([server.weight for server in servers])
        self.name = " | ".join(server.options.address for server in servers)

    async def __aenter__(self) -> UpstreamEngine:
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self._clients:
            await client.close()

    async def warm_up(self) -> None:
        """Connect to the first server and fetch a token. Raises `R1Error`."""
        await self._clients[0].warm_up()

    async def generate(self, request: EngineRequest) -> AsyncIterator[EngineDelta | EngineEnd]:
        """The pieces as they come from the server. Raises `EngineError` with the client's own words."""
        client = self._clients[self._turns.next()]
        options = CallOptions(request.priority, request.caller, use_cache=False)
        try:
            parameters = InferParameters(
                request.temperature, request.max_tokens, request.top_p, (), request.reasoning_budget
            )
            async with aclosing(client.stream(request.prompt, parameters, options=options)) as items:
                async for item in items:
                    yield _end(item) if isinstance(item, Completion) else item
        except R1Error as error:
            raise _engine_error(error) from None


class _Turns:
    """Whose turn it is: smooth weighted round robin, as nginx balances, so that turns of one server lie apart."""

    def __init__(self, weights: Sequence[int]) -> None:
        self._weights = list(weights)
        self._credits = [0] * len(weights)

    def next(self) -> int:
        for number, weight in enumerate(self._weights):
            self._credits[number] += weight
        chosen = max(range(len(self._weights)), key=lambda number: (self._weights[number] > 0, self._credits[number]))
        self._credits[chosen] -= sum(self._weights)
        return chosen


def _end(completion: Completion) -> EngineEnd:
    usage = completion.usage
    return EngineEnd(
        completion.finish_reason,
        usage.prompt_tokens,
        usage.completion_tokens,
        usage.reasoning_tokens,
        completion.served_by,
        completion.attempts,
        completion.parameters,
        completion.redacted,
        completion.fallback,
    )


def _engine_error(error: R1Error) -> EngineError:
    if isinstance(error, ParameterError | RequestRefusedError) and error.field is not None:
        return EngineError(str(error), error.field)
    if isinstance(error, RateLimitedError):
        return EngineError(str(error), retry_after_s=error.retry_after_s or 1.0)
    if isinstance(error, UpstreamError) and error.retry_after_s is not None:
        return EngineError(str(error), retry_after_s=error.retry_after_s)
    return EngineError(str(error))
