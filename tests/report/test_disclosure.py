"""Nobody can learn from any copies that a count was between 1 and 5, neither by reading nor by arithmetic."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.judgement import judge, read_counts
from readiness.report import Report, build_report, compose_mail, copy_for, disclosure, page, share, sharing
from readiness.report.disclosure import Cell, is_safe, withheld
from readiness.report.document import _files
from readiness.report.earlier import NOTHING, released_earlier
from readiness.report.model import BLOCKS, FirstReported, Indicator, MonthValue, Scope, Suppressed, Version
from readiness.report.versions import canonical_json
from tests.report.attacker import FAMILIES, Attack, Reader, texts_of
from tests.report.sample import AS_AT, MONTH
from tests.report.sample import facts as indicator_facts

UP_TO = 5
WITHHELD = Suppressed()
NAME = "contact_decision_in_time"
MONTHS = ("2026-09", "2026-10")


@pytest.fixture(scope="module")
def base(report) -> Report:
    """The sample report without its figures."""
    kept = {"indicators": (), "findings": (), "definitions": {NAME: report.definitions[NAME]}}
    return report.model_copy(update=kept)


# Randomised counties

counts = st.one_of(st.integers(0, 8), st.integers(0, 8), st.integers(0, 60))


@st.composite
def rows(draw) -> dict[str, int]:
    in_time, missed = draw(counts), draw(counts)
    return {"numerator": in_time, "denominator": in_time + missed, "running": draw(counts), "overdue": draw(counts)}


@st.composite
def counties(draw) -> list[dict]:
    """Two versions of a county: (month, area or None, team or None) -> row; in the second a few rows are others. What
    has no team belongs to its area, or to the authority alone."""
    teams = [(f"A{n}", f"A{n}-{t}") for n in range(draw(st.integers(1, 3))) for t in range(draw(st.integers(1, 3)))]
    places = [*teams, (None, None)]
    first = {(month, *where): draw(rows()) for month in MONTHS for where in places}
    changed = draw(st.lists(st.sampled_from(sorted(first, key=str)), max_size=3))
    return [first, first | {where: draw(rows()) for where in changed}]


def built(base: Report, county: dict, number: int, before: dict | None = None) -> Report:
    """The sample report with this county's counts of one indicator. before: what the months were first reported as."""
    series: dict[Scope, dict[str, dict[str, int]]] = {}
    for (month, area, team), row in county.items():
        scopes = [Scope(type="authority", id="", name="Exampleshire")]
        scopes += [Scope(type="area", id=area, name=area)] if area else []
        scopes += [Scope(type="team", id=team, name=team, parent=area)] if team else []
        for scope in scopes:
            total = series.setdefault(scope, {}).setdefault(month, dict.fromkeys(row, 0))
            series[scope][month] = {name: total[name] + row[name] for name in row}
    indicators = tuple(
        Indicator(
            id=NAME,
            family="timeliness",
            measure="proportion",
            unit="percent",
            scope=scope,
            months=tuple(month_value(month, row) for month, row in sorted(months.items())),
        )
        for scope, months in sorted(series.items(), key=lambda item: (item[0].type != "authority", item[0].id))
    )
    if before is not None:
        earlier = {one.scope: one for one in built(base, before, 1).indicators}
        indicators = tuple(with_first(one, earlier[one.scope]) for one in indicators)
    return base.model_copy(
        update={
            "indicators": indicators,
            "findings": (),
            "definitions": {NAME: base.definitions[NAME]},
            "also_watched": (NAME,),
            "version": Version(number=number, hash="ab" * 32),
        }
    )


def month_value(month: str, row: dict[str, int]) -> MonthValue:
    share_of = round(100 * row["numerator"] / row["denominator"], 1) if row["denominator"] else None
    return MonthValue(month=month, value=share_of, lower=share_of, upper=share_of, median=3, p90=9, **row)


def with_first(one: Indicator, earlier: Indicator) -> Indicator:
    months = tuple(
        row.model_copy(
            update={
                "first_reported": FirstReported(
                    version=1, numerator=was.numerator, denominator=was.denominator, value=was.value
                )
            }
        )
        if row.month == "2026-10"
        else row
        for row, was in zip(one.months, earlier.months, strict=True)
    )
    return one.model_copy(update={"months": months})


