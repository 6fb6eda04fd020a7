"""A local server that streams a fixed answer as OpenAI chat completions do: 150 ms to the first token, then 20 ms each.

Run as a process of its own, so that its work is not counted as the client's: `python -m benchmarks.stream_server`
prints its port and stops when its standard input closes. Under `/at-once` the same answer comes without any pause,
under `/fast` a thousand tokens, one a millisecond.
"""

from __future__ import annotations

import asyncio
import json
import sys

FIRST_TOKEN_S = 0.150
TOKEN_S = 0.020
TOKENS = (
    "The| total| on| this| invoice| is| four| hundred| and| twenty| dollars.| It| is| due| on| March| third.".split("|")
)
FIRST_SENTENCE_TOKENS = 11
"""Tokens until the first sentence is complete."""


def _event(text: str | None) -> bytes:
    choice: dict[str, object] = {"index": 0, "delta": {} if text is None else {"content": text}}
    choice["finish_reason"] = "stop" if text is None else None
    data = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "bench", "choices": [choice]}
    payload = b"data: " + json.dumps(data).encode() + b"\n\n"
    return f"{len(payload):x}\r\n".encode() + payload + b"\r\n"


EVENTS = [_event(token) for token in TOKENS]
LAST = _event(None) + b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"
FAST_TOKEN_S = 0.001
FAST_EVENTS = [_event(f" {TOKENS[number % len(TOKENS)].strip()}") for number in range(1000)]
SCRIPTS = {
    b"/at-once/": (EVENTS, 0.0, 0.0),
    b"/fast/": (FAST_EVENTS, 0.0, FAST_TOKEN_S),
    b"/": (EVENTS, FIRST_TOKEN_S, TOKEN_S),
}
"""For the start of a path, the first that fits: events, seconds to the first, and between two."""
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
MODELS = json.dumps({"object": "list", "data": [{"id": "bench", "object": "model"}]}).encode()
MODELS_HEAD = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(MODELS)}\r\n\r\n".encode()


async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection, one after another."""
    loop = asyncio.get_running_loop()
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(h[15:]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:")), 0)
            await reader.readexactly(length)
            path = head.split(b" ", 2)[1]
            events, first_s, each_s = next(
                (script for start, script in SCRIPTS.items() if path.startswith(start)),
                (EVENTS, FIRST_TOKEN_S, TOKEN_S),
            )
            due = loop.time() + first_s
            if head.startswith(b"GET"):
                size = str(len(MODELS)).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + size + b"\r\n\r\n"
                )
                writer.write(MODELS)
                continue
            writer.write(HEAD)
            for event in events:
                if each_s:
                    await asyncio.sleep(due - loop.time())
                writer.write(event)
                due += each_s
            writer.write(LAST)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    """Serve on a free loopback port until standard input closes."""
    server = await asyncio.start_server(serve_one, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
