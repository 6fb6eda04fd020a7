"""What became of the parameters of a call, as its result tells it."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from r1.adjustment import Adjustment
from r1.profiles import Profile
from r1.request import Request
from r1.results import ParameterReport


def report(request: Request, profile: Profile, adjustments: Sequence[Adjustment]) -> ParameterReport:
    """`request` as it was answered in the end, and what had to be changed for it."""
    asked = {"temperature", "max_tokens", "top_p"}
    if request.parameters.stop_sequences:
        asked.add("stop_sequences")  # applied by us, on the answer
    if request.parameters.reasoning_budget is not None:
        asked.add("reasoning_budget")
    rejected = {"reasoning_budget" if name == profile.budget_field else name for name in request.left_out}
    changed = {adjustment.field: adjustment.change for adjustment in adjustments if adjustment.change}
    ignored = (asked & profile.ignored) - rejected
    return ParameterReport(
        applied=tuple(sorted(asked - ignored - rejected - set(changed))),
        ignored=tuple(sorted(ignored)),
        rejected=tuple(sorted(rejected)),
        adjusted=MappingProxyType(changed),
    )
