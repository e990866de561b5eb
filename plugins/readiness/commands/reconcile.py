"""`make reconcile`: figures that the council has returned or published beside what the records say."""

from datetime import date, datetime

from readiness import pages, reconciliation
from readiness.errors import ReadinessError
from readiness.ledger import Ledger
from readiness.profile import load_profile
from readiness.settings import Settings
from readiness.tasks import quality
from readiness.warehouse import open_warehouse


def reconcile_command(
    settings: Settings, file: str | None, first: date | None, last: date | None, now: datetime
) -> int:
    """Reconcile returned.csv, or a returned file over its period, with the records as known at the newest batch. Prints
    the lines, publishes the page; gives 0."""
    if Ledger(settings).newest_batch() is None:
        raise ReadinessError("Nothing has been loaded yet, so there is nothing to compare with. Run make report first.")
    if file is None:
        lines = quality.reconcile(settings)
        if not lines:
            print("No figure has been given yet: write them into returned.csv in the authority folder.")
    else:
        lines = _file(settings, file, first, last, now)
    print(reconciliation.words(lines))
    print(f"\nThe same as a page: {pages.page_file(settings, 'reconciliation')}")
    return 0


def _file(
    settings: Settings, file: str, first: date | None, last: date | None, now: datetime
) -> tuple[reconciliation.Line, ...]:
    if first is None or last is None:
        raise ReadinessError("Say which period the file tells of: --from 2025-04-01 --to 2026-03-31.")
    ledger = Ledger(settings)
    with open_warehouse(settings.warehouse) as warehouse:
        profile = load_profile(settings.authority)
        lines = reconciliation.reconcile_file(settings, warehouse, profile, file, first, last, now)
    pages.publish(settings, "reconciliation", reconciliation.page(lines, ledger.newest_batch(), ledger.notices()))
    return lines
