"""The command `qianfa`, as real processes."""
