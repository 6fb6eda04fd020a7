"""Judging stages and turns by files: cases, scores and verdicts. Stands on the engine's vocabulary; builds no stage."""
