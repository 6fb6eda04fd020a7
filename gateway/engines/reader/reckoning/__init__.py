"""What follows from what is stated: sums, lengths, ends, shares and steps."""
