"""A demo turn as a user runs it, in a fresh process: `python -m benchmarks.turn`.

Time to first audio and cold start are the ledger's; wall time and peak memory are taken from outside, memory over the
whole family of processes (recogniser, gateway and voice, and tesseract), sampled every 20 ms.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    """One run of the demo's question."""

    wall_s: float
    peak_mb: float
    ledger: dict[str, Any]


def family_memory(process: Any) -> float:
    """Proportional memory of a process and its children, in MB."""
    import psutil

    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            memory = member.memory_full_info()
        except psutil.Error:
            continue
        total += getattr(memory, "pss", memory.uss)
    return float(total) / 1e6


def run_once(audio: str, document: str) -> Run:
    """Ask the demo's question once."""
    import psutil

    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(ROOT / "run_agent.py"), "ask", str(ROOT / audio), "--document",
                   str(ROOT / document), "--out", f"{folder}/reply.wav", "--json"]  # fmt: skip
        started, peak = time.perf_counter(), 0.0
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        process = psutil.Process(child.pid)
        while child.poll() is None:
            try:
                peak = max(peak, family_memory(process))
            except psutil.Error:
                break
            time.sleep(0.02)
        output, _ = child.communicate()
        if child.returncode:
            raise SystemExit(
                f"the demo's question failed with exit code {child.returncode}; run `make demo` to see why"
            )
        return Run(time.perf_counter() - started, peak, json.loads(output)["ledger"])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    demo = json.loads((ROOT / "assets" / "demo.json").read_text())
    runs = [run_once(demo["audio"], demo["document"]) for _ in range(options.runs)]

    def row(name: str, values: list[float], unit: str) -> None:
        print(f"{name:32} {statistics.median(values):9.1f} {unit}   ({min(values):.1f} to {max(values):.1f})")

    print(f"A demo turn in a fresh process, median of {len(runs)} (least to most)")
    row("time to first audio", [run.ledger["total_ms"] for run in runs], "ms")
    for name in [line["name"] for line in runs[0].ledger["lines"]]:
        found = [line["ms"] for run in runs for line in run.ledger["lines"] if line["name"] == name]
        row(f"  {name}", found, "ms")
    row("cold start (models, connection)", [run.ledger["cold_start_ms"] for run in runs], "ms")
    row("whole command", [run.wall_s for run in runs], "s")
    row("peak memory, all processes", [run.peak_mb for run in runs], "MB")


if __name__ == "__main__":
    main()
