"""Young months, changed delays and cohorts in the report: told in plain words, withheld where the month is."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from readiness.report import Report, build_report, copy_for, share
from readiness.report.mail import compose_mail
from readiness.report.model import Delays, Started, Suppressed, Version, Young
from readiness.report.view import indicator_views
from readiness.report.young_words import delays_sentence, started_rows, young_sentences

LAG, DUTY, CASE = "visit_recorded_in_time", "protection_visit_in_time", "assessment_from_start_in_time"
MONTH, PRINT_FROM = "2026-10", 20


def told(indicator: str, month: str, **numbers) -> dict:
    names = ("recorded", "completeness", "completeness_lower", "completeness_upper", "value", "lower", "upper")
    return {"indicator": indicator, "month": month, "state": "known", **dict.fromkeys(names)} | numbers


@pytest.fixture(scope="module")
def young_report(facts, tmp_path_factory) -> Report:
    """October's visits are recorded to 82 percent; delays grew; September's assessments began under two limits."""
    completeness = {"completeness": 81.64, "completeness_lower": 76.2, "completeness_upper": 87.4}
    youth = [
        told(LAG, MONTH, recorded=2900, value=84.1, lower=80.2, upper=88.4, **completeness),
        told(LAG, "2026-01", recorded=2900, value=84.1, lower=80.2, upper=88.4, **completeness),
        told(DUTY, MONTH, recorded=900, **completeness),
    ]
    week = {"week_from_on": date(2026, 10, 19), "week_to_on": date(2026, 10, 25)}
    delays = [{"indicator": LAG, "state": "changed", "side": "more_late"} | week]
    delays += [{"indicator": DUTY, "state": "steady", "side": None, "week_from_on": None, "week_to_on": None}]
    counts = {"started": 50, "ended": 41, "open": 9, "overdue": 3}
    cohorts = [
        {"indicator": CASE, "month": "2026-08", "state": "known", "value": 78.9, "lower": 64.0, "upper": 90.1} | counts,
        {"indicator": CASE, "month": "2026-09", "state": "limits_differ"} | counts,
        {"indicator": CASE, "month": "2026-11", "state": "not_yet"} | counts,
    ]
    frames = {"young": pd.DataFrame(youth), "delays": pd.DataFrame(delays), "started": pd.DataFrame(cohorts)}
    return build_report(replace(facts, **frames), tmp_path_factory.mktemp("none"))


def authority(report: Report, name: str):
    return next(i for i in report.indicators if i.id == name and i.scope.type == "authority")


def sentences(report: Report, name: str) -> tuple[str, ...]:
    return young_sentences(authority(report, name), report.definitions[name], PRINT_FROM)


def test_a_young_recording_lag_says_how_much_is_in_and_what_to_expect(young_report):
    october = authority(young_report, LAG).months[-1]
    (sentence,) = sentences(young_report, LAG)
    assert sentence == (
        "October 2026 is young: about 82% (76 to 87) of its entries are on record so far; of those, "
        f"{october.value:.1f}% were in time ({october.numerator:,} of {october.denominator:,}), the figure to "
        "expect is about 84% (80 to 88)."
    )
    assert sentence in indicator_views(young_report)[LAG].young


def test_a_young_duty_says_that_its_figure_may_change(young_report):
    (sentence,) = sentences(young_report, DUTY)
    assert sentence == (
        "October 2026 is young: about 82% (76 to 87) of its entries are on record so far, so its figure may still "
        "change."
    )


def test_only_young_months_of_the_authority_carry_it(young_report):
    carrying = [(i.id, i.scope.type, row.month) for i in young_report.indicators for row in i.months if row.young]
    assert carrying == [(DUTY, "authority", MONTH), (LAG, "authority", MONTH)]


def with_youth(report: Report, young: Young, **update):
    one = authority(report, LAG)
    return one.model_copy(update={"months": (one.months[-1].model_copy(update={"young": young, **update}),)})


def test_what_is_not_all_is_not_rounded_to_all_and_few_entries_tell_nothing(young_report):
    definition = young_report.definitions[LAG]
    nearly = Young(state="known", recorded=400, completeness=99.7, completeness_lower=97.8, completeness_upper=100)
    (sentence,) = young_sentences(with_youth(young_report, nearly), definition, PRINT_FROM)
    assert "about 99% (98 to 100) of its entries" in sentence
    for few in (Young(state="too_few", recorded=400), nearly.model_copy(update={"recorded": 19})):
        (sentence,) = young_sentences(with_youth(young_report, few), definition, PRINT_FROM)
        assert sentence == ("October 2026 is young: entries may still come, and too few are on record to say how many.")


def test_a_shared_copy_tells_no_number_of_entries_and_nothing_of_a_withheld_month(young_report):
    young = authority(share(young_report), LAG).months[-1].young
    assert (young.recorded, young.completeness, young.value) == (Suppressed(), 81.6, 84.1)
    assert sentences(share(young_report), LAG) == sentences(young_report, LAG)
    denominator = authority(young_report, LAG).months[-1].denominator
    for update in ({"numerator": denominator - 5}, {"denominator": 5, "numerator": 5}, {"numerator": 3}):
        only = with_youth(young_report, authority(young_report, LAG).months[-1].young, **update)
        shared = share(young_report.model_copy(update={"indicators": (only,)}))
        numbers = authority(shared, LAG).months[-1].young.model_dump(exclude={"state"}).values()
        assert set(map(str, numbers)) == {str(Suppressed().model_dump())}
        assert sentences(shared, LAG) == ()


def test_changed_delays_are_told_in_every_copy(young_report):
    sentence = (
        "Delays of recording have changed: in the week of 19 October 2026 to 25 October 2026, more entries were late "
        "than the weeks before let expect: delays grow, or a backlog is being typed in. What is said of young months "
        "rests on the delays of before."
    )
    for report in (young_report, share(young_report)):
        assert authority(report, LAG).delays == Delays(
            side="more_late", week_from_on=date(2026, 10, 19), week_to_on=date(2026, 10, 25)
        )
        assert indicator_views(report)[LAG].young.endswith(sentence)
        assert authority(report, DUTY).delays is None
    assert delays_sentence(None) == ""


def test_cohorts_are_told_up_to_the_month_with_the_reason_where_there_is_no_share(young_report):
    assert indicator_views(young_report)[CASE].started == (
        ("Sep 2026", "50", "limits differ", "–", "41", "9", "3"),
        ("Aug 2026", "50", "78.9%", "64.0 to 90.1", "41", "9", "3"),
    )
    few = Started(
        month="2026-08", state="known", started=19, ended=19, open=0, overdue=0, value=100, lower=83, upper=100
    )
    (row,) = started_rows(authority(young_report, CASE).model_copy(update={"started": (few,)}), PRINT_FROM)
    assert row[1:4] == ("19", "too few", "–")


def test_cohorts_stay_in_the_council(young_report):
    """Months by start beside months by end would give a withheld month away by subtraction."""
    assert not any(one.started for one in share(young_report).indicators)


@pytest.mark.parametrize(("kind", "is_told"), [("repeat_finding", True), ("requirement_met", False)])
def test_the_text_of_the_mail_tells_it_where_the_letter_comes_first(young_report, kind, is_told):
    finding = next(f for f in young_report.findings if any(LAG in claim.evidence for claim in f.claims))
    only = young_report.model_copy(
        update={
            "indicators": (authority(young_report, LAG),),
            "definitions": {LAG: young_report.definitions[LAG]},
            "findings": (finding.model_copy(update={"kind": kind}),),
            "also_watched": (),
            "version": Version(number=1, hash="0" * 64),
        }
    )
    text = compose_mail(copy_for(share(only), "director")).get_body(("plain",)).get_content()
    assert ("October 2026 is young: about 82% (76 to 87)" in " ".join(text.split())) is is_told
