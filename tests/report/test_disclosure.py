"""Nobody can learn from a shared copy that a count was between 1 and 5, neither by reading nor by arithmetic."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.judgement import judge, read_counts
from readiness.report import Report, build_report, share
from readiness.report.disclosure import Sum, primary, secondary
from readiness.report.model import (
    FeedQuality,
    FirstReported,
    Indicator,
    MonthValue,
    Scope,
    SmallNumbers,
    Suppressed,
)
from readiness.report.sharing import COUNTS, row_counts, shared_indicator, withheld
from readiness.report.versions import canonical_json
from tests.report.sample import AS_AT, MONTH
from tests.report.sample import facts as indicator_facts

UP_TO = 5
THRESHOLDS = SmallNumbers(suppress_up_to=UP_TO)
WITHHELD = Suppressed()
REST_OF_MISSED = {"done_late": "not_done", "undone": "done_by_month_end", "never_recorded": "recorded_in_weeks"}

# Rows and trees of rows

counts = st.one_of(st.integers(0, 8), st.integers(0, 60))


@st.composite
def duty_rows(draw) -> dict[str, int]:
    """A recurring duty's counts in one team: slots by how they ended, children behind them, and open ones."""
    in_time, late, not_done = draw(counts), draw(counts), draw(counts)
    missed = late + not_done
    subjects = draw(st.integers(0, in_time + missed))
    return {
        "numerator": in_time,
        "denominator": in_time + missed,
        "done_late": late,
        "undone": draw(st.integers(not_done, missed)),
        "never_recorded": draw(st.integers(0, missed)),
        "subjects": subjects,
        "subjects_in_time": draw(st.integers(0, subjects)),
        "running": draw(counts),
        "overdue": draw(counts),
    }


@st.composite
def trees(draw) -> list[Indicator]:
    """An authority, its areas and their teams, adding up, for one month."""
    areas = {
        f"A{n}": {f"A{n}-{t}": draw(duty_rows()) for t in range(draw(st.integers(1, 4)))}
        for n in range(draw(st.integers(1, 3)))
    }
    by_area = {area: added(teams.values()) for area, teams in areas.items()}
    found = [indicator("authority", "", added(by_area.values()))]
    found += [indicator("area", area, row) for area, row in by_area.items()]
    found += [indicator("team", t, row, parent=a) for a, teams in areas.items() for t, row in teams.items()]
    return found


def added(rows) -> dict[str, int]:
    rows = list(rows)
    return {name: sum(row[name] for row in rows) for name in rows[0]}


def indicator(kind: str, scope_id: str, row: dict[str, int], parent: str | None = None) -> Indicator:
    denominator = row["denominator"]
    share_of = round(100 * row["numerator"] / denominator, 1) if denominator else None
    return Indicator(
        id="i",
        family="timeliness",
        measure="proportion",
        unit="percent",
        scope=Scope(type=kind, id=scope_id, name=scope_id, parent=parent),
        months=(MonthValue(month="2026-10", value=share_of, lower=share_of, upper=share_of, median=3, p90=9, **row),),
    )


def shown(series: list[Indicator]) -> list[Indicator]:
    hidden = withheld(series, UP_TO)
    return [shared_indicator(one, hidden, THRESHOLDS) for one in series]


# What an attacker can do


def visible(series: list[Indicator]) -> dict[tuple[str, str], float]:
    return {(one.scope.id, name): number for one in series for name, number in row_counts(one.months[0]).items()}


def equations(series: list[Indicator]) -> Iterator[tuple[tuple[str, str], list[tuple[str, str]]]]:
    """Every sum that holds, with what is never printed: what was missed, and the rest of it."""
    unprinted = ("missed", "subjects_missed", *REST_OF_MISSED.values())
    for one in series:
        place = one.scope.id
        yield (place, "denominator"), [(place, "numerator"), (place, "missed")]
        yield (place, "subjects"), [(place, "subjects_in_time"), (place, "subjects_missed")]
        for part, rest in REST_OF_MISSED.items():
            yield (place, "missed"), [(place, part), (place, rest)]
        children = [
            other.scope.id
            for other in series
            if (one.scope.type, other.scope.type) == ("authority", "area") or other.scope.parent == place != ""
        ]
        if children:
            for name in (*COUNTS, *unprinted):
                yield (place, name), [(child, name) for child in children]


def solved(series: list[Indicator]) -> dict[tuple[str, str], float]:
    """All that follows by adding and subtracting until nothing more does."""
    known = visible(series)
    relations = list(equations(series))
    is_learning = True
    while is_learning:
        is_learning = False
        for total, parts in relations:
            unknown = [cell for cell in (total, *parts) if cell not in known]
            if len(unknown) != 1:
                continue
            rest = sum(known[part] for part in parts if part in known)
            known[unknown[0]] = rest if unknown[0] == total else known[total] - rest
            is_learning = True
    return known


