"""The pages: thin; Flask over the engine's actions and queries."""
