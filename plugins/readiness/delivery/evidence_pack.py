"""The evidence pack: what inspectors ask for on the first morning, as one encrypted archive that 7-Zip opens."""

import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyzipper

from readiness import pages
from readiness.access import load_access
from readiness.errors import ReadinessError
from readiness.ledger import Ledger
from readiness.periods import Month, day_of, naive_utc
from readiness.report import PAGE, SHARED_REPORT, Report, compose_mail, copy_for, page, read_report
from readiness.report.versions import CASE_LISTS, MAIL, stored_folder
from readiness.report.words import OVERALL, month_in_words, target
from readiness.settings import Settings, private_folder

ROOM = "readiness.delivery"
CONTENTS, HASHES = "index.html", "SHA256SUMS"
SHORTEST, FEWEST_DIFFERENT = 16, 8
KEY_BITS = 256
EARLIEST_OF_ZIP = datetime(1980, 1, 1)

OWN_PAGES = {
    "data-quality": "Data quality, feed by feed and rule by rule, as of the newest load. The council's own copy: "
    "counts below six are in it.",
    "source-check": "What the case system can and cannot tell, as last looked at. The council's own copy.",
}
DOCUMENTS = {".pdf": "The report for a meeting, as a PDF", ".xlsx": "The figures as a spreadsheet"}


class PassphraseTooWeak(ReadinessError):
    """A passphrase that would not protect what it is to protect."""


class NotAllowed(ReadinessError):
    """Somebody asked for what access.yaml does not name them for."""


@dataclass(frozen=True)
class Item:
    """A file of the pack, and what it is in a reader's words."""

    name: str
    what: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Pack:
    """What was made: where it is, and the names of the files inside."""

    file: Path
    month: str
    version: int
    names: tuple[str, ...]


def make_pack(
    settings: Settings,
    month: Month,
    passphrase: str,
    at: datetime,
    *,
    file: Path | None = None,
    version: int | None = None,
    case_lists_for: str | None = None,
) -> Pack:
    """Pack the evidence behind a month's report: the same version gives the same contents.

    file: where to, else `evidence_packs/` in the home. version: by default the current one. case_lists_for: the user
    who wants the case lists in it; only whom access.yaml names under `case_lists` gets them, and it is noted in the
    ledger at `at` (naive UTC) before anything is written. Raises PassphraseTooWeak, NotAllowed, or what a missing
    report raises; then nothing is written. The warehouse is not opened.
    """
    check_passphrase(passphrase)
    folder = stored_folder(settings.reports, str(month), version)
    report = copy_for(read_report(folder / SHARED_REPORT), "director")
    ledger = Ledger(settings)
    items = [*_report(folder, report), *_around(settings, ledger, report)]
    if case_lists_for is not None:
        _note_case_lists(settings, ledger, case_lists_for, report, at)
        items += _case_lists(folder)
    items = _with_contents(items, report, is_with_cases=case_lists_for is not None)
    file = file or private_folder(settings.home / "evidence_packs") / f"readiness-{month}-v{folder.name}.zip"
    _write(file, items, passphrase, naive_utc(report.as_at))
    return Pack(file, str(month), int(folder.name), tuple(item.name for item in items))


def check_passphrase(passphrase: str) -> None:
    """Raises PassphraseTooWeak with the way out. The archive can be tried again and again by whoever finds it."""
    steps = [abs(ord(one) - ord(next_one)) for one, next_one in zip(passphrase, passphrase[1:], strict=False)]
    is_run = sum(step <= 1 for step in steps) > len(steps) / 2
    if len(passphrase) < SHORTEST or len(set(passphrase)) < FEWEST_DIFFERENT or is_run:
        raise PassphraseTooWeak(
            f"That passphrase is too weak. Take four or more random words, {SHORTEST} characters or more in all."
        )
    if not passphrase.isascii() or not passphrase.isprintable():
        raise PassphraseTooWeak(
            "Take a passphrase of plain letters, digits and signs: programs disagree about others, and the pack might "
            "not open elsewhere."
        )


def _report(folder: Path, report: Report) -> Iterator[Item]:
    """The report in every form there is, from its shared copy alone."""
    mail = folder / MAIL
    yield Item(f"report/{PAGE}", "The report. Start here. Small counts are withheld.", page(report).encode())
    yield Item(
        f"report/{MAIL}",
        "The report as managers get it by e-mail.",
        mail.read_bytes() if mail.exists() else bytes(compose_mail(report)),
    )
    for file in sorted(folder.iterdir()):
        if file.suffix in DOCUMENTS:
            yield Item(f"report/{file.name}", f"{DOCUMENTS[file.suffix]}.", file.read_bytes())
    yield Item(f"report/{SHARED_REPORT}", "The report as data.", (folder / SHARED_REPORT).read_bytes())


