"""Rare events in the council's own report: cut at the month, told in words, without dates, and in no released copy."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from readiness.errors import ReadinessError
from readiness.indicators.statistics.rare_events import g_chart
from readiness.judgement import load_register
from readiness.report import build_report, page, share
from readiness.report.rare import load_events, rare_events, rare_sentences
from tests.report.sample import AUTHORITY, MONTH, month_facts

REGISTER = load_register(AUTHORITY, "2011-07-staffordshire")
POLICE, OUTAGE = "further_police_contact", "unplanned_outage"


def rows(event: str, *happened: tuple[str, int | None], ends: tuple[tuple[str, int | None], ...]) -> pd.DataFrame:
    given = [(event, on, True, place) for on, place in happened] + [(event, on, False, place) for on, place in ends]
    return pd.DataFrame(given, columns=["event", "on_date", "is_event", "place"])


def steady(gaps: list[int], first: date = date(2026, 1, 5), since: int = 4) -> pd.DataFrame:
    """Police contacts with so many contacts between them, a week apart, and so many since the last."""
    places = [1]
    for gap in gaps:
        places.append(places[-1] + gap + 1)
    happened = [(str(first + timedelta(days=7 * n)), place) for n, place in enumerate(places)]
    return rows(POLICE, *happened, ends=(("2026-10-31", places[-1] + since + 1),))


def found(frame: pd.DataFrame | None, name: str = POLICE):
    return next(one for one in rare_events(frame, REGISTER, MONTH) if one.id == name)


def test_gaps_are_the_cases_strictly_between_and_are_judged_on_a_g_chart():
    gaps = [30, 25, 40, 20, 35, 28, 33, 22, 38, 31, 27, 400]
    one = found(steady(gaps))
    assert [gap.value for gap in one.gaps] == gaps
    assert (one.state, one.events, one.open_gap, one.claims) == ("charted", 13, 4, ("P1c",))
    expected = g_chart(gaps)
    assert (one.centre, one.upper) == (expected.centre, round(expected.upper, 1))
    assert (one.gaps[-1].kind, one.gaps[-1].rule) == ("improvement", "outside_limits")
    counted, change, *_ = rare_sentences(one)
    assert counted == "13 events are on record."
    assert change.startswith("They have become rarer: the latest stretch between two of them lies beyond the limits")
    assert rare_sentences(one)[-1] == "Since the latest on record: 4 contacts; one since may not be in yet."


def test_days_between_outages_are_charted_and_too_few_of_them_are_told_so():
    frame = rows(OUTAGE, ("2026-03-02", None), ("2026-03-12", None), ends=(("2026-10-31", None),))
    one = found(frame, OUTAGE)
    assert ([gap.value for gap in one.gaps], one.open_gap, one.state) == ([10], 233, "too_few")
    assert one.gaps[0].kind is None
    assert any("1 stretch between two of them is known of the 12 that it takes" in told for told in rare_sentences(one))


def test_what_happened_after_the_month_or_before_the_charted_months_is_not_in_it():
    frame = rows(
        POLICE,
        ("2023-10-31", 10),
        ("2023-11-01", 20),
        ("2026-10-31", 50),
        ("2026-11-01", 60),
        ends=(("2026-10-31", 56), ("2026-11-03", 70)),
    )
    one = found(frame)
    assert ([gap.value for gap in one.gaps], one.events, one.open_gap) == ([29], 2, 5)


def test_no_event_is_not_the_same_as_no_records():
    none_happened = found(rows(POLICE, ends=(("2026-10-31", 900),)))
    assert (none_happened.state, none_happened.events, none_happened.open_gap) == ("too_few", 0, None)
    assert rare_sentences(none_happened)[0] == "0 events are on record."
    for nothing in (None, rows(POLICE, ends=())):
        assert found(nothing).state == "no_data"
        assert rare_sentences(found(nothing)) == ("Nobody can say: what it is told from is not on record.",)


def test_a_long_quiet_time_is_told_and_not_judged():
    """An event that would end it may not be on record yet."""
    one = found(steady([30, 25, 40, 20, 35, 28, 33, 22, 38, 31, 27, 29], since=500))
    assert rare_sentences(one)[1] == "No change that chance could not explain."
    assert rare_sentences(one)[-1] == "Since the latest on record: 500 contacts; one since may not be in yet."


def test_a_claim_that_names_an_event_that_there_is_not_is_refused():
    finding = REGISTER.findings[0]
    claim = finding.claims[0].model_copy(update={"events": ("nothing",)})
    other = REGISTER.model_copy(update={"findings": (finding.model_copy(update={"claims": (claim,)}),)})
    with pytest.raises(ReadinessError, match=f"Claim {claim.id}.*'nothing'.*{POLICE}"):
        list(rare_events(None, other, MONTH))


def test_the_councils_page_shows_them_without_their_dates_and_no_released_copy_holds_them(tmp_path):
    gaps = [30, 25, 40, 20, 35, 28, 33, 22, 38, 31, 27, 4321]
    report = build_report(replace(month_facts(), rare=steady(gaps, since=8765)), tmp_path)
    shown = page(report)
    assert load_events()[POLICE].title in shown
    assert "4,321" in shown
    written = json.dumps([one.model_dump(mode="json") for one in report.rare])
    assert not re.search(r"20\d\d-", written)
    released = share(report)
    assert released.rare == ()
    text = released.model_dump_json()
    assert "4321" not in text
    assert "8765" not in text
    assert POLICE not in text
