"""The text that a PDF carries: checked against what its pages show, and put into lines."""
