from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.engine import EngineEnd, EngineError
from r1.admission import Admission, AdmissionLimits
from tests.gateway.engine import KEY, SECRET, TOTAL, ScriptedEngine, answer, assertion, authorised, raw_client, thought

INFER = "/v1/models/r1/infer"
STATUS = "/v1/models/r1/status"


def ask(engine: ScriptedEngine | None = None, content: bytes | None = None, **body: Any) -> httpx.Response:
    """The reply to one authorised infer call."""

    async def main() -> httpx.Response:
        async with raw_client(engine or ScriptedEngine(TOTAL)) as client:
            headers = await authorised(client) | {"Content-Type": "application/json"}
            return await client.post(INFER, content=content or json.dumps(body).encode(), headers=headers)

    return asyncio.run(main())


def visit(visiting: Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]) -> httpx.Response:
    """The reply to whatever `visiting` sends."""

    async def main() -> httpx.Response:
        async with raw_client(ScriptedEngine(TOTAL)) as client:
            return await visiting(client)

    return asyncio.run(main())


def events(reply: httpx.Response) -> list[dict[str, Any]]:
    """The JSON of each data line; the last line must be the end mark."""
    *lines, end = [line.removeprefix("data: ") for line in reply.text.split("\n") if line.startswith("data: ")]
    assert end == "[DONE]"
    return [json.loads(line) for line in lines]


def test_a_whole_reply_has_the_guide_s_shape() -> None:
    """Every field of part 3.1, and ours beside them; thoughts only when asked for."""
    reply = ask(prompt="What is the total?")
    body = reply.json()
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    assert body["id"].startswith("infer-")
    assert body["object"] == "text_completion"
    assert body["model"] == "r1-standard"
    assert body["created"] > 1.7e9
    assert body["choices"] == [{"text": "The total is 420.", "index": 0, "logprobs": None, "finish_reason": "stop"}]
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["completion_tokens_details"]["reasoning_tokens"] > 0
    assert body["x_r1"]["served_by"] == "scripted"
    assert body["x_r1"]["timing"]["total_ms"] >= body["x_r1"]["timing"]["first_event_ms"]
    assert ask(prompt="Why?", reasoning=True).json()["choices"][0]["reasoning"] == "Let me see."


def test_a_streamed_reply_has_a_choice_in_every_line() -> None:
    """Text and thoughts apart, the last line with how it ended, then the end mark, and nothing that would buffer."""
    reply = ask(prompt="What is the total?", stream=True, reasoning=True)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in reply.headers
    assert "queue;dur=0" in reply.headers["server-timing"]
    lines = events(reply)
    choices = [line["choices"][0] for line in lines]
    assert [(choice["reasoning"], choice["text"]) for choice in choices] == [
        ("Let me see.", ""),
        ("", "The total "),
        ("", "is 420."),
        ("", ""),
    ]
    assert [choice["finish_reason"] for choice in choices] == [None, None, None, "stop"]
    assert lines[-1]["usage"]["total_tokens"] > 0
    assert lines[-1]["x_r1"]["served_by"] == "scripted"


def test_thoughts_are_left_out_unless_asked_for() -> None:
    """They are never in `text`."""
    lines = events(ask(prompt="What is the total?", stream=True))
    assert all("reasoning" not in line["choices"][0] for line in lines)
    assert "".join(line["choices"][0]["text"] for line in lines) == "The total is 420."


def test_the_engine_gets_the_checked_parameters() -> None:
    """Defaults are the guide's; stop sequences stay with us."""
    engine = ScriptedEngine(TOTAL)
    ask(engine, prompt="Why?", temperature=0, max_tokens=5, top_p=1)
    ask(engine, prompt="Why?")
    first, second = engine.requests
    assert (first.prompt, first.temperature, first.max_tokens, first.top_p) == ("Why?", 0, 5, 1)
    assert (second.temperature, second.max_tokens, second.top_p) == (0.7, 2048, 0.9)


@pytest.mark.parametrize("stream", [False, True])
def test_stop_sequences_cut_the_answer_and_not_the_thoughts(stream: bool) -> None:
    """Also across pieces; the engine is stopped there."""
    engine = ScriptedEngine([thought("END?"), answer("Hello. E"), answer("ND no"), answer(" more")])
    reply = ask(engine, prompt="Why?", stop_sequences=["END"], stream=stream, reasoning=True)
    choices = [line["choices"][0] for line in (events(reply) if stream else [reply.json()])]
    assert "".join(choice["text"] for choice in choices) == "Hello. "
    assert "".join(choice["reasoning"] for choice in choices) == "END?"
    assert choices[-1]["finish_reason"] == "stop"
    assert engine.running == 0


