"""Whether an answer bears out its question; what does not is no answer."""
