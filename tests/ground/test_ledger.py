import stat
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from readiness.errors import WarehouseBusy
from readiness.ledger import INCIDENTS, BatchEntry, Ledger, ReportEntry, View
from readiness.settings import PROJECT, Settings

DAY = date(2026, 11, 3)
BATCH = BatchEntry("contacts", DAY, datetime(2026, 11, 3, 23, 59, 59), "loaded", 10, 9, 1, 0, 2, "Synthetic data.")
REPORT = ReportEntry("2026-10", 1, "abc", BATCH.extracted_at, False, "not_ready", ("visits",), datetime(2026, 11, 6))


@pytest.fixture
def ledger(warehouse_url: str, tmp_path: Path) -> Ledger:
    return Ledger(Settings(tmp_path / "home", "sqlite://", warehouse_url, PROJECT / "authority"))


def test_a_batch_is_noted_once_however_often_it_is_recorded(ledger):
    ledger.record_batch(BATCH)
    ledger.record_batch(BATCH)
    ledger.record_batch(replace(BATCH, feed="absences", status="stopped", message="no rows"))
    assert [entry.feed for entry in ledger.batches(DAY)] == ["absences", "contacts"]
    assert ledger.loaded_feeds(DAY) == {"contacts"}
    assert ledger.newest_batch() == ledger.first_batch() == BATCH.extracted_at
    assert ledger.newest_batch(until=datetime(2026, 11, 1)) is None
    assert ledger.notices() == ["Synthetic data."]


def test_no_connection_stays_open(postgresql_url, tmp_path):
    settings = Settings(tmp_path / "home", "sqlite://", postgresql_url, PROJECT / "authority")
    with sa.create_engine(postgresql_url).connect() as watching:
        count = sa.text("select count(*) from pg_stat_activity where datname = current_database()")
        before = watching.execute(count).scalar()
        ledgers = [Ledger(settings) for _ in range(5)]
        for ledger in ledgers:
            ledger.record_batch(BATCH)
        assert watching.execute(count).scalar() == before


def test_a_version_keeps_its_first_entry(ledger):
    ledger.record_report(REPORT)
    ledger.record_report(replace(REPORT, created_at=datetime(2027, 1, 1)))
    assert ledger.reports("2026-10") == [REPORT]


def test_an_intent_cannot_be_written_twice(ledger):
    ledger.begin_delivery("2026-10", 1, "director@example.gov.uk", datetime(2026, 11, 6, 9))
    with pytest.raises(sa.exc.IntegrityError):
        ledger.begin_delivery("2026-10", 1, "director@example.gov.uk", datetime(2026, 11, 6, 10))
    ledger.finish_delivery("2026-10", 1, "director@example.gov.uk", "sent", datetime(2026, 11, 6, 9, 1), "250")
    assert ledger.delivery("2026-10", 1, "director@example.gov.uk").status == "sent"
    assert ledger.delivery("2026-10", 2, "director@example.gov.uk") is None


def test_the_ledger_beside_an_embedded_warehouse_is_private(tmp_path):
    Ledger(Settings(tmp_path / "home", "sqlite://", f"duckdb:///{tmp_path}/w.duckdb", PROJECT / "authority"))
    assert stat.S_IMODE((tmp_path / "home" / "ledger.sqlite").stat().st_mode) == 0o600


def test_a_server_out_of_reach_is_said_without_its_password(tmp_path):
    url = "postgresql+psycopg://owner:S3cret@127.0.0.1:1/warehouse"
    with pytest.raises(WarehouseBusy, match="cannot be reached") as error:
        Ledger(Settings(tmp_path / "home", "sqlite://", url, PROJECT / "authority"))
    assert "S3cret" not in str(error.value)


def test_a_feed_has_one_open_incident_at_most(ledger):
    assert ledger.open_incident("visits", "stale", "visits: old.", datetime(2026, 11, 3, 9))
    assert not ledger.open_incident("visits", "stale", "visits: older.", datetime(2026, 11, 4, 9))
    with pytest.raises(sa.exc.IntegrityError), ledger.engine.begin() as connection:
        again = {"feed": "visits", "kind": "stale", "detail": "", "opened_at": datetime(2026, 11, 4), "is_open": True}
        connection.execute(sa.insert(INCIDENTS).values(**again))
    assert ledger.close_incident("visits", datetime(2026, 11, 5, 9))
    assert not ledger.close_incident("visits", datetime(2026, 11, 5, 10))
    assert ledger.open_incident("visits", "missing", "visits: not read.", datetime(2026, 11, 6, 9))
    assert [(each.kind, each.closed_at) for each in ledger.incidents()] == [
        ("stale", datetime(2026, 11, 5, 9)),
        ("missing", None),
    ]


def test_an_incident_of_another_kind_takes_the_place_of_the_open_one(ledger):
    assert ledger.open_incident("visits", "stale", "visits: old.", datetime(2026, 11, 3, 9))
    assert ledger.open_incident("visits", "missing", "visits: not read.", datetime(2026, 11, 4, 9))
    assert [(each.kind, each.closed_at) for each in ledger.incidents()] == [
        ("stale", datetime(2026, 11, 4, 9)),
        ("missing", None),
    ]


def test_a_closed_incident_cannot_pass_for_an_open_one(ledger):
    ledger.open_incident("visits", "stale", "visits: old.", datetime(2026, 11, 3, 9))
    with pytest.raises(sa.exc.IntegrityError), ledger.engine.begin() as connection:
        connection.execute(sa.update(INCIDENTS).values(closed_at=datetime(2026, 11, 4)))


def test_a_telling_cannot_be_begun_twice(ledger):
    ledger.open_incident("visits", "stale", "visits: old.", datetime(2026, 11, 3, 9))
    opened, closed = ledger.untold()
    ledger.begin_telling(opened, closed, datetime(2026, 11, 3, 10))
    with pytest.raises(sa.exc.IntegrityError):
        ledger.begin_telling(opened, closed, datetime(2026, 11, 3, 11))
    assert ledger.untold() == ([], [])
    assert ledger.incidents()[0].is_unclear
    ledger.finish_telling(opened, closed, datetime(2026, 11, 3, 12))
    assert not ledger.incidents()[0].is_unclear


def test_each_view_is_noted(ledger):
    ledger.record_view("analyst", "quarantine", datetime(2026, 11, 3, 9))
    ledger.record_view("analyst", "quarantine", datetime(2026, 11, 3, 9))
    assert ledger.views() == [View(datetime(2026, 11, 3, 9), "analyst", "quarantine")] * 2
