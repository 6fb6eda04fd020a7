"""Words and values, English and Chinese: what means the same, what is a field, a number, a date, an amount."""