def _around(settings: Settings, ledger: Ledger, report: Report) -> Iterator[Item]:
    """What the report rests on: definitions, the letter as data, loads, versions, deliveries, quality."""
    definitions = pages.render(
        ROOM,
        "definitions.html.j2",
        report=report,
        notices=report.notices,
        claims=_claims_by_indicator(report),
        target=target,
    )
    yield Item(
        "definitions.html", "What each indicator counts, its limit and its target, as frozen.", definitions.encode()
    )
    for inspection in (report.inspection_detail, *(other.inspection for other in report.further)):
        register = settings.authority / "inspections" / f"{inspection.id}.yaml"
        if register.exists():
            what = f"{inspection.title} as data, as it is today: findings, claims, evidence. {inspection.notice or ''}"
            yield Item(f"register/{register.name}", what.strip(), register.read_bytes())
    tables = ledger.of_month(report.month)
    loads = ledger.batches(day_of(ledger.batch_behind(naive_utc(report.as_at)))) if ledger.first_batch() else []
    told = pages.render(ROOM, "ledger.html.j2", report=report, notices=report.notices, tables=tables, loads=loads)
    yield Item("ledger.html", "Versions and deliveries of the month, and the loads behind it.", told.encode())
    for name, what in OWN_PAGES.items():
        made = pages.page_file(settings, name)
        if made.exists():
            yield Item(f"pages/{name}.html", what, made.read_bytes())


def _claims_by_indicator(report: Report) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for claim in (claim for finding in report.every_finding for claim in finding.claims):
        for name in claim.evidence:
            found.setdefault(name, []).append(claim.id)
    return found


def _note_case_lists(settings: Settings, ledger: Ledger, user: str, report: Report, at: datetime) -> None:
    if load_access(settings.authority).cases_of(user) != "all":
        raise NotAllowed(
            f"access.yaml does not give {user or 'you'} all cases under case_lists, so no pack was made. Ask whoever "
            "keeps that file, or make the pack without case lists."
        )
    ledger.record_view(user, f"case lists of {report.month}, version {report.version.number}, in an evidence pack", at)


def _case_lists(folder: Path) -> Iterator[Item]:
    """As kept with the version: under keys, and without children whose record is restricted."""
    for file in sorted((folder / CASE_LISTS).glob("*.csv")):
        what = f"The cases behind {file.stem.replace('_', ' ')}, under keys. Personal data."
        yield Item(f"{CASE_LISTS}/{file.name}", what, file.read_bytes())


def _with_contents(items: list[Item], report: Report, is_with_cases: bool) -> list[Item]:
    """With the contents page first and the list of hashes last."""
    contents = pages.render(
        ROOM,
        "contents.html.j2",
        report=report,
        notices=report.notices,
        items=items,
        hashes=HASHES,
        contents=CONTENTS,
        is_with_cases=is_with_cases,
        missing=[name for name in OWN_PAGES if not any(item.name == f"pages/{name}.html" for item in items)],
        names=pages.NAMES,
        verdict=OVERALL[report.overall.verdict],
        month=month_in_words(report.month),
    )
    items = [Item(CONTENTS, "This page", contents.encode()), *items]
    hashes = "".join(f"{item.sha256}  {item.name}\n" for item in items)
    return [*items, Item(HASHES, "The hash of every other file", hashes.encode())]


def _write(file: Path, items: list[Item], passphrase: str, as_at: datetime) -> None:
    """Whole or not at all, open to the owner only. Files carry the as-at as their time, so that they do not differ."""
    draft = file.with_name(f".{file.name}.{os.getpid()}-{threading.get_ident()}")
    draft.touch(mode=0o600)
    try:
        with pyzipper.AESZipFile(draft, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
            archive.setpassword(passphrase.encode())
            archive.setencryption(pyzipper.WZ_AES, nbits=KEY_BITS)
            for item in items:
                entry = archive.zipinfo_cls(item.name, max(as_at, EARLIEST_OF_ZIP).timetuple()[:6])
                entry.compress_type = pyzipper.ZIP_DEFLATED
                archive.writestr(entry, item.content)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
