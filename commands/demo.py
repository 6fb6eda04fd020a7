"""`demo`: one real turn on the shipped samples, checked against what is known to be right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from commands.turn import TurnResult

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "assets" / "demo.json"
"""`audio` and `document` are paths below the repository; `expect` says what must come of them."""


def run() -> None:
    """One spoken turn on the shipped samples."""
    import asyncio

    from commands.ledger_table import print_ledger
    from commands.report import print_turn
    from commands.settings import Settings
    from commands.terminal import complain, say
    from commands.turn import TurnRequest, documents_at, run_turn
    from stages.audio_files import check_writable

    sample = json.loads(DEMO.read_text(encoding="utf-8"))
    audio, document, out = ROOT / sample["audio"], ROOT / sample["document"], Path("reply.wav")
    check_writable(out)
    say(f"asking    {sample['audio']} about {sample['document']}, at the speed of speech", style="dim")
    request = TurnRequest(audio=audio, documents=documents_at([document]), out=out, as_spoken=True)
    # The defaults, whatever this machine is configured for: the demo shows that they work.
    result = asyncio.run(run_turn(Settings(), request))
    print_turn(result)
    if result.ledger is not None:
        print_ledger(result.ledger)
    wrong = faults(result, sample["expect"])
    for fault in wrong:
        complain(fault)
    raise typer.Exit(1 if wrong else 0)


def faults(result: TurnResult, expect: dict[str, Any]) -> list[str]:
    """What is not as `expect` says: transcript, answer (a pattern), citation, and that there is a reply."""
    found = []
    heard = result.transcript.text if result.transcript else ""
    if _words(heard) != _words(expect["transcript"]):
        found.append(f"the transcript should be “{expect['transcript']}”, not “{heard}”")
    answer = result.answer.text if result.answer else ""
    if not re.search(expect["answer"], answer):
        found.append(f"the answer should match “{expect['answer']}”; it is “{answer}”")
    wanted = expect["citation"]
    places = [
        {"document": place.document, "page": place.page, "line": place.line}
        for place in (result.answer.citations if result.answer else ())
    ]
    if wanted not in places:
        found.append(f"the answer should cite {wanted['document']}, page {wanted['page']}, line {wanted['line']}")
    if result.reply is None:
        found.append("nothing was spoken")
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
