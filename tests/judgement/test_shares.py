"""When a share is good, bad or too little to say. The Wilson bounds are worked out by hand with z = 1.959964."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.judgement.shares import judge_share, wilson_interval
from tests.judgement.builders import bar, pool

Z = 1.959964


def wilson_by_hand(k: int, n: int) -> tuple[float, float]:
    p, half = k / n, Z * sqrt(k / n * (1 - k / n) / n + Z * Z / (4 * n * n))
    middle, scale = p + Z * Z / (2 * n), 1 + Z * Z / n
    return 100 * (middle - half) / scale, 100 * (middle + half) / scale


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons(share):
    low, high = wilson_interval(pool(share), bar().numbers)
    assert (low, high) == pytest.approx(wilson_by_hand(*share), abs=1e-4)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ((92, 100), ("good", "on_target")),  # the bound is 85.002: five points below 90 are not exceeded
        ((91, 100), ("too_few", "wide_interval")),  # 83.774
        ((90, 100), ("too_few", "wide_interval")),  # exactly on target
        ((89, 100), ("bad", "off_target")),
        ((899, 1000), ("bad", "off_target")),
        ((30, 30), ("good", "on_target")),  # 88.649
        ((29, 29), ("too_few", "few_cases")),  # 88.303 would do, but there are not 30
        ((1, 1), ("too_few", "few_cases")),
        ((1, 2), ("bad", "off_target")),
        ((0, 0), ("too_few", "no_cases")),
    ],
)
def test_a_share_against_a_target_of_90(share, expected):
    assert judge_share(pool(share), bar()) == expected


@pytest.mark.parametrize(
    ("numerator", "state"),
    [
        (919, "good"),  # the bound is 90.044
        (918, "too_few"),  # 89.935
    ],
)
def test_without_margin_the_bound_itself_must_reach_the_target(numerator, state):
    assert judge_share(pool((numerator, 1000)), bar(margin=0))[0] == state


@pytest.mark.parametrize(
    ("share", "target", "state"),
    [
        ((3, 100), 5, "good"),  # the upper bound is 8.452
        ((5, 100), 5, "too_few"),  # 11.175
        ((6, 100), 5, "bad"),
        ((8, 100), 10, "good"),  # 14.998
    ],
)
def test_where_down_is_good_the_upper_bound_counts(share, target, state):
    assert judge_share(pool(share), bar(target, direction="down"))[0] == state


def test_months_are_counted_together():
    assert judge_share(pool((10, 12), (40, 42), (43, 46)), bar()) == ("good", "on_target")  # 93 of 100: 86.25


@pytest.mark.parametrize(
    ("overdue", "state"),
    [
        (50, "good"),  # 5 percent of the mean of 1,000 a month
        (51, "bad"),
    ],
)
def test_a_backlog_above_five_percent_of_a_usual_month_turns_good_into_bad(overdue, state):
    months = [(950, 1000), (850, 900), (1050, 1100)]
    assert judge_share(pool(*months, overdue=overdue), bar())[0] == state


@pytest.mark.parametrize("kind", ["recurring", "recording_lag", "check", "level"])
def test_the_backlog_rule_is_for_single_clocks(kind):
    assert judge_share(pool((950, 1000), overdue=500), bar(kind=kind))[0] == "good"


def test_a_backlog_does_not_make_too_few_cases_a_failure():
    assert judge_share(pool((29, 29), overdue=20), bar()) == ("too_few", "few_cases")


@pytest.mark.parametrize(
    ("quarantined", "state"),
    [
        (50, "good"),  # 50 of 1,000 that there would be
        (51, "too_few"),
    ],
)
def test_much_in_quarantine_keeps_a_share_from_being_good(quarantined, state):
    assert judge_share(pool((930, 950), quarantined=quarantined), bar())[0] == state


def test_quarantine_does_not_excuse_a_share_off_target():
    assert judge_share(pool((500, 950), quarantined=500), bar()) == ("bad", "off_target")
