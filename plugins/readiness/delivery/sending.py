"""Deliver a stored version to its recipients: each gets the copy made for them, once, and the ledger knows before and
after."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from readiness.delivery.recipients import FILE, Recipient, Recipients, domain_of
from readiness.delivery.smtp import SmtpSettings, send
from readiness.errors import ReadinessError
from readiness.report import SHARED_REPORT, Report, UnknownPlace, compose_mail, copy_for, read_report
from readiness.report.correction import what_changed
from readiness.report.mail import subject

CUT_SHORT = "an earlier attempt was cut short; ask the recipient, and note the answer: python -m readiness settle"

Status = Literal["planned", "sent", "refused", "failed", "unclear", "already_sent", "needs_correction"]


class DeliveryRefused(ReadinessError):
    """Nothing was sent, because it must not be."""


class CopiesDelayed(ReadinessError):
    """Some copies could not be sent yet; the same call may succeed later."""


class DeliveryEntry(Protocol):
    """One recipient's copy of a version, as the ledger holds it. status: intent, sent, refused, failed."""

    version: int
    recipient: str
    status: str
    detail: str | None


class Deliveries(Protocol):
    """The part of the ledger that delivery needs. Moments are naive UTC."""

    def deliveries(self, month: str) -> Sequence[DeliveryEntry]: ...

    def begin_delivery(self, month: str, version: int, recipient: str, at: datetime) -> None: ...

    def finish_delivery(
        self, month: str, version: int, recipient: str, status: str, at: datetime, detail: str
    ) -> None: ...

    def refuse_delivery(self, month: str, version: int, recipient: str, at: datetime, detail: str) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """What happened to one recipient's copy. audience: whose copy it is, in words.

    planned (it would go out now), sent, refused (the server will not take it, or there is no such copy), failed
    (certainly not sent; may be tried again), unclear (nobody can say whether it arrived; never repeated by itself),
    already_sent, needs_correction (this month went out in another version before; ask for a correction to send this
    one).
    """

    recipient: str
    status: Status
    detail: str = ""
    audience: str = ""

    @property
    def is_problem(self) -> bool:
        """Whether somebody should look into it; a copy that waits for a correction is as it should be."""
        return self.status in ("refused", "failed", "unclear")


@dataclass(frozen=True)
class _Copy:
    """One copy to be made. number: the recipient's place in the file, from 1. key: the recipient as the ledger knows
    it; a redirected copy is another one. audience: role and places; those who share both get the same."""

    number: int
    recipient: Recipient
    address: str
    key: str

    @property
    def audience(self) -> tuple[str, tuple[str, ...]]:
        return self.recipient.role, self.recipient.scope


@dataclass(frozen=True)
class _Post:
    """What all copies of a version have in common. folder: the version's."""

    folder: Path
    report: Report
    sender: str
    smtp: SmtpSettings
    ledger: Deliveries
    is_correction: bool
    now: Callable[[], datetime]

    def earlier(self, copy: _Copy) -> list[DeliveryEntry]:
        return [entry for entry in self.ledger.deliveries(self.report.month) if entry.recipient == copy.key]

    def refuse(self, outcome: Outcome) -> Outcome:
        """Note that a copy is refused."""
        month, version = self.report.month, self.report.version.number
        self.ledger.refuse_delivery(month, version, outcome.recipient, self.now(), outcome.detail)
        return outcome


Composer = Callable[[int | None, tuple[str, tuple[str, ...]]], EmailMessage]
"""The message for those who had a version, or none, of the month, and are of an audience; made once each."""


def utc_now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def plan(
    version_folder: Path,
    recipients: Recipients,
    smtp: SmtpSettings,
    ledger: Deliveries,
    *,
    is_correction: bool = False,
    is_dry_run: bool = False,
    now: Callable[[], datetime] = utc_now,
) -> tuple[Outcome, ...]:
    """Say who would get what. Nothing is composed: the version's own mail was, when it was published.

    version_folder: `reports/<month>/versions/<n>`; only its released report is read. A recipient who has this version,
    or of whom that is unclear, gets nothing; one who has another version of the month gets this one only as a
    correction; one whose scope the report does not know is refused, which the ledger keeps unless it is a dry run.
    Raises if the server is not safe, no sender is known or an address lies outside the allowed domains.
    """
    post, copies = _prepared(version_folder, recipients, smtp, ledger, is_correction, now)
    return tuple(
        outcome if is_dry_run or outcome.status != "refused" else post.refuse(outcome)
        for outcome in (_planned(copy, post) for copy in copies)
    )


