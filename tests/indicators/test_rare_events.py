"""g- and t-charts: worked by hand, and how often an undisturbed process alarms."""

from datetime import date

import numpy as np
import pytest
from scipy.stats import skew

from readiness.indicators.statistics.rare_events import NELSON, days_between, g_chart, t_chart

CASES = [10, 30, 20, 5, 45, 15, 25, 35, 12, 28, 8, 7]


def test_g_limits_are_worked_out_by_hand():
    """Mean 240 / 12 = 20; 3 x sqrt(20 x 21) = 61.4817; median of 15 and 20."""
    chart = g_chart(CASES)
    assert chart.centre == 17.5
    assert chart.upper == pytest.approx(20 + 3 * 420**0.5, abs=1e-9)
    assert chart.lower == 0
    assert (chart.state, chart.variation) == ("charted", "common_cause")


def test_a_long_gap_is_good_where_the_event_is_bad():
    values = [*CASES, 300]
    assert g_chart(values).variation == "improvement"
    assert g_chart(values, direction="down").variation == "concern"
    assert g_chart(values, direction="neutral").variation == "neutral"
    assert g_chart(values).gaps[-1].signal.rule == "outside_limits"


def test_events_coming_closer_show_as_a_shift():
    chart = g_chart([40, 50, 45, 60, 55, 70, 42, 44, 3, 2, 4, 1, 3, 5, 2])
    assert [gap.signal.rule if gap.signal else None for gap in chart.gaps[-7:]] == ["shift"] * 7
    assert chart.variation == "concern"


def test_t_lines_are_those_of_the_transformed_days_turned_back():
    days = [30, 45, 12, 60, 33, 21, 80, 15, 40, 28, 55, 19]
    transformed = [d ** (1 / 3.6) for d in days]
    ranges = [abs(b - a) for a, b in zip(transformed, transformed[1:], strict=False)]
    mean, reach = sum(transformed) / 12, 2.66 * sum(ranges) / 11
    chart = t_chart(days)
    assert chart.centre == pytest.approx(mean**3.6, abs=1e-9)
    assert chart.upper == pytest.approx((mean + reach) ** 3.6, abs=1e-9)
    assert chart.lower == pytest.approx(max(mean - reach, 0) ** 3.6, abs=1e-9)


@pytest.mark.parametrize("chart", [g_chart, t_chart])
def test_eleven_gaps_are_too_few(chart):
    found = chart(CASES[:11])
    assert (found.state, found.upper, found.variation) == ("too_few", None, None)
    assert [gap.kind for gap in found.gaps] == [None] * 11
    assert chart([]).state == "too_few"


@pytest.mark.parametrize("chart", [g_chart, t_chart])
def test_a_negative_gap_is_refused(chart):
    with pytest.raises(ValueError, match="0 or more"):
        chart([-1, 2])


def test_days_between_dates_in_any_order():
    assert days_between([date(2026, 3, 1), date(2026, 2, 27), date(2026, 3, 1)]) == [2, 0]
    assert days_between([]) == []


def test_the_transformation_makes_exponential_times_symmetric():
    days = np.random.default_rng(3).exponential(40, 100_000)
    assert skew(days) > 1.9
    assert abs(skew(days**NELSON)) < 0.05


def test_how_often_undisturbed_rare_events_alarm(record_property):
    random = np.random.default_rng(5)
    outside = {"g": 0, "t": 0}
    any_rule = {"g": 0, "t": 0}
    charts, size = 500, 24
    for _ in range(charts):
        for chart in (g_chart(random.geometric(0.03, size) - 1), t_chart(random.exponential(40, size))):
            signals = [gap.signal for gap in chart.gaps if gap.signal]
            outside[chart.chart] += sum(signal.rule == "outside_limits" for signal in signals)
            any_rule[chart.chart] += len(signals)
    gaps = charts * size / 100
    record_property(
        "summary",
        "Rare events, percent of undisturbed gaps outside limits / called out by any rule: "
        + ", ".join(f"{name}-chart {outside[name] / gaps:.2f} / {any_rule[name] / gaps:.2f}" for name in outside),
    )
    assert outside["g"] / gaps < 3
    assert outside["t"] / gaps < 1.5
    assert max(any_rule.values()) / gaps < 10
