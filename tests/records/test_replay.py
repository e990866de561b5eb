"""Random days of a case system against a history replayed by hand, with nothing of the machinery in it."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from readiness.gate import GateStopped
from tests.records.conftest import Installation
from tests.sources.case_system import CaseSystem, contact

FIRST_DAY = date(2026, 11, 2)
NUMBERS = count()

ROWS = st.tuples(
    st.sampled_from([f"K{number}" for number in range(1, 9)]),
    st.sampled_from(["red", "blue", None]),
    st.sampled_from(["good", "bad"]),
)
DAYS = st.lists(st.lists(ROWS, max_size=16), min_size=2, max_size=4)


@dataclass
class Replay:
    """The history as its rules say it in words, kept in plain lists: [key, value, known from, known to], and for the
    quarantine [(row, is its key repeated), None, known from, known to], since a further reason makes a new version."""

    versions: list[list] = field(default_factory=list)
    quarantine: list[list] = field(default_factory=list)
    rows_before: int = 0

    def load(self, rows: list[tuple], day: int) -> bool:
        """False if the batch is stopped: a table that had rows and has none."""
        if self.rows_before and not rows:
            return False
        self.rows_before = len(rows)
        distinct = sorted(set(rows), key=str)
        times = Counter(key for key, _, _ in distinct)
        bad = [(row, times[row[0]] > 1) for row in distinct if row[2] == "bad" or times[row[0]] > 1]
        good = {key: value for key, value, quality in distinct if quality == "good" and times[key] == 1}
        self._rows(good, {row[0] for row, _ in bad}, day)
        self._quarantine(bad, day)
        return True

    def _rows(self, good: dict, quarantined: set, day: int) -> None:
        for version in self.versions:
            key, value, _, known_to = version
            if known_to is None and key not in quarantined and (key not in good or good[key] != value):
                version[3] = day
        current = {key for key, _, _, known_to in self.versions if known_to is None}
        self.versions += [[key, value, day, None] for key, value in good.items() if key not in current]

    def _quarantine(self, bad: list[tuple], day: int) -> None:
        for entry in self.quarantine:
            if entry[3] is None and entry[0] not in bad:
                entry[3] = day
        current = [row for row, _, _, known_to in self.quarantine if known_to is None]
        self.quarantine += [[row, None, day, None] for row in bad if row not in current]


def source_row(row: tuple) -> dict:
    key, value, quality = row
    return contact(key, cont_contact_source_desc=value, cont_person_id="C1" if quality == "good" else None)


@pytest.fixture
def fresh(home, tmp_path, warehouse_url, request):
    """A new installation whenever it is called; on a server a new database each time."""
    profile = tmp_path / "authority" / "profile.yaml"
    profile.parent.mkdir()
    text = (home.authority / "profile.yaml").read_text(encoding="utf-8")
    profile.write_text(text + "\nsmallest_snapshot_share: 0.01\n", encoding="utf-8")

    def make() -> Installation:
        folder = tmp_path / f"example{next(NUMBERS)}"
        folder.mkdir()
        system = CaseSystem(f"sqlite:///{folder / 'case_system.sqlite'}")
        warehouse = (
            f"duckdb:///{folder / 'warehouse.duckdb'}"
            if warehouse_url.startswith("duckdb")
            else _emptied(warehouse_url)
        )
        installation = replace(home, home=folder, case_system=system.url, warehouse=warehouse, authority=profile.parent)
        return Installation(installation, system)

    return make


def _emptied(url: str) -> str:
    import sqlalchemy as sa

    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for schema in ("records", "quarantine", "gate", "staging", "ledger", "vault"):
            connection.exec_driver_sql(f"drop schema if exists {schema} cascade")
    engine.dispose()
    return url


# No shrinking: every example loads days for real, and what fails is small already.
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(days=DAYS)
def test_any_days_give_the_history_that_a_replay_by_hand_gives(fresh, days):
    installation, replay = fresh(), Replay()
    for number, rows in enumerate(days):
        day = FIRST_DAY + timedelta(days=number)
        installation.system.fill("ssd_contacts", *map(source_row, rows))
        if replay.load(rows, day.day):
            installation.load("contacts", day)
        else:
            with pytest.raises(GateStopped):
                installation.load("contacts", day)
    expected = sorted(map(tuple, replay.versions), key=lambda version: (str(version[0]), version[2], str(version[1])))
    if expected or replay.quarantine:
        assert installation.versions("contacts", "contact_id", "source_name") == expected
        found = installation.versions("contacts", "contact_id", "source_name", room="quarantine")
        by_hand = [(key, value, since, until) for ((key, value, _), _), _, since, until in replay.quarantine]
        assert Counter(found) == Counter(by_hand)
