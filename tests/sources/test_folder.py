"""A folder of CSV or Parquet files as a case system."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from readiness.contracts import load_contract
from readiness.sources import (
    Batch,
    DayNotReadable,
    Source,
    SourceDays,
    SourceUnavailable,
    Vault,
    read_feed,
    source_days,
)
from readiness.sources.files.folder import _as_text
from readiness.sources.source import open_feed
from tests.sources.case_system import MONDAY, TUESDAY, evening

REFERRALS = "ssd_cin_episodes.csv"
HEADING = "cine_referral_id,cine_person_id,cine_referral_date,cine_close_reason"

Read = Callable[..., Batch]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "delivered"
    made.mkdir()
    return made


@pytest.fixture
def read(home, folder) -> Read:
    def reading(feed: str = "referrals", path: Path = folder, **how: object) -> Batch:
        settings = replace(home, case_system=str(path))
        return read_feed(settings, load_contract(feed), source=Source(str(path)), **({"now": evening(MONDAY)} | how))

    return reading


def write(folder: Path, name: str, *lines: str, encoding: str = "utf-8", newline: str = "\n") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes((newline.join(lines) + newline).encode(encoding))


def reasons(batch: Batch) -> list[str]:
    return batch.frame.close_reason.tolist()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_headings_tell_the_delimiter(folder, read, delimiter):
    write(folder, REFERRALS, HEADING.replace(",", delimiter), delimiter.join(["R1", "C1", "2026-10-01", '"x, y; z"']))
    assert reasons(read()) == ["x, y; z"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_is_read_in_the_encodings_that_exports_use(folder, read, encoding):
    write(folder, REFERRALS, HEADING, "R1,C1,2026-10-01,Café £5", encoding=encoding)
    assert reasons(read()) == ["Café £5"]


def test_lines_may_end_as_in_windows_and_texts_may_hold_line_breaks(folder, read):
    write(folder, REFERRALS, HEADING, 'R1,C1,2026-10-01,"two\nlines"', "R2,C2,2026-10-02,", newline="\r\n")
    assert read().source_rows == 2


def test_headings_may_be_in_any_case_with_blanks_around(folder, read):
    write(folder, REFERRALS, " CINE_Referral_ID ,Cine_Person_ID,cine_referral_date", "R1,C1,2026-10-01")
    assert read().frame.referred_on.tolist() == [pd.Timestamp(2026, 10, 1)]


def test_empty_lines_are_no_rows(folder, read):
    write(folder, REFERRALS, HEADING, "", "R1,C1,2026-10-01,", "")
    assert read().source_rows == 1


def test_a_heading_without_rows_is_an_empty_table(folder, read):
    write(folder, REFERRALS, HEADING)
    batch = read()
    assert (batch.source_rows, batch.is_absent) == (0, False)


def test_a_feed_without_its_file_is_absent(folder, read):
    write(folder, REFERRALS, HEADING)
    assert read("contacts").is_absent


def test_uk_dates_are_read_where_the_column_tells_their_order(folder, read):
    write(folder, REFERRALS, HEADING, "R1,C1,03/04/2026,", "R2,C2,25/04/2026 14:30,")
    assert read().frame.referred_on.tolist() == [pd.Timestamp(2026, 4, 3), pd.Timestamp(2026, 4, 25)]


def test_a_file_may_be_named_like_the_feed_with_the_columns_of_its_contract(folder, read):
    write(folder, "referrals.csv", "referral_id,child_id,referred,close_reason", "R1,C1,2026-10-01 09:30,RC1")
    frame = read().frame
    assert frame.close_reason.tolist() == ["RC1"]
    assert frame.referred_at.tolist() == [pd.Timestamp(2026, 10, 1, 8, 30)]


def test_columns_that_nobody_asks_for_are_named(folder, read):
    write(folder, REFERRALS, HEADING + ",shoe_size", "R1,C1,2026-10-01,,42")
    assert read().unknown_columns == ("ssd_cin_episodes.shoe_size",)


def test_parquet_gives_the_same_rows_as_csv(folder, read, tmp_path):
    write(folder, REFERRALS, HEADING, "17,C1,2026-10-01 09:30:00,", "18,C2,2026-07-02,RC1")
    typed = pa.table(
        {
            "cine_referral_id": pa.array([17, 18], pa.int32()),
            "cine_person_id": pa.array(["C1", "C2"]).dictionary_encode(),
            "cine_referral_date": pa.array(
                [pd.Timestamp(2026, 10, 1, 9, 30), pd.Timestamp(2026, 7, 2)], pa.timestamp("ns")
            ),
            "cine_close_reason": pa.array([None, "RC1"]),
        }
    )
    other = tmp_path / "parquet"
    other.mkdir()
    pq.write_table(typed, other / "SSD_CIN_Episodes.parquet")
    columns = ["referral_id", "child_id", "referred_at", "referred_on", "close_reason"]
    pd.testing.assert_frame_equal(read().frame[columns], read(path=other).frame[columns])


def test_ids_that_parquet_holds_as_floating_numbers_are_those_of_the_csv(folder, read, tmp_path):
    """pandas writes a column of ids with a gap as floating numbers."""
    write(folder, REFERRALS, HEADING, "98765432109,7,2026-10-01,", "12,,2026-10-02,")
    other = tmp_path / "parquet"
    other.mkdir()
    frame = pd.DataFrame(
        {
            "cine_referral_id": [98765432109.0, 12.0],
            "cine_person_id": [7.0, float("nan")],
            "cine_referral_date": ["2026-10-01", "2026-10-02"],
            "cine_close_reason": [None, None],
        }
    )
    frame.to_parquet(other / "ssd_cin_episodes.parquet")
    columns = ["referral_id", "child_id"]
    pd.testing.assert_frame_equal(read().frame[columns], read(path=other).frame[columns])


def test_numbers_become_text_as_a_person_writes_them():
    numbers = pa.array([0.0, -3.0, 1.5, 1e15, None, float("nan"), -0.25], pa.float64())
    assert _as_text(numbers) == ["0", "-3", "1.5", "1000000000000000", None, None, "-0.25"]
    assert _as_text(pa.array([16777216.0], pa.float32())) == ["16777216"]


def test_files_that_change_while_they_are_read_are_not_taken(folder):
    write(folder, REFERRALS, HEADING, "R1,C1,2026-10-01,")
    with (
        pytest.raises(SourceUnavailable, match="changed while it was read, so nothing of it was taken"),
        open_feed(Source(str(folder)), load_contract("referrals"), MONDAY),
    ):
        write(folder, REFERRALS, HEADING, "R1,C1,2026-10-01,RC1")


def test_a_moment_with_a_zone_in_parquet_keeps_its_moment(folder, read):
    at = pa.array([pd.Timestamp(2026, 7, 2, 12, tz="UTC")], pa.timestamp("us", "Europe/Paris"))
    pq.write_table(
        pa.table({"cine_referral_id": ["R1"], "cine_person_id": ["C1"], "cine_referral_date": at}),
        folder / "ssd_cin_episodes.parquet",
    )
    assert read().frame.referred_at.tolist() == [pd.Timestamp(2026, 7, 2, 12)]


class TestDatedDeliveries:
    @pytest.fixture
    def deliveries(self, folder) -> Path:
        write(folder / "2026-11-02", REFERRALS, HEADING, "R1,C1,2026-10-01,")
        write(folder / "SSD 2026-11-03", REFERRALS, HEADING, "R1,C1,2026-10-01,RC1")
        return folder

    def test_can_be_read_as_of_their_days(self, home, deliveries):
        settings = replace(home, case_system=str(deliveries))
        assert source_days(settings) == SourceDays(MONDAY, TUESDAY)

    def test_show_the_end_of_their_day(self, read, deliveries):
        batch = read(day=MONDAY)
        assert (batch.day, batch.extracted_at.isoformat()) == (MONDAY, "2026-11-02T23:59:59")
        assert pd.isna(reasons(batch)[0])

    def test_answer_for_the_days_after_until_the_next_one(self, read, deliveries):
        batch = read(day=date(2026, 12, 24))
        assert (batch.day, reasons(batch)) == (TUESDAY, ["RC1"])

    def test_say_nothing_of_the_days_before(self, read, deliveries):
        with pytest.raises(DayNotReadable, match="the first delivery is of 2026-11-02"):
            read(day=date(2026, 11, 1))

    def test_a_name_with_a_day_that_is_none_is_refused(self, read, folder):
        write(folder / "2026-13-01", REFERRALS, HEADING)
        with pytest.raises(Exception, match="holds 2026-13-01, which is not a day"):
            read()


def test_an_address_with_nothing_there_is_worth_trying_again(read, folder):
    with pytest.raises(SourceUnavailable, match="There is nothing at"):
        read(path=folder / "gone")


def test_one_feed_may_come_from_elsewhere(home, folder, tmp_path):
    from readiness.profile import load_profile
    from readiness.sources import source_of

    profile = load_profile(home.authority).model_copy(
        update={"sources": {"absences": str(folder)}, "source_schema": "dbo", "date_order": "day_first"}
    )
    own, other = source_of(home, profile, "absences"), source_of(home, profile, "contacts")
    assert (own.address, own.schema, own.date_order) == (str(folder), None, "day_first")
    assert (other.address, other.schema) == (home.case_system, "dbo")


def test_ids_from_files_and_databases_are_the_same_people(home, folder, read):
    write(folder, REFERRALS, HEADING, "R1,17,2026-10-01,", "R2,17.0,2026-10-01,", "R3, 17 ,2026-10-01,")
    assert set(read().frame.child_id) == {Vault(home).key().hashed("child", "17")}
