"""A mail server for this machine alone: it writes what it receives into a folder and sends nothing on.

The demo delivers to it, so that the whole way of a mail can be seen without a mailbox.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from readiness.delivery.smtp import SmtpSettings
from readiness.settings import private_folder

LOOPBACK = "127.0.0.1"
LARGEST_MESSAGE_BYTES = 20_000_000


class _Outbox:
    """Writes each accepted message as `<n>-<recipient>.eml`, n counting on from what is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = private_folder(folder)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        for recipient in envelope.rcpt_tos:
            name = re.sub(r"[^a-z0-9.@_-]+", "_", recipient.lower())
            file = self.folder / f"{self._next_number():03d}-{name}.eml"
            file.touch(mode=0o600)
            file.write_bytes(envelope.content)
        return "250 kept in the outbox"

    def _next_number(self) -> int:
        numbers = [int(file.name.partition("-")[0]) for file in self.folder.glob("[0-9]*-*.eml")]
        return max(numbers, default=0) + 1


class _AnyPort(Controller):
    """A controller that listens on a free port of the system's choice and then knows which."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def catching(outbox: Path) -> Iterator[SmtpSettings]:
    """Run the catcher while the block lasts; gives the settings that reach it. Mails land in `outbox`."""
    controller = _AnyPort(_Outbox(outbox), hostname=LOOPBACK, port=0, data_size_limit=LARGEST_MESSAGE_BYTES)
    controller.start()
    try:
        yield SmtpSettings(host=LOOPBACK, port=controller.port, starttls=False, ssl=False)
    finally:
        controller.stop()
