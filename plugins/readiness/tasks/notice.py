"""A short mail to the data team when feeds fall silent: counts and names of feeds, nothing of a person."""

import logging
from email.message import EmailMessage

from readiness.delivery import load_recipients, send
from readiness.settings import Settings
from readiness.tasks.context import smtp_settings

LOG = logging.getLogger(__name__)


def send_notice(installation: Settings, subject: str, paragraphs: list[str]) -> None:
    """Mail the data team named in recipients.yaml; a notice that cannot be sent is logged and holds nothing up."""
    recipients = load_recipients(installation.authority)
    smtp = smtp_settings()
    sender = recipients.sender or smtp.sender
    addresses = [recipients.redirect_all_to] if recipients.redirect_all_to else list(recipients.data_team)
    for address in addresses:
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = subject, sender, address
        message.set_content("\n\n".join([*paragraphs, "Details: the run of this day in the Airflow UI."]) + "\n")
        outcome = send(message, sender, address, smtp)
        if outcome.status != "sent":
            LOG.warning("The notice to the data team was not sent: %s", outcome.detail)
