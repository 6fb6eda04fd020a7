"""An honest extractive reasoner: the engine that serves when no R1 is configured.

It answers from the pages, the conversation, arithmetic and the clock, cites the line it relies on, and says so when
it cannot find an answer or when a question needs a real R1. Start at `reading.read`; each way of answering is a
module of its own (fields, cells, columns, stops, opening_hours, payments, intervals, sums, tasks, passages, nearest,
verdicts, across, outline, arithmetic, clock, conversation).
"""

from gateway.engines.reader.engine import ReaderEngine
from gateway.engines.reader.reading import Reading, read

__all__ = ["ReaderEngine", "Reading", "read"]
