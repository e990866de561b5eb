"""Any days of a case system against a history replayed by hand, with nothing of the machinery in it: a snapshot and an
increment whose rows come, change, go, come back, go into quarantine and out of it, or are entered late."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from readiness.gate import GateStopped
from readiness.records import DayOutOfOrder
from readiness.sources.drift import CERTAIN, ENOUGH
from tests.records.conftest import Installation
from tests.records.fresh import fresh_installations
from tests.sources.case_system import audit, contact

FIRST_DAY = date(2026, 11, 9)
OVERLAP = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """A row of the source. value: what changes; stamped: days on which the system put its stamps; is_good: whether the
    gate lets it through."""

    key: tuple[str, str]
    value: str | None
    stamped: tuple[date, ...]
    is_good: bool


@dataclass
class Replay:
    """The history as its rules say it in words: versions and quarantine as lists [row, known from, known to]."""

    is_increment: bool
    versions: list[list] = field(default_factory=list)
    quarantine: list[list] = field(default_factory=list)
    loaded_on: date | None = None
    rows_before: int = 0

    def load(self, rows: list[Row], day: date) -> bool:
        """False if the batch is stopped: a table read as a whole that had rows and has none."""
        read, is_whole = self._read(rows)
        if is_whole and self.rows_before and not read:
            return False
        self.loaded_on, self.rows_before = day, len(read)
        distinct = set(read)
        times = Counter(row.key for row in distinct)
        good = {row.key: row for row in distinct if row.is_good and times[row.key] == 1}
        bad = {(row, times[row.key] > 1) for row in distinct if not row.is_good or times[row.key] > 1}
        set_aside = {row.key for row, _ in bad}
        for version in self._current(self.versions):
            key = version[0].key
            is_gone = is_whole and key not in good and key not in set_aside
            if is_gone or (key in good and good[key] != version[0]):
                version[2] = day
        current = {version[0].key for version in self._current(self.versions)}
        self.versions += [[row, day, None] for key, row in good.items() if key not in current]
        for entry in self._current(self.quarantine):
            if entry[0] not in bad:
                entry[2] = day
        current = {entry[0] for entry in self._current(self.quarantine)}
        self.quarantine += [[each, day, None] for each in bad - current]
        return True

    def asked(self, rows: list[Row]) -> list[Row]:
        return self._read(rows)[0]

    def _read(self, rows: list[Row]) -> tuple[list[Row], bool]:
        """What is asked of the source, and whether that is all of it. An increment asks for every record touched since
        the day before the newest stamp it knows (or its newest day), and for those in quarantine."""
        known = [version[0] for version in self._current(self.versions)]
        if not self.is_increment or not known:
            return rows, True
        newest = max(day for row in known for day in row.stamped)
        since = min(newest, self.loaded_on) - OVERLAP
        asked = {row.key[1] for row in rows if max(row.stamped) >= since}
        asked |= {row.key[1] for (row, _), _, _ in self._current(self.quarantine)}
        return [row for row in rows if row.key[1] in asked], False

    @staticmethod
    def _current(entries: list[list]) -> list[list]:
        return [entry for entry in entries if entry[2] is None]


@dataclass(frozen=True)
class Feed:
    """How a row stands in the source, and what tells its version in the warehouse."""

    name: str
    table: str
    key: str
    told_by: str

    def written(self, row: Row) -> dict:
        if self.name == "contacts":
            who = "C1" if row.is_good else None
            return contact(row.key[1], cont_contact_source_desc=row.value, cont_person_id=who)
        created, *authorised = map(str, row.stamped)
        happened = "2026-10-01 09:00:00" if row.is_good else "soon"
        stamps = {"created_at": created, "authorised_at": authorised[0] if authorised else None}
        return audit(row.key[1], record_type=row.key[0], team_id=row.value, occurred_at=happened, **stamps)

    def told(self, row: Row) -> str:
        if self.name == "contacts":
            return row.value or "-"
        return "/".join([row.key[0], row.value or "-", *(f"{day:%d}" for day in row.stamped)])


CONTACTS = Feed("contacts", "ssd_contacts", "contact_id", "coalesce(source_name, '-')")
AUDIT = Feed(
    "record_audit",
    "ext_record_audit",
    "record_id",
    "record_type || '/' || coalesce(team_id, '-') || '/' || to_char(created_on, 'DD') "
    "|| coalesce('/' || to_char(authorised_on, 'DD'), '')",
)

AGES = st.sampled_from([0, 0, 0, 1, 2, 5])
ROWS = st.tuples(
    st.sampled_from(["contact", "case_note"]),
    st.integers(1, 4),
    st.sampled_from(["T1", "T2", None]),
    AGES,
    st.one_of(st.none(), AGES),
    st.sampled_from([True, True, False]),
    st.sampled_from([True, True, True, False]),
)
DAYS = st.lists(
    st.tuples(st.sampled_from([1, 1, 2]), st.integers(0, 2**10), st.lists(ROWS, max_size=7), st.booleans()),
    min_size=3,
    max_size=5,
)


SAME_RULES_IN_ANOTHER_ORDER = [
    (1, 0, [("case_note", 4, "T2", 0, None, True, True), ("case_note", 4, "T1", 0, 2, False, False)], False),
    (1, 1, [("contact", 2, "T2", 0, None, False, True), ("case_note", 4, "T1", 0, 1, True, False)], False),
    (2, 0, [], False),
]
"""A row in quarantine that breaks the same two rules on every day, of which the gate finds now this, now that first."""


def next_rows(feed: Feed, before: list[Row], kept: int, new: list[tuple], day: date) -> list[Row]:
    """The source a day later: some rows stay as they were (the bits of `kept`), new ones take the place of those with
    their key, or stand beside them."""
    rows = [row for place, row in enumerate(before) if not kept >> place % 10 & 1]
    for kind, number, value, age, authorised_age, is_good, takes_its_place in new:
        key = ("contact", f"K{number}") if feed is CONTACTS else (kind, f"V{number}")
        ages = [0] if feed is CONTACTS else [age] if authorised_age is None else [age, authorised_age]
        if takes_its_place:
            rows = [row for row in rows if row.key != key]
        stamped = () if feed is CONTACTS else tuple(day - timedelta(days=n) for n in ages)
        rows.append(Row(key, value, stamped, is_good))
    return rows


@pytest.fixture
def fresh(home, tmp_path, warehouse_url):
    return fresh_installations(home, tmp_path, warehouse_url)


# No shrinking: every example loads days for real, and what fails is small already.
@pytest.mark.parametrize("feed", [CONTACTS, AUDIT], ids=["snapshot", "increment"])
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@example(days=SAME_RULES_IN_ANOTHER_ORDER)
@given(days=DAYS)
def test_any_sequence_of_loads_gives_the_history_of_a_replay_by_hand(fresh, feed, days):
    installation, replay = fresh(), Replay(is_increment=feed is AUDIT)
    rows: list[Row] = []
    for offset, (_, kept, new, is_loaded_twice) in zip(accumulate(gap for gap, *_ in days), days, strict=True):
        day = FIRST_DAY + timedelta(days=offset)
        rows = next_rows(feed, rows, kept, new, day)
        installation.system.fill(feed.table, *map(feed.written, rows))
        assume(feed is CONTACTS or not looks_like_another_format(replay.asked(rows)))
        if not replay.load(rows, day):
            with pytest.raises(GateStopped):
                installation.load(feed.name, day)
        else:
            assert installation.load(feed.name, day).status == "loaded"
            if is_loaded_twice:
                again_is_nothing(installation, feed, day)
    compare(installation, feed, replay)


def looks_like_another_format(rows: list[Row]) -> bool:
    """Whether so many dates cannot be read that the source is refused, which is another test's matter."""
    bad = sum(not row.is_good for row in rows)
    return (bad == len(rows) and bad >= CERTAIN) or (bad >= ENOUGH and bad > len(rows) / 2)


def again_is_nothing(installation: Installation, feed: Feed, day: date) -> None:
    """A day that is loaded takes nothing more, whatever the source shows by now; an earlier one is refused."""
    installation.system.fill(feed.table)
    assert installation.load(feed.name, day).status == "already_loaded"
    with pytest.raises(DayOutOfOrder):
        installation.load(feed.name, FIRST_DAY)


def compare(installation: Installation, feed: Feed, replay: Replay) -> None:
    if not replay.loaded_on:
        return
    by_hand = [(row.key[1], feed.told(row), *days(since, until)) for row, since, until in replay.versions]
    assert Counter(installation.versions(feed.name, feed.key, feed.told_by)) == Counter(by_hand)
    by_hand = [(row.key[1], feed.told(row), *days(since, until)) for (row, _), since, until in replay.quarantine]
    assert Counter(installation.versions(feed.name, feed.key, feed.told_by, room="quarantine")) == Counter(by_hand)
    batches = installation.query("select source_rows, accepted + quarantined + copies as found from records.batches")
    assert batches.source_rows.tolist() == batches.found.tolist()


def days(since: date, until: date | None) -> tuple[int, int | None]:
    return since.day, until and until.day
