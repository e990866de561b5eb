"""Each audience's copy holds the authority's figures and its own; places of others are neither in it nor named."""

import pytest

from readiness.errors import ReadinessError
from readiness.report import UnknownPlace, compose_mail, copy_for
from readiness.report.copies import _without_names
from readiness.report.model import Annotation, Comment, Version
from readiness.report.sharing import NUMBER
from readiness.report.versions import canonical_json


@pytest.fixture(scope="module")
def released(shared):
    notes = (
        Annotation(month="2026-09", text="Eastvale Safeguarding moved house"),
        Annotation(month="2026-08", text="Heat"),
    )
    return shared.model_copy(update={"version": Version(number=1, hash="ab" * 32), "annotations": notes})


def places(copy) -> set[tuple[str, str]]:
    return {(one.scope.type, one.scope.id) for one in copy.indicators if one.scope.type != "authority"}


def test_the_director_has_every_area_and_team(released):
    assert places(copy_for(released, "director")) == places(released)
    assert len(places(released)) > 20


def test_an_area_has_itself_and_its_teams(released):
    mine = {("team", f"A1-{n}") for n in range(1, 6)}
    assert places(copy_for(released, "area", ("A1",))) == {("area", "A1")} | mine


def test_a_team_has_itself_alone_and_no_other_place_is_named_in_it(released):
    copy = copy_for(released, "team", ("A1-1",))
    assert places(copy) == {("team", "A1-1")}
    content = canonical_json(copy)
    others = {one.scope.name for one in released.indicators if one.scope.type == "team"} - {copy.places[0].name}
    assert len(others) > 15
    assert not [name for name in others if name in content]
    assert [note.text for note in copy.annotations] == ["Heat"]


def test_what_may_be_passed_on_holds_the_authority_alone(released):
    assert places(copy_for(released, "shared")) == set()


def test_places_are_asked_for_by_id_or_name(released):
    name = next(one.scope.name for one in released.indicators if one.scope.id == "A1")
    assert copy_for(released, "area", (name,)) == copy_for(released, "area", ("A1",))


def test_a_scope_that_is_not_there_is_named_with_those_that_are(released):
    with pytest.raises(UnknownPlace, match=r"'A9' is no area of the report. It may be: A1 \("):
        copy_for(released, "area", ("A9",))
    with pytest.raises(UnknownPlace, match="'A1' is no team"):
        copy_for(released, "team", ("A1",))


def test_the_council_s_own_report_is_never_the_source_of_a_copy(report, released):
    for source in (report, copy_for(released, "director")):
        with pytest.raises(ReadinessError, match="released report"):
            copy_for(source, "shared")


def test_the_mail_of_a_team_tells_its_own_figures_and_draws_them(released):
    copy = copy_for(released, "team", ("A1-1",))
    kept = {"contact_decision_in_time"}
    small = copy.model_copy(update={"indicators": tuple(i for i in copy.indicators if i.id in kept)})
    row = next(i for i in small.indicators if i.scope.type == "team").months[-1]
    message = compose_mail(small)
    for kind in ("plain", "html"):
        body = " ".join(message.get_body((kind,)).get_content().split())
        assert f"{copy.places[0].name} {row.value:.1f}% ({row.numerator} of {row.denominator})" in body
        assert f"This copy is for {copy.places[0].name}" in body
    pictures = [part["Content-ID"] for part in message.walk() if part.get_content_maintype() == "image"]
    assert pictures == ["<contact_decision_in_time.1@readiness>", "<contact_decision_in_time@readiness>"]


def test_numbers_are_found_in_sentences_as_they_are_printed():
    assert NUMBER.findall("was 7, more than 2,700 of 12.5%, and 2.") == ["7", "2,700", "12.5", "2"]


@pytest.mark.parametrize("text", ["duty team (north) had two vacancies.", "Ask the Duty Team (North).", "EAST is late"])
def test_what_names_another_place_is_left_out_however_it_is_written(text):
    told = (Comment(text=text, by="Head"),)
    assert list(_without_names(told, {"Duty Team (North)", "East"}, {"West"})) == []


def test_an_areas_name_within_a_teams_own_is_not_meant():
    told = (Comment(text="North Assessment 1 has two new workers.", by="Head"),)
    assert list(_without_names(told, {"North"}, {"North Assessment 1"})) == list(told)
