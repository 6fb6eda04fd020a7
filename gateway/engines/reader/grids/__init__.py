"""Tables of any kind: one cell, a column, a row found by its cell, records side by side."""
