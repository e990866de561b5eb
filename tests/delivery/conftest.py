"""A stored version to send, a ledger, and mail servers that behave badly on purpose."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from readiness.delivery import Recipients, SmtpSettings
from readiness.delivery.catcher import LOOPBACK, _AnyPort
from readiness.ledger import Ledger
from readiness.report import build_report, store
from tests.report.conftest import small
from tests.report.sample import month_facts


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions of October 2026."""
    folder = tmp_path_factory.mktemp("delivery") / "reports"
    first = small(build_report(month_facts(), folder))
    second = first.model_copy(update={"notices": ("Corrected.", *first.notices)})
    store(first, folder)
    store(second, folder)
    return folder


@pytest.fixture
def version(reports: Path) -> Path:
    return reports / "2026-10" / "versions" / "1"


@pytest.fixture
def next_version(reports: Path) -> Path:
    return reports / "2026-10" / "versions" / "2"


@pytest.fixture
def ledger(home) -> Ledger:
    return Ledger(home)


@pytest.fixture
def recipients() -> Recipients:
    return two_recipients()


def two_recipients(**changes) -> Recipients:
    people = [
        {"name": "Director", "address": "director@example.gov.uk"},
        {"name": "Head of Service", "address": "head@example.gov.uk"},
    ]
    given = {"from": "readiness@example.gov.uk", "allowed_domains": ["example.gov.uk"], "recipients": people}
    return Recipients.model_validate(given | changes)


@pytest.fixture
def now() -> Callable[[], datetime]:
    """A clock that goes on by a second each time it is read."""
    moments = iter(datetime(2026, 11, 9, 8) + timedelta(seconds=n) for n in range(1000))
    return lambda: next(moments)


class Server:
    """Takes messages but refuses `refused` recipients with `answer`; `hangs_up` after the text has arrived; as one that
    `greylists`, it puts each recipient off once."""

    def __init__(
        self,
        refused: tuple[str, ...] = (),
        answer: str = "550 no such mailbox",
        hangs_up: bool = False,
        greylists: bool = False,
    ):
        self.refused, self.answer, self.hangs_up, self.greylists = refused, answer, hangs_up, greylists
        self.received: list[Envelope] = []
        self.seen: set[str] = set()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options) -> str:  # noqa: N802
        if address in self.refused:
            return self.answer
        if self.greylists and address not in self.seen:
            self.seen.add(address)
            return "451 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.received.append(envelope)
        if self.hangs_up:
            server.transport.abort()
        return "250 queued"

    @contextmanager
    def running(self, **options) -> Iterator[SmtpSettings]:
        controller = _AnyPort(self, hostname=LOOPBACK, port=0, **options)
        controller.start()
        try:
            yield SmtpSettings(host=LOOPBACK, port=controller.port, starttls=False, timeout=5)
        finally:
            controller.stop()

    @property
    def addresses(self) -> list[str]:
        return [address for envelope in self.received for address in envelope.rcpt_tos]
