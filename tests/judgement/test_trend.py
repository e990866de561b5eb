"""Better or worse by the control chart: which months it rests on, which rule fires, and how that is told.

STEADY alternates between 80% and 82%: its mean is 81, every moving range 2, so limits lie 2.66 x 2 = 5.32 from the mean
(75.68 and 86.32) and the inner lines 3.55 from it (77.45 and 84.55). What is added moves the lines; the numbers are
worked out beside each case. Greater moving ranges (3.267 times their mean and more) are screened out.
"""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.clocks import load_definitions
from readiness.clocks.limits import ladders
from readiness.judgement import Annotation, facts_of
from readiness.periods import Month
from readiness.profile import load_profile
from readiness.settings import PROJECT
from tests.judgement.builders import claim, facts, finding, indicator, judged, only_claim, register, row, rows

LETTER = register(finding("D1", claim("D1a")))
STEADY = [(80, 100), (82, 100)] * 6
NOT_TOLD = "A change in how many contacts were decided within one working day cannot be told from chance"
SINCE = Annotation(month="2026-01", text="A new team", indicators=("prompt",), rebase=True, reason="the team was new")


def found(shares, **keys):
    return only_claim(judged(LETTER, rows(shares), **keys))


def chart(shares, **keys):
    return found(shares, **keys).evidence[0].judgement.trend


def test_twelve_complete_months_are_enough_and_eleven_are_not():
    assert found(STEADY).direction == "no_change"
    few = found(STEADY[1:])
    assert few.direction == "unknown"
    assert few.change == f"{NOT_TOLD} yet: it takes 12 complete months with 20 cases or more, and there are 11."
    assert few.change_shared == few.change


def test_the_number_of_months_that_it_takes_is_the_registers():
    letter = register(finding("D1", claim("D1a")), minimum_points=13)
    assert only_claim(judged(letter, rows(STEADY))).direction == "unknown"


def test_young_months_are_not_computed_with():
    young = rows([(10, 100)], maturity="young")
    given_rows = [*rows(STEADY, last=Month(2026, 8)), *young]
    judgement = only_claim(judged(LETTER, given_rows))
    assert judgement.direction == "no_change"
    assert judgement.change.startswith("In August 2026, 82.0% of contacts")


def test_a_month_of_fewer_cases_than_are_printed_is_a_gap():
    assert found([*STEADY[:-1], (19, 19)]).direction == "unknown"
    assert found([*STEADY[:-1], (16, 20)]).direction == "no_change"


def test_the_counts_of_the_months_stand_behind_mean_and_limits():
    trend = chart([*STEADY, (19, 19), (81, 100)])
    assert [m.denominator for m in trend.basis.months] == [100] * 13
    assert (str(trend.counts.last.month), trend.counts.numerator) == ("2026-09", 81)


def test_an_old_point_says_nothing_of_today():
    """Within the latest three complete months there must be one with enough cases."""
    assert found([*STEADY, (0, 5), (0, 5)]).direction == "no_change"
    old = found([*STEADY, (0, 5), (0, 5), (0, 5)])
    assert old.direction == "unknown"
    assert old.change == f"{NOT_TOLD}: none of the latest three complete months has 20 cases or more."


def test_only_the_latest_months_are_charted():
    trend = chart([(10, 100)] * 5 + STEADY * 3)
    assert trend.chart.phases[0].first_month == "2023-10"
    assert trend.chart.phases[0].lines.mean == pytest.approx(81)


def test_a_month_beyond_the_limits_is_better_or_worse_by_the_good_direction():
    """12 steady months and one of 95: the mean is (12 x 81 + 95) / 13 = 82.1, eleven ranges of 2 and one of 13, whose
    mean is 35 / 12 = 2.92; 13 is more than 3.267 times that and screened out, so the limits are 82.1 +- 5.3: 87.4."""
    better = found([*STEADY, (95, 100)])
    assert (better.direction, better.change) == (
        "improving",
        "In September 2026, 95.0% of contacts were decided within one working day (95 of 100), above the 87.4% to "
        "which chance reaches around the monthly mean of 82.1% since September 2025.",
    )
    down = [facts(direction="down")]
    assert only_claim(judged(LETTER, rows([*STEADY, (95, 100)]), down)).direction == "worsening"


