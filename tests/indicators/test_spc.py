"""XmR charts against a second reading of the rules, worked examples, and how often an undisturbed process alarms."""

import math
from dataclasses import replace
from statistics import mean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.indicators.statistics.spc import Rebase, lines_of, per_working_day, settled_since, signals_of, xmr


def months(count: int, first: int = 0) -> list[str]:
    return [f"{2023 + at // 12}-{at % 12 + 1:02d}" for at in range(first, first + count)]


STEADY = [50, 53, 48, 51, 47, 52, 49, 54, 50, 46, 51, 49]


def kinds(chart) -> list:
    return [point.kind for point in chart.points]


def rules(chart) -> list:
    return [point.signal.rule if point.signal else None for point in chart.points]


# The lines


def test_limits_are_worked_out_by_hand():
    """Moving ranges 3 5 3 4 5 3 5 4 4 5 2 = 43 / 11; mean 600 / 12."""
    lines = xmr(months(12), STEADY, "up").phases[0].lines
    assert lines.mean == pytest.approx(50, abs=1e-9)
    assert lines.mean_moving_range == pytest.approx(43 / 11, abs=1e-9)
    assert (lines.lower, lines.upper) == pytest.approx((50 - 2.66 * 43 / 11, 50 + 2.66 * 43 / 11), abs=1e-9)
    assert lines.inner_upper == pytest.approx(50 + 2 * 2.66 / 3 * 43 / 11, abs=1e-9)
    assert lines.inner_lower == pytest.approx(50 - 2 * 2.66 / 3 * 43 / 11, abs=1e-9)
    assert lines.ranges_screened == 0


def test_great_moving_ranges_are_screened_once_and_only_if_wanted():
    values = [10, 11] * 8 + [30, 10]
    ranges = [1] * 15 + [19, 20]
    assert 3.267 * mean(ranges) <= 19
    screened = xmr(months(18), values, "up").phases[0].lines
    unscreened = xmr(months(18), values, "up", screened=False).phases[0].lines
    assert (screened.mean_moving_range, screened.ranges_screened) == (1, 2)
    assert unscreened.mean_moving_range == pytest.approx(54 / 17, abs=1e-9)
    assert unscreened.ranges_screened == 0
    assert screened.mean == unscreened.mean == pytest.approx(mean(values), abs=1e-9)


def test_a_moving_range_at_the_screening_line_is_screened():
    """Ranges of 1 and one of r, r = 3.267 x (n + r) / (n + 1): with n = 14 ones, r = 45.738 / 11.733."""
    r = 3.267 * 14 / (15 - 3.267)
    values = [0.0, 1.0] * 7 + [0.0]
    at_line, below = [*values, r * (1 + 1e-12)], [*values, r * (1 - 1e-6)]
    assert xmr(months(16), at_line, "up").phases[0].lines.ranges_screened == 1
    assert xmr(months(16), below, "up").phases[0].lines.ranges_screened == 0


def test_screening_never_leaves_no_variation():
    chart = xmr(months(12), [100.0] * 11 + [95.0], "up", lowest=0, highest=100)
    assert chart.phases[0].lines.ranges_screened == 0
    assert chart.phases[0].lines.mean_moving_range == pytest.approx(5 / 11, abs=1e-9)
    assert (chart.variation, chart.points[-1].signal.rule) == ("concern", "outside_limits")


def test_months_all_the_same_are_no_signal():
    chart = xmr(months(12), [100 / 3] * 12, "up")
    assert kinds(chart) == ["common_cause"] * 12
    assert chart.phases[0].lines.upper == pytest.approx(100 / 3, abs=1e-9)


def test_limits_of_shares_end_at_0_and_100_and_say_so():
    high = xmr(months(12), [92, 99, 90, 100, 91, 98, 92, 100, 93, 99, 90, 97], "up", lowest=0, highest=100)
    lines = high.phases[0].lines
    assert (lines.upper, lines.is_upper_clipped, lines.is_lower_clipped) == (100, True, False)
    assert lines.inner_upper == 100
    assert lines.lower < 90
    low = xmr(months(12), [8, 1, 10, 0, 9, 2, 8, 0, 7, 1, 10, 3], "down", lowest=0, highest=100)
    assert (low.phases[0].lines.lower, low.phases[0].lines.is_lower_clipped) == (0, True)
    assert not xmr(months(12), STEADY, "up", lowest=0, highest=100).phases[0].lines.is_upper_clipped


