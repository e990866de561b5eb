"""The control chart in the report: frozen with it, told in plain words, left out of shared copies that withhold."""

from dataclasses import replace

import pytest

from readiness.judgement import Annotation as GivenAnnotation
from readiness.report import build_report, share
from readiness.report.control_words import annotation_sentences, control_sentences
from readiness.report.model import Annotation, Control, ControlPhase, ControlPoint
from tests.report.sample import month_facts


def authority(report, name):
    return next(i for i in report.indicators if i.id == name and i.scope.type == "authority")


def test_every_indicator_of_the_authority_carries_its_chart_and_no_place_does(report):
    for one in report.indicators:
        if one.scope.type != "authority":
            assert one.control is None
        elif one.months:
            control = one.control
            shown = {row.month for row in one.months if row.maturity == "mature" and row.value is not None}
            assert {point.month for point in control.points} <= shown
            assert sum(phase.points for phase in control.phases) == len(control.points) or control.state == "too_few"


def test_the_evidence_goes_the_way_of_the_chart(report):
    direction = {"improvement": "improving", "concern": "worsening", "common_cause": "no_change", None: "unknown"}
    checked = 0
    for finding in report.findings:
        for claim in finding.claims:
            for item in claim.details:
                if item.now is not None:
                    assert item.direction == direction[authority(report, item.id).control.variation]
                    checked += 1
    assert checked > 5


def test_the_mean_is_that_of_the_months_printed(report):
    """Shares of May 2024 to October 2026, each counted alone."""
    one = authority(report, "contact_decision_in_time")
    values = [100 * row.numerator / row.denominator for row in one.months]
    (phase,) = one.control.phases
    assert (phase.points, phase.mean) == (30, round(sum(values) / 30, 1))


def test_a_shared_copy_has_no_chart_that_rests_on_a_withheld_month(report):
    """In one charted month all but three of the authority's cases were in time."""
    name = "contact_decision_in_time"
    month = authority(report, name).control.points[3].month

    def changed(one):
        if one.id != name or one.scope.type != "authority":
            return one
        rows = (r.model_copy(update={"numerator": r.denominator - 3}) if r.month == month else r for r in one.months)
        return one.model_copy(update={"months": tuple(rows)})

    given = report.model_copy(update={"indicators": tuple(changed(one) for one in report.indicators)})
    kept, withheld = 0, 0
    for one in share(given).indicators:
        if one.scope.type != "authority" or not one.months:
            continue
        before = authority(report, one.id).control
        hidden = {row.month for row in one.months if not isinstance(row.numerator, int | float)}
        if hidden & {point.month for point in before.points}:
            assert one.control is None
            withheld += 1
        else:
            assert one.control == before.model_copy(update={"settled_since": None})
            kept += 1
    assert (kept > 2, withheld > 0) == (True, True)


def test_a_month_withheld_for_other_reasons_takes_the_sentence_of_change_with_it(report):
    """One area's share is small in one old month and all there is, so the authority's is withheld with it; the quarter
    that is judged lies far from that month."""
    name, month = "parent_views_recorded", "2025-01"
    claim = next(c for f in report.findings for c in f.claims if f.id == "R2")
    assert claim.change
    assert claim.change == claim.change_shared

    def changed(one):
        if one.id != name or one.scope.type == "team":
            return one
        update = {"numerator": 0, "denominator": 0}
        if one.scope.id in ("A1", "authority"):
            update = {"numerator": 300, "denominator": 303}
        rows = tuple(row.model_copy(update=update) if row.month == month else row for row in one.months)
        return one.model_copy(update={"months": rows})

    copy = share(report.model_copy(update={"indicators": tuple(changed(one) for one in report.indicators)}))
    assert authority(copy, name).control is None
    kept = next(c for f in copy.findings for c in f.claims if f.id == "R2")
    assert (kept.change, kept.reason) == ("", claim.reason)


def test_annotations_up_to_the_month_are_in_the_report(tmp_path):
    given = (
        GivenAnnotation(month="2026-03", text="A new team", indicators="all"),
        GivenAnnotation(month="2026-11", text="Not yet", indicators="all"),
    )
    report = build_report(replace(month_facts(), annotations=given), tmp_path)
    assert report.annotations == (Annotation(month="2026-03", text="A new team"),)
    assert report.annotations[0].is_about("contact_decision_in_time")
    assert annotation_sentences(report.annotations) == ("1: March 2026, A new team.",)


