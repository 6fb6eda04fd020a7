"""A client with a cache and a bounded number of calls: who shares what with whom, and who waits for whom."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from pipeline.testing import VirtualClock
from r1 import CallOptions, Completion, InferParameters, ParameterError, R1Client, R1Options
from r1.admission import Admission, AdmissionLimits
from r1.cache import MemoryCache
from r1.client import ClientParts
from r1.learned import LearnedModels
from r1.request import Caller
from tests.r1.upstream import DONE, Upstream, data, openai_event, openai_options, stream

YES = (openai_event({"reasoning_content": "Hm."}), openai_event({"content": "Yes."}), openai_event({}, "stop"))


def run(work: Any) -> Any:
    return VirtualClock().run(work)


def slow(seconds: float, *events: dict[str, Any]) -> Any:
    return lambda _: stream([seconds, *data(*(events or YES)), DONE])


def client(upstream: Upstream, options: Any = None, **parts: Any) -> R1Client:
    return R1Client(options or openai_options(), ClientParts(**parts), httpx.MockTransport(upstream))


def cached(upstream: Upstream, options: Any = None, **parts: Any) -> R1Client:
    return client(upstream, options, cache=MemoryCache(), **parts)


# -- urgency


def test_who_listens_does_not_join_the_queue_of_a_batch() -> None:
    """The same question, asked by a batch and by a user: the user's call goes at once."""
    limits = AdmissionLimits(slots=3, reserved_high=1, reserved_normal=1)
    upstream = Upstream([slow(10)])

    async def main() -> float:
        asking = cached(upstream, admission=Admission(limits))
        busy = [
            asyncio.create_task(asking.infer(f"Batch {number}?", options=CallOptions("low"))) for number in range(3)
        ]
        await asyncio.sleep(1)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asking.infer("Batch 2?", options=CallOptions("high"))
        took = loop.time() - began
        await asyncio.gather(*busy)
        return took

    assert run(main()) == pytest.approx(10, abs=1e-3)


def test_a_batch_waits_for_as_long_as_it_takes() -> None:
    """Prompts that each take longer than the queue's limit are all answered."""

    async def main() -> list[str]:
        asking = client(Upstream([slow(45)]), admission=Admission())
        return [
            result.completion.answer if result.completion else str(result.error)
            async for result in asking.infer_many([f"Prompt {number}?" for number in range(20)])
        ]

    assert run(main()) == ["Yes."] * 20


def test_the_wait_for_a_place_is_part_of_the_call() -> None:
    """In its times, and in its total limit."""
    limits = AdmissionLimits(slots=1, reserved_high=0, reserved_normal=0)

    async def main() -> Completion:
        asking = client(Upstream([slow(10)]), admission=Admission(limits))
        _, second = await asyncio.gather(asking.infer("One?"), asking.infer("Two?"))
        return second

    timing = run(main()).timing
    assert timing.queued_s == pytest.approx(10, abs=1e-3)
    assert timing.total_s == pytest.approx(20, abs=1e-3)


# -- the cache


def test_identical_calls_at_once_are_one_and_the_next_is_kept() -> None:
    """With what became of the parameters."""
    upstream = Upstream([slow(1)])

    async def main() -> list[Completion]:
        asking = cached(upstream)
        first = await asyncio.gather(*(asking.infer("Why?") for _ in range(3)))
        return [*first, await asking.infer("Why?")]

    *_, kept = completions = run(main())
    assert [completion.answer for completion in completions] == ["Yes."] * 4
    assert upstream.count("POST") == 1
    assert kept.served_by == "cache"
    assert kept.parameters.applied == ("max_tokens", "temperature", "top_p")


@pytest.mark.parametrize(
    "second",
    [
        {"options": CallOptions(caller=Caller(user_id="other"))},
        {"options": CallOptions(caller=Caller(tenant="other"))},
        {"options": CallOptions(caller=Caller(session_id="other"))},
        {"options": CallOptions(use_cache=False)},
        {"parameters": InferParameters(temperature=0.1)},
        {"parameters": InferParameters(stop_sequences=("x",))},
        {"parameters": InferParameters(reasoning_budget=9)},
    ],
)
def test_another_caller_or_another_request_is_asked_anew(second: dict[str, Any]) -> None:
    """Nobody is given what somebody else was told."""
    upstream = Upstream([slow(0)])

    async def main() -> None:
        asking = cached(upstream)
        await asking.infer("Why?")
        await asking.infer("Why?", **second)

    run(main())
    assert upstream.count("POST") == 2