def test_a_month_below_the_limits():
    """(12 x 81 + 60) / 13 = 79.4; the range of 22 is screened out, so the lower limit is 79.4 - 5.3 = 74.1."""
    worse = found([*STEADY, (60, 100)])
    assert worse.direction == "worsening"
    assert worse.change.endswith(
        "(60 of 100), below the 74.1% to which chance reaches around the monthly mean of 79.4% since September 2025."
    )


def test_seven_months_that_rise_are_a_trend():
    """Rising by one from 78 to 84 after the steady year: ranges of 2 (11), 4 (82 to 78) and 1 (6), mean 32 / 18 = 1.78;
    the mean is (972 + 567) / 19 = 81.0, the limits 81 +- 4.7, and 84 lies within them."""
    rising = found([*STEADY, *((78 + step, 100) for step in range(7))])
    assert rising.direction == "improving"
    assert rising.change.endswith(
        "(84 of 100), at the end of seven or more months that went up from one to the next; by chance they would move "
        "around the monthly mean of 81.0% since March 2025."
    )
    level = found([*STEADY, *((78 + step, 100) for step in (0, 1, 2, 2, 3, 4, 5))])
    assert level.direction == "no_change"


def test_seven_months_on_one_side_of_the_mean_are_a_shift():
    """Twelve steady months, then seven of 79 and 80 in turn: the mean is (972 + 79 x 4 + 80 x 3) / 19 = 80.4; all seven
    lie below it, within limits (ranges 11 x 2, 3, 6 x 1: mean 31 / 18 = 1.72, so 4.6 to either side)."""
    low = found([*STEADY, *[(79, 100), (80, 100)] * 3, (79, 100)])
    assert low.direction == "worsening"
    assert low.change.endswith(
        "(79 of 100), the latest of seven or more months in a row below the monthly mean of 80.4% since March 2025: "
        "more than chance explains."
    )


def test_two_of_three_months_far_from_the_mean():
    """Steady, then 86 and 86: the mean is (972 + 172) / 14 = 81.7; ranges 11 x 2, 4 and 0, mean 2, limits 81.7 +- 5.3
    (87.0), inner line 85.3; 82, 86 and 86 all lie above the mean, two of them beyond the inner line."""
    far = found([*STEADY, (86, 100), (86, 100)])
    assert far.direction == "improving"
    assert far.change.endswith(
        "(86 of 100), far above the monthly mean of 81.7% since August 2025, as was at least one of the two months "
        "before it: more than chance explains."
    )


def test_what_chance_explains_is_no_change():
    assert found(STEADY).change == (
        "In September 2026, 82.0% of contacts were decided within one working day (82 of 100), which chance can "
        "explain around the monthly mean of 81.0% since October 2025."
    )


def test_a_rebase_computes_anew_and_asks_for_twelve_months_again():
    """January to September 2026 are nine months."""
    given_rows = rows([*STEADY, *[(95, 100)] * 9])
    assert only_claim(judged(LETTER, given_rows)).direction == "improving"
    rebased = only_claim(judged(LETTER, given_rows, annotations=[SINCE]))
    assert rebased.direction == "unknown"
    assert rebased.change.endswith("and there are nine since January 2026 (the team was new).")


HIGHER = [(90, 100), (92, 100)] * 6


def test_a_new_level_that_has_lasted_is_told_by_the_month_in_which_it_began():
    """Twelve steady months, then twelve of 90 and 92 in turn: still called better, and settled since October 2025."""
    trend = chart([*STEADY, *HIGHER])
    assert (trend.direction, str(trend.settled_since)) == ("improving", "2025-10")
    assert chart([*STEADY, *HIGHER[:-1]]).settled_since is None
    assert chart(STEADY * 2).settled_since is None


def test_nothing_is_computed_anew_by_itself_and_after_a_rebase_nothing_is_left_to_decide():
    trend = chart([*STEADY, *HIGHER])
    assert len(trend.chart.phases) == 1
    since = SINCE.model_copy(update={"month": "2025-10"})
    rebased = chart([*STEADY, *HIGHER], annotations=[since])
    assert (rebased.direction, rebased.settled_since) == ("no_change", None)