def deliver(
    version_folder: Path,
    recipients: Recipients,
    smtp: SmtpSettings,
    ledger: Deliveries,
    *,
    is_correction: bool = False,
    only: Mapping[str, str] | None = None,
    now: Callable[[], datetime] = utc_now,
) -> tuple[Outcome, ...]:
    """Send what `plan` says, one message each, and say what became of each. A correction says what changed since the
    version that its reader had.

    only: audience by recipient, as a plan names them, of the copies that may go out; others are passed over, but one
    whose scope the report does not know is told all the same. One whose audience is another now, or who is no longer in
    the file, is refused. Raises before the first message, as `plan` does.
    """
    post, copies = _prepared(version_folder, recipients, smtp, ledger, is_correction, now)
    composed = cache(lambda had, audience: _composed(post, had, audience))
    outcomes = tuple(
        _send(copy, outcome, post, composed) if outcome.status == "planned" else outcome
        for copy in copies
        for outcome in [_allowed(_planned(copy, post), post, only)]
        if only is None or copy.key in only or outcome.status == "refused"
    )
    return (*outcomes, *_gone(copies, post, only or {}))


def unknown_places(version_folder: Path, recipients: Recipients) -> tuple[str, ...]:
    """Of recipients whose scope the report does not know: where it stands, and what to do."""
    report = _released(version_folder)
    return tuple(told for copy in _copies(recipients) if (told := _unknown_place(copy, report)))


def _prepared(
    version_folder: Path,
    recipients: Recipients,
    smtp: SmtpSettings,
    ledger: Deliveries,
    is_correction: bool,
    now: Callable[[], datetime],
) -> tuple[_Post, list[_Copy]]:
    report = _released(version_folder)
    smtp.require_safe()
    sender = _sender(recipients, smtp)
    return _Post(version_folder, report, sender, smtp, ledger, is_correction, now), _copies(recipients)


def _released(version_folder: Path) -> Report:
    report = read_report(version_folder / SHARED_REPORT)
    if report.audience != "released" or report.version is None:
        raise DeliveryRefused(f"{version_folder.name}/{SHARED_REPORT} is not a released report; make it again.")
    return report


def _sender(recipients: Recipients, smtp: SmtpSettings) -> str:
    sender = recipients.sender or smtp.sender
    if not sender:
        raise DeliveryRefused("No sender: set `from` in recipients.yaml or from_email in the SMTP connection.")
    return sender


def _copies(recipients: Recipients) -> list[_Copy]:
    copies = []
    for number, recipient in enumerate(recipients.recipients, start=1):
        address = recipients.redirect_all_to or recipient.address
        if not recipients.allows(address):
            raise DeliveryRefused(f"@{domain_of(address)} is not among the allowed domains of recipients.yaml.")
        key = recipient.address if address == recipient.address else f"{address} (for {recipient.address})"
        copies.append(_Copy(number, recipient, address, key))
    return copies


def _planned(copy: _Copy, post: _Post) -> Outcome:
    version, earlier = post.report.version.number, post.earlier(copy)
    if obstacle := _obstacle(copy, version, earlier, post.is_correction):
        return obstacle
    audience = copy.recipient.audience_in_words
    if told := _unknown_place(copy, post.report):
        return Outcome(copy.key, "refused", told, audience)
    headed = subject(post.report, is_correction=_version_had(version, earlier) is not None)
    return Outcome(copy.key, "planned", f"{headed} ({audience})", audience)


def _unknown_place(copy: _Copy, report: Report) -> str:
    """Why there is no such copy, if so; of the recipient's own entry alone."""
    try:
        copy_for(report, *copy.audience)
    except UnknownPlace as error:
        where = f"{FILE}, entry {copy.number} under recipients (role {copy.recipient.role})"
        return f"{where}: {error} Correct the scope there and run readiness_report for {report.month} again."
    return ""


def _allowed(outcome: Outcome, post: _Post, only: Mapping[str, str] | None) -> Outcome:
    """The outcome, refused if it is of another copy than was asked for."""
    asked_for = (only or {}).get(outcome.recipient, outcome.audience)
    if outcome.status == "planned" and asked_for != outcome.audience:
        told = (
            f"{FILE} gives this recipient another copy now ({outcome.audience}) than was planned "
            f"({asked_for}). Run readiness_report for {post.report.month} again."
        )
        outcome = Outcome(outcome.recipient, "refused", told, outcome.audience)
    return post.refuse(outcome) if outcome.status == "refused" else outcome