def released(reports: list[Report]) -> list[Report]:
    found: list[Report] = []
    for report in reports:
        found.append(share(report, released_earlier(one.model_dump(mode="json", by_alias=True) for one in found)))
    return found


def every_copy(report: Report) -> Iterator[Report]:
    yield copy_for(report, "director")
    yield copy_for(report, "shared")
    for kind in ("area", "team"):
        for scope in dict.fromkeys(one.scope.id for one in report.indicators if one.scope.type == kind):
            yield copy_for(report, kind, (scope,))


def pinned(truth: list[Report], copies: list[Report], name: str = NAME) -> list:
    return [f for family in FAMILIES for f in Attack(name, family, truth, copies).found(UP_TO)]


# The rules


def test_a_count_of_one_to_five_is_small_and_zero_and_six_are_not():
    assert [is_safe({"overdue": n}, UP_TO) for n in (0, 1, 5, 6)] == [True, False, False, True]


def test_a_small_complement_is_small():
    assert [is_safe({"numerator": n, "denominator": 40}, UP_TO) for n in (34, 35, 39, 40)] == [True, False, False, True]


def test_a_group_of_few_workers_is_small_however_often_each_is_counted():
    assert not is_safe({"numerator": 20, "denominator": 40, "subjects": 3}, UP_TO)


def tree(**parts: int) -> dict[str, Cell]:
    return {"all": Cell({"n": sum(parts.values())})} | {name: Cell({"n": n}, "all") for name, n in parts.items()}


def test_one_withheld_part_takes_the_smallest_other_with_it():
    assert withheld(tree(a=3, b=40, c=57), UP_TO) == {"a", "b"}


def test_two_withheld_parts_that_are_small_together_take_a_third_with_them():
    assert withheld(tree(a=1, b=1, c=98), UP_TO) == {"a", "b", "c"}


def test_two_withheld_parts_that_are_large_together_take_none():
    assert withheld(tree(a=3, b=4, c=98), UP_TO) == {"a", "b"}


def test_a_part_that_is_all_there_is_takes_the_total_with_it():
    assert withheld(tree(a=3, b=0), UP_TO) == {"a", "all"}


def test_the_few_that_belong_to_no_part_are_hidden_too():
    assert withheld({"all": Cell({"n": 102}), "a": Cell({"n": 40}, "all"), "b": Cell({"n": 60}, "all")}, UP_TO) == {"a"}


def test_a_team_withheld_in_one_area_is_not_given_away_by_the_other_areas():
    """The area must go with its team; then the authority less its other areas and less the area's other team is 3."""
    cells = {
        "authority": Cell({"n": 103}),
        "north": Cell({"n": 43}, "authority"),
        "east": Cell({"n": 60}, "authority"),
        "n1": Cell({"n": 40}, "north"),
        "n2": Cell({"n": 3}, "north"),
        "e1": Cell({"n": 60}, "east"),
    }
    assert withheld(cells, UP_TO) == {"n1", "n2"}


def test_what_was_withheld_before_stays_withheld_though_it_is_large_now():
    before = {"all": {"n": 43}, "a": None, "b": None}
    assert withheld(tree(a=20, b=40), UP_TO, [before]) == {"a", "b"}


def test_what_is_known_from_before_hides_nothing():
    """a fell from 7 to 4, b is still the 9 that was printed; only the new total can be kept back."""
    before = {"all": {"n": 16}, "a": {"n": 7}, "b": {"n": 9}}
    assert withheld(tree(a=4, b=9), UP_TO, [before]) == {"a", "all"}


def test_a_rest_that_is_known_from_before_hides_nothing():
    """a and b are withheld and still come to 13; c fell from 20 to 4, and the new total less 13 would tell it."""
    before = {"all": {"n": 33}, "a": None, "b": None, "c": {"n": 20}}
    assert withheld(tree(a=3, b=10, c=4), UP_TO, [before]) == {"a", "b", "c", "all"}


