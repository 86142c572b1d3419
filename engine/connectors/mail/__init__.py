"""Tell people by mail, over SMTP."""

from engine.connectors.mail.client import Mail

__all__ = ["Mail"]
