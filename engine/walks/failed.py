"""How a walk fails."""


class WalkFailed(Exception):
    """The story went another way; says at which step and how."""
