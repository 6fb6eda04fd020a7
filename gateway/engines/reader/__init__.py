"""An honest extractive reasoner: the engine that serves when no R1 is configured.

It answers from the pages, the conversation, arithmetic and the clock, cites the line it relies on, and says so when
it cannot find an answer or when a question needs a real R1. Start at `reading.read`, which chooses between documents;
`ways.answer_in_document` has the order in which one document is read:

    asked         the question taken apart, made whole from what was said before, in the words of the page
    words         words and values, English and Chinese
    page          lines, entries, sentences, tables, and how well a place fits a question
    bills, timetables, worksheets, grids, prose, yes_or_no, reckoning    ways of answering, by what is read
    checks        whether an answer bears out its question
"""

from gateway.engines.reader.engine import ReaderEngine
from gateway.engines.reader.reading import Reading, read

__all__ = ["ReaderEngine", "Reading", "read"]