def test_a_rebase_is_for_the_indicators_that_it_names():
    other = SINCE.model_copy(update={"indicators": ("seen",)})
    given_rows = rows([*STEADY, *[(95, 100)] * 9])
    assert only_claim(judged(LETTER, given_rows, annotations=[other])).direction == "improving"


def test_the_same_month_is_young_or_not_by_the_indicators_own_days():
    lag = [facts(kind="recording_lag", maturity_days=40)]
    gap = rows(STEADY, maturity=None)
    assert only_claim(judged(LETTER, gap, lag, as_at_on=date(2026, 11, 8))).direction == "unknown"
    assert only_claim(judged(LETTER, gap, lag, as_at_on=date(2026, 11, 9))).direction == "no_change"


CEILING = register(finding("S6", claim("S6a")), indicators={"prompt": indicator(20, unit="ceiling")})
CASELOAD = [facts(kind="level", measure="ratio", direction="down")]


def caseloads(*medians: float, workers: int = 40) -> list[dict]:
    first = Month(2026, 9).shift(1 - len(medians))
    return [row(500, 28.5, str(first.shift(i)), median=m, subjects=workers) for i, m in enumerate(medians)]


def test_a_ratio_is_charted_by_its_median():
    """The mean is (12 x 15 + 19) / 13 = 15.3; the range of 3 among ranges of 1 or 2 is not screened out."""
    found_claim = only_claim(judged(CEILING, caseloads(*[14, 16] * 6, 30), CASELOAD))
    assert found_claim.direction == "worsening"
    assert "was 30.0 (40 workers), above the" in found_claim.change


def test_a_ratio_of_few_workers_is_not_charted_and_withheld_in_shared_copies():
    assert only_claim(judged(CEILING, caseloads(*[14, 16] * 6, workers=19), CASELOAD)).direction == "unknown"


SHARE_OF_OPEN = [facts(kind="level")]


def levels(shares, likeness) -> list[dict]:
    return [each | {"likeness": likeness} for each in rows(shares)]


def test_a_level_in_which_the_same_cases_stay_has_wider_limits_and_no_runs():
    """86 and 86 after a steady year are two of three. Of a likeness of 0.75 limits lie twice as far out: around 82.1,
    as above, 82.1 + 2 x 5.3 = 92.7, with 95 beyond; 92 lies within its own."""
    far = [*STEADY, (86, 100), (86, 100)]
    assert only_claim(judged(LETTER, levels(far, 0.1), SHARE_OF_OPEN)).direction == "improving"
    assert only_claim(judged(LETTER, levels(far, 0.75), SHARE_OF_OPEN)).direction == "no_change"
    beyond = only_claim(judged(LETTER, levels([*STEADY, (95, 100)], 0.75), SHARE_OF_OPEN))
    assert (beyond.direction, "above the 92.7% to which chance reaches" in beyond.change) == ("improving", True)
    within = only_claim(judged(LETTER, levels([*STEADY, (92, 100)], 0.75), SHARE_OF_OPEN))
    assert within.direction == "no_change"


def test_likeness_is_the_middle_one_of_the_charted_months_in_hundredths():
    given_rows = levels(STEADY, 0.7049)
    given_rows[3] |= {"likeness": 0.02}
    given_rows[0] |= {"likeness": None}
    trend = only_claim(judged(LETTER, given_rows, SHARE_OF_OPEN)).evidence[0].judgement.trend
    assert trend.likeness == 0.7


@pytest.mark.parametrize(("likeness", "expected"), [(0.2, None), (0.21, 0.21), (-0.5, None), (None, None)])
def test_a_level_of_little_likeness_is_charted_like_independent_months(likeness, expected):
    trend = only_claim(judged(LETTER, levels(STEADY, likeness), SHARE_OF_OPEN)).evidence[0].judgement.trend
    assert trend.likeness == expected


MINUTES = register(finding("D5", claim("D5a")), indicators={"prompt": indicator(60, unit="a_month")})
DOWN = [facts(measure="total", kind="check", direction="down")]


def totals(*amounts: tuple[float, int]) -> list[dict]:
    """A row for each (amount, working days), the last of them in September 2026."""
    first = Month(2026, 9).shift(1 - len(amounts))
    return [
        row(0, 0, str(first.shift(i)), value=float(amount), working_days=days)
        for i, (amount, days) in enumerate(amounts)
    ]


