"""Two reports beside each other: what is told is what differs, with counts, and nothing that a copy withholds."""

from datetime import timedelta

import pytest

from readiness.errors import ReadinessError
from readiness.report import Report, share
from readiness.report.comparing import changes
from readiness.report.looking_back import changes_in_words, changes_page
from readiness.report.model import FirstReported, Suppressed, Version

NAME = "contact_decision_in_time"


@pytest.fixture(scope="module")
def before(small_report: Report) -> Report:
    """Of the authority alone, its last three months set by hand: 80 of 100, 90 of 120, 99 of 110."""
    return with_months(small_report, (80, 100), (90, 120), (99, 110))


def with_months(report: Report, *counts: tuple[int, int], **changes) -> Report:
    (indicator,) = [i for i in report.indicators if i.scope.type == "authority"]
    kept = indicator.months[-len(counts) :]
    months = [
        row.model_copy(
            update={"numerator": n, "denominator": d, "value": round(100 * n / d, 1), "lower": None, "upper": None}
            | changes
        )
        for row, (n, d) in zip(kept, counts, strict=True)
    ]
    indicator = indicator.model_copy(update={"months": tuple(months), "control": None, "ahead": None})
    return report.model_copy(update={"indicators": (indicator,), "version": Version(number=1, hash="a" * 64)})


def later(report: Report, days: int = 30) -> Report:
    return report.model_copy(update={"as_at": report.as_at + timedelta(days=days)})


def redefined(report: Report, **changes) -> Report:
    return report.model_copy(update={"definitions": {NAME: report.definitions[NAME].model_copy(update=changes)}})


def judged(report: Report, claim_id: str, **changes) -> Report:
    findings = [
        finding.model_copy(
            update={"claims": tuple(c.model_copy(update=changes) if c.id == claim_id else c for c in finding.claims)}
        )
        for finding in report.findings
    ]
    return report.model_copy(update={"findings": tuple(findings)})


def test_a_report_beside_itself_has_nothing_to_tell(before):
    found = changes(before, before)
    assert found.is_nothing
    assert changes_in_words(found).endswith("Nothing differs.")


def test_a_verdict_that_turned_is_told_with_the_reason_of_now(before):
    old, new = judged(before, "P1b", verdict="not_met"), judged(before, "P1b", verdict="met", reason="It is so now.")
    (turned,) = changes(old, new).verdicts
    assert (turned.claim, turned.before, turned.after, turned.reason) == ("P1b", "not_met", "met", "It is so now.")
    assert "P1b: Not met -> Met. It is so now." in changes_in_words(changes(old, new))


def test_a_claim_that_only_one_report_has_is_told(before):
    without = before.model_copy(update={"findings": before.findings[1:]})
    assert {one.after for one in changes(before, without).verdicts} == {None}
    assert {one.before for one in changes(without, before).verdicts} == {None}
    assert len(changes(without, before).verdicts) == len(before.findings[0].claims)


def test_the_latest_complete_months_stand_beside_each_other_with_their_counts(before):
    after = with_months(before, (80, 100), (90, 120), (100, 110))
    (moved,) = changes(before, after).moved
    assert (moved.before.value, moved.before.counts) == ("90.0%", "99 of 110")
    assert (moved.after.value, moved.after.counts) == ("90.9%", "100 of 110")


def test_open_work_alone_that_is_other_is_told(before):
    def with_open(running: int) -> Report:
        return with_months(before, (80, 100), (90, 120), (99, 110), running=running, overdue=8)

    (moved,) = changes(with_open(30), with_open(41)).moved
    assert moved.before.in_words == "90.0% (99 of 110, 30 open within the limit, 8 overdue)"
    assert moved.after.in_words == "90.0% (99 of 110, 41 open within the limit, 8 overdue)"


def test_only_months_that_both_have_are_restated(before):
    shorter = with_months(before, (91, 120), (99, 110))
    (restated,) = changes(before, shorter).restated
    assert [(m.before.counts, m.after.counts) for m in restated.months] == [("90 of 120", "91 of 120")]


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        (later, ("entries",)),
        (lambda report: redefined(report, definition_hash="other"), ("definition",)),
        (lambda report: later(redefined(report, definition_hash="other")), ("definition", "entries")),
        (lambda report: report, ("entries",)),
    ],
)
def test_what_was_restated_has_its_reason(before, change, reasons):
    after = change(with_months(before, (80, 100), (91, 120), (99, 110)))
    (restated,) = changes(before, after).restated
    assert restated.months[0].reasons == reasons


def test_a_correction_is_the_reason_where_the_report_says_so(before):
    first = FirstReported(version=1, reasons=("corrections",), numerator=80, denominator=100)
    after = with_months(before, (81, 100), (90, 120), (99, 110), first_reported=first)
    (restated,) = changes(before, after).restated
    assert restated.reasons == ("corrections were made",)


def test_another_target_limit_or_definition_is_told_even_if_no_figure_moved(before):
    found = changes(before, redefined(before, target=85.0, limits=("one day",)))
    assert [(one.indicator, one.what) for one in found.redefined] == [(NAME, ("limit", "target"))]
    assert not found.restated and not found.is_nothing


def test_what_one_shared_copy_withholds_is_withheld_of_both(before):
    old, new = share(before), share(with_months(before, (80, 100), (90, 120), (107, 110)))
    assert isinstance(new.indicators[0].months[-1].numerator, Suppressed), "three were not in time"
    found = changes(old, new)
    (moved,) = found.moved
    assert {moved.before.value, moved.before.counts, moved.after.value, moved.after.counts} == {"withheld"}
    assert "99 of 110" not in changes_page(found, new) + changes_in_words(found)


def test_an_internal_report_is_not_held_against_a_shared_one(before):
    with pytest.raises(ReadinessError, match="two of a kind"):
        changes(before, share(before))


def test_the_page_says_all_of_it_and_escapes_it(before):
    new = judged(with_months(before, (80, 100), (91, 120), (99, 110)), "P1b", verdict="met", reason="<b>so</b>")
    html = changes_page(changes(before, later(new)), new)
    assert "&lt;b&gt;so&lt;/b&gt;" in html and "<b>so</b>" not in html
    assert "90 of 120" in html and "91 of 120" in html
    assert "records were entered or changed since" in html
    assert html == changes_page(changes(before, later(new)), new)
