"""Reads every feed, one at a time, and says what the source can support."""

from collections.abc import Callable
from datetime import date, datetime

from readiness.clocks import load_definitions
from readiness.contracts import Contract, load_contracts
from readiness.errors import ReadinessError
from readiness.periods import day_of
from readiness.profile import Profile, load_profile
from readiness.settings import Settings, masked
from readiness.source_check.limits import limits_of
from readiness.source_check.model import FeedCheck, SourceCheck
from readiness.source_check.profiling import profiled, unread
from readiness.source_check.support import indicator_checks
from readiness.sources import Batch, read_feed, source_days, source_of

Read = Callable[..., Batch]


def check_source(settings: Settings, day: date | None, now: datetime, read: Read = read_feed) -> SourceCheck:
    """Look at the case system as of the end of `day`; without one, a dated source as of its last day and a live one as
    of `now` (naive UTC).

    A feed that cannot be read is in the check with the message. Raises ReadinessError only if the source as a whole
    cannot be reached. Writes nothing to the source and needs no warehouse.
    """
    profile = load_profile(settings.authority)
    days = source_days(settings)
    as_of = day or (days.last_on if days else None)
    looking = _Looking(settings, profile, as_of, day, now, read)
    feeds = tuple(looking.at(contract) for contract in load_contracts().values())
    day_read = as_of or day_of(now)
    systems = dict.fromkeys(feed.system for feed in feeds)
    return SourceCheck(
        authority=profile.name,
        source=masked(settings.case_system),
        is_live=days is None,
        day=day_read,
        read_at=now,
        feeds=feeds,
        indicators=indicator_checks(load_definitions(), feeds, profile, day_read),
        limits=tuple(said for system in systems for said in limits_of(system).says),
        notice=looking.notice,
    )


class _Looking:
    """One pass over the feeds; it keeps no frame longer than its feed. as_of: the day to read the case system of;
    asked: the day that was asked for, if one was."""

    def __init__(
        self, settings: Settings, profile: Profile, as_of: date | None, asked: date | None, now: datetime, read: Read
    ) -> None:
        self.settings, self.profile, self.now, self.read = settings, profile, now, read
        self.as_of, self.asked = as_of, asked
        self.notice: str | None = None
        self.system = profile.source

    def at(self, contract: Contract) -> FeedCheck:
        source = source_of(self.settings, self.profile, contract.feed)
        is_own = contract.feed in self.profile.sources
        # The days of the case system say nothing of a feed that comes from elsewhere: it is read as it is now.
        day = self.asked if is_own else self.as_of
        try:
            batch = self.read(self.settings, contract, source=source, now=self.now, day=day)
        except ReadinessError as error:
            found = unread(contract, source.system if is_own else self.system, "refused", message=str(error))
        else:
            found = profiled(batch, contract, self.profile)
            if not is_own:
                self.system, self.notice = batch.system, self.notice or batch.notice
        return found.model_copy(update={"address": source.in_words}) if is_own else found
