from __future__ import annotations

import gc
from contextlib import aclosing

from gateway.access import Access
from gateway.asking import Ask, Asking
from gateway.calls import Caller
from gateway.engines.upstream import Server, UpstreamEngine
from gateway.parts import GatewayParts
from gateway.recording import CallUnderWay
from gateway.serving import garbage
from gateway.serving.quick_transport import quick_transport
from r1 import options_for
from r1.parameters import InferParameters
from tests.commands.servers import OpenAIServer
from tests.gateway.engine import KEY, SECRET
from tests.gateway.serving import run

CALLS = 20
CALLER = Caller("c1", "phone", "developer", "t1")


def test_a_call_leaves_no_reference_cycles() -> None:
    """All of a call is freed as it ends: nothing is left for the collector to find."""

    async def main() -> int:
        options = options_for(f"openai:{behind.address}/v1", model="m")
        async with UpstreamEngine([Server(options)], transport=quick_transport([options])) as engine:
            asking = Asking(GatewayParts(engine, Access({KEY: SECRET})))

            async def call() -> None:
                async with aclosing(asking.run(Ask("Why?", InferParameters(), CALLER), CallUnderWay())) as items:
                    async for _ in items:
                        pass

            await call()  # what is made once
            gc.collect()
            gc.disable()
            try:
                for _ in range(CALLS):
                    await call()
                return gc.collect()
            finally:
                gc.enable()

    with OpenAIServer("Yes.") as behind:
        assert run(main) < CALLS


def test_the_collector_begins_once_all_is_loaded() -> None:
    """It is off until then, and looks seldom after."""
    before = gc.get_threshold()
    try:
        garbage.put_off()
        assert not gc.isenabled()
        garbage.begin()
        assert gc.isenabled()
        assert gc.get_threshold()[0] == garbage.MOST_YOUNG_OBJECTS
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
        gc.enable()
