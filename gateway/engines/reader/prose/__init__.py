"""Letters, agreements and notices: the sentence or clause that answers, and what follows from it."""
