"""Whether a source can support each indicator, from which month, and what is missing: by what its definition names."""

from collections.abc import Iterator, Mapping
from datetime import date

from readiness.clocks import Definitions
from readiness.clocks.definitions import Clock, Defined, Definition
from readiness.periods import Month
from readiness.profile import Profile
from readiness.source_check.model import FeedCheck, IndicatorCheck, Lack, MissingColumn
from readiness.source_check.places import places_of
from readiness.source_check.queried import columns_read
from readiness.source_check.wording import capital, counted, listed, months, percent, spoken

HELD_BACK_SHARE = 0.05
"""Above this share of rows in quarantine an indicator cannot be good (the house's rule)."""
AUDIT = "record_audit"


def indicator_checks(
    definitions: Definitions, feeds: tuple[FeedCheck, ...], profile: Profile, day: date
) -> tuple[IndicatorCheck, ...]:
    """Each defined indicator, in the order of the definitions."""
    known = {feed.feed: feed for feed in feeds}
    return tuple(_Asking(definitions, found, known, profile, day).answer() for found in definitions.indicators.values())


class _Asking:
    """One indicator against the feeds that were found."""

    def __init__(
        self,
        definitions: Definitions,
        defined: Defined,
        feeds: Mapping[str, FeedCheck],
        profile: Profile,
        day: date,
    ) -> None:
        self.defined, self.words, self.feeds, self.profile, self.day = defined, defined.words, feeds, profile, day
        builds_on = [definitions.indicators[other].words for other in self.words.builds_on]
        self.queried = columns_read(definitions, defined.id)
        self.needs: list[Definition] = [self.words, *builds_on]

    def answer(self) -> IndicatorCheck:
        lacks, first = self._lacks(), self._first_month()
        ended = None if lacks else self._out_of_force(first)
        caveats = () if lacks or ended else tuple(self._caveats(first))
        support = "not_supported" if lacks else "not_applicable" if ended else "caveats" if caveats else "supported"
        return IndicatorCheck(
            id=self.defined.id,
            title=self.words.title,
            family=self.words.family,
            support=support,
            from_month=str(first) if first and not lacks else None,
            lacks=lacks,
            caveats=caveats,
            incomplete=tuple(feed.feed for feed in self._read() if self._missed(feed)) if caveats else (),
            note=ended,
        )

    def _lacks(self) -> tuple[Lack, ...]:
        needed = dict.fromkeys(feed for words in self.needs for feed in words.feeds)
        lacks = [self._feed_lack(self.feeds[name]) for name in needed if not self.feeds[name].has_rows]
        gone = {lack.feed for lack in lacks}
        for asked in dict.fromkeys(column for words in self.needs for column in words.columns):
            feed, _, column = asked.partition(".")
            if feed not in gone:
                lacks += self._column_lack(self.feeds[feed], column)
        for feed in self._read():
            hollow = [missing for missing in self._missed(feed) if missing.why == "hollow" and feed.feed in needed]
            lacks += [self._missing_lack(feed, missing) for missing in hollow]
        types = self.words.record_types
        if types and AUDIT not in gone and not any(self._kind_rows(AUDIT, code) for code in types):
            lacks.append(self._kind_lack(self.feeds[AUDIT], "record_type", types))
        return tuple(dict.fromkeys(lacks))

    def _feed_lack(self, feed: FeedCheck) -> Lack:
        reason = feed.state if feed.state in ("absent", "refused") else "empty"
        return Lack(feed=feed.feed, reason=reason, places=feed.missing_tables or feed.tables)

    def _column_lack(self, feed: FeedCheck, column: str) -> list[Lack]:
        name, _, code = column.partition("=")
        if code:
            return [] if self._kind_rows(feed.feed, code) else [self._kind_lack(feed, name, (code,))]
        return [self._missing_lack(feed, missing) for missing in feed.missing_columns if missing.name == name]

    def _missing_lack(self, feed: FeedCheck, missing: MissingColumn) -> Lack:
        table = (missing.place or "").partition(".")[0]
        if table in feed.missing_tables:
            return Lack(feed=feed.feed, reason="table", places=(table,))
        return Lack(
            feed=feed.feed, reason="column", column=missing.name, places=(missing.place,) if missing.place else ()
        )

    def _kind_lack(self, feed: FeedCheck, column: str, codes: tuple[str, ...]) -> Lack:
        places = places_of(feed.system, feed.feed)
        tables = dict.fromkeys(places.by_code.get((column, code), "") for code in codes)
        named = tuple(table for table in tables if table) or feed.tables[:1]
        return Lack(feed=feed.feed, reason="kind", column=column, codes=codes, places=named)

    def _kind_rows(self, feed: str, code: str) -> int:
        return sum(kind.rows for kind in self.feeds[feed].kinds if kind.code == code)

    def _first_month(self) -> Month | None:
        """The latest first complete month of its feeds, of the record audit by the types it reads."""
        found = []
        for name in self.words.feeds:
            feed = self.feeds[name]
            if name == AUDIT:
                found += [kind.first_complete for kind in feed.kinds if kind.code in self.words.record_types]
            elif feed.months:
                found.append(feed.months.first_complete)
        return max((Month.parse(month) for month in found if month), default=None)

    def _out_of_force(self, first: Month | None) -> str | None:
        """Why an indicator has nothing to count: none of its limits is in force between the first month and the day."""
        if not isinstance(self.words, Clock) or first is None:
            return None
        rungs = [rung for rung in self.words.limits if rung.case_kind is None]
        if not rungs:  # every kind of case has a ladder of its own
            return None
        begins = [rung.begins_on(self.profile) or date.min for rung in rungs]
        ladder = [
            (begin, end, rung.value) for begin, end, rung in zip(begins, [*begins[1:], date.max], rungs, strict=True)
        ]
        limits = [(begin, end) for begin, end, value in ladder if value is not None]
        if not limits or any(begin <= self.day and end > first.first_on for begin, end in limits):
            return None
        later = [begin for begin, _ in limits if begin > self.day]
        if later:
            return f"Its limit begins on {min(later):%-d %B %Y}, after the day that was read."
        ended = max(end for _, end in limits)
        return f"Its limit ended on {ended:%-d %B %Y}, before the first complete month of this source."

    def _caveats(self, first: Month | None) -> Iterator[str]:
        """What weakens it, in sentences."""
        if first is None and any(self.feeds[name].months for name in self.words.feeds):
            yield "There is no whole month yet; it can be counted once a month is over."
        for name in self.words.looks_up:
            if not self.feeds[name].has_rows:
                yield f"It also looks at {spoken(name)}, of which this source has none."
        for feed in self._read():
            if missing := self._missed(feed):
                places = (found.place or spoken(found.name) for found in missing)
                yield f"{capital(spoken(feed.feed))} lack {listed(places)}."
        silent = [code for code in self.words.record_types if not self._kind_rows(AUDIT, code)]
        if silent:
            yield f"The record audit has no rows of {listed(map(spoken, silent))}."
        for name in self.words.feeds:
            yield from self._rows(self.feeds[name], first)
        if self._is_unwitnessed():
            yield "Its dates are typed by workers, and nothing stamps when (record_audit has no rows)."

    def _read(self) -> list[FeedCheck]:
        """The feeds it reads that have rows."""
        found = (self.feeds[name] for name in (*self.words.feeds, *self.words.looks_up))
        return [feed for feed in found if feed.has_rows]

    def _missed(self, feed: FeedCheck) -> list[MissingColumn]:
        """Columns that it reads and the feed lacks."""
        columns = self.queried.get(feed.feed, frozenset()) - self._idle_columns(feed)
        return [found for found in feed.missing_columns if {found.name, *found.physical} & columns]

    def _idle_columns(self, feed: FeedCheck) -> set[str]:
        """What it reads for limits by kind of case that the council does not set."""
        words = self.words
        if not isinstance(words, Clock) or words.kinds_column is None:
            return set()
        if any(f"{self.defined.id}.{kind}" in self.profile.limits for kind in words.local_kinds):
            return set()
        name, _, column = words.kinds_column.partition(".")
        return {column} if name == feed.feed else set()

    def _rows(self, feed: FeedCheck, first: Month | None) -> Iterator[str]:
        name = capital(spoken(feed.feed))
        if feed.held_back > HELD_BACK_SHARE * feed.rows:
            yield (
                f"{name}: {percent(feed.held_back, feed.rows)} of the rows cannot be used as they are; above "
                f"{HELD_BACK_SHARE:.0%} it cannot be judged good."
            )
        if feed.months and first and (empty := [m for m in feed.months.empty if m >= str(first)]):
            yield f"{name} have no rows in {months(empty)}."
        if getattr(self.words, "kind", None) == "recording_lag" and feed.bulk_loads:
            rows = sum(load.rows for load in feed.bulk_loads if load.column == "created")
            if rows:
                look = counted(rows, "row looks", "rows look")
                yield f"{look} like a bulk load of the {spoken(feed.feed)}; such a stamp tells nothing of the work."

    def _is_unwitnessed(self) -> bool:
        """Whether workers type its dates and nothing else in the source says when they did."""
        if not isinstance(self.words, Clock) or self.words.kind == "recording_lag" or self.feeds[AUDIT].has_rows:
            return False
        dates = [date for name in self.words.feeds for date in self.feeds[name].dates if date.filled]
        return any(date.made_by == "worker_entered" for date in dates) and not any(
            date.made_by == "system_stamped" for date in dates
        )
