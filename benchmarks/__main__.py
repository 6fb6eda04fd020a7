"""All benchmarks, one after another: `make bench`."""

from benchmarks import engine, r1_cache, r1_client, turn

engine.main()
turn.main()
r1_client.main()
r1_cache.main()
