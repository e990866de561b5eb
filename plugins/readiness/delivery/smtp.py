"""One message to one mailbox over SMTP, with a plain answer to the question whether it arrived at the server."""

import ipaddress
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Literal

from readiness.errors import ReadinessError

ACCEPTED = 250
MAILBOX_OK = (250, 251)
TRY_LATER, FOR_GOOD = 400, 500
LONGEST_ANSWER = 200


class MailServerError(ReadinessError):
    """The mail server cannot be used as it is set up."""


@dataclass(frozen=True)
class SmtpSettings:
    """How to reach the mail server. Without TLS only a server on this machine is accepted.

    starttls: begin in the clear and switch; ssl: TLS from the first byte. timeout in seconds.
    """

    host: str
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True
    ssl: bool = False
    timeout: float = 30.0
    sender: str = ""

    @classmethod
    def from_connection(
        cls, host: str | None, port: int | None, login: str | None, password: str | None, extra: Mapping[str, Any]
    ) -> "SmtpSettings":
        """From the fields of an Airflow SMTP connection.

        Its extras `disable_ssl` and `disable_tls` both default to false there; TLS from the first byte then wins, for
        a connection that is encrypted already cannot switch to it.
        """
        if not host:
            raise MailServerError("The SMTP connection has no host. Set it in the Airflow connection 'smtp_default'.")
        is_ssl = not extra.get("disable_ssl", False)
        return cls(
            host=host,
            port=port or 0,
            user=login or "",
            password=password or "",
            starttls=not is_ssl and not extra.get("disable_tls", False),
            ssl=is_ssl,
            timeout=float(extra.get("timeout", 30)),
            sender=extra.get("from_email") or "",
        )

    def require_safe(self) -> None:
        """Refuse to carry a report in the clear to another machine."""
        if not (self.ssl or self.starttls or is_loopback(self.host)):
            raise MailServerError(
                f"The mail server {self.host} is set up without TLS. Reports leave this machine encrypted only: enable "
                "TLS in the SMTP connection (disable_tls or disable_ssl set to false)."
            )


@dataclass(frozen=True)
class Sending:
    """What became of one message. refused: for good. failed: certainly not sent, and worth another try. unclear: the
    line broke after the text had begun to go out."""

    status: Literal["sent", "refused", "failed", "unclear"]
    detail: str


def is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def send(message: EmailMessage, sender: str, address: str, settings: SmtpSettings) -> Sending:
    """Send `message` to `address` alone.

    `failed` is certain: the server has no complete message, so it may be sent again. `unclear` is not, because a
    server that goes silent after the last line may have kept the message.
    """
    settings.require_safe()
    content = message.as_bytes(policy=SMTP)
    try:
        with _session(settings) as client:
            refusal = _announce(client, sender, address)
            return refusal or _hand_over(client, content)
    except smtplib.SMTPResponseException as error:
        return Sending("failed", _answer(error.smtp_code, error.smtp_error))
    except smtplib.SMTPNotSupportedError:
        return Sending("failed", f"{settings.host} does not offer TLS or the login that is set up")
    except (smtplib.SMTPException, OSError) as error:
        return Sending("failed", f"no connection to {settings.host}: {type(error).__name__}")


@contextmanager
def _session(settings: SmtpSettings) -> Iterator[smtplib.SMTP]:
    """An open, encrypted, logged-in session. How it ends never changes what happened in it."""
    context = ssl.create_default_context()
    if settings.ssl:
        client: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=context)
    else:
        client = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
    try:
        if settings.starttls:
            client.starttls(context=context)
        if settings.user:
            client.login(settings.user, settings.password)
        client.ehlo_or_helo_if_needed()
        yield client
    finally:
        _part(client)


def _part(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        client.close()


def _announce(client: smtplib.SMTP, sender: str, address: str) -> Sending | None:
    """Name sender and recipient; a refusal of either, else None."""
    code, answer = client.mail(sender)
    if code != ACCEPTED:
        return Sending("failed", f"sender not accepted: {_answer(code, answer)}")
    code, answer = client.rcpt(address)
    if code not in MAILBOX_OK:
        return _not_taken(code, answer)
    return None


def _hand_over(client: smtplib.SMTP, content: bytes) -> Sending:
    try:
        code, answer = client.data(content)
    except smtplib.SMTPDataError as error:
        return _not_taken(error.smtp_code, error.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        return Sending("unclear", f"the line broke while the message went out: {type(error).__name__}")
    if code != ACCEPTED:
        return _not_taken(code, answer)
    return Sending("sent", _answer(code, answer))


def _not_taken(code: int, answer: bytes | str) -> Sending:
    """A 4xx answer is for now (greylisting, a full mailbox), any other for good."""
    return Sending("failed" if TRY_LATER <= code < FOR_GOOD else "refused", _answer(code, answer))


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"[:LONGEST_ANSWER]