def test_what_the_engine_says_of_its_end_is_passed_on() -> None:
    """Its finish reason and its own token counts."""
    end = EngineEnd("length", prompt_tokens=7, completion_tokens=11, reasoning_tokens=3)
    body = ask(ScriptedEngine([*TOTAL, end]), prompt="Why?").json()
    assert body["choices"][0]["finish_reason"] == "length"
    assert body["usage"] == {
        "prompt_tokens": 7,
        "completion_tokens": 11,
        "total_tokens": 18,
        "completion_tokens_details": {"reasoning_tokens": 3},
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": 7}, "prompt"),
        ({"prompt": "x", "temperature": 1.5}, "temperature"),
        ({"prompt": "x", "temperature": "0.5"}, "temperature"),
        ({"prompt": "x", "temperature": True}, "temperature"),
        ({"prompt": "x", "temperature": float("nan")}, "temperature"),
        ({"prompt": "x", "temperature": float("inf")}, "temperature"),
        ({"prompt": "x", "max_tokens": -1}, "max_tokens"),
        ({"prompt": "x", "max_tokens": 1.5}, "max_tokens"),
        ({"prompt": "x", "max_tokens": 10**30}, "max_tokens"),
        ({"prompt": "x", "top_p": 0}, "top_p"),
        ({"prompt": "x", "top_p": None}, "top_p"),
        ({"prompt": "x", "stop_sequences": "END"}, "stop_sequences"),
        ({"prompt": "x", "stop_sequences": [""]}, "stop_sequences"),
        ({"prompt": "x", "stop_sequences": [1]}, "stop_sequences"),
        ({"prompt": "x", "stream": "yes"}, "stream"),
        ({"prompt": "half a character \udce4"}, "prompt"),
        ({"prompt": []}, "prompt"),
        ({"prompt": ["x"] * 33}, "prompt"),
        ({"prompt": ["x", " "]}, "prompt"),
        ({"prompt": ["x", 7]}, "prompt"),
        ({"prompt": ["x"], "stream": True}, "stream"),
        ({"prompt": "x", "priority": "urgent"}, "priority"),
    ],
)
def test_a_bad_parameter_is_named(body: dict[str, Any], field: str) -> None:
    """Status 400, and which field to change."""
    reply = ask(**body)
    assert reply.status_code == 400
    assert reply.json()["error"]["field"] == field
    assert field in reply.json()["error"]["message"]


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]", b'"x"', b"null", b"7", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(content: bytes) -> None:
    """Status 400 in the same shape, also for JSON that is nested too deep."""
    reply = ask(content=content)
    assert reply.status_code == 400
    assert reply.json()["error"]["type"] == "invalid_json"


@pytest.mark.parametrize("stream", [False, True])
def test_an_engine_that_fails_at_once_has_a_status(stream: bool) -> None:
    """503 with its own words, 400 when it names a parameter, 500 without details when it is broken."""
    reply = ask(ScriptedEngine([EngineError("no weights: fetch them")]), prompt="Why?", stream=stream)
    assert (reply.status_code, reply.json()["error"]["message"]) == (503, "no weights: fetch them")
    reply = ask(ScriptedEngine([EngineError("too long", "prompt")]), prompt="Why?", stream=stream)
    assert (reply.status_code, reply.json()["error"]["field"]) == (400, "prompt")
    reply = ask(ScriptedEngine([KeyError("prompt-canary")]), prompt="Why?", stream=stream)
    assert reply.status_code == 500
    assert "canary" not in reply.text


def test_an_engine_that_fails_later_ends_the_stream_with_an_error() -> None:
    """As an error event, since the status has been sent; without the end mark."""
    reply = ask(ScriptedEngine([*TOTAL, EngineError("disk full")]), prompt="Why?", stream=True)
    assert reply.status_code == 200
    assert reply.text.rstrip().rpartition("event: error\ndata: ")[2].startswith('{"error":{"type":"engine_unavailable"')
    assert "[DONE]" not in reply.text


@pytest.mark.parametrize(("method", "path"), [("POST", INFER), ("GET", STATUS)])
def test_every_call_needs_a_token(method: str, path: str) -> None:
    """No token, and an assertion instead of one."""
    reply = visit(lambda client: client.request(method, path, json={"prompt": "x"}))
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    header = {"Authorization": f"Bearer {assertion()}"}
    assert visit(lambda client: client.request(method, path, json={"prompt": "x"}, headers=header)).status_code == 401


