"""Walks: the stories a procedure must live, told in walks.json and lived through the real actions."""

from engine.walks.failed import WalkFailed
from engine.walks.office import WalkOffice, walk_procedure
from engine.walks.runner import Outcome

__all__ = ["Outcome", "WalkFailed", "WalkOffice", "walk_procedure"]
