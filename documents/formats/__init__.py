"""Pages that were read, as Markdown, as hOCR, and drawn over their pictures."""
