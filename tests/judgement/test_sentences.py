"""Reasons that a director could read aloud: with their counts, and guarded in shared copies."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.judgement.words import limit_in_words, list_in_words, number_in_words, percent_in_words
from tests.judgement.builders import claim, entry, facts, finding, indicator, judged, only_claim, register, row, rows

LETTER = register(finding("D1", claim("D1a")))
PROXY = register(finding("D1", claim("D1a", "proxy")))
AUDITED = register(finding("D1", claim("D1a", "register")))


def reason(given, letter=LETTER, **keys):
    return only_claim(judged(letter, given, **keys)).reason


def shared(given, letter=LETTER, **keys):
    return only_claim(judged(letter, given, **keys)).reason_shared


def test_a_share_is_told_with_its_counts_its_months_and_its_target():
    assert reason(rows([(800, 1000), (800, 1000), (812, 1085)])) == (
        "In the three months to September 2026, 78.2% of contacts were decided within one working day "
        "(2,412 of 3,085); the target is 90%."
    )


def test_overdue_work_is_told_beside_what_is_done():
    assert reason([row(96, 100, overdue=4, running=30)]).endswith(
        "the target is 90%, and the number of contacts undecided on 30 September 2026 was 4."
    )
    assert reason([row(96, 100, running=30)]).endswith(
        "the target is 90%, and nothing was overdue on 30 September 2026 (30 still open)."
    )


def test_a_backlog_is_told_as_the_reason():
    assert reason([row(960, 1000, overdue=1200)]) == (
        "In September 2026, 96.0% of contacts were decided within one working day (960 of 1,000); that is on the "
        "target of 90%, but the number of contacts undecided on 30 September 2026 was 1,200, more than five percent of "
        "a usual month's work."
    )


def test_too_few_cases_to_judge_says_so():
    assert reason([row(28, 29)]).endswith("on the target of 90%, but nothing is judged from fewer than 30 cases.")


def test_a_wide_interval_says_how_low_the_share_may_be():
    assert reason([row(91, 100)]).endswith("the cases are too few to be sure: the true share may be as low as 83.8%.")


@pytest.mark.parametrize("share", [(19, 19), (0, 19), (7, 12), (1, 2)])
def test_under_20_cases_there_is_no_percentage(share):
    text = reason([row(*share)])
    assert f"{share[0]} of {share[1]} contacts were decided within one working day, too few for a percentage" in text
    assert re.findall(r"[\d.]+%", text) == ["90%"]


def test_from_20_cases_there_is_one():
    assert "75.0% of contacts" in reason([row(15, 20)])


def test_rounding_does_not_carry_a_share_onto_its_target():
    assert "just under 90% of contacts were decided within one working day (8,999 of 10,000)" in reason(
        [row(8999, 10000)]
    )


def test_a_level_is_told_as_of_its_day():
    assert reason([row(190, 200)], definitions=[facts(kind="level")]).startswith("On 30 September 2026, 95.0% of")


def test_where_down_is_good_the_target_is_at_most():
    letter = register(finding("D1", claim("D1a")), indicators={"prompt": indicator(5)})
    assert reason([row(60, 1000)], letter, definitions=[facts(direction="down")]).endswith("the target is at most 5%.")


def test_a_caseload_is_told_by_its_median_and_its_workers():
    letter = register(
        finding("S6", claim("S6a")),
        indicators={"prompt": indicator(20, unit="ceiling", counted="children a worker carried")},
    )
    ratio = [facts(kind="level", measure="ratio", direction="down")]
    assert reason([row(3000, 150.5, median=21.25, subjects=180)], letter, definitions=ratio) == (
        "On 30 September 2026, the median number of children a worker carried was 21.2 (180 workers); "
        "the ceiling is 20."
    )
    few = reason([row(100, 12.0, median=21.25, subjects=12)], letter, definitions=ratio)
    assert few == "On 30 September 2026, 12 workers were too few to say how many children a worker carried."


def test_no_data_says_what_would_show_it():
    assert reason([], definitions=[]) == (
        "Nobody can say yet how many contacts were decided within the limit; it takes the times of decisions."
    )
    assert reason([], definitions=[facts(absent_feeds=("contact_decisions",))]) == (
        "Nobody can say how many contacts were decided within one working day, because no records have arrived "
        "(contact decisions); it takes the times of decisions."
    )


def test_a_month_too_young_says_so():
    assert reason(rows([(9, 10)], maturity="young")) == (
        "How many contacts were decided within one working day cannot be said yet, because no month up to "
        "September 2026 is complete enough to judge."
    )


def test_what_is_counted_is_told_beside_what_is_not_known():
    letter = register(finding("D1", claim("D1a", evidence=["prompt", "seen"])))
    assert reason([row(96, 100)], letter) == (
        "Nobody can say yet how many contacts were decided within the limit; it takes the times of decisions; "
        "as to what is counted, in September 2026, 96.0% of contacts were decided within one working day (96 of 100); "
        "the target is 90%."
    )


def test_other_evidence_is_told_in_brief():
    names = ["prompt", "seen", "third"]
    letter = register(finding("D1", claim("D1a", evidence=names)), indicators={"third": indicator()})
    given = [row(10, 100), row(96, 100, name="seen")]
    text = reason(given, letter, definitions=[facts(), facts("seen")])
    assert text.endswith("the target is 90%; of its two other indicators, one has no data and one is on target.")


def test_records_that_only_indicate_say_what_could_confirm():
    assert reason([row(99, 100)], PROXY) == (
        "As far as records can show, in September 2026, 99.0% of contacts were decided within one working day "
        "(99 of 100); the target is 90%; only an audit of the work could confirm it."
    )
    assert reason([row(10, 100)], PROXY).startswith("Records suggest that this is not so: in September 2026, 10.0%")


def test_an_audit_that_agrees_or_disagrees_is_named():
    agrees = reason([row(99, 100)], PROXY, entries=[entry("D1a", "met")])
    assert agrees.endswith('; the audit "An audit" (12 May 2026, 40 cases) found the same.')
    objects = reason([row(99, 100)], PROXY, entries=[entry("D1a", "not_met")])
    assert objects.startswith('The audit "An audit" (12 May 2026, 40 cases) found that this is not so; from records,')
    kinder = reason([row(10, 100)], PROXY, entries=[entry("D1a", "met")])
    assert 'although the audit "An audit" (12 May 2026, 40 cases) found that it is: in September' in kinder


def test_what_records_cannot_show_names_the_audit_needed():
    assert reason([], AUDITED) == "Records cannot show this; it takes an audit of the work."
    expired = reason([], AUDITED, entries=[entry("D1a", "met", "2024-01-10", "2025-01-09")])
    assert expired == (
        'Records cannot show this; it takes an audit of the work; the last audit, "An audit", went out of date on '
        "9 January 2025."
    )


def test_what_an_audit_decides_names_it_and_how_long_it_counts():
    assert reason([], AUDITED, entries=[entry("D1a", "met")]) == (
        'The audit "An audit" (12 May 2026, 40 cases) found that this is so, and counts until 11 May 2027.'
    )


def test_a_claim_that_did_not_apply_says_so():
    assert reason([row(0, 0)], definitions=[facts(has_limit=False)]) == (
        "None of this was asked in September 2026, because no limit was in force."
    )


def test_the_rule_of_every_month_names_the_weakest_month():
    rule = {"kind": "every_month", "of": "P1b", "months": 6}
    letter = register(finding("P1", claim("P1b"), claim("P1d", rule=rule), kind="priority_action"))
    _, p1d = judged(letter, rows([(700, 986)] + [(80, 100)] + [(96, 100)] * 4)).claims
    assert p1d.reason == (
        "In two of the six months to September 2026, fewer than 90% of contacts were decided within one working day; "
        "the weakest was April 2026 with 71.0% (700 of 986)."
    )
    _, p1d = judged(letter, rows([(910, 1000)] + [(96, 100)] * 5)).claims
    assert p1d.reason == (
        "In each of the six months to September 2026, at least 90% of contacts were decided within one working day; "
        "the weakest was April 2026 with 91.0% (910 of 1,000)."
    )
    _, p1d = judged(letter, rows([(96, 100)] * 4)).claims
    assert p1d.reason == (
        "In every complete month known up to September 2026, at least 90% of contacts were decided within one working "
        "day, but these are four of the six that it takes."
    )


def test_areas_are_told_by_the_best_and_the_weakest():
    rule = {"kind": "area_gap", "at_most_points": 10, "source": "local"}
    letter = register(finding("D7", claim("D7c", "proxy", rule=rule, needs="a review")))
    areas = [row(n, 100, scope_type="area", scope_id=f"a{n}") for n in (91, 85, 70)]
    text = reason([row(246, 300), *areas], letter)
    assert text.endswith(
        "in September 2026, 91.0% of contacts were decided within one working day in the best area (91 of 100) and "
        "70.0% in the weakest (70 of 100), 21.0 points apart; accepted are at most 10."
    )
    small = [row(n, 50, scope_type="area", scope_id=f"a{n}") for n in (48, 35)]
    text = shared([row(246, 300), *small], letter)
    assert text.endswith("lay more than 10 points apart.")
    assert not re.search(r"48|35|96\.0|70\.0|26\.0", text)


def test_a_small_complement_is_withheld_with_its_share():
    assert shared([row(96, 100)]) == (
        "In September 2026, how many contacts were decided within one working day rests on numbers too small to show "
        "in a shared copy; the target of 90% was reached."
    )


def test_a_small_month_withholds_the_quarter_that_would_give_it_away():
    assert "too small to show" in shared(rows([(900, 1000), (900, 1000), (996, 1000)]))


COUNTS = st.integers(0, 60).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d)))


@given(st.lists(COUNTS, min_size=1, max_size=6), st.integers(0, 20), st.integers(0, 20), st.booleans())
def test_a_shared_sentence_holds_no_small_count_and_no_figure_that_rests_on_one(shares, overdue, running, is_proxy):
    given_rows = rows(shares)
    given_rows[-1] |= {"overdue": overdue, "running": running}
    found = only_claim(judged(PROXY if is_proxy else LETTER, given_rows))
    pooled = found.evidence[0].judgement.pool
    for text in (found.reason_shared, found.evidence[0].sentence_shared):
        said = re.sub(r"(on 30 )?\w+ 2026|90%|30 cases", "", text)
        numbers = {float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*\.?\d*", said)}
        assert not numbers & {1, 2, 3, 4, 5}
        if pooled.is_small(5):
            assert numbers <= {overdue, running}


@given(st.lists(COUNTS, min_size=1, max_size=6))
def test_a_percentage_never_stands_without_its_counts(shares):
    found = only_claim(judged(LETTER, rows(shares)))
    for text in (found.reason, found.change):
        for percentage in re.findall(r"\d+\.\d% of contacts.*?[;,]", text):
            assert re.search(r"\([\d,]+ of [\d,]+\)", percentage)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1, "working_days", "one working day"),
        (10, "working_days", "ten working days"),
        (45, "working_days", "45 working days"),
        (24, "hours", "24 hours"),
        (1, "months", "one month"),
    ],
)
def test_a_limit_is_read_as_words(value, unit, words):
    assert limit_in_words(value, unit) == words


@pytest.mark.parametrize(
    ("value", "by_second", "words"),
    [(1, 9 * 3600, "09:00 on the next working day"), (2, 16 * 3600 + 1800, "16:30 on working day 2")],
)
def test_a_limit_with_a_time_of_day_is_read_as_that_time(value, by_second, words):
    assert limit_in_words(value, "working_days", by_second) == words
    assert limit_in_words(1, "working_days", float("nan")) == "one working day"


def test_small_words():
    assert [number_in_words(n) for n in (0, 3, 10, 11, 2412, 2.5)] == ["no", "three", "ten", "11", "2,412", "2.5"]
    assert [list_in_words(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    near = [percent_in_words(Fraction(n, 100), 87.3) for n in (8730, 8729, 8731, 8000)]
    assert near == ["87.3%", "just under 87.3%", "just over 87.3%", "80.0%"]