# Few points, young months, gaps, rebases


def test_eleven_points_are_too_few_and_twelve_are_enough():
    few = xmr(months(11), STEADY[:11], "up", target=40)
    assert (few.state, few.phases[0].lines, few.variation, few.assurance) == ("too_few", None, None, None)
    assert kinds(few) == [None] * 11
    assert [point.value for point in few.points] == STEADY[:11]
    assert xmr(months(12), STEADY, "up").state == "charted"
    assert xmr(months(11), STEADY[:11], "up", minimum_points=11).state == "charted"


def test_a_young_month_is_drawn_and_never_computed_with():
    usual = xmr(months(12), STEADY, "up", target=60)
    young = xmr(months(14), [*STEADY, 99, 99], "up", target=60, young=months(14)[12:])
    assert young.phases[0].lines == usual.phases[0].lines
    assert [point.value for point in young.points[12:]] == [99, 99]
    assert [point.is_young for point in young.points] == [False] * 12 + [True] * 2
    assert kinds(young)[12:] == [None, None]
    assert (young.variation, young.assurance) == (usual.variation, usual.assurance)
    assert xmr(months(12), STEADY, "up", young=months(12)[11:]).state == "too_few"


def test_a_gap_breaks_moving_ranges_and_trends():
    values = [*STEADY, 40, 41, 42, None, 43, 44, 45, 46]
    chart = xmr(months(20), values, "up")
    ranges = [abs(b - a) for a, b in zip(values, values[1:], strict=False) if a is not None and b is not None]
    lines = xmr(months(20), values, "up", screened=False).phases[0].lines
    assert lines.mean_moving_range == pytest.approx(mean(ranges), abs=1e-9)
    assert "trend" not in rules(chart)
    assert chart.points[15].kind is None
    assert math.isclose(lines.mean, mean(v for v in values if v is not None), abs_tol=1e-9)


def test_a_rebase_computes_limits_anew_and_no_rule_reaches_across_it():
    values = [50, 52] * 6 + [70, 72] * 6
    one = xmr(months(24), values, "up")
    assert None not in rules(one)
    two = xmr(months(24), values, "up", rebases=[Rebase("2024-01", "new front door")])
    assert [phase.lines.mean for phase in two.phases] == [51, 71]
    assert [(phase.first_month, phase.last_month, phase.reason) for phase in two.phases] == [
        ("2023-01", "2023-12", None),
        ("2024-01", "2024-12", "new front door"),
    ]
    assert set(kinds(two)) == {"common_cause"}
    assert [point.phase for point in two.points] == [0] * 12 + [1] * 12


def test_a_fresh_rebase_is_too_few_and_does_not_fall_back_on_the_old_limits():
    chart = xmr(months(15), [*STEADY, 90, 91, 92], "up", target=95, rebases=[Rebase("2024-01", "new system")])
    assert (chart.state, chart.variation, chart.assurance) == ("too_few", None, None)
    assert chart.phases[0].lines
    assert chart.phases[1].points == 3


def test_a_rebase_outside_the_window_breaks_nothing():
    rebases = [Rebase("2020-01", "before"), Rebase("2023-01", "on the first month"), Rebase("2030-01", "to come")]
    assert len(xmr(months(12), STEADY, "up", rebases=rebases).phases) == 1


def test_limits_can_be_fixed_after_the_first_points():
    chart = xmr(months(24), [*STEADY, *[value + 20 for value in STEADY]], "up", fixed_after=12)
    assert chart.phases[0].lines == xmr(months(12), STEADY, "up").phases[0].lines
    assert rules(chart)[12:] == ["outside_limits"] * 12


