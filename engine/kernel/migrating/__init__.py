"""Moving a running case to another version of its process: the same elements stay open there, or nothing moves."""

from engine.kernel.migrating.migrate import Landed, NotMigratable, Resting, migrate
from engine.kernel.migrating.moving import Moving

__all__ = ["Landed", "Moving", "NotMigratable", "Resting", "migrate"]
