"""Several prompts in one request, for servers that take a list of them: fewer round trips (the guide, part 4.1).

There is no second try here: a prompt whose answer is missing, empty or cut is left to be asked by itself, with all that
a call does for it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from r1.errors import R1Error
from r1.exchange import Exchange
from r1.parameters import InferParameters
from r1.reply import Reply
from r1.report import report
from r1.request import CallOptions, Request
from r1.results import Attempt, Completion, Timing
from r1.timers import Deadlines
from r1.upstream import Upstream


async def infer_group(
    upstream: Upstream, parameters: InferParameters, options: CallOptions, prompts: Sequence[str]
) -> AsyncIterator[tuple[int, Completion | R1Error]]:
    """The completions of one request, each with its prompt's place. Raises `R1Error` when it fails as a whole."""
    loop = asyncio.get_running_loop()
    started, timeouts = loop.time(), upstream.options.timeouts
    # It comes all at once, at the end.
    deadlines = Deadlines(replace(timeouts, first_event_s=timeouts.total_s), started, started + timeouts.total_s)
    asked = Request(
        "", upstream.model, parameters, options, left_out=upstream.left_out, idempotency_key=uuid.uuid4().hex
    )
    for place, piece in await Exchange(upstream, deadlines).together(asked, prompts):
        if not 0 <= place < len(prompts):
            return
        reply = Reply(upstream.mode(asked), parameters.stop_sequences)
        reply.take(piece)
        reply.finish()
        outcome = "answered" if reply.finish_reason == "stop" else "cut by length"
        outcome = outcome if reply.answer.strip() else "no answer"
        took_s, usage = loop.time() - started, reply.usage(prompts[place])
        attempt = Attempt(upstream.address, outcome, took_s, usage)
        if options.on_attempt is not None:
            options.on_attempt(attempt)
        if outcome != "answered":
            continue
        yield (
            place,
            Completion(
                answer=reply.answer,
                thoughts=reply.thoughts,
                finish_reason="stop",
                usage=usage,
                served_by=reply.served_by or upstream.model,
                attempts=(attempt,),
                timing=Timing(first_event_s=took_s, first_answer_s=took_s, total_s=took_s),
                parameters=report(asked, upstream.profile, ()),
            ),
        )
