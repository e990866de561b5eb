"""Which months are judged, and what each kind of indicator says."""

from datetime import date

import pytest

from readiness.errors import ReadinessError
from readiness.periods import Month
from tests.judgement.builders import claim, entry, facts, finding, indicator, judged, only_claim, register, row, rows

LETTER = register(finding("D1", claim("D1a")))
AREAS = {"kind": "area_gap", "at_most_points": 10, "source": "local"}
GAP = register(finding("D7", claim("D7c", "proxy", rule=AREAS, needs="a review")))


def evidence(letter, *args, **keys):
    (found,) = only_claim(judged(letter, *args, **keys)).evidence
    return found.judgement


def pooled(found) -> tuple[list[str], int, int]:
    return [str(m.month) for m in found.pool.months], found.pool.numerator, found.pool.denominator


def test_the_latest_three_mature_months_up_to_the_report_are_pooled():
    given = [*rows([(1, 100), (90, 100), (91, 101), (92, 102)]), row(0, 500, "2026-10")]
    assert pooled(evidence(LETTER, given)) == (["2026-07", "2026-08", "2026-09"], 273, 303)


def test_a_young_month_is_passed_over():
    given = [*rows([(90, 100), (91, 101), (92, 102)], last=Month(2026, 8)), row(1, 100, maturity="young")]
    assert pooled(evidence(LETTER, given)) == (["2026-06", "2026-07", "2026-08"], 273, 303)


def test_a_month_without_a_row_counts_nothing_but_is_a_month():
    given = [row(90, 100, "2026-07"), row(92, 102, "2026-09")]
    assert pooled(evidence(LETTER, given)) == (["2026-07", "2026-08", "2026-09"], 182, 202)


def test_a_month_without_a_row_is_mature_once_its_maturity_days_have_passed():
    given = rows([(90, 100), (91, 100), (92, 100), (93, 100)], last=Month(2026, 8))
    lag = [facts(kind="recording_lag", maturity_days=28)]
    before = evidence(LETTER, given, lag, as_at_on=date(2026, 10, 27))
    after = evidence(LETTER, given, lag, as_at_on=date(2026, 10, 28))
    assert pooled(before)[0][-1] == "2026-08"
    assert pooled(after)[0][-1] == "2026-09"


def test_a_history_of_one_month_is_judged_by_that_month():
    assert pooled(evidence(LETTER, [row(95, 100)])) == (["2026-09"], 95, 100)


def test_without_a_mature_month_it_is_too_early_to_say():
    found = evidence(LETTER, rows([(9, 10), (9, 10)], maturity="young"))
    assert (found.state, found.cause) == ("immature", "no_mature_month")
    assert only_claim(judged(LETTER, rows([(9, 10)], maturity="young"))).verdict == "immature"


def test_what_is_not_computed_or_has_no_feed_or_no_row_is_no_data():
    found = evidence(LETTER, [], [])
    assert (found.state, found.cause) == ("no_data", "not_computed")
    found = evidence(LETTER, [row(95, 100)], [facts(absent_feeds=("contacts",))])
    assert (found.state, found.cause) == ("no_data", "feed_absent")
    found = evidence(LETTER, [row(95, 100, "2026-10")])
    assert (found.state, found.cause) == ("no_data", "no_rows")


def test_an_indicator_without_a_limit_that_month_is_not_applicable():
    found = evidence(LETTER, [row(0, 0, left_out='{"no_limit": 40}')], [facts(has_limit=False)])
    assert (found.state, found.cause) == ("not_applicable", "limit_not_in_force")


def test_three_months_without_a_case_are_too_few():
    found = evidence(LETTER, [row(95, 100, "2026-05"), row(0, 0, "2026-09")])
    assert (found.state, found.cause) == ("too_few", "no_cases")


def test_the_rows_of_teams_and_areas_do_not_count_for_the_authority():
    given = [row(95, 100), row(1, 100, scope_type="team", scope_id="t1"), row(1, 100, scope_type="area", scope_id="a1")]
    assert pooled(evidence(LETTER, given)) == (["2026-09"], 95, 100)


def test_two_rows_for_one_month_are_an_error():
    with pytest.raises(ReadinessError, match="holds prompt twice for 2026-09 and one authority"):
        judged(LETTER, [row(95, 100), row(94, 100)])


def test_quarantined_cases_are_read_from_what_was_left_out():
    given = rows([(93, 95), (93, 95), (93, 95)], left_out='{"withdrawn": 50, "quarantined": 6}')
    assert evidence(LETTER, given).cause == "quarantined"  # 18 of 303


def test_overdue_work_of_the_last_month_counts_against_the_mean_month():
    given = [*rows([(95, 100), (95, 100)], last=Month(2026, 8), overdue=90), row(95, 100, overdue=6)]
    assert evidence(LETTER, given).cause == "backlog"
    given[-1]["overdue"] = 5
    assert evidence(LETTER, given).state == "good"


def test_a_level_is_judged_by_its_latest_mature_month_alone():
    found = evidence(LETTER, rows([(1, 100), (1, 100), (95, 100)]), [facts(kind="level")])
    assert (found.state, pooled(found)) == ("good", (["2026-09"], 95, 100))


