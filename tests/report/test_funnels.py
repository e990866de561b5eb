"""Teams beside each other: who lies outside by an independent count of chances, and what a shared copy may say."""

from math import comb

import pytest

from readiness.report import share
from readiness.report.charts import funnel_svg
from readiness.report.funnels import funnel_of, funnel_sentences, with_funnels, with_shared_funnels
from readiness.report.model import Indicator, MonthValue, Scope, Suppressed

MONTHS = ("2026-08", "2026-09", "2026-10")


def team(name, *counts, months=MONTHS, kind="team", **keys):
    rows = tuple(
        MonthValue(month=month, numerator=n, denominator=d, **keys)
        for month, (n, d) in zip(months, counts, strict=True)
    )
    scope = Scope(type=kind, id=name, name=name)
    return Indicator(id="seen", family="timeliness", measure="proportion", unit="percent", scope=scope, months=rows)


def at_most(k, n, share):
    return sum(comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(k + 1))


TEAMS = [team("Ash", (30, 33), (30, 33), (30, 34)), team("Beech", (29, 33), (29, 33), (32, 34))]
TEAMS += [team("Cedar", (30, 34), (31, 33), (29, 33)), team("Dale", (20, 33), (22, 33), (20, 34))]


def test_a_team_lies_outside_where_its_count_is_too_rare_by_chance():
    """90, 90, 90 and 62 of 100 each: 332 of 400 together, 83%. Fewer than 63 of 100 happen far less than once in 1,000;
    90 or more of 100 happen more than 25 times in 1,000."""
    found = funnel_of(TEAMS, MONTHS)
    assert (found.centre, [t.numerator for t in found.teams]) == (pytest.approx(83), [90, 90, 90, 62])
    assert at_most(62, 100, 0.83) < 0.001
    assert 1 - at_most(89, 100, 0.83) > 0.025
    assert [(t.beyond, t.side) for t in found.teams] == [(None, None)] * 3 + [(99.8, "low")]
    said = " ".join(funnel_sentences(found))
    assert "Dale below, 62.0% (62 of 100)" in said
    assert "not a finding" in said
    assert "Dale" in funnel_svg(found)
    assert "Ash" not in funnel_svg(found)


def test_teams_that_do_not_differ_are_said_to_lie_within():
    (said,) = funnel_sentences(funnel_of(TEAMS[:3], MONTHS))
    assert said == (
        "Of 3 teams, August to October 2026, all lie within what chance allows around the 90.0% of all together."
    )


def test_two_teams_are_no_funnel():
    assert funnel_of(TEAMS[:2], MONTHS) is None


def test_the_window_is_the_latest_complete_months_and_of_a_level_the_latest_one():
    authority = team("all", (9, 10), (9, 10), (9, 10), kind="authority")
    young = authority.months[2].model_copy(update={"maturity": "young"})
    authority = authority.model_copy(update={"months": (*authority.months[:2], young)})
    assert next(with_funnels([authority, *TEAMS], 3, set())).funnel.months == MONTHS[:2]
    assert next(with_funnels([authority, *TEAMS], 3, {"seen"})).funnel.months == MONTHS[1:2]


def test_a_withheld_team_is_neither_in_a_shared_funnel_nor_in_its_common_share():
    authority = next(with_funnels([team("all", *[(110, 133)] * 3, kind="authority"), *TEAMS], 3, set()))
    hidden = TEAMS[3].months[0].model_copy(update={"numerator": Suppressed()})
    dale = TEAMS[3].model_copy(update={"months": (hidden, *TEAMS[3].months[1:])})
    found = next(with_shared_funnels([authority, *TEAMS[:3], dale])).funnel
    assert [t.name for t in found.teams] == ["Ash", "Beech", "Cedar"]
    assert (found.centre, found.withheld) == (pytest.approx(90), 1)
    assert funnel_sentences(found)[-1] == "1 team is left out, for their counts are withheld."


def test_a_shared_copy_names_no_count_in_a_funnel_that_it_withholds_elsewhere(report, shared):
    checked = 0
    for one in shared.indicators:
        if one.funnel is None:
            continue
        shown = {i.scope.name: i for i in shared.indicators if i.id == one.id and i.scope.type == "team"}
        for point in one.funnel.teams:
            rows = [row for row in shown[point.name].months if row.month in one.funnel.months]
            assert sum(row.numerator for row in rows) == point.numerator
            checked += 1
    assert checked > 10
    assert share(report) == shared