def test_a_count_that_is_known_from_before_hides_nothing_though_its_denominator_moved():
    """a and b still come to 6 in time; c's 1 is all that the total of 7 has more."""
    before = {"all": {"numerator": 6, "denominator": 6}, "a": None, "b": None, "c": {"numerator": 0, "denominator": 0}}
    cells = {"all": Cell({"numerator": 7, "denominator": 13})} | {
        name: Cell({"numerator": n, "denominator": d}, "all") for name, n, d in (("a", 3, 9), ("b", 3, 3), ("c", 1, 1))
    }
    assert withheld(cells, UP_TO, [before]) == {"a", "b", "c", "all"}


def test_a_rest_is_never_one_row_that_was_withheld_before():
    """a is still the 6 that was withheld to hide the 1 beside it; now it is all there is, and the total would tell."""
    before = {"all": {"n": 7}, "a": None}
    assert withheld({"all": Cell({"n": 6}), "a": Cell({"n": 6}, "all")}, UP_TO, [before]) == {"a", "all"}


@settings(max_examples=40, deadline=None)
@given(counties())
def test_all_copies_of_all_versions_together_pin_down_no_small_count(base, county):
    first, second = county
    truth = [built(base, first, 1), built(base, second, 2, first)]
    copies = [copy for one in released(truth) for copy in every_copy(one)]
    assert not pinned(truth, copies)


def example(report: Report) -> list[Report]:
    """Two areas of two teams; A0-0 has 3 cases that were missed, which comes to 3 of the whole county."""
    whole = {"numerator": 20, "denominator": 30, "running": 0, "overdue": 0}
    teams = {("A0", "A0-0"): whole | {"numerator": 27}, ("A0", "A0-1"): whole, ("A1", "A1-0"): whole}
    return [built(report, {(month, *where): row for month in MONTHS for where, row in teams.items()}, 1)]


def test_the_attacker_finds_what_is_withheld_alone(report, monkeypatch):
    truth = example(report)
    assert not pinned(truth, released(truth))
    monkeypatch.setattr(disclosure, "_with_what_gives_them_away", lambda tree, hidden, up_to: hidden)
    found = {(f.cell[1], f.cell[3], f.least, f.greatest) for f in pinned(truth, released(truth))}
    assert found == {("team A0-0", "missed", 3, 3)}


def test_the_attacker_finds_what_another_version_tells(report):
    """A0-1 is restated, so in the second version, decided by itself, others are withheld than in the first."""
    [first] = example(report)
    row = {"numerator": 45, "denominator": 90, "running": 0, "overdue": 0}
    county = {(one.scope.parent, one.scope.id): one for one in first.indicators if one.scope.type == "team"}
    second = {
        (month, *where): {name: getattr(one.months[0], name) for name in row} if where[1] != "A1-0" else row
        for month in MONTHS
        for where, one in county.items()
    }
    second |= {(month, "A0", "A0-2"): row | {"denominator": 46} for month in MONTHS}
    first_too = {key: second[key] for key in second if key[2] != "A0-2"}
    first_too |= {(month, "A0", "A0-2"): row | {"denominator": 65} for month in MONTHS}
    truth = [built(report, first_too, 1), built(report, second, 2)]
    assert not pinned(truth, released(truth))
    assert pinned(truth, [share(one, NOTHING) for one in truth])


@settings(max_examples=25, deadline=None)
@given(counties())
def test_what_is_released_is_true_and_the_same_in_every_copy(base, county):
    truth = built(base, county[0], 1)
    true = {(one.scope, row.month): row for one in truth.indicators for row in one.months}
    [shown] = released([truth])
    seen: dict = {}
    for copy in every_copy(shown):
        for one in copy.indicators:
            for row in one.months:
                for name in (name for names in BLOCKS.values() for name in names):
                    number = getattr(row, name)
                    assert number in (getattr(true[one.scope, row.month], name), WITHHELD)
                    assert seen.setdefault((one.scope, row.month, name), number) == number


