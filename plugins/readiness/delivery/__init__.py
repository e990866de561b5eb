"""Delivery: who gets the report, and that each gets it once."""

from readiness.delivery.catcher import catching
from readiness.delivery.recipients import Recipient, Recipients, load_recipients
from readiness.delivery.sending import CopiesDelayed, DeliveryRefused, Outcome, deliver, plan, unknown_places
from readiness.delivery.smtp import MailServerError, SmtpSettings, send

__all__ = [
    "CopiesDelayed",
    "DeliveryRefused",
    "MailServerError",
    "Outcome",
    "Recipient",
    "Recipients",
    "SmtpSettings",
    "catching",
    "deliver",
    "load_recipients",
    "plan",
    "send",
    "unknown_places",
]
