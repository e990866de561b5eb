"""A correction tells what this version says otherwise: of the council, of every inspection, and of the reader's own
places; and nothing that either copy withholds."""

import pytest

from readiness.report import Report, copy_for, share
from readiness.report.correction import MOST, NOTHING, what_changed
from readiness.report.model import Version
from readiness.report.sharing import FOLLOWS, HIDDEN
from readiness.report.versions import SHARED_REPORT, canonical_json

NAME = "contact_decision_in_time"
COUNTS = ("numerator", "denominator", *FOLLOWS)
AS_BEFORE = "now {}, in print as before."
ALONE = "rinted in one of the two versions alone"


def with_row(report: Report, place: str, **changes) -> Report:
    """The latest month of one place with other numbers."""

    def changed(one):
        if (one.scope.id or one.scope.type) != place or one.id != NAME:
            return one
        return one.model_copy(update={"months": (*one.months[:-1], one.months[-1].model_copy(update=changes))})

    return report.model_copy(update={"indicators": tuple(changed(one) for one in report.indicators)})


@pytest.fixture(scope="module")
def first(both) -> Report:
    """As released: the council had 90 of 120, 30 open and 8 overdue, Northmoor 45 of 60, and each team 20 of 30."""
    released = share(both).model_copy(update={"version": Version(number=1, hash="ab" * 32)})
    kept = [one for one in released.indicators if one.id == NAME]
    released = released.model_copy(update={"indicators": tuple(kept)})
    released = with_row(released, council(kept), numerator=90, denominator=120, value=75.0, running=30, overdue=8)
    for place in ("A1", *(one.scope.id for one in kept if one.scope.type == "team")):
        whole = {"numerator": 45, "denominator": 60} if place == "A1" else {"numerator": 20, "denominator": 30}
        share_of = round(100 * whole["numerator"] / whole["denominator"], 1)
        released = with_row(released, place, **whole, value=share_of, running=0, overdue=0)
    return released


def council(indicators) -> str:
    scope = next(one.scope for one in indicators if one.scope.type == "authority")
    return scope.id or scope.type


@pytest.fixture
def told(first, tmp_path):
    """What a copy of another version tells."""
    (tmp_path / SHARED_REPORT).write_text(canonical_json(first), encoding="utf-8")

    def telling(after: Report, *audience) -> tuple[str, ...]:
        return what_changed(tmp_path / SHARED_REPORT, copy_for(after, *(audience or ("director",))))

    return telling


def judged(findings, claim_id: str, verdict: str):
    return tuple(
        f.model_copy(
            update={
                "claims": tuple(c.model_copy(update={"verdict": verdict}) if c.id == claim_id else c for c in f.claims)
            }
        )
        for f in findings
    )


def test_the_same_again_changes_nothing(first, told):
    assert told(first) == (NOTHING,)


@pytest.mark.parametrize(
    ("changes", "now"),
    [
        ({"overdue": 14}, "75.0% (90 of 120, 30 open within the limit, 14 overdue)"),
        ({"running": 99}, "75.0% (90 of 120, 99 open within the limit, 8 overdue)"),
        ({"numerator": 60, "value": 50.0}, "50.0% (60 of 120, 30 open within the limit, 8 overdue)"),
    ],
)
def test_a_figure_of_the_council_is_told_with_its_counts_and_what_is_open_and_overdue(first, told, changes, now):
    after = with_row(first, council(first.indicators), **changes)
    was = "75.0% (90 of 120, 30 open within the limit, 8 overdue)"
    assert told(after) == (f"{first.definitions[NAME].title}: now {now}. It was: {was}.",)


@pytest.mark.parametrize(
    "changes", [{"median": 9.0, "p90": 30.0}, {"left_out": {"quarantined": 40}}, {"maturity": "young"}]
)
def test_what_is_not_compared_is_not_said_to_be_unchanged(first, told, changes):
    (sentence,) = told(with_row(first, council(first.indicators), **changes))
    assert sentence == (
        "No verdict and no headline figure of the month changed: no share or amount, no count behind it, and nothing "
        "that is open or overdue."
    )


def test_a_verdict_of_another_inspection_and_its_answer_are_told(first, told):
    (other,) = first.further
    was = next(c for f in other.findings for c in f.claims if c.id == "H1a")
    overall = other.overall.model_copy(update={"verdict": "ready"})
    other = other.model_copy(update={"findings": judged(other.findings, "H1a", "met"), "overall": overall})
    sentences = told(first.model_copy(update={"further": (other,)}), "shared")
    assert was.verdict != "met"
    assert any(s.startswith(f"The answer to {other.inspection.title} is now: Ready.") for s in sentences)
    assert any(s.startswith("H1a is now: Met. It was: ") for s in sentences)


