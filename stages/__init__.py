"""The stages: one file for each worker of the chain. They know the engine's vocabulary, and not each other."""
