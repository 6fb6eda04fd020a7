"""A turn as a trace that Perfetto (ui.perfetto.dev) and chrome://tracing load.

Format: Trace Event Format, JSON object form, complete events (`ph: X`), microseconds; one row a worker, one for the
critical path. https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
"""

from __future__ import annotations

from typing import Any

from pipeline.latency import LatencyLedger
from pipeline.timeline import Kind, Step, Worker

_WORDS = {Kind.TAKE: "waiting", Kind.CLOSED: "waiting", Kind.PUT: "held"}


def to_trace(ledger: LatencyLedger) -> dict[str, Any]:
    """The JSON object to write; zero on its clock is the turn's first moment."""
    record = ledger.record
    zero = record.started
    events: list[dict[str, Any]] = [
        {"ph": "M", "pid": 1, "tid": 0, "name": "process_name", "args": {"name": "turn"}},
        _row(0, "critical path"),
    ]
    events += [_span(0, piece.line, "path", piece.start - zero, piece.end - zero) for piece in ledger.path]
    for worker in record.workers.values():
        tid = worker.number + 1
        events.append(_row(tid, worker.name if worker.spawner is None else f"job: {worker.name}"))
        events += [
            _span(tid, name, category, step.start - zero, step.end - zero)
            for step in worker.steps
            if step.end > step.start
            for name, category in [_label(worker, step)]
        ]
    for name, moment in (("t0: last spoken sample", ledger.t0), ("first audible reply", ledger.t0 + ledger.total_ns)):
        events.append({"ph": "i", "s": "g", "pid": 1, "tid": 0, "name": name, "ts": (moment - zero) / 1e3})
    return {"traceEvents": events, "displayTimeUnit": "ms", "otherData": ledger.to_json()}


def _label(worker: Worker, step: Step) -> tuple[str, str]:
    return (step.line or worker.name, "run") if step.kind not in _WORDS else (_WORDS[step.kind], "wait")


def _row(tid: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "pid": 1, "tid": tid, "name": "thread_name", "args": {"name": name}}


def _span(tid: int, name: str, category: str, start: int, end: int) -> dict[str, Any]:
    return {
        "ph": "X",
        "pid": 1,
        "tid": tid,
        "name": name,
        "cat": category,
        "ts": start / 1e3,
        "dur": (end - start) / 1e3,
    }
