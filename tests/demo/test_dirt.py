"""Dirty rows are in the file as often as `DIRT` says, on each of the days, and nowhere else."""

import re
import sqlite3

import pandas as pd
import pytest

from readiness.demo.dirt import COPY, DIRT, TWIN, Dirt
from readiness.demo.late_days import CHANGED, REMOVED, REOPENED, REVISIONS
from tests.demo.test_history import as_of

DAYS = ["2026-11-03", "2026-11-04", "2026-11-05", "2026-11-06"]
ISO = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])( \d\d:\d\d:\d\d)?")
STARTS = {
    "decided_at": "received_at", "cine_close_date": "cine_referral_date",
    "cina_assessment_auth_date": "cina_assessment_start_date", "cppl_cp_plan_end_date": "cppl_cp_plan_start_date",
    "invo_involvement_end_date": "invo_involvement_start_date", "left_on": "started_on", "to_on": "from_on",
    "earl_episode_end_date": "earl_episode_start_date", "cinp_cin_plan_end_date": "cinp_cin_plan_start_date",
}  # fmt: skip
KEYS = {"ext_record_audit": "record_id", "ext_call_intervals": "interval_start"}
CODES = {
    "cont_contact_source_code": r"1[A-D]|2[AB]|3[A-F]|4|5[A-D]|6|7|8|9|10",
    "pers_ethnicity": r"(?i)W...|M...|A...|B...|CHNE|OOTH|REFU|NOBT",
    "session_type": "personal|case|group",
    "entry_channel": "manual|migration|automatic",
    "record_type": "contact|.*_visit|case_note|strategy_discussion|supervision",
}


def is_dirty(dirt: Dirt, rows: pd.DataFrame, known: dict[str, set[str]]) -> pd.Series:
    """Which rows have this kind of dirt, by a rule of the test's own."""
    values = rows[dirt.column]
    text = values.fillna("").astype(str)
    is_blank = text.str.strip() == ""
    key = KEYS.get(dirt.table, rows.columns[0])
    match dirt.kind:
        case "missing child" if dirt.table == "ext_record_audit":
            return is_blank & (rows.record_type != "supervision")
        case "missing child" if dirt.table == "ext_supervision_sessions":
            return is_blank & (rows.session_type == "case")
        case "missing date" if dirt.table == "ext_supervision_sessions":
            return is_blank & rows.cancelled_reason.isna()
        case "missing key" | "missing child" | "missing worker" | "missing date":
            return is_blank
        case "unreadable date":
            return ~is_blank & ~text.str.fullmatch(ISO)
        case "sentinel date":
            return text.str.startswith("1900-01-01")
        case "end before start":
            readable = text.str.fullmatch(ISO) & ~text.str.startswith("1900")
            return readable & (text.str[:10] < rows[STARTS[dirt.column]].fillna("").str[:10])
        case "exact copy":
            return rows.duplicated() & ~is_blank
        case "same key, other content":
            return rows.drop_duplicates()[key].dropna().duplicated()
        case "trailing spaces":
            return ~is_blank & (text != text.str.rstrip())
        case "blank text":
            return (text != "") & is_blank
        case "unlisted code":
            return ~is_blank & ~text.str.strip().str.fullmatch(CODES[dirt.column])
        case "small letters":
            return ~is_blank & (text != text.str.upper())
        case "unknown team":
            return ~text.isin(known["team"])
        case "unknown referral":
            return ~is_blank & ~text.isin(known["referral"])
    raise AssertionError(dirt.kind)


@pytest.fixture(scope="module", params=[*enumerate(DAYS), (0, "2011-07-01")], ids=lambda param: param[1])
def day(request) -> tuple[int, dict[str, pd.DataFrame], dict[str, set[str]]]:
    number, on = request.param
    county = request.getfixturevalue("small" if on in DAYS else "then")
    rows = {table: as_of(county, table, on) for table in {dirt.table for dirt in DIRT}}
    known = {
        "team": set(as_of(county, "ssd_department", on).dept_team_id),
        "referral": set(rows["ssd_cin_episodes"].cine_referral_id),
    }
    return number, rows, known


def test_dirt_is_as_much_as_listed_on_every_day(day):
    number, rows, known = day
    wrong = []
    for dirt in DIRT:
        same_sort = [d for d in DIRT if (d.kind, d.table, d.column) == (dirt.kind, dirt.table, dirt.column)]
        expected = sum(d.left_on(number) for d in same_sort)
        found = int(is_dirty(dirt, rows[dirt.table], known).sum())
        if found != expected:
            wrong.append((dirt.kind, dirt.table, dirt.column, found, expected))
    assert not wrong


def test_dirt_of_every_kind_that_the_gate_must_catch_is_listed_and_some_is_mended():
    kinds = {dirt.kind for dirt in DIRT}
    assert kinds >= {
        "missing key", "missing child", "missing worker", "missing date", "unreadable date", "end before start",
        "exact copy", "same key, other content", "sentinel date", "blank text", "trailing spaces", "unlisted code",
    }  # fmt: skip
    assert {mended_on for dirt in DIRT for mended_on, _ in dirt.mended} == {1, 2, 3}


def test_a_copy_equals_its_row_and_a_twin_shares_only_its_key(small: sqlite3.Connection):
    for dirt in (dirt for dirt in DIRT if dirt.how in (COPY, TWIN)):
        rows = as_of(small, dirt.table, DAYS[0])
        key = KEYS.get(dirt.table, rows.columns[0])
        same_key = rows[rows[key].notna() & rows[key].duplicated(keep=False)]
        distinct = same_key.drop_duplicates()
        counts = distinct.groupby(key).size()
        expected = 1 if dirt.how == COPY else 2
        assert (counts == expected).sum() >= dirt.count


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda r: f"{r.what}-{r.table}")
def test_on_the_last_days_rows_are_changed_reopened_and_removed(today: sqlite3.Connection, revision):
    before, after = (as_of(today, revision.table, DAYS[number]) for number in (revision.day - 1, revision.day))
    key = before.columns[0]
    of_october = (
        before[before[revision.column].fillna("").str.startswith("2026-10")].drop_duplicates(key).set_index(key)
    )
    later = after.drop_duplicates(key).set_index(key)[revision.column].reindex(of_october.index)
    is_there = of_october.index.isin(after[key])
    if revision.what == REMOVED:
        assert (~is_there).sum() == revision.count
    elif revision.what == REOPENED:
        assert (is_there & later.isna()).sum() == revision.count
    else:
        assert revision.what == CHANGED
        assert (later.notna() & (later != of_october[revision.column])).sum() == revision.count


def test_every_day_brings_late_entries_of_last_month(today: sqlite3.Connection):
    for number in (1, 2, 3):
        before, after = (as_of(today, "ssd_cin_visits", DAYS[n]) for n in (number - 1, number))
        fresh = after[~after.cinv_cin_visit_id.isin(before.cinv_cin_visit_id)]
        assert fresh.cinv_cin_visit_date.str.startswith("2026-10").sum() >= 5
