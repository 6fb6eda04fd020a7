"""Documents as files: what they are, how large they may be, and their pages as pictures."""
