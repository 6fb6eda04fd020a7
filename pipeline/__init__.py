"""The engine: stages chained into turns, and a latency ledger that closes.

It knows no model, no HTTP and no vendor. Start at `pipeline.stage` (what a stage is) and
`pipeline.runner` (how stages are chained); `pipeline.events` is the vocabulary they share.
"""