CEILING = register(finding("S6", claim("S6a")), indicators={"prompt": indicator(20, unit="ceiling")})
CASELOAD = [facts(kind="level", measure="ratio", direction="down")]


@pytest.mark.parametrize(
    ("median", "workers", "expected"),
    [
        (20.0, 30, ("good", "on_target")),
        (20.1, 30, ("bad", "off_target")),
        (12.0, 29, ("too_few", "few_cases")),
        (40.0, 29, ("too_few", "few_cases")),
        (None, 0, ("too_few", "no_cases")),
    ],
)
def test_a_ratio_holds_its_median_against_the_ceiling_from_30_workers(median, workers, expected):
    found = evidence(CEILING, [row(500, 28.5, median=median, subjects=workers)], CASELOAD)
    assert (found.state, found.cause) == expected
    assert found.direction == "unknown"


@pytest.mark.parametrize(("unread", "state"), [(26, "good"), (27, "too_few")])
def test_what_could_not_be_read_of_a_ratio_is_held_against_the_children_not_the_posts(unread, state):
    """26 of 500 + 26 are 4.9 percent, 27 of 527 are 5.1; of 28.5 posts and these they would be nearly half."""
    given = [row(500, 28.5, median=12.0, subjects=30, left_out=f'{{"quarantined": {unread}}}')]
    assert evidence(CEILING, given, CASELOAD).state == state


@pytest.mark.parametrize(("minutes", "state"), [((60, 30, 90), "good"), ((60, 30, 91), "bad")])
def test_a_total_holds_its_monthly_mean_against_the_target(minutes, state):
    letter = register(finding("D5", claim("D5a")), indicators={"prompt": indicator(60, unit="a_month")})
    given = [row(0, 0, str(Month(2026, 7 + i)), value=float(m)) for i, m in enumerate(minutes)]
    assert evidence(letter, given, [facts(measure="total", kind="check", direction="down")]).state == state


def test_a_target_of_the_wrong_unit_is_an_error():
    with pytest.raises(ReadinessError, match="gives prompt a target in 'percent', but it is a ratio"):
        judged(LETTER, [row(500, 28.5)], CASELOAD)


def area_rows(**shares: tuple[int, int]) -> list[dict]:
    return [row(200, 240), *(row(*s, scope_type="area", scope_id=area) for area, s in shares.items())]


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        ({"a1": (90, 100), "a2": (80, 100)}, ("good", "on_target")),  # ten points
        ({"a1": (91, 100), "a2": (80, 100)}, ("bad", "areas_apart")),
        ({"a1": (90, 100), "a2": (80, 100), "a3": (0, 29)}, ("too_few", "few_areas")),
        ({"a1": (91, 100), "a2": (80, 100), "a3": (0, 29)}, ("bad", "areas_apart")),
        ({"a1": (90, 100), "a2": (29, 29)}, ("too_few", "few_areas")),
    ],
)
def test_areas_may_not_lie_further_apart_than_the_rule_allows(areas, expected):
    found = evidence(GAP, area_rows(**areas))
    assert (found.state, found.cause) == expected


def test_areas_close_together_are_only_an_indication_until_a_review_agrees():
    given = area_rows(a1=(90, 100), a2=(85, 100))
    assert only_claim(judged(GAP, given)).verdict == "indicative_met"
    assert only_claim(judged(GAP, given, entries=[entry("D7c", "met")])).verdict == "met"


SYSTEMIC = register(
    finding(
        "P1",
        claim("P1b"),
        claim("P1d", rule={"kind": "every_month", "of": "P1b", "months": 6}),
        kind="priority_action",
    )
)


def systemic(given, definitions=None):
    p1b, p1d = judged(SYSTEMIC, given, definitions).claims
    return p1d.verdict, p1d.evidence[0].judgement.cause


def test_a_weakness_is_no_longer_systemic_after_six_months_on_target():
    assert systemic(rows([(10, 100)] + [(90, 100)] * 6)) == ("met", "on_target")


def test_one_month_of_six_below_target_keeps_it_systemic():
    given = rows([(89, 100)] + [(99, 100)] * 5)
    assert systemic(given) == ("not_met", "month_off_target")
    assert judged(SYSTEMIC, given).findings[0].claims[0].verdict == "met"


def test_five_good_months_are_not_six():
    assert systemic(rows([(95, 100)] * 5)) == ("immature", "few_months")


def test_a_bad_month_decides_even_before_six_are_known():
    assert systemic(rows([(10, 100), (95, 100)])) == ("not_met", "month_off_target")


def test_a_month_of_fewer_than_30_cases_is_too_little_to_say():
    assert systemic(rows([(29, 29)] + [(95, 100)] * 5)) == ("too_few", "few_cases_in_a_month")


def test_six_good_months_with_a_backlog_are_still_systemic():
    given = [*rows([(95, 100)] * 5, last=Month(2026, 8)), row(95, 100, overdue=6)]
    assert systemic(given) == ("not_met", "backlog")


def test_young_months_do_not_count_among_the_six():
    given = [*rows([(95, 100)] * 6, last=Month(2026, 8)), row(1, 100, maturity="young")]
    assert systemic(given) == ("met", "on_target")


def test_what_is_no_data_for_the_prompt_decision_is_no_data_for_the_system():
    assert systemic([], []) == ("no_data", "not_computed")
