"""What is asked: the question taken apart, made whole from what was said before, put in the words of the page."""