def test_what_cannot_be_charted_is_refused():
    with pytest.raises(ValueError, match="successive"):
        xmr(["2026-01", "2026-03"], [1, 2], "up")
    with pytest.raises(ValueError, match="reason"):
        xmr(months(2), [1, 2], "up", rebases=[Rebase("2023-02", " ")])
    with pytest.raises(ValueError, match="finite"):
        xmr(months(2), [1, math.inf], "up")
    with pytest.raises(ValueError, match="2 values expected"):
        xmr(months(2), [1], "up")


def test_nothing_is_too_few():
    chart = xmr([], [], "up")
    assert (chart.state, chart.points, chart.phases) == ("too_few", (), ())
    assert xmr(months(12), [None] * 12, "up").state == "too_few"


# The rules. Lines with a mean of 0, limits of 3 and inner lines of 2 make sigmas of the values.


SIGMAS = lines_of(np.array([0.0, 3 / 2.66] * 2), minimum_points=4)


def signals(values: list[float]) -> list:
    lines = replace(SIGMAS, mean=0.0, lower=-3.0, inner_lower=-2.0, inner_upper=2.0, upper=3.0)
    return [(signal.rule, signal.side) if signal else None for signal in signals_of(np.array(values, float), lines)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3.0, -3.0], [None, None]),
        ([3.1, -3.1], [("outside_limits", "high"), ("outside_limits", "low")]),
        ([-1, -0.6, -0.3, 0.1, 0.4, 0.7], [None] * 6),
        ([-1, -0.6, -0.3, 0.1, 0.4, 0.7, 1], [("trend", "high")] * 7),
        ([1, 0.7, 0.4, 0.1, -0.3, -0.6, -1], [("trend", "low")] * 7),
        ([-1, -0.6, -0.3, -0.3, 0.1, 0.4, 0.7, 1], [None] * 8),
        ([2.5, 1, 2.5], [("two_of_three", "high"), None, ("two_of_three", "high")]),
        ([-2.5, -2.5, -0.1], [("two_of_three", "low")] * 2 + [None]),
        ([2.5, -1, 2.5], [None] * 3),
        ([2.5, 2.5, -1], [None] * 3),
        ([2.5, -2.5, 1], [None] * 3),
        ([2.5, 1, 1, 2.5], [None] * 4),
        ([2.5, 0, 2.5], [None] * 3),
        ([3.5, 2.5, 1], [("outside_limits", "high"), None, None]),
        ([2.0, 2.0, 1], [None] * 3),
        ([1, 2, 1, 2, 1, 2], [None] * 6),
        ([1, 2, 1, 2, 1, 2, 1], [("shift", "high")] * 7),
        ([-1, -2, -1, -2, -1, -2, -1, 1], [("shift", "low")] * 7 + [None]),
        ([1, 2, 1, 0, 1, 2, 1], [None] * 7),
        ([1, 2, 1, math.nan, 1, 2, 1], [None] * 7),
    ],
)
def test_each_rule_at_its_boundary(values, expected):
    assert signals(values) == expected


def test_rules_have_a_precedence():
    """A rise over seven points, all above the mean, its last two beyond the inner line and the very last outside."""
    found = signals([0.2, 0.5, 0.8, 1.1, 2.2, 2.6, 3.1])
    assert found == [("trend", "high")] * 6 + [("outside_limits", "high")]
    assert signals([1, 2.5, 2.6, 1, 1.1, 1, 1]) == [
        ("shift", "high"), ("two_of_three", "high"), ("two_of_three", "high"), *[("shift", "high")] * 4
    ]  # fmt: skip


def test_a_turning_point_belongs_to_the_later_trend():
    rise = [-1, -0.7, -0.4, -0.1, 0.2, 0.5, 0.8]
    fall = [0.6, 0.3, -0.2, -0.5, -0.8, -1.1]
    assert signals(rise + fall) == [("trend", "high")] * 6 + [("trend", "low")] * 7