# The rules


def test_a_count_of_one_to_five_is_withheld_and_zero_and_six_are_not():
    row = {"numerator": 20, "denominator": 40, "overdue": 5, "running": 6}
    assert primary(row, UP_TO) == {"overdue"}
    assert primary(row | {"overdue": 0}, UP_TO) == set()
    assert primary(row | {"overdue": 1}, UP_TO) == {"overdue"}


def test_a_small_complement_withholds_the_numerator():
    assert primary({"numerator": 36, "denominator": 40}, UP_TO) == {"numerator"}
    assert primary({"numerator": 40, "denominator": 40}, UP_TO) == set()
    assert primary({"numerator": 34, "denominator": 40}, UP_TO) == set()


def test_a_small_group_is_withheld_whole():
    row = {"numerator": 0, "denominator": 4, "overdue": 30}
    assert primary(row, UP_TO) == set(row)
    three_workers = {"numerator": 9, "denominator": 12, "subjects": 3, "subjects_in_time": 0}
    assert primary(three_workers, UP_TO) == set(three_workers)


def test_one_withheld_part_takes_another_with_it():
    numbers = {"all": 100, "a": 3, "b": 40, "c": 57}
    assert secondary(numbers, [Sum("all", ("a", "b", "c"))], {"a"}, UP_TO) == {"a", "b"}


def test_two_withheld_parts_that_are_small_together_take_a_third_with_them():
    numbers = {"all": 100, "a": 1, "b": 1, "c": 98}
    assert secondary(numbers, [Sum("all", ("a", "b", "c"))], {"a", "b"}, UP_TO) == {"a", "b", "c"}


def test_a_part_that_is_all_there_is_takes_the_total_with_it():
    numbers = {"all": 3, "a": 3, "b": 0}
    assert secondary(numbers, [Sum("all", ("a", "b"))], {"a"}, UP_TO) == {"a", "all"}


@settings(max_examples=150, deadline=None)
@given(trees())
def test_no_small_count_is_printed(series):
    for number in visible(shown(series)).values():
        assert not 0 < number <= UP_TO


@settings(max_examples=150, deadline=None)
@given(trees())
def test_no_small_count_can_be_worked_out_by_subtraction(series):
    true = solved(series)
    for cell, number in solved(shown(series)).items():
        assert number == true[cell]
        assert not 0 < number <= UP_TO, cell


@settings(max_examples=150, deadline=None)
@given(trees())
def test_a_rate_is_printed_only_with_both_counts_and_from_twenty_cases(series):
    for one in shown(series):
        row = one.months[0]
        if isinstance(row.value, float):
            assert isinstance(row.numerator, int)
            assert row.denominator >= THRESHOLDS.print_from
            assert not 0 < row.denominator - row.numerator <= UP_TO
        else:
            assert {row.lower, row.upper} <= {None, WITHHELD}
            assert (row.median, row.p90) == (WITHHELD, WITHHELD)


@settings(max_examples=60, deadline=None)
@given(trees())
def test_what_is_shown_is_true(series):
    true = visible(series)
    assert all(true[cell] == number for cell, number in visible(shown(series)).items())


def test_what_was_first_reported_is_withheld_like_the_rest():
    row = {"numerator": 30, "denominator": 40}
    first = FirstReported(version=1, numerator=38, denominator=40, value=95.0)
    one = indicator("authority", "", row)
    one = one.model_copy(update={"months": (one.months[0].model_copy(update={"first_reported": first}),)})
    kept = shown([one])[0].months[0]
    assert (kept.numerator, kept.value) == (30, 75.0)
    assert (kept.first_reported.numerator, kept.first_reported.value) == (WITHHELD, WITHHELD)


# The whole shared copy