@pytest.mark.parametrize(
    "changed", [{"thinking": "tagged"}, {"api_key": "another"}, {"model": "another"}, {"profile": "vllm"}]
)
def test_clients_that_share_a_cache_share_only_what_is_the_same(changed: dict[str, Any]) -> None:
    """Another way of reading the reply, account, model or kind of server can change the answer."""
    upstream, cache = Upstream([slow(0)]), MemoryCache()
    same = {"base_url": "http://openai.test/v1", "dialect": "openai", "model": "deepseek-r1", "redact": False}

    async def main() -> None:
        for options in (same, same | changed):
            await client(upstream, R1Options(**options), cache=cache).infer("Why?")  # type: ignore[arg-type]  # texts

    run(main())
    assert upstream.count("POST") == 2


def test_nothing_is_kept_while_the_model_is_unknown() -> None:
    """The server may have another one tomorrow."""
    models = [httpx.Response(200, json={"data": [{"id": name}]}) for name in ("llama", "qwen")]
    upstream = Upstream([slow(0)], status=lambda _: models.pop(0))
    cache = MemoryCache()

    async def main() -> None:
        for _ in range(2):
            await client(upstream, openai_options(""), cache=cache).infer("Why?")

    run(main())
    assert [body["model"] for body in upstream.bodies] == ["llama", "qwen"]


def test_what_a_stand_in_said_is_not_kept() -> None:
    """The next call goes to the server that is meant to answer."""
    second = Upstream([slow(0)])

    def network(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401) if request.url.host == "first.test" else second(request)

    first = R1Options("http://first.test/v1", "k", dialect="openai", model="a")

    async def main() -> list[str]:
        asking = R1Client([first, openai_options()], ClientParts(cache=MemoryCache()), httpx.MockTransport(network))
        return [(await asking.infer("Why?")).served_by for _ in range(2)]

    assert "cache" not in run(main())


def test_a_caller_who_has_left_is_told_nothing_more() -> None:
    """The call goes on for whoever joined it."""
    told: list[str] = []

    async def main() -> str:
        asking = cached(Upstream([slow(5)]))

        async def leave() -> None:
            stream = asking.stream("Why?", on_phase=told.append)
            task = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(1)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await stream.aclose()
            told.append("left")

        leaving = asyncio.create_task(leave())
        await asyncio.sleep(0.5)
        answer = (await asking.infer("Why?")).answer
        await leaving
        return answer

    assert run(main()) == "Yes."
    assert told[-1] == "left"
    assert "prefill" in told


# -- options


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"priority": "urgent"}, "priority"),
        ({"patience_s": -1.0}, "patience_s"),
        ({"patience_s": float("inf")}, "patience_s"),
        ({"idempotency_key": "ключ"}, "idempotency_key"),
        ({"idempotency_key": "a\r\nb"}, "idempotency_key"),
        ({"caller": Caller(user_id="\ud83d")}, "user_id"),
    ],
)
def test_options_that_cannot_be_sent_are_refused_by_name(options: dict[str, Any], field: str) -> None:
    """Before anything is."""
    with pytest.raises(ParameterError, match=field):
        CallOptions(**options)


def test_each_prompt_of_a_batch_has_a_key_of_its_own() -> None:
    """A gateway that heeds keys would answer all of them with the first one's reply."""
    upstream = Upstream([slow(0)])

    async def main() -> None:
        async for _ in client(upstream).infer_many(["a", "b"], options=CallOptions(idempotency_key="k")):
            pass

    run(main())
    assert sorted(request.headers["idempotency-key"] for request in upstream.requests) == ["k-0", "k-1"]


def test_models_that_were_learned_are_shared(tmp_path: Any) -> None:
    """Between processes too: the last to write does not erase what others wrote."""
    from r1.learned import ModelKey

    file = tmp_path / "models.json"
    one, two = LearnedModels(file), LearnedModels(file)
    one.note(ModelKey("a", "x"), "plain")
    two.note(ModelKey("b", "y"), "field")
    again = LearnedModels(file)
    assert (again.shown(ModelKey("a", "x")), again.shown(ModelKey("b", "y"))) == ("plain", "field")
