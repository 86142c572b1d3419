"""What every test would do again is done once: templates are compiled; demonstration passwords are cheap to check."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """The compiled templates of this process, whichever application asked for them first."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], object] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()
LIGHT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def furnish(app: Flask) -> Flask:
    app.jinja_env.bytecode_cache = COMPILED
    return app


@contextmanager
def light_passwords() -> Iterator[None]:
    """A hash says itself how dear it is to check; a sign-in with one made here costs a millisecond."""
    import engine.actions.sign_in  # noqa: F401 - the module, which the function of its name hides

    with patch.object(sys.modules["engine.actions.sign_in"], "_hasher", LIGHT):
        yield
