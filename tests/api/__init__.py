"""The JSON interface, as a programme sees it."""