def test_a_team_that_moved_between_areas_is_not_the_difference_between_them(report):
    big, small = ({"numerator": n, "denominator": n, "running": 0, "overdue": 0} for n in (40, 3))
    before = {("A0", "A0-0"): big, ("A0", "A0-1"): small, ("A1", "A1-0"): big, ("A1", "A1-1"): big}
    after = {("A1" if team == "A0-1" else area, team): row for (area, team), row in before.items()}
    truth = [
        built(report, {("2026-10", *where): row for where, row in county.items()}, n)
        for n, county in enumerate((before, after), start=1)
    ]
    first, second = released(truth)
    areas = {one.scope.id: one.months[0].numerator for one in first.indicators if one.scope.type == "area"}
    assert areas == {"A0": 43, "A1": 80}
    assert {one.months[0].numerator for one in second.indicators if one.scope.type == "area"} == {WITHHELD}


def test_a_withheld_number_cannot_be_printed_or_reckoned_with():
    for use in (str, "{}".format, bool, "{:,}".format, lambda n: n + 1, lambda n: n > 0, float, sum):
        with pytest.raises(TypeError):
            use(WITHHELD)


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
    judgement = judge(
        facts.register, read_counts(rows, MONTH), indicator_facts(), (), MONTH, AS_AT.date(), facts.profile
    )
    return build_report(replace(facts, values=rows, judgement=judgement), tmp_path_factory.mktemp("none"))


def test_no_number_of_the_shared_copy_is_small(small_county):
    copy = share(small_county)
    names = [*(name for names in BLOCKS.values() for name in names), "done_late", "undone", "never_recorded"]
    rows = [row for one in copy.indicators for row in one.months]
    found = [getattr(row, name) for row in rows for name in names] + [n for row in rows for n in row.left_out.values()]
    numbers = [number for number in found if isinstance(number, int | float)]
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
    """One area's share is small in one month and the only case there is, so the authority's is withheld with it."""
    finding = next(f for f in report.findings if f.id == "R2")
    claim = finding.claims[0]
    month = claim.details[0].now.months[0]
    assert claim.reason == claim.reason_shared

    def changed(one: Indicator) -> Indicator:
        if one.id != "parent_views_recorded" or one.scope.type == "team":
            return one
        update = {"numerator": 0, "denominator": 0}
        if one.scope.id in ("A1", "authority"):
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


def test_rows_held_back_at_the_gate_stay_with_the_data_team(report):
    kept = share(report).data_quality
    assert (kept.rules, kept.notes) == ((), ())
    assert {feed.status for feed in kept.feeds} == {"loaded"}
    assert {(feed.source_rows, feed.quarantined, feed.message) for feed in kept.feeds} == {(None, None, None)}