@pytest.fixture(scope="module", params=[10, 60])
def small_county(request, facts, tmp_path_factory) -> Report:
    """The sample county, some times smaller, so that small numbers are everywhere."""
    size = request.param
    rows = facts.values.copy()
    for name in ("numerator", "running", "overdue", "done_late", "undone", "never_recorded", "subjects_in_time"):
        rows[name] = rows[name] // size
    for name in ("denominator", "subjects"):
        rows[name] = (rows[name] + size - 1) // size
    rows["value"] = 100 * rows["numerator"] / rows["denominator"].where(rows["denominator"] > 0)
    rows["left_out"] = [json.dumps({k: v // size for k, v in json.loads(text).items()}) for text in rows["left_out"]]
    counts = read_counts(rows, MONTH)
    judgement = judge(facts.register, counts, indicator_facts(), (), MONTH, AS_AT.date(), facts.profile)
    return build_report(replace(facts, values=rows, judgement=judgement), tmp_path_factory.mktemp("none"))


def test_no_number_of_the_shared_copy_is_small(small_county):
    copy = share(small_county)
    numbers = [number for one in copy.indicators for row in one.months for number in row_counts(row).values()]
    assert len(numbers) > 100
    assert not [number for number in numbers if 0 < number <= UP_TO]
    quarters = [q for f in copy.findings for c in f.claims for d in c.details for q in (d.now,) if q]
    for quarter in quarters:
        assert_safe(quarter.numerator, quarter.denominator)


def test_no_sentence_of_the_shared_copy_tells_a_small_number(small_county):
    sentences = list(texts(json.loads(canonical_json(share(small_county)))))
    for sentence in sentences:
        for numerator, denominator in re.findall(r"([\d,]+) of (?:the )?([\d,]+)", sentence):
            assert_safe(int(numerator.replace(",", "")), int(denominator.replace(",", "")))
        assert not re.search(r"the number of .* was [1-5]\b", sentence), sentence
        assert not re.match(r"[1-5] .*(overdue|undecided|waited)", sentence), sentence


def test_a_sentence_that_judgement_found_harmless_goes_if_its_counts_are_withheld_for_other_reasons(report):
    """One area's share is small in one month and the only one above zero, so the authority's is withheld with it."""
    finding = next(f for f in report.findings if f.id == "R2")
    claim = finding.claims[0]
    month = claim.details[0].now.months[0]
    assert claim.reason == claim.reason_shared

    def changed(one: Indicator) -> Indicator:
        if one.id != "parent_views_recorded" or one.scope.type == "team":
            return one
        update = {"numerator": 0 if one.scope.type == "area" else 300}
        if one.scope.id == "A1":
            update = {"numerator": 300, "denominator": 303}
        rows = tuple(row.model_copy(update=update) if row.month == month else row for row in one.months)
        return one.model_copy(update={"months": rows})

    copy = share(report.model_copy(update={"indicators": tuple(changed(one) for one in report.indicators)}))
    kept = next(f for f in copy.findings if f.id == "R2").claims[0]
    assert kept.details[0].now.numerator == WITHHELD
    assert not re.search(r"\d of \d", kept.reason)


def test_the_council_s_own_sentences_do_not_travel(small_county):
    copy = json.loads(canonical_json(share(small_county)))
    texts_only_for_the_council = [
        claim.reason
        for finding in small_county.findings
        for claim in finding.claims
        if claim.reason != claim.reason_shared
    ]
    assert texts_only_for_the_council
    assert not set(texts(copy)) & set(texts_only_for_the_council)


def test_a_pooled_share_is_withheld_if_one_of_its_months_is(small_county):
    copy = share(small_county)
    hidden = {
        (one.id, row.month)
        for one in copy.indicators
        if one.scope.type == "authority"
        for row in one.months
        if WITHHELD in (row.numerator, row.denominator)
    }
    quarters = [(d.id, q) for f in copy.findings for c in f.claims for d in c.details for q in (d.now,) if q]
    touched = [q for name, q in quarters if any((name, month) in hidden for month in q.months)]
    assert all(q.numerator == q.denominator == WITHHELD for q in touched)
    assert all(q.value in (None, WITHHELD) for q in touched)


def test_rows_held_back_at_the_gate_are_counts_too(report):
    bad = FeedQuality(
        feed="people", status="stopped", source_rows=100, accepted=97, quarantined=3, copies=0, warnings=2, message="3!"
    )
    quality = report.data_quality.model_copy(update={"feeds": (bad,)})
    kept = share(report.model_copy(update={"data_quality": quality})).data_quality.feeds[0]
    assert (kept.quarantined, kept.accepted, kept.warnings) == (WITHHELD, WITHHELD, WITHHELD)
    assert (kept.source_rows, kept.copies, kept.message) == (100, 0, None)


def test_a_suppressed_number_is_an_object(shared):
    found = re.findall(r'"numerator":(\{[^}]*\}|[^,]*)', canonical_json(shared))
    assert {text for text in found if not text.lstrip("-").replace(".", "").isdigit()} == {'{"suppressed":true}'}


def assert_safe(numerator, denominator) -> None:
    if isinstance(numerator, int) and isinstance(denominator, int):
        for small, large in pairwise([0, numerator, denominator]):
            assert not 0 < large - small <= UP_TO, (numerator, denominator)
        assert not 0 < numerator <= UP_TO


def texts(piece) -> Iterator[str]:
    if isinstance(piece, str):
        yield piece
    elif isinstance(piece, dict):
        for part in piece.values():
            yield from texts(part)
    elif isinstance(piece, list):
        for part in piece:
            yield from texts(part)