def control(**keys) -> Control:
    phase = ControlPhase(first_month="2025-01", last_month="2026-10", points=22, mean=80, lower=75, upper=85)
    point = ControlPoint(month="2026-10", kind="improvement", rule="outside_limits")
    given = {"state": "charted", "minimum_points": 12, "variation": "improvement", "phases": (phase,)}
    return Control(**{**given, "points": (point,), **keys})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Getting better: October 2026 lies beyond the limits to which chance reaches."),
        (
            {"variation": "concern", "points": (ControlPoint(month="2026-09", kind="concern", rule="trend"),)},
            "Getting worse: September 2026 is one of seven or more months that all went the same way.",
        ),
        (
            {"variation": "common_cause", "points": (ControlPoint(month="2026-09", kind="common_cause"),)},
            "No change that chance could not explain.",
        ),
        (
            {"variation": "common_cause", "assurance": "inconsistent"},
            "If it stays as it has been since January 2025, it will reach the target or miss it by chance: hit and "
            "miss.",
        ),
        (
            {"variation": "concern", "assurance": "consistent_pass"},
            "By all months since January 2025 together it would go on reaching the target; but it is changing, so that "
            "need not hold.",
        ),
        (
            {
                "state": "too_few",
                "variation": None,
                "points": (),
                "phases": (
                    ControlPhase(first_month="2026-02", last_month="2026-10", reason="the team was new", points=9),
                ),
            },
            "Too early to tell a change from chance: 9 complete months are known of the 12 that it takes. "
            "Mean and limits are computed anew from February 2026: the team was new.",
        ),
    ],
)
def test_variation_and_assurance_are_told_in_plain_words(report, changes, sentence):
    one = authority(report, "contact_decision_in_time").model_copy(update={"control": control(**changes)})
    assert sentence in " ".join(control_sentences(one))


def test_without_a_chart_nothing_is_said(report):
    one = authority(report, "contact_decision_in_time").model_copy(update={"control": None})
    assert control_sentences(one) == ()


def test_wider_limits_are_told_with_their_reason_in_one_sentence(report):
    one = authority(report, "contact_decision_in_time")
    alike = one.model_copy(update={"control": control(is_alike=True)})
    told = [sentence for sentence in control_sentences(alike) if "the same cases stand in it" in sentence]
    assert len(told) == 1
    assert "only a month beyond them counts as a change" in told[0]
    independent = one.model_copy(update={"control": control()})
    assert not any("the same cases" in sentence for sentence in control_sentences(independent))


def test_limits_that_all_months_made_wider_are_withheld_with_any_of_them(report):
    """How alike months are is measured on those too that are no points of the chart."""
    name = "contact_decision_in_time"
    one = authority(report, name)
    few = one.months[3].model_copy(update={"numerator": 97, "denominator": 100, "running": 0, "overdue": 0})
    rows = (*one.months[:3], few, *one.months[4:])
    months = tuple(point for point in one.control.points if point.month != few.month)

    def copied(**keys):
        given = one.control.model_copy(update={"points": months, "settled_since": None, **keys})
        changed = one.model_copy(update={"months": rows, "control": given})
        others = tuple(changed if other is one else other for other in report.indicators)
        return authority(share(report.model_copy(update={"indicators": others})), name)

    assert few.month in {row.month for row in copied().months if not isinstance(row.numerator, int | float)}
    assert copied().control is not None
    assert copied(is_alike=True).control is None


def test_a_report_of_before_levels_were_told_apart_stays_the_same():
    assert "is_alike" not in control().model_dump()
    assert control(is_alike=True).model_dump()["is_alike"] is True


def test_a_new_level_is_told_to_the_council_alone_and_left_for_people_to_decide(report):
    name = "contact_decision_in_time"
    settled = control(settled_since="2026-02")
    changed = tuple(
        one.model_copy(update={"control": settled}) if one.id == name and one.control else one
        for one in report.indicators
    )
    given = report.model_copy(update={"indicators": changed})
    (told,) = [each for each in control_sentences(authority(given, name)) if "new level" in each]
    assert told.startswith("Since February 2026 the months have settled at a new level: if its cause is known")
    assert "annotations.yaml" in told
    assert authority(share(given), name).control == control()
