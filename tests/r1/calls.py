"""One call on the virtual clock, and what a thinking upstream sends."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from pipeline.testing import VirtualClock
from r1 import (
    Completion,
    Delta,
    RetryPolicy,
)
from tests.r1.upstream import (
    DONE,
    Upstream,
    data,
    gather,
    guide_event,
    guide_options,
)

THINKING = [
    *data(
        guide_event("", "Let me see."),
        guide_event("", " Yes."),
        guide_event("The total ", ""),
        guide_event("is 420.", ""),
        guide_event(
            "",
            "",
            "stop",
            usage={
                "prompt_tokens": 5,
                "completion_tokens": 9,
                "total_tokens": 14,
                "completion_tokens_details": {"reasoning_tokens": 6},
            },
            x_r1={"served_by": "reader"},
        ),
    ),
    DONE,
]
ONCE = guide_options(retry=RetryPolicy(attempts=1))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return VirtualClock().run(work)


def call(*infer: Any, options: Any = None, **arguments: Any) -> tuple[list[Delta], Completion]:
    """One call to an upstream that answers with `infer`."""
    result: tuple[list[Delta], Completion] = run(gather(Upstream(infer).client(options), **arguments))
    return result
