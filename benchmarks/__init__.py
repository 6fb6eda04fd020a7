"""Runnable comparisons; never part of the test run. `make bench` runs them all."""
