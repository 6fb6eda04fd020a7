"""The summarisers: what is remembered of exchanges that are no longer kept verbatim. They run between turns.

`ExtractiveSummariser` needs no model: it keeps the speakers' own sentences. `R1Summariser` has R1 write, holds every
sentence against the source, and adds back what the user told and R1 forgot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.context import Exchange
from r1 import CallOptions, InferParameters, R1Client
from stages.summary_check import Source, checked, lost, prose_within
from stages.summary_entries import (
    Entry,
    entries_of_exchange,
    entries_of_summary,
    fitted,
    merged,
    share_of_one,
    written,
)
from stages.summary_prompt import summary_prompt
from text.document_replies import about_documents
from text.summary import parse_summary

PROSE_SHARE = 0.6
"""So much of the whole R1 is asked to fill; the rest is for what it forgets."""


def without_requests(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The exchanges without requests about the documents: those are met, and the context knows what holds."""
    attached = list(dict.fromkeys(name for exchange in exchanges for name in exchange.documents))
    return [each for each in exchanges if not about_documents(each.question, each.answer, attached)]


@dataclass(frozen=True, slots=True)
class ExtractiveOptions:
    """How much to keep."""

    longest_tokens: int = 500
    """Of the summary, as `text.tokens.estimate_tokens` counts; it stands in every later prompt."""


class ExtractiveSummariser:
    """Keeps what was stated, in the speakers' words: what the user told outlasts what was answered.

    Figures, names, dates and the documents they stood in stay; questions, refusals, courtesies and repetitions go, and
    a newer value of the same thing takes the older one's place. When there is too much, things without any fact go
    first, then the oldest answers, then what the user told, and last what the user is, has, likes and plans. It reads
    its own summaries back as they were. Deterministic; 20 exchanges take a few milliseconds of the caller's thread.
    """

    def __init__(self, options: ExtractiveOptions | None = None) -> None:
        self._options = options or ExtractiveOptions()

    async def summarise(self, summary: str, exchanges: Sequence[Exchange]) -> str:
        """A summary of `summary` and `exchanges`; empty when nothing in them is worth keeping. Raises nothing."""
        return written(self.entries(summary, without_requests(exchanges)), self._options.longest_tokens)

    def entries(self, summary: str, exchanges: Sequence[Exchange]) -> list[Entry]:
        """What there is to keep, oldest first, not yet bounded but by exchange."""
        entries = entries_of_summary(parse_summary(summary))
        for exchange in exchanges:
            entries += fitted(merged(entries_of_exchange(exchange)), share_of_one(self._options.longest_tokens))
        return merged(entries)


@dataclass(frozen=True, slots=True)
class R1SummaryOptions:
    """How to ask for a summary."""

    longest_tokens: int = 500
    """Of the summary, as `text.tokens.estimate_tokens` counts; it stands in every later prompt."""
    longest_source_tokens: int = 12_000
    """Of the conversation in the request; longer speeches are shown without their middle."""
    parameters: InferParameters = field(default_factory=lambda: InferParameters(temperature=0.5, max_tokens=1024))
    """0.5 is the lowest temperature that open-weight R1 is meant for."""
    call: CallOptions = field(default_factory=lambda: CallOptions(priority="low", use_cache=False))
    """Of low priority: nobody waits for it. Not from the cache: a poor summary would come again."""


class R1Summariser:
    """Has R1 write the summary, and believes only what the source holds.

    Sentences with a number or a name that was never said are dropped, as are refusals and answers to questions in the
    conversation; what the user told and R1 left out is added in the user's own words. When nothing usable is left, or
    R1 did not come to an end, the summary is the extractive one. Raises `r1.R1Error` when the call fails.
    """

    def __init__(self, client: R1Client, options: R1SummaryOptions | None = None) -> None:
        self._client = client
        self._options = options or R1SummaryOptions()
        self._extractive = ExtractiveSummariser(ExtractiveOptions(self._options.longest_tokens))

    async def summarise(self, summary: str, exchanges: Sequence[Exchange]) -> str:
        """A summary of `summary` and `exchanges`, bounded. Without exchanges `summary` as it is; R1 is not asked."""
        longest = self._options.longest_tokens
        exchanges = without_requests(exchanges)
        entries = self._extractive.entries(summary, exchanges)
        if not exchanges or not entries:
            return written(entries, longest)
        prompt = summary_prompt(summary, exchanges, int(PROSE_SHARE * longest), self._options.longest_source_tokens)
        completion = await self._client.infer(prompt, self._options.parameters, self._options.call)
        if completion.fallback or completion.finish_reason != "stop":
            return written(entries, longest)
        sentences = checked(completion.answer, Source(summary, exchanges))
        forgotten = lost(entries, sentences)
        return written(forgotten, longest, prose_within(sentences, forgotten, longest))
