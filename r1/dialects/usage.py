"""Token counts as both dialects report them."""

from __future__ import annotations

from r1.results import Usage


def usage_in(reported: object) -> Usage | None:
    """The counts in a `usage` object, with `completion_tokens_details.reasoning_tokens`; None when there are none."""
    if not isinstance(reported, dict) or "completion_tokens" not in reported:
        return None
    details = reported.get("completion_tokens_details")
    prompt, completion = _count(reported.get("prompt_tokens")), _count(reported.get("completion_tokens"))
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        total_tokens=_count(reported.get("total_tokens")) or prompt + completion,
        reasoning_tokens=_count(details.get("reasoning_tokens")) if isinstance(details, dict) else 0,
    )


def _count(reported: object) -> int:
    return reported if isinstance(reported, int) and reported > 0 else 0
