"""Walks: the stories a procedure must live, told in walks.json and lived through the real actions."""

from engine.walks.failed import WalkFailed
from engine.walks.office import WalkOffice
from engine.walks.procedure import Lived, live_procedure, uncovered, walk_procedure, walk_procedures
from engine.walks.runner import Outcome

__all__ = [
    "Lived",
    "Outcome",
    "WalkFailed",
    "WalkOffice",
    "live_procedure",
    "uncovered",
    "walk_procedure",
    "walk_procedures",
]
