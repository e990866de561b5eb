"""Great Expectations' own Data Docs, for whoever wants them beside the page of data quality."""

from datetime import datetime

from readiness.contracts import load_contracts
from readiness.errors import ReadinessError
from readiness.profile import load_profile
from readiness.quality.datadocs import build_data_docs
from readiness.settings import Settings
from readiness.sources import read_feed, source_days, source_of


def data_docs_command(settings: Settings, now: datetime) -> int:
    """Read every feed (a dated source as of its last day) and write its site. Gives 0, or 3 if a feed was refused."""
    profile, days = load_profile(settings.authority), source_days(settings)
    refused = 0
    for feed, contract in load_contracts().items():
        day = days.last_on if days and feed not in profile.sources else None
        try:
            batch = read_feed(settings, contract, source=source_of(settings, profile, feed), now=now, day=day)
            site = build_data_docs(settings, contract, batch, is_wanted=True)
        except ReadinessError as error:
            refused += 1
            print(error)
        else:
            print(f"{feed}: {site or 'not in the source'}")
    return 3 if refused else 0
