"""The page as the reader sees it: lines, entries, sentences, tables, and how well a place fits a question."""
