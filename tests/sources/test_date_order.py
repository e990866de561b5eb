"""Dates that are not written year first, told by their whole column or refused."""

from dataclasses import replace

import pytest

from readiness.contracts import load_contract
from readiness.sources import Source, SourceChanged, read_feed
from tests.sources.case_system import MONDAY, contact, evening


def dates(system, home, *written: str, order=None):
    """What becomes of contact dates written so: (moment or date as text, whether it is unreadable), in order."""
    rows = (contact(f"K{number:03}", cont_contact_date=text) for number, text in enumerate(written))
    system.fill("ssd_contacts", *rows)
    source = Source(system.url, date_order=order)
    settings = replace(home, case_system=system.url)
    frame = read_feed(settings, load_contract("contacts"), source=source, now=evening(MONDAY)).frame
    unreadable = frame.get("contact__unreadable")
    return [
        (
            None if row.contact_on != row.contact_on else f"{row.contact_on:%Y-%m-%d}",
            bool(unreadable is not None and bad),
        )
        for row, bad in zip(
            frame.itertuples(), unreadable if unreadable is not None else [False] * len(frame), strict=True
        )
    ]


def test_one_day_above_the_twelfth_tells_the_whole_column(sqlite_system, home):
    found = dates(sqlite_system, home, "03/04/2026", "25/04/2026", "01/02/2026 09:30")
    assert found == [("2026-04-03", False), ("2026-04-25", False), ("2026-02-01", False)]


def test_so_does_one_month_above_the_twelfth(sqlite_system, home):
    assert dates(sqlite_system, home, "03/04/2026", "04/25/2026") == [("2026-03-04", False), ("2026-04-25", False)]


def test_a_column_that_could_be_read_in_two_ways_is_refused(sqlite_system, home):
    with pytest.raises(
        SourceChanged, match=r"gives contact holds dates that could be read in two ways \(3 of 3 values"
    ) as said:
        dates(sqlite_system, home, "03/04/2026", "05/06/2026", "07/08/2026")
    assert "date_order: day_first" in str(said.value)
    assert "03/04" not in str(said.value)


def test_a_column_that_mixes_both_orders_is_refused(sqlite_system, home):
    with pytest.raises(SourceChanged, match="some of its dates can only have the day first"):
        dates(sqlite_system, home, "25/04/2026", "04/25/2026", "03/04/2026")


@pytest.mark.parametrize(("order", "expected"), [("day_first", "2026-04-03"), ("month_first", "2026-03-04")])
def test_the_councils_word_settles_it(sqlite_system, home, order, expected):
    assert dates(sqlite_system, home, "03/04/2026", "05/05/2026", "07/08/2026", order=order)[0] == (expected, False)


def test_with_the_councils_word_a_date_that_does_not_fit_is_unreadable(sqlite_system, home):
    found = dates(sqlite_system, home, "03/04/2026", "04/25/2026", order="day_first")
    assert found == [("2026-04-03", False), (None, True)]


def test_a_few_dates_in_doubt_among_others_are_unreadable_and_refuse_nothing(sqlite_system, home):
    found = dates(sqlite_system, home, "2026-04-03", "2026-04-04", "2026-04-05", "03/04/2026")
    assert found[-1] == (None, True)
    assert [day for day, _ in found[:3]] == ["2026-04-03", "2026-04-04", "2026-04-05"]


def test_the_same_number_twice_is_the_same_day_either_way(sqlite_system, home):
    assert dates(sqlite_system, home, *["05/05/2026"] * 3) == [("2026-05-05", False)] * 3


@pytest.mark.parametrize("written", ["31/02/2026", "00/05/2026", "13/13/2026", "03/04/26", "5/2026"])
def test_what_is_no_day_is_unreadable(sqlite_system, home, written):
    assert dates(sqlite_system, home, "25/04/2026", written) == [("2026-04-25", False), (None, True)]


@pytest.mark.parametrize("written", ["3 April 2026", "03-Apr-2026", "3rd april 2026", "3-APR-2026 08:15"])
def test_a_month_by_name_leaves_no_doubt(sqlite_system, home, written):
    assert dates(sqlite_system, home, written) == [("2026-04-03", False)]


def test_the_time_of_day_is_kept(sqlite_system, home):
    sqlite_system.fill("ssd_contacts", contact("K1", cont_contact_date="25/07/2026 9:05"))
    settings = replace(home, case_system=sqlite_system.url)
    frame = read_feed(settings, load_contract("contacts"), source=Source(sqlite_system.url), now=evening(MONDAY)).frame
    assert str(frame.contact_at[0]) == "2026-07-25 08:05:00"


def test_the_sentinel_is_missing_in_this_order_too(sqlite_system, home):
    found = dates(sqlite_system, home, "25/04/2026", "01/01/1900")
    assert found == [("2026-04-25", False), (None, False)]


def test_the_order_is_told_across_all_chunks_that_are_read(sqlite_system, home, monkeypatch):
    monkeypatch.setattr("readiness.sources.reading.ROWS_AT_ONCE", 2)
    found = dates(sqlite_system, home, *["03/04/2026"] * 5, "25/04/2026")
    assert found == [("2026-04-03", False)] * 5 + [("2026-04-25", False)]