def test_a_trend_that_crosses_the_mean_is_one_colour():
    chart = xmr(months(19), [*STEADY, 44, 46, 48, 50, 52, 54, 56], "up")
    assert rules(chart)[12:] == ["trend"] * 7
    assert kinds(chart)[12:] == ["improvement"] * 7
    down = xmr(months(19), [*STEADY, 44, 46, 48, 50, 52, 54, 56], "down")
    assert kinds(down)[12:] == ["concern"] * 7
    neutral = xmr(months(19), [*STEADY, 44, 46, 48, 50, 52, 54, 56], "neutral", target=60)
    assert kinds(neutral)[12:] == ["neutral"] * 7
    assert (neutral.variation, neutral.variation_side, neutral.assurance) == ("neutral", "high", None)


def test_the_variation_icon_is_the_last_point():
    assert xmr(months(13), [*STEADY, 70], "up").variation == "improvement"
    assert xmr(months(13), [*STEADY, 30], "up").variation == "concern"
    assert xmr(months(14), [*STEADY, 70, 50], "up").variation == "common_cause"
    assert xmr(months(14), [*STEADY, 70, None], "up").variation == "improvement"


@pytest.mark.parametrize(
    ("target", "direction", "expected"),
    [
        (61, "up", "consistent_fail"), (39, "up", "consistent_pass"), (50, "up", "inconsistent"),
        (61, "down", "consistent_pass"), (39, "down", "consistent_fail"), (50, "down", "inconsistent"),
        (None, "up", None), (61, "neutral", None),
    ],
)  # fmt: skip
def test_the_assurance_icon_compares_target_and_limits(target, direction, expected):
    assert xmr(months(12), STEADY, direction, target=target).assurance == expected


def test_a_target_on_the_limit_is_hit_or_miss():
    upper = xmr(months(12), STEADY, "up").phases[0].lines.upper
    assert xmr(months(12), STEADY, "up", target=upper).assurance == "inconsistent"


def test_counts_are_charted_per_working_day():
    rates = per_working_day([44, 40, None, 3], [22, 20, 21, 0])
    assert rates[:2].tolist() == [2, 2]
    assert np.isnan(rates[2:]).all()


# A second reading of the rules, point by point instead of window by window


def read_again(values: list[float], screened: bool) -> tuple[tuple[float, ...], list[str | None]]:
    centre = mean(values)
    ranges = [abs(b - a) for a, b in zip(values, values[1:], strict=False)]
    usual = [r for r in ranges if r < 3.267 * mean(ranges)] if screened else ranges
    if not usual or mean(usual) == 0:
        usual = ranges
    sigma = 2.66 * mean(usual) / 3
    out = []
    for i, v in enumerate(values):
        same = [j for j in range(len(values)) if (values[j] - centre) * (v - centre) > 0]
        left, right = i, i
        while left > 0 and values[left - 1] < values[left]:
            left -= 1
        while right + 1 < len(values) and values[right] < values[right + 1]:
            right += 1
        up = right - left + 1
        left, right = i, i
        while left > 0 and values[left - 1] > values[left]:
            left -= 1
        while right + 1 < len(values) and values[right] > values[right + 1]:
            right += 1
        falls = right - left + 1
        left, right = i, i
        while left - 1 in same:
            left -= 1
        while right + 1 in same:
            right += 1
        run = right - left + 1 if i in same else 0
        near = [2 * sigma < abs(w - centre) <= 3 * sigma for w in values]
        pair = near[i] and any(
            start >= 0
            and start + 3 <= len(values)
            and all(j in same for j in range(start, start + 3))
            and sum(near[start : start + 3]) >= 2
            for start in (i - 2, i - 1, i)
        )
        high = v > centre
        if abs(v - centre) > 3 * sigma:
            out.append(("outside_limits", high))
        elif up >= 7 or falls >= 7:
            later_is_fall = falls >= 7 and (up < 7 or (i + 1 < len(values) and values[i + 1] < v))
            out.append(("trend", not later_is_fall))
        elif pair:
            out.append(("two_of_three", high))
        elif run >= 7:
            out.append(("shift", high))
        else:
            out.append(None)
    return (centre, centre - 3 * sigma, centre - 2 * sigma, centre + 2 * sigma, centre + 3 * sigma), out