def test_a_token_is_given_for_an_assertion_only() -> None:
    """As the guide's example fetches it; a wrong secret gets none."""
    good = visit(lambda client: client.post("/auth/token", headers={"Authorization": f"Bearer {assertion()}"}))
    assert good.status_code == 200
    assert set(good.json()) == {"access_token", "token_type", "expires_in"}
    assert good.headers["cache-control"] == "no-store"
    wrong = f"Bearer {assertion('x' * 40)}"
    assert visit(lambda client: client.post("/auth/token", headers={"Authorization": wrong})).status_code == 401
    assert visit(lambda client: client.post("/auth/token")).status_code == 401


def test_status_and_health() -> None:
    """Status says what answers; health says nothing and needs no token."""

    async def status(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get(STATUS, headers=await authorised(client))

    assert visit(status).json() == {"ready": True, "engine": "scripted", "queued": 0, "load": 0.0}
    assert visit(lambda client: client.get("/health")).json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", INFER, 405), ("GET", "/docs", 404)]
)
def test_other_routes_answer_in_the_same_shape(method: str, path: str, status: int) -> None:
    """An error is always `{"error": {"type", "message", "field"}}`."""
    reply = visit(lambda client: client.request(method, path))
    assert reply.status_code == status
    assert set(reply.json()["error"]) == {"type", "message", "field"}


def test_nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Key, secret, tokens and prompts stay out of all logs at every level, also when the engine breaks."""
    caplog.set_level(logging.DEBUG)
    ask(prompt="prompt-canary")
    ask(prompt="prompt-canary", temperature=9)
    ask(ScriptedEngine([KeyError("prompt-canary")]), prompt="prompt-canary")
    assert "engine scripted failed: KeyError" in caplog.text
    for canary in (KEY, SECRET, "prompt-canary", "eyJ"):
        assert canary not in caplog.text


def test_a_list_of_prompts_has_a_choice_for_each() -> None:
    """In their order, with the usage of each and of all."""
    engine = ScriptedEngine(TOTAL)
    body = ask(engine, prompt=["One?", "Two?", "Three?"], reasoning=True).json()
    assert sorted(request.prompt for request in engine.requests) == ["One?", "Three?", "Two?"]
    assert [choice["index"] for choice in body["choices"]] == [0, 1, 2]
    assert {choice["text"] for choice in body["choices"]} == {"The total is 420."}
    assert {choice["reasoning"] for choice in body["choices"]} == {"Let me see."}
    assert body["usage"]["total_tokens"] == sum(choice["usage"]["total_tokens"] for choice in body["choices"])


def test_one_prompt_of_a_list_that_fails_ends_the_call() -> None:
    """With its own status; nothing goes on behind it."""
    engine = ScriptedEngine([EngineError("no memory")])
    reply = ask(engine, prompt=["One?", "Two?"])
    assert reply.status_code == 503
    assert engine.running == 0


def test_calls_wait_for_a_place_and_say_how_long() -> None:
    """One at a time here: the second one's queue is the first one's time; a third finds no room."""
    limits = AdmissionLimits(slots=1, reserved_high=0, reserved_normal=0, waiting=1)

    async def main() -> list[httpx.Response]:
        async with raw_client(ScriptedEngine([0.2, *TOTAL]), Admission(limits)) as client:
            headers = await authorised(client)
            body = {"prompt": "Why?", "stream": True}
            calls = [asyncio.create_task(client.post(INFER, json=body, headers=headers)) for _ in range(3)]
            return list(await asyncio.gather(*calls))

    replies = sorted(asyncio.run(main()), key=lambda reply: reply.status_code)
    *answered, refused = replies
    assert [reply.status_code for reply in answered] == [200, 200]
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json()["error"]["type"] == "overloaded"
    queued = sorted(float(reply.headers["server-timing"].split(";dur=")[1].split(",")[0]) for reply in answered)
    assert queued[0] < 100
    assert queued[1] > 100


@pytest.mark.parametrize("body", [{"stream": False}, {"stream": True}, {"prompt": ["One?"] * 32}])
def test_a_reply_gives_its_place_back_at_its_end(body: dict[str, Any]) -> None:
    """However it was asked for: the next call finds it free."""
    admission = Admission(AdmissionLimits(slots=1, reserved_high=0, reserved_normal=0, longest_wait_s=5))

    async def main() -> int:
        async with raw_client(ScriptedEngine(TOTAL), admission) as client:
            headers = await authorised(client)
            reply = await client.post(INFER, json={"prompt": "Why?", **body}, headers=headers)
            assert reply.status_code == 200
            return admission.running

    assert asyncio.run(main()) == 0
