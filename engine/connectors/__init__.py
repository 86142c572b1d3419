"""The outside world: one folder each, one shape; a client makes one attempt and says what went wrong."""
