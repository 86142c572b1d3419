"""流程设计: process owners change procedures: a draft with its diagram, forms and stories, until it is a version."""

from web.studio import (
    compare,
    diagram,
    drafts,
    forms,
    gallery,
    guide,
    history,
    migration,
    release,
    rights,
    stories,
    tables,
    trying,
    versions,
    wizards,
    zips,
)
from web.studio.blueprint import bp

__all__ = [
    "bp",
    "compare",
    "diagram",
    "drafts",
    "forms",
    "gallery",
    "guide",
    "history",
    "migration",
    "release",
    "rights",
    "stories",
    "tables",
    "trying",
    "versions",
    "wizards",
    "zips",
]
