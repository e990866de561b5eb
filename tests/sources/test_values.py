"""How values of the source are read, whatever the driver makes of them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.sources.values import as_codes, as_flags, as_ids, as_moments, as_numbers, as_text, family

LONDON = ZoneInfo("Europe/London")


def objects(*values: object) -> pd.Series:
    return pd.Series(values, dtype=object)


def listed(values: pd.Series) -> list:
    return [None if pd.isna(value) else value for value in values]


def moments(*values: object):
    return as_moments(as_text(objects(*values)))


def test_text_is_trimmed_and_blank_or_null_is_missing():
    assert listed(as_text(objects(" a ", "", "   ", "NULL", None, "b\n"))) == ["a", None, None, None, None, "b"]


def test_one_id_has_one_form_whatever_its_type():
    ids = as_ids(as_text(objects(1, "1", 1.0, " 1 ", "1.0", Decimal("1.00"), "007", "1.5", None)))
    assert listed(ids) == ["1", "1", "1", "1", "1", "1", "007", "1.5", None]


def test_a_listed_code_takes_the_spelling_of_the_list():
    assert listed(as_codes(as_text(objects("wbri", "WBRI", "zzz", None)), ["WBRI"])) == ["WBRI", "WBRI", "zzz", None]


def test_flags_are_read_from_their_usual_spellings_and_others_are_marked():
    flags, is_unlisted = as_flags(as_text(objects("Y", "n", True, 0, "1", "perhaps", None)))
    assert listed(flags) == [True, False, True, False, True, None, None]
    assert list(is_unlisted) == [False, False, False, False, False, True, False]


def test_a_number_that_cannot_be_read_is_missing_and_marked():
    numbers, is_unreadable = as_numbers(as_text(objects("0.6", 1, Decimal("0.50"), "half", "inf", None)), False)
    assert listed(numbers) == [0.6, 1.0, 0.5, None, None, None]
    assert list(is_unreadable) == [False, False, False, True, True, False]


def test_a_whole_number_has_no_fraction():
    numbers, is_unreadable = as_numbers(as_text(objects("3", 3.0, "3.5", "99999999999")), True)
    assert listed(numbers) == [3, 3, None, None]
    assert list(is_unreadable) == [False, False, True, True]


def test_a_moment_becomes_utc_and_a_london_date():
    read = moments("2026-07-01 00:30:00", "2026-01-15T12:00", datetime(2026, 7, 1, 12, 0))
    assert listed(read.at) == [datetime(2026, 6, 30, 23, 30), datetime(2026, 1, 15, 12), datetime(2026, 7, 1, 11)]
    assert [on.date() for on in read.on] == [date(2026, 7, 1), date(2026, 1, 15), date(2026, 7, 1)]


def test_midnight_or_a_bare_date_is_no_time_of_day():
    read = moments("2026-07-01", "2026-07-01 00:00:00", date(2026, 7, 1), datetime(2026, 7, 1))
    assert listed(read.at) == [None] * 4
    assert {on.date() for on in read.on} == {date(2026, 7, 1)}


def test_of_the_repeated_october_hour_the_first_is_taken():
    assert listed(moments("2026-10-25 01:30:00").at) == [datetime(2026, 10, 25, 0, 30)]


def test_the_hour_that_march_skips_moves_to_its_end():
    assert listed(moments("2026-03-29 01:30:00").at) == [datetime(2026, 3, 29, 1, 0)]


def test_a_moment_with_a_zone_keeps_its_instant_and_takes_the_london_date():
    read = moments("2026-06-30 23:30:00+00:00", "2026-07-01 01:30:00+02", datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert listed(read.at) == [datetime(2026, 6, 30, 23, 30)] * 3
    assert {on.date() for on in read.on} == {date(2026, 7, 1)}


def test_the_first_of_january_1900_is_missing_and_counted():
    read = moments("1900-01-01", "1900-01-01 00:00:00", datetime(1900, 1, 1), "1900-01-02")
    assert list(read.is_1900) == [True, True, True, False]
    assert listed(read.on)[:3] == [None, None, None]
    assert not read.is_unreadable.any()


@pytest.mark.parametrize("text", ["soon", "31/03/2026", "2026-02-30", "2026-13-01", "20260331", "2026", "infinity"])
def test_a_date_that_cannot_be_read_is_missing_and_marked(text):
    read = moments(text, "2026-03-31")
    assert list(read.is_unreadable) == [True, False]
    assert listed(read.on)[0] is None


def test_years_far_off_can_be_held():
    assert [on.year for on in moments("9999-12-31", "0001-01-01").on] == [9999, 1]


@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)))
def test_every_london_time_is_read_as_python_reads_it(naive):
    """Against the standard library, which takes the first of two hours by itself (fold=0)."""
    local = naive.replace(tzinfo=LONDON, fold=0)
    is_skipped = local.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != naive
    read = moments(naive.isoformat(sep=" "))
    assert read.on.iloc[0].date() == naive.date()
    if naive.time() == naive.time().min:
        assert listed(read.at) == [None]
    elif not is_skipped:
        assert read.at.iloc[0].to_pydatetime() == local.astimezone(UTC).replace(tzinfo=None)


def test_what_a_column_holds_is_told_by_its_values():
    assert [family(objects(*v)) for v in (["a"], [1, None], [1.5], [date(2026, 1, 1)], [True], [None], ["a", 1])] == [
        *("text", "number", "number", "date", "flag", None, "mixed")
    ]


def test_zero_bytes_are_no_part_of_a_text():
    assert as_text(pd.Series(["a\x00b", "\x00", "NULL\x00"])).tolist()[0] == "ab"
    assert as_text(pd.Series(["a\x00b", "\x00", "NULL\x00"])).isna().tolist() == [False, True, True]
