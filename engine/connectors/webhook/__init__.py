"""Tell another system, over HTTPS, what has happened."""

from engine.connectors.webhook.client import Webhook

__all__ = ["Webhook"]
