"""Running scripted turns on the virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from typing import Any

from pipeline.context import ConversationContext
from pipeline.errors import StageError
from pipeline.latency import LatencyLedger
from pipeline.links import Limits
from pipeline.runner import Pipeline
from pipeline.stage import Stage
from pipeline.testing import VirtualClock, scripted

from .simulator import Scenario

EMPTY = ConversationContext()


def run_scenario(scenario: Scenario) -> LatencyLedger:
    """The engine's ledger of a scenario."""

    async def main() -> LatencyLedger:
        pipeline = Pipeline(*scenario.stages, inputs=scenario.inputs, limits=scenario.limits)
        source = scripted(*((ns / 1e9, item) for ns, item in scenario.items))
        async with pipeline.turn(EMPTY, source) as turn:
            reader = asyncio.ensure_future(_read(turn))
            limit = None if scenario.cancel_at is None else scenario.cancel_at / 1e9
            done, _ = await asyncio.wait({reader}, timeout=limit)
            if not done:
                await turn.cancel()
            await reader
        return turn.ledger

    return VirtualClock(most_steps=200_000).run(main())


async def _read(turn: AsyncIterable[Any]) -> None:
    try:
        async for _ in turn:
            pass
    except StageError:
        pass


def run_turn(
    *stages: Stage[Any], inputs: tuple[type, ...], items: list[tuple[float, Any]], limits: Limits | None = None
) -> tuple[list[tuple[float, Any]], LatencyLedger]:
    """Every event with the second it came at, and the ledger."""

    async def main() -> tuple[list[tuple[float, Any]], LatencyLedger]:
        loop = asyncio.get_running_loop()
        async with Pipeline(*stages, inputs=inputs, limits=limits).turn(EMPTY, scripted(*items)) as turn:
            events = [(loop.time(), event) async for event in turn]
        return events, turn.ledger

    return VirtualClock().run(main())
