"""The pages: thin; Flask over the engine's actions and queries."""

from typing import TYPE_CHECKING

from web.config import Config

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["Config", "create_app"]


def create_app(config: Config | None = None) -> "Flask":
    """One process's application over one house; the command imports nothing of it before it serves."""
    from web.app import create_app as create

    return create(config)