@given(
    start=st.integers(-40, 40),
    steps=st.lists(st.sampled_from([-9, -3, -2, -1, 0, 1, 2, 3, 4, 11]), min_size=11, max_size=40),
    turn=st.sampled_from([1, 0.37]),
    walk=st.booleans(),
    screened=st.booleans(),
)
def test_the_chart_agrees_with_a_second_reading_of_the_rules(start, steps, turn, walk, screened):
    raw = np.cumsum([start, *steps]) if walk else np.array([start, *steps])
    values = [float(v) * turn + 1e-4 * (i * i % 17) * (i % 3 == 0) for i, v in enumerate(raw)]
    expected_lines, expected = read_again(values, screened)
    chart = xmr(months(len(values)), values, "up", screened=screened)
    lines = chart.phases[0].lines
    found_lines = (lines.mean, lines.lower, lines.inner_lower, lines.inner_upper, lines.upper)
    assert found_lines == pytest.approx(expected_lines, rel=1e-9, abs=1e-9)
    near_a_line = [any(abs(v - line) < 1e-7 for line in expected_lines) for v in values]
    if any(near_a_line):
        return
    found = [(point.signal.rule, point.signal.side == "high") if point.signal else None for point in chart.points]
    assert found == expected


def test_how_often_an_undisturbed_process_alarms(record_property):
    """Three sigma limits alone call out about 3 points in 1,000 of a normal process whose mean and spread are known,
    and more when they are estimated from 24 points. All four rules together must stay well below one in ten."""
    random = np.random.default_rng(20110727)
    counts: dict[str, int] = {}
    charts, size = 600, 24
    last = 0
    for _ in range(charts):
        chart = xmr(months(size), random.normal(80, 4, size).tolist(), "up")
        last += chart.variation != "common_cause"
        for rule in rules(chart):
            counts[rule or "none"] = counts.get(rule or "none", 0) + 1
    share = {rule: 100 * count / (charts * size) for rule, count in counts.items()}
    words = ", ".join(
        f"{rule} {share.get(rule, 0):.2f}" for rule in ("outside_limits", "trend", "two_of_three", "shift")
    )
    record_property(
        "summary",
        f"XmR, {charts} undisturbed charts of {size} months: points called out, percent: {words}; "
        f"false variation icons {100 * last / charts:.1f} percent",
    )
    assert share["outside_limits"] < 1.5
    assert 100 - share["none"] < 10
    assert 100 * last / charts < 10


def test_a_real_change_is_found(record_property):
    """A drop of three sigmas that stays is called a concern within seven months, nearly always."""
    random = np.random.default_rng(7)
    found = []
    for _ in range(200):
        values = [*random.normal(85, 3, 18), *random.normal(76, 3, 7)]
        for size in range(19, 26):
            if xmr(months(size), values[:size], "up", fixed_after=18).variation == "concern":
                found.append(size - 18)
                break
    record_property(
        "summary",
        f"XmR, a lasting drop of 3 sigma: found in {len(found) / 2:.1f} percent within 7 months, "
        f"median month {np.median(found):.0f}",
    )
    assert len(found) >= 190


# Levels


def alike(random: np.random.Generator, size: int, likeness: float) -> list[float]:
    """Undisturbed months of mean 80 and standard deviation 4, each as alike to the one before as told."""
    found = [random.normal(0, 4)]
    while len(found) < size:
        found.append(likeness * found[-1] + random.normal(0, 4 * math.sqrt(1 - likeness**2)))
    return [80 + value for value in found]


@pytest.mark.parametrize("likeness", [0.3, 0.5, 0.7, 0.9, 0.95])
def test_an_undisturbed_level_alarms_no_more_often_than_independent_months(likeness, record_property):
    """Of independent months the rules call out 1 to 2 in 100. Without likeness they call out 5 and more, up to 60."""
    random = np.random.default_rng(20110727)
    charts, found = 500, {True: 0, False: 0}
    for _ in range(charts):
        values = alike(random, 30, likeness)
        for is_told in found:
            chart = xmr(months(30), values, "up", likeness=likeness if is_told else None)
            found[is_told] += chart.variation != "common_cause"
    record_property("summary", f"level of likeness {likeness}: {found[True]} alarms of {charts}, {found[False]} untold")
    assert found[True] <= 0.02 * charts
    assert found[False] >= 0.03 * charts


