"""What can go wrong outside: one error, and whether it is worth another try."""


class TransportError(Exception):
    """The other side did not do what was asked; `permanent` says that asking again won't help."""

    def __init__(self, said: str, *, permanent: bool = False, retry_after: float | None = None):
        super().__init__(said)
        self.permanent = permanent
        self.retry_after = retry_after
