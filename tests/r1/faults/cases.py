"""All faults, in the order of their table."""

from __future__ import annotations

from tests.r1.faults import connections, liberties, refusals, stalls, streams, thoughts, tokens
from tests.r1.faults.case import Case

SECTIONS: dict[str, tuple[Case, ...]] = {
    "Refusals": refusals.CASES,
    "Connections": connections.CASES,
    "Silence and slowness": stalls.CASES,
    "Streams: form": streams.SHAPES,
    "Streams: end": streams.ENDS,
    "Streams: what is no answer": streams.GARBAGE,
    "Thoughts": thoughts.CASES,
    "Keys, tokens and models": tokens.CASES,
    "Liberties and indiscretions": liberties.CASES,
}
CASES: tuple[Case, ...] = tuple(case for cases in SECTIONS.values() for case in cases)
