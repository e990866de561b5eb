"""Files are loaded once, by what is in them: whatever their name, their time, or how often they arrive."""

import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from readiness.contracts import load_contract
from readiness.ledger import Ledger
from readiness.records import load_feed
from readiness.records.loading import DayOutOfOrder, DeliveryChanged
from readiness.sources import DayNotReadable
from readiness.warehouse import open_warehouse
from tests.sources.case_system import MONDAY, THURSDAY, TUESDAY, WEDNESDAY, evening

HEADING = "cine_referral_id,cine_person_id,cine_referral_date,cine_close_reason\n"


def deliver(folder: Path, *rows: str, name: str = "ssd_cin_episodes.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(HEADING + "".join(row + "\n" for row in rows), encoding="utf-8")
    return folder


@pytest.fixture
def settings(home, warehouse_url, tmp_path):
    return replace(home, case_system=str(tmp_path / "delivered"), warehouse=warehouse_url)


def load(settings, day: date, path: Path | None = None, feed: str = "referrals"):
    settings = settings if path is None else replace(settings, case_system=str(path))
    return load_feed(settings, feed, now=evening(day))


def batches(settings) -> list[tuple]:
    with open_warehouse(settings.warehouse) as warehouse:
        found = warehouse.query("select day, source_rows from records.batches where feed = 'referrals' order by day")
    return [(f"{row.day:%d}", row.source_rows) for row in found.itertuples()]


def test_the_same_file_under_another_name_and_time_is_loaded_once(settings, tmp_path):
    first = deliver(tmp_path / "delivered", "R1,C1,2026-10-01,")
    assert load(settings, MONDAY).status == "loaded"
    again = tmp_path / "delivered again"
    shutil.copytree(first, again)
    os.utime(again / "ssd_cin_episodes.csv", (1, 1))
    result = load(settings, TUESDAY, again)
    assert (result.status, result.day) == ("unchanged", MONDAY)
    assert batches(settings) == [("02", 1)]


def test_the_day_is_accounted_for_all_the_same(settings, tmp_path):
    deliver(tmp_path / "delivered", "R1,C1,2026-10-01,")
    load(settings, MONDAY)
    load(settings, TUESDAY)
    assert Ledger(settings).loaded_feeds(TUESDAY) == {"referrals"}
    assert [(e.day, e.status, e.accepted) for e in Ledger(settings).batches()] == [
        (MONDAY, "loaded", 1),
        (TUESDAY, "unchanged", 1),
    ]


def test_an_old_file_that_comes_back_after_a_newer_one_is_refused_unless_it_is_named_with_a_day(settings, tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    deliver(old, "R1,C1,2026-10-01,")
    deliver(new, "R1,C1,2026-10-01,RC1", "R2,C2,2026-10-02,")
    assert [load(settings, day, path).status for day, path in ((MONDAY, old), (TUESDAY, new))] == ["loaded", "loaded"]
    with pytest.raises(DeliveryChanged, match="the delivery loaded for 2026-11-02 once more.*name the file or folder"):
        load(settings, WEDNESDAY, old)
    assert batches(settings) == [("02", 1), ("03", 2)]
    assert Ledger(settings).loaded_feeds(WEDNESDAY) == set()

    named = shutil.copytree(old, tmp_path / "2026-11-05")
    result = load(settings, THURSDAY, named)
    assert (result.status, result.changed, result.closed) == ("loaded", 1, 1)
    assert batches(settings) == [("02", 1), ("03", 2), ("05", 1)]


def test_when_the_newest_delivery_is_taken_away_history_is_not_written_backwards(settings, tmp_path):
    deliver(tmp_path / "delivered" / "2026-11-02", "R1,C1,2026-10-01,")
    newest = deliver(tmp_path / "delivered" / "2026-11-04", "R1,C1,2026-10-01,RC1")
    assert load(settings, WEDNESDAY).status == "loaded"
    shutil.rmtree(newest)
    with pytest.raises(DayOutOfOrder, match="2026-11-02 comes before 2026-11-04"):
        load(settings, THURSDAY)
    assert batches(settings) == [("04", 1)]
    assert [e.status for e in Ledger(settings).batches(THURSDAY)] == ["stopped"]


def test_a_delivery_dated_in_the_future_waits_for_its_day(settings, tmp_path):
    future = deliver(tmp_path / "delivered" / "2026-11-05", "R1,C1,2026-10-01,RC1")
    with pytest.raises(DayNotReadable, match="the first delivery is of 2026-11-05"):
        load(settings, MONDAY)
    with pytest.raises(DayNotReadable, match="the first delivery is of 2026-11-05"):
        load(settings, MONDAY, future)
    deliver(tmp_path / "delivered" / "2026-11-02", "R1,C1,2026-10-01,")
    assert load(settings, TUESDAY).day == MONDAY
    assert load(settings, THURSDAY).day == THURSDAY


def test_a_feed_that_the_newest_delivery_lacks_stays_absent_however_often_it_is_looked_at(settings, tmp_path):
    deliver(tmp_path / "delivered", "R1,C1,2026-10-01,")
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        load(settings, day, feed="visits")
    assert [entry.status for entry in Ledger(settings).batches()] == ["absent", "absent", "absent"]


def test_a_load_whose_note_was_lost_is_noted_though_the_day_was_unchanged_before(settings, tmp_path):
    deliver(tmp_path / "delivered", "R1,C1,2026-10-01,")
    load(settings, MONDAY)
    load(settings, TUESDAY)
    deliver(tmp_path / "delivered", "R1,C1,2026-10-01,RC1")
    load(settings, WEDNESDAY)
    ledger = Ledger(settings)
    (monday, *_, wednesday) = ledger.batches()
    ledger.record_batch(replace(monday, day=WEDNESDAY, status="unchanged"))  # as if killed before the note
    load(settings, THURSDAY)
    assert [entry for entry in ledger.batches() if entry.day == WEDNESDAY] == [wednesday]


def test_a_feed_delivered_apart_loads_beside_a_live_case_system(installation, tmp_path):
    """The teams are then those of the case system now, which cannot be read as of the delivery's day."""
    authority = shutil.copytree(installation.settings.authority, tmp_path / "authority")
    apart = tmp_path / "apart" / "2026-11-02"
    apart.mkdir(parents=True)
    columns = ("assessment_id", "child_id", "started", "team_id", "worker_id")
    assert set(columns) <= set(load_contract("assessments").columns)
    (apart / "assessments.csv").write_text(",".join(columns) + "\nA1,C1,2026-09-01,T1,W1\n", encoding="utf-8")
    with (authority / "profile.yaml").open("a") as profile:
        profile.write(f"\nsources:\n  assessments: {apart.parent}\n")
    settings = replace(installation.settings, authority=authority)
    result = load_feed(settings, "assessments", now=evening(WEDNESDAY))
    assert (result.status, result.day, result.accepted) == ("loaded", MONDAY, 1)


def test_what_is_in_another_file_of_the_folder_is_no_change_of_this_feed_but_a_new_delivery(settings, tmp_path):
    folder = deliver(tmp_path / "delivered", "R1,C1,2026-10-01,")
    load(settings, MONDAY)
    (folder / "ssd_department.csv").write_text("dept_team_id\nT1\n", encoding="utf-8")
    result = load(settings, TUESDAY)
    assert (result.status, result.new, result.changed, result.closed) == ("loaded", 0, 0, 0)


def test_dated_deliveries_are_loaded_as_of_their_day_and_answer_until_the_next(settings, tmp_path):
    deliver(tmp_path / "delivered" / "2026-11-02", "R1,C1,2026-10-01,")
    assert load_feed(settings, "referrals", TUESDAY, now=evening(WEDNESDAY)).day == MONDAY
    assert load_feed(settings, "referrals", WEDNESDAY, now=evening(WEDNESDAY)).status == "unchanged"
    deliver(tmp_path / "delivered" / "2026-11-05", "R1,C1,2026-10-01,RC1")
    result = load_feed(settings, "referrals", THURSDAY, now=evening(THURSDAY))
    assert (result.status, result.changed) == ("loaded", 1)
    assert batches(settings) == [("02", 1), ("05", 1)]
    assert [(e.day.day, e.status) for e in Ledger(settings).batches()] == [
        (2, "loaded"),
        (3, "unchanged"),
        (4, "unchanged"),
        (5, "loaded"),
    ]


def test_another_delivery_under_a_day_that_is_loaded_is_refused(settings, tmp_path):
    deliver(tmp_path / "delivered" / "2026-11-02", "R1,C1,2026-10-01,")
    load_feed(settings, "referrals", MONDAY, now=evening(MONDAY))
    deliver(tmp_path / "delivered" / "2026-11-02", "R1,C1,2026-10-01,RC1")
    with pytest.raises(DeliveryChanged, match="name the corrected delivery with a later day"):
        load_feed(settings, "referrals", TUESDAY, now=evening(TUESDAY))
    assert batches(settings) == [("02", 1)]


def test_a_corrected_delivery_under_a_later_day_is_loaded(settings, tmp_path):
    deliver(tmp_path / "delivered" / "2026-11-02", "R1,C1,2026-10-01,")
    load_feed(settings, "referrals", MONDAY, now=evening(MONDAY))
    deliver(tmp_path / "delivered" / "2026-11-03", "R1,C1,2026-10-01,RC1")
    assert load_feed(settings, "referrals", TUESDAY, now=evening(TUESDAY)).changed == 1
