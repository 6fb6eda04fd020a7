"""Where what stands on a page: its parts, rows, cells and tables. Arrays and words, no program that reads."""