def test_the_small_county_keeps_its_secrets(small_county):
    """A few small counts of each share, against all copies and windows of the latest seven months."""

    def cut(report: Report) -> Report:
        months = (one.model_copy(update={"months": one.months[-7:]}) for one in report.indicators)
        return report.model_copy(update={"indicators": tuple(months)})

    truth, copy = cut(small_county), cut(share(small_county))
    names = sorted({one.id for one in small_county.indicators if one.measure == "proportion" and one.months})
    for number, name in enumerate(names):
        for family in FAMILIES:
            attack = Attack(name, family, [truth], [copy])
            cells = list(attack.small_cells(UP_TO))
            assert not list(attack.found(UP_TO, cells[number % 5 :: len(cells) // 3 + 1]))


def test_what_is_withheld_stands_in_no_mail(small_county):
    """Every count that a mail prints beside another is one that its own copy holds, alone or added up over months."""
    released_report = share(small_county.model_copy(update={"version": Version(number=1, hash="ab" * 32)}))
    for audience, places in (("director", ()), ("area", ("A1",))):
        copy = copy_for(released_report, audience, places)
        told = set(printed_wholes(compose_mail(copy)))
        assert told
        assert told <= set(sums(released_report))


def forms(copy: Report) -> Iterator[tuple[str, str]]:
    """What a reader of a copy may have before them, by name."""
    message = compose_mail(copy)
    yield from ((kind, message.get_body((kind,)).get_content()) for kind in ("plain", "html"))
    yield "page", page(copy)
    if copy.audience == "director":  # what the document is set from, without its tables of figures
        yield "document", " ¦ ".join(texts_of(json.loads(_files(copy)["data.json"]), {"cells"}))


def numbered(released_report: Report) -> Report:
    return released_report.model_copy(update={"version": Version(number=1, hash="ab" * 32)})


@pytest.fixture(scope="module")
def small_release(small_county) -> Report:
    return numbered(share(small_county))


@pytest.mark.parametrize(
    ("audience", "places"), [("director", ()), ("area", ("A1",)), ("team", ("A1-1",)), ("shared", ())]
)
def test_every_number_that_is_said_in_words_is_one_that_the_copy_releases(small_release, audience, places):
    copy = copy_for(small_release, audience, places)
    for form, text in forms(copy):
        assert not Reader(copy).unreleased(text), (form, audience)


def test_so_it_is_in_a_large_county_with_two_inspections(both):
    copy = copy_for(numbered(share(both)), "director")
    for form, text in forms(copy):
        assert not Reader(copy).unreleased(text), form


def said(copy: Report, sentence: str) -> Report:
    """The first claim's reason is the sentence."""
    first, *others = copy.findings
    claim = first.claims[0].model_copy(update={"reason": sentence})
    first = first.model_copy(update={"claims": (claim, *first.claims[1:])})
    return copy.model_copy(update={"findings": (first, *others)})


def test_a_withheld_count_that_a_sentence_says_is_found_in_every_form(small_county, small_release):
    copy = copy_for(small_release, "director")
    pairs = zip(small_county.indicators, small_release.indicators, strict=True)
    secret = [
        before.months[-1]
        for before, after in pairs
        if before.scope.type == "authority" and after.months and after.months[-1].numerator == WITHHELD
    ]
    missed = {
        row.denominator - row.numerator for row in secret if row.denominator - row.numerator in range(1, UP_TO + 1)
    }
    assert missed
    sentences = [f"In October 2026, {row.numerator} of {row.denominator} were decided in time." for row in secret]
    sentences += [f"In October 2026, {number} waited too long." for number in missed]
    for sentence in sentences:
        assert Reader(copy).unreleased(sentence), sentence
    for form, text in forms(said(copy, sentences[-1])):
        assert [found for found in Reader(copy).unreleased(text) if "waited too long" in found], form


@pytest.mark.parametrize(
    "tag",
    [
        '<img alt="{}" src="cid:one">',
        "<svg role='img' aria-label='{}'><path d='M1,2'/></svg>",
        '<table aria-label="{}"><tr><td>12</td></tr></table>',
    ],
)
def test_what_only_a_screen_reader_says_is_read_too(shared, tag):
    reader = Reader(copy_for(numbered(shared), "shared"))
    assert reader.unreleased(tag.format("1,234,567 waited too long"))
    assert not reader.unreleased(tag.format("Nobody waited too long"))


def test_the_council_s_own_sentences_would_be_found_in_a_copy(small_county, monkeypatch):
    monkeypatch.setattr(sharing, "_told", lambda internal, shared, is_withheld, numbers: internal)
    leaking = copy_for(numbered(share(small_county)), "shared")
    for form, text in forms(leaking):
        assert Reader(leaking).unreleased(text), form


def printed_wholes(message) -> Iterator[int]:
    for kind in ("plain", "html"):
        text = " ".join(message.get_body((kind,)).get_content().split())
        for _, whole in re.findall(r"\b([\d,]+) of ([\d,]+)\b(?! claims)", text):
            yield int(whole.replace(",", ""))


def sums(report: Report) -> Iterator[int]:
    """Denominators of areas and authority, over one to twelve printed months in a row."""
    for one in report.indicators:
        wholes = [row.denominator if isinstance(row.denominator, int) else None for row in one.months]
        people = [row.subjects for row in one.months if isinstance(row.subjects, int)]
        yield from people
        for start in range(len(wholes)):
            for end in range(start + 1, start + 13):
                if None not in wholes[start:end]:
                    yield sum(wholes[start:end])


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