def test_a_total_is_charted_a_working_day_and_told_as_an_amount():
    """Nought or one a working day, then 20: the mean is (6 + 20) / 13 = 2; the range of 20 or 19 is screened out."""
    found_claim = only_claim(judged(MINUTES, totals(*[(0, 20), (20, 20)] * 6, (400, 20)), DOWN))
    assert found_claim.direction == "worsening"
    assert found_claim.change.startswith("In September 2026, there were 400 contacts")
    assert "(20.0 a working day), above the" in found_claim.change
    assert "around the monthly mean of 2.0 a working day since September 2025" in found_claim.change


def test_a_short_month_is_no_fall_of_a_total():
    """Ten or eleven a working day, then 120 in twelve days; as an amount it would lie far below 200 to 220."""
    steady = [(200, 20), (220, 20)] * 6
    assert only_claim(judged(MINUTES, totals(*steady, (120, 12)), DOWN)).direction == "no_change"
    assert only_claim(judged(MINUTES, totals(*steady, (120, 20)), DOWN)).direction == "improving"


def test_the_target_of_a_total_is_held_against_a_working_day():
    """60 a month over 20 working days a month are 3 a working day."""
    trend = only_claim(judged(MINUTES, totals(*[(200, 20)] * 13), DOWN)).evidence[0].judgement.trend
    assert (trend.chart.target, trend.chart.assurance) == (3, "consistent_fail")


def test_a_total_of_a_month_without_a_working_day_is_not_charted():
    trend = only_claim(judged(MINUTES, totals(*[(200, 20)] * 12, (5, 0)), DOWN)).evidence[0].judgement.trend
    assert trend.chart.points[-1].value is None


def test_one_small_month_withholds_the_mean_from_shared_copies():
    """In the first month 97 of 100 were decided: three were not."""
    told = found([(97, 100), *STEADY])
    assert "(82 of 100)" in told.change
    assert told.change_shared == (
        "The change in how many contacts were decided within one working day rests on numbers too small to show in a "
        "shared copy."
    )


COUNTS = st.integers(0, 60).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d)))


@given(st.lists(COUNTS, min_size=10, max_size=20))
def test_a_shared_change_holds_no_small_count_and_no_mean_that_rests_on_one(shares):
    said = found(shares)
    trend = said.evidence[0].judgement.trend
    numbers = re.findall(
        r"\d[\d,]*\.?\d*", re.sub(r"\w+ 20\d\d|12 complete|20 cases|there are 1\d", "", said.change_shared)
    )
    assert not {float(n) for n in numbers} & {1, 2, 3, 4, 5}
    if trend.latest is not None and trend.basis.is_small(5):
        assert not numbers


@given(st.lists(COUNTS, min_size=10, max_size=20))
def test_the_direction_is_known_only_from_twelve_months_with_enough_cases(shares):
    enough = sum(d >= 20 for _, d in shares)
    if found(shares).direction != "unknown":
        assert enough >= 12


@pytest.mark.parametrize(("days", "charted"), [(0, 14), (30, 14), (31, 13), (60, 13), (61, 12)])
def test_the_first_months_of_our_records_are_not_charted_while_they_flatter(days, charted):
    """14 months from 1 August 2025: 30 days on is the last day of the first month, 60 days on that of the second."""
    given = judged(LETTER, rows([(100, 100)] * 2 + STEADY), [facts(settling_days=days)])
    trend = only_claim(given).evidence[0].judgement.trend
    assert sum(point.kind is not None for point in trend.chart.points) == charted


def test_how_long_records_flatter_follows_from_the_longest_limit():
    """45 working days are 63 days, twice that for what ends; two months are 62 days and a month for duties; a level in
    date rests on its duty, a recording lag starts with its event."""
    definitions = load_definitions()
    found = facts_of(definitions, ladders(definitions, load_profile(PROJECT / "authority")), Month(2026, 10), ())
    names = ("assessment_from_start_in_time", "case_supervision_held", "case_supervision_in_date")
    assert [found[name].settling_days for name in names] == [126, 93, 93]
    assert found["visit_recorded_in_time"].settling_days == 0
    assert found["ethnicity_recorded"].settling_days == 0
