"""The HTML of an article: one canonical form of what WeChat keeps, and what a reader sees of it."""

from engine.rules.article.clean import Cleaned, clean, is_html, looks_like_html, safe
from engine.rules.article.dropped import HOSTILE, in_words
from engine.rules.article.reader import captions, features, links, pictures, text

__all__ = [
    "HOSTILE",
    "Cleaned",
    "captions",
    "clean",
    "features",
    "in_words",
    "is_html",
    "links",
    "looks_like_html",
    "pictures",
    "safe",
    "text",
]
