"""流程设计: process owners change procedures: a draft with its diagram, forms and stories, until it is a version."""

from web.studio import drafts, gallery, guide, wizards
from web.studio.blueprint import bp

__all__ = ["bp", "drafts", "gallery", "guide", "wizards"]
