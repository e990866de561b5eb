"""After a day's load: how good the data is, and whether it agrees with what the council has returned."""

from datetime import datetime

from readiness import pages, reconciliation
from readiness.clocks.corrections import load_corrections
from readiness.contracts import load_contracts
from readiness.errors import ReadinessError
from readiness.ledger import Ledger
from readiness.periods import day_of
from readiness.profile import load_profile
from readiness.quality import freshness
from readiness.quality.across import KnowledgeOutdated, check_across
from readiness.quality.publishing import publish_quality
from readiness.settings import Settings
from readiness.tasks import case_lists
from readiness.tasks.notice import send_notice
from readiness.warehouse import open_warehouse


def check(settings: Settings, at: datetime) -> dict[str, int]:
    """Judge the rules across feeds over what is known, and publish the pages. Gives counts; twice changes nothing.
    Raises KnowledgeOutdated if indicators were not rebuilt since the newest batch; silent feeds are noted even then."""
    as_at = Ledger(settings).newest_batch()
    if as_at is None:
        raise ReadinessError("Nothing has been loaded yet, so there is nothing to say of its quality.")
    rules, outdated = (), None
    try:
        with open_warehouse(settings.warehouse) as warehouse, warehouse.transaction():
            rules = check_across(warehouse, load_contracts(), as_at, day_of(as_at))
    except KnowledgeOutdated as error:  # silent feeds are told of all the same
        outdated = error
    case_lists.close_restricted(settings)
    published = publish_quality(settings, at)
    if outdated is not None:
        raise outdated
    reconcile(settings)
    return {
        "rules": len(rules),
        "opened": published.opened,
        "closed": published.closed,
        "items": published.items,
    }


def tell(settings: Settings, at: datetime) -> None:
    """One mail to the data team about feeds that fell silent or are in order again; none if it was told before."""
    freshness.tell(Ledger(settings), lambda subject, words: send_notice(settings, subject, words), at)


def reconcile(settings: Settings) -> tuple[reconciliation.Line, ...]:
    """Figures of returned.csv beside the records as known at the newest batch; publishes the page."""
    ledger = Ledger(settings)
    as_at, notices = ledger.newest_batch(), ledger.notices()
    figures = [one for one in reconciliation.load_returned(settings.authority) if notices or not one.is_example]
    with open_warehouse(settings.warehouse) as warehouse:
        corrections = load_corrections(settings.authority)
        lines = reconciliation.reconcile(warehouse, load_profile(settings.authority), figures, as_at, corrections)
    pages.publish(settings, "reconciliation", reconciliation.page(lines, as_at, notices))
    return lines