@pytest.mark.parametrize("likeness", [0.3, 0.7, 0.9])
def test_a_lasting_step_of_a_level_is_found(likeness):
    """Of four standard deviations, within nine months, three times in four."""
    random = np.random.default_rng(20110629)
    found = 0
    for _ in range(200):
        values = alike(random, 33, likeness)
        values[24:] = [value + 16 for value in values[24:]]
        charts = (xmr(months(size), values[:size], "up", likeness=likeness) for size in range(25, 34))
        found += any(chart.variation == "improvement" for chart in charts)
    assert found >= 150


def test_limits_of_a_level_are_wider_by_the_likeness_of_its_months():
    """Of a likeness of 0.75 twice as wide: 1 / sqrt(1 - 0.75)."""
    plain, level = (xmr(months(12), STEADY, "up", likeness=likeness).phases[0].lines for likeness in (None, 0.75))
    assert level.upper - level.mean == pytest.approx(2 * (plain.upper - plain.mean))
    assert level.inner_lower - level.mean == pytest.approx(2 * (plain.inner_lower - plain.mean))
    assert level.mean == plain.mean


def test_a_run_of_a_level_is_no_signal_and_a_month_beyond_its_limits_is_one():
    low, high = [value - 4 for value in STEADY[:8]], [value + 4 for value in STEADY[:8]]
    assert "shift" in rules(xmr(months(16), low + high, "up"))
    assert set(rules(xmr(months(16), low + high, "up", likeness=0.25))) == {None}
    assert rules(xmr(months(13), [*STEADY, 90], "up", likeness=0.25))[-1] == "outside_limits"


@pytest.mark.parametrize("likeness", [-0.4, 0.0])
def test_months_that_alternate_do_not_narrow_the_limits_of_a_level(likeness):
    assert xmr(months(12), STEADY, "up", likeness=likeness).phases == xmr(months(12), STEADY, "up").phases


def test_months_that_are_quite_the_same_have_limits_that_are_finite():
    assert math.isfinite(xmr(months(12), STEADY, "up", likeness=1.0).phases[0].lines.upper)


# A new level


def test_a_step_that_has_lasted_for_twelve_months_has_settled_and_one_of_eleven_has_not():
    stepped = [*STEADY, *[value + 20 for value in STEADY]]
    assert settled_since(np.array(stepped)) == 12
    assert settled_since(np.array(stepped[:-1])) is None
    assert settled_since(np.array(stepped[:-1]), minimum_points=11) == 12


def test_months_that_stay_or_that_still_rise_have_not_settled_at_a_new_level():
    assert settled_since(np.array(STEADY * 3, dtype=float)) is None
    rising = [value + 2 * at for at, value in enumerate(STEADY * 3)]
    assert settled_since(np.array(rising)) is None


def test_a_gap_is_no_month_that_has_lasted():
    stepped = np.array([*STEADY, math.nan, *[value + 20 for value in STEADY]])
    assert settled_since(stepped) == 13
    assert settled_since(np.where(np.arange(25) == 18, math.nan, stepped)) is None


def test_how_often_a_new_level_is_told_where_there_is_one_and_where_there_is_none(record_property):
    random = np.random.default_rng(20110629)
    draws = 100
    found = {
        "a step": sum(settled_since(_step(random)) is not None for _ in range(draws)),
        "a rise": sum(settled_since(_rise(random)) is not None for _ in range(draws)),
        "nothing": sum(settled_since(random.normal(70, 3, 30)) is not None for _ in range(draws)),
    }
    record_property("summary", f"a new level of {draws} draws is told of: {found}")
    assert found["a step"] >= 80
    assert found["a rise"] <= 3
    assert found["nothing"] <= 3


def _step(random: np.random.Generator) -> np.ndarray:
    return np.concatenate([random.normal(70, 3, 18), random.normal(82, 3, 15)])


def _rise(random: np.random.Generator) -> np.ndarray:
    return np.linspace(60, 90, 30) + random.normal(0, 2, 30)