def test_each_reader_is_told_of_their_own_places_alone(first, told):
    after = with_row(first, "A1", numerator=40, value=66.7)
    sentence = f"Northmoor, {first.definitions[NAME].title}: now 66.7% (40 of 60, 0 open within the limit, 0 overdue)"
    sentence += ". It was: 75.0% (45 of 60"
    assert told(after, "area", ("A1",))[0].startswith(sentence)
    assert told(after, "director")[0].startswith(sentence)
    assert told(after, "area", ("A2",)) == told(after, "shared") == (NOTHING,)


def test_many_figures_of_places_are_counted_and_not_listed(first, told):
    after, teams = first, [one.scope.id for one in first.indicators if one.scope.type == "team"]
    for team in teams:
        after = with_row(after, team, numerator=21, value=70.0)
    sentences = told(after)
    assert len(teams) == 20 > MOST
    assert len(sentences) == MOST + 1
    assert sentences[-1] == "Of areas and teams, 8 more figures of the month told otherwise."


def test_many_verdicts_are_counted_and_not_listed(first, told):
    ids = [claim.id for finding in first.findings for claim in finding.claims]
    after = first
    for claim in ids:
        was = next(c.verdict for f in first.findings for c in f.claims if c.id == claim)
        other = "too_few" if was != "too_few" else "met"
        after = after.model_copy(update={"findings": judged(after.findings, claim, other)})
    sentences = told(after)
    assert [sentence.split()[0] for sentence in sentences[:MOST]] == ids[:MOST]
    assert len(ids) == 45
    assert sentences[MOST:] == ("Of the claims, 33 more verdicts told otherwise.",)


def test_many_figures_of_the_council_are_counted_and_not_listed(first, told, tmp_path):
    council_s = next(one for one in first.indicators if one.scope.type == "authority")
    names = [f"indicator_{number}" for number in range(MOST + 1)]
    many = first.model_copy(
        update={
            "definitions": dict.fromkeys(names, first.definitions[NAME]),
            "indicators": tuple(council_s.model_copy(update={"id": name}) for name in names),
        }
    )
    moved = [one.months[-1].model_copy(update={"overdue": 14}) for one in many.indicators]
    pairs = zip(many.indicators, moved, strict=True)
    after = many.model_copy(
        update={"indicators": tuple(i.model_copy(update={"months": (*i.months[:-1], row)}) for i, row in pairs)}
    )
    (tmp_path / SHARED_REPORT).write_text(canonical_json(many), encoding="utf-8")
    sentences = what_changed(tmp_path / SHARED_REPORT, copy_for(after, "shared"))
    assert len(sentences) == MOST + 1
    assert sentences[-1] == "Of the council as a whole, 1 more figure of the month told otherwise."


@pytest.mark.parametrize(
    ("gone", "ending"),
    [
        ((*COUNTS, "running", "overdue"), f"p{ALONE}."),
        (("overdue",), f"{AS_BEFORE.format('75.0% (45 of 60, 0 open within the limit)')} P{ALONE}: what is overdue."),
        (
            ("running", "overdue"),
            f"{AS_BEFORE.format('75.0% (45 of 60)')} P{ALONE}: what is open within the limit, what is overdue.",
        ),
        (COUNTS, f"{AS_BEFORE.format('0 open within the limit, 0 overdue')} P{ALONE}: the figure with its counts."),
    ],
)
def test_what_one_of_the_two_withholds_is_told_of_neither_and_not_called_changed(first, told, tmp_path, gone, ending):
    after = with_row(first, "A1", **dict.fromkeys(gone, HIDDEN))
    sentences = (f"Northmoor, {first.definitions[NAME].title}: {ending}",)
    assert told(after) == sentences
    (tmp_path / SHARED_REPORT).write_text(canonical_json(after), encoding="utf-8")
    assert what_changed(tmp_path / SHARED_REPORT, copy_for(first, "director")) == sentences


def test_what_both_print_is_told_beside_what_one_withholds(first, told):
    (sentence,) = told(with_row(first, "A1", numerator=40, value=66.7, overdue=HIDDEN))
    assert sentence.endswith(
        "now 66.7% (40 of 60, 0 open within the limit). It was: 75.0% (45 of 60, 0 open within the limit). "
        f"P{ALONE}: what is overdue."
    )


def test_what_both_withhold_is_no_change(first, tmp_path):
    hidden = with_row(first, "A1", **dict.fromkeys((*COUNTS, "running", "overdue"), HIDDEN))
    (tmp_path / SHARED_REPORT).write_text(canonical_json(hidden), encoding="utf-8")
    assert what_changed(tmp_path / SHARED_REPORT, copy_for(hidden, "director")) == (NOTHING,)


def test_earlier_months_are_counted(first, told):
    def changed(one):
        if one.scope.type != "authority":
            return one
        row = one.months[0].model_copy(update={"numerator": one.months[0].numerator - 7})
        return one.model_copy(update={"months": (row, *one.months[1:])})

    after = first.model_copy(update={"indicators": tuple(changed(one) for one in first.indicators)})
    assert told(after) == ("Earlier months: 1 figure of the council as a whole told otherwise too.",)