def _gone(copies: Sequence[_Copy], post: _Post, only: Mapping[str, str]) -> Iterator[Outcome]:
    """Copies that were asked for and may not be there, of recipients whom the file does not have any more."""
    month, version = post.report.month, post.report.version.number
    noted = {entry.recipient: entry.status for entry in post.ledger.deliveries(month) if entry.version == version}
    for key in sorted(only.keys() - {copy.key for copy in copies}):
        if noted.get(key) == "intent":
            yield Outcome(key, "unclear", CUT_SHORT, only[key])
        elif noted.get(key) != "sent":
            told = f"{FILE} had this recipient when it was planned. Run readiness_report for {month} again."
            yield post.refuse(Outcome(key, "refused", told, only[key]))


def _send(copy: _Copy, planned: Outcome, post: _Post, composed: Composer) -> Outcome:
    month, version, ledger, earlier = post.report.month, post.report.version.number, post.ledger, post.earlier(copy)
    message = composed(_version_had(version, earlier), copy.audience)
    message = _addressed(message, copy, post.sender, post.report, post.now())
    _intend(ledger, month, version, copy.key, earlier, post.now())
    result = send(message, post.sender, copy.address, post.smtp)
    if result.status != "unclear":
        ledger.finish_delivery(month, version, copy.key, result.status, post.now(), result.detail)
    return Outcome(copy.key, result.status, result.detail, planned.audience)


def _composed(post: _Post, had: int | None, audience: tuple[str, tuple[str, ...]]) -> EmailMessage:
    """The message of one audience for those who had version `had`, or no version, of the month."""
    report = copy_for(post.report, *audience)
    if had is None:
        return compose_mail(report)
    changed = what_changed(post.folder.with_name(str(had)) / SHARED_REPORT, report)
    return compose_mail(report, is_correction=True, changed=changed)


def _version_had(version: int, earlier: Sequence[DeliveryEntry]) -> int | None:
    """The latest other version that went out to this recipient, or may have."""
    return max((e.version for e in earlier if e.version != version and e.status in ("sent", "intent")), default=None)


def _obstacle(copy: _Copy, version: int, earlier: Sequence[DeliveryEntry], is_correction: bool) -> Outcome | None:
    """Why this copy must not go out, if so."""
    this = next((entry for entry in earlier if entry.version == version), None)
    if this and this.status == "sent":
        return Outcome(copy.key, "already_sent", f"version {version} went out before")
    if this and this.status == "intent":
        return Outcome(copy.key, "unclear", CUT_SHORT)
    had = _version_had(version, earlier)
    if had is not None and had > version:
        return Outcome(copy.key, "already_sent", f"version {had}, a later one, went out before")
    if had is not None and not is_correction:
        return Outcome(
            copy.key, "needs_correction", f"version {had} of this month went out; send this one as a correction"
        )
    return None


def _intend(
    ledger: Deliveries, month: str, version: int, key: str, earlier: Sequence[DeliveryEntry], at: datetime
) -> None:
    """Write the intent before anything is sent; an entry of a copy that certainly did not go out is opened again."""
    last = next((entry for entry in earlier if entry.version == version), None)
    if last is None:
        ledger.begin_delivery(month, version, key, at)
    else:
        ledger.finish_delivery(month, version, key, "intent", at, f"tried again; before: {last.status}")


def _addressed(message: EmailMessage, copy: _Copy, sender: str, report: Report, at: datetime) -> EmailMessage:
    """The message with the headers of one copy. The same copy always has the same Message-ID, so that a mail server
    that sees it twice can tell."""
    message = deepcopy(message)
    message["From"] = Address(display_name=f"Readiness report, {report.authority.name}", addr_spec=sender)
    message["To"] = Address(display_name=copy.recipient.name, addr_spec=copy.address)
    message["Date"] = format_datetime(at.replace(tzinfo=UTC))
    mark = hashlib.sha256(f"{report.month}/{report.version.hash}/{copy.key}".encode()).hexdigest()[:24]
    message["Message-ID"] = f"<{report.month}.v{report.version.number}.{mark}@{domain_of(sender)}>"
    return message
