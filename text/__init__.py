"""What several rooms need of language: marks, prompts, token estimates, scripts, passages. Pure functions."""
