"""All benchmarks, one after another: `make bench`."""

from benchmarks import conversation, engine, ocr, r1_cache, r1_client, turn, vad

engine.main()
turn.main()
r1_client.main()
r1_cache.main()
conversation.main()
vad.main()
ocr.main()
