"""All benchmarks, one after another: `make bench`."""

from benchmarks import engine, turn

engine.main()
turn.main()
