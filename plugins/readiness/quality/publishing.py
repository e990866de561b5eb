"""After a day's load: what is new of silent feeds, of the working list and of the data-quality page."""

from dataclasses import dataclass
from datetime import datetime

from readiness.contracts import load_contracts
from readiness.errors import ReadinessError
from readiness.ledger import Ledger
from readiness.pages import publish
from readiness.periods import day_of
from readiness.profile import load_profile
from readiness.quality.freshness import look, newest_events
from readiness.quality.page import quality_page
from readiness.quality.quarantine import items, publish_items
from readiness.quality.results import trend
from readiness.settings import Settings
from readiness.warehouse import open_warehouse


@dataclass(frozen=True)
class Published:
    """Counts. opened, closed: incidents of this look. items: open ones of the working list."""

    opened: int
    closed: int
    items: int


def publish_quality(settings: Settings, at: datetime) -> Published:
    """Look for silent feeds on the newest day of the ledger, and publish the working list and the data-quality page.

    at: the moment to note for what opens and closes, naive UTC. Mails are another matter, see `freshness.tell`. Doing
    it twice changes nothing. Raises ReadinessError if nothing was ever loaded.
    """
    ledger, contracts = Ledger(settings), load_contracts()
    entries = ledger.batches()
    as_at = ledger.newest_batch()
    if as_at is None:
        raise ReadinessError("Nothing has been loaded yet, so there is nothing to say of its quality.")
    day = max([day_of(as_at), *(entry.day for entry in entries if entry.day <= day_of(at))])
    with open_warehouse(settings.warehouse) as warehouse:
        listed = items(warehouse, contracts, as_at)
        newest = newest_events(warehouse, contracts, day)
        courses = trend(warehouse, as_at)
    opened, closed = look(ledger, contracts, day, newest, at)
    publish_items(settings, listed)
    page = quality_page(
        authority=load_profile(settings.authority).name,
        day=day,
        entries=entries,
        contracts=contracts,
        newest_events=newest,
        courses=courses,
        incidents=ledger.incidents(),
        items=listed,
        notices=ledger.notices(),
    )
    publish(settings, "data-quality", page)
    return Published(len(opened), len(closed), sum(item.state == "open" for item in listed))
