"""`check turn`: whole turns with the real parts, run as `ask` runs them and judged by their cases."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from commands.check_stages import SHIPPED_ADVICE, CheckOptions, refuse_unknown
from commands.settings import SHIPPED_MODEL, Settings
from commands.turn import TurnRequest, TurnResult, documents_at, run_turn
from evaluation.comparable import speech_language
from evaluation.measurement import fault_of
from evaluation.outcomes import Outcome
from evaluation.turn_case import TOTAL, TurnCase
from evaluation.turn_verdict import TurnOutcome, TurnTrial
from pipeline.errors import InputError, StageError


class TurnCheck:
    """Questions, spoken at the speed of speech or typed, against what must come of them."""

    kind = "turn"

    def __init__(self, settings: Settings, options: CheckOptions, cases: Sequence[TurnCase]) -> None:
        """Raises `InputError` for a spoken question that the shipped model cannot know."""
        self._settings = settings
        self._options = options
        self._cases = [(case, _language(case, options, settings)) for case in cases]
        spoken = [(case, language) for case, language in self._cases if case.audio is not None]
        for case, language in spoken:
            refuse_unknown(str(case.path), language, options, settings)
        self.names = [str(case.path) for case in cases]
        self.advice = SHIPPED_ADVICE if spoken and settings.asr_model == SHIPPED_MODEL else ""

    async def run(self, on_outcome: Callable[[Outcome], None]) -> None:
        """One case after the other, each with parts of its own, as `ask` has them."""
        for case, language in self._cases:
            trials: list[TurnTrial] = []
            while len(trials) < self._options.repeat and not (trials and trials[-1].fault):
                trials.append(await self._ask(case, language))
            on_outcome(TurnOutcome(case, language, self._options.limit, tuple(trials)))

    async def _ask(self, case: TurnCase, language: str) -> TurnTrial:
        settings = self._settings.chosen(language=self._options.language or language)
        begun = time.perf_counter()
        result, fault = TurnResult(), ""
        with tempfile.TemporaryDirectory(prefix="check-turn-") as folder:
            try:
                documents = documents_at(list(case.documents))
                request = TurnRequest(case.audio, case.text, documents, Path(folder) / "reply.wav", as_spoken=True)
                async with asyncio.timeout(self._options.timeout_s):
                    result = await run_turn(settings, request)
            except (InputError, StageError) as error:
                fault = fault_of(error)
            except TimeoutError:
                fault = f"it was not done after {self._options.timeout_s:g} s and was stopped"
        return _trial(result, time.perf_counter() - begun, fault)


def _language(case: TurnCase, options: CheckOptions, settings: Settings) -> str:
    """Of what is spoken; a case that does not say what is heard is in the language that is configured."""
    configured = "en" if settings.language == "auto" else settings.language
    if case.transcript is None:
        return options.language if options.language not in (None, "auto") else configured
    return speech_language(case.transcript, options.language, settings.language)


def _trial(result: TurnResult, seconds: float, fault: str) -> TurnTrial:
    lines: dict[str, float] = {}
    if result.ledger is not None:
        lines[TOTAL] = result.ledger.total_ms
        for line in result.ledger.lines:
            lines[line.name] = lines.get(line.name, 0.0) + line.ms
    answer = result.answer
    return TurnTrial(
        seconds=seconds,
        transcript=result.transcript.text if result.transcript else "",
        answer=None if answer is None or answer.finish_reason in ("empty_answer", "no_speech") else answer.text,
        citations=answer.citations if answer else (),
        lines_ms=lines,
        fault=fault,
    )
