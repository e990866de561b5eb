"""The YAML of what is counted: complete, strict, and true to the SQL beside it."""

from datetime import date

import pytest

from readiness.clocks import load_definitions
from readiness.clocks.collecting import COLLECTED
from readiness.clocks.limits import ladders
from readiness.clocks.schemas import Schemas, tables_read
from readiness.contracts import load_contracts
from readiness.errors import ReadinessError
from readiness.profile import Profile
from readiness.settings import SQL
from tests.clocks.history import batches, count, records

INDICATORS = {
    "contact_decision_in_time",
    "initial_assessment_in_time",
    "core_assessment_in_time",
    "assessment_from_referral_in_time",
    "assessment_from_start_in_time",
    "protection_visit_in_time",
    "personal_supervision_held",
    "personal_supervision_in_date",
    "visit_recorded_in_time",
    "contact_recorded_in_time",
    "case_note_recorded_in_time",
    "strategy_discussion_recorded_in_time",
    "supervision_recorded_in_time",
    "significant_event_recorded_in_time",
    "recorded_on_outage_days",
    "recorded_on_matched_days",
    "met_on_paper",
    "ethnicity_recorded",
    "religion_recorded",
    "first_language_recorded",
    "parent_views_recorded",
    "child_views_recorded",
    "identity_considered",
    "assessment_factors_recorded",
    "child_seen_alone",
    "strategy_discussion_multi_agency",
    "enquiry_led_by_experienced_worker",
    "caseload_per_worker",
    "newly_qualified_supervision_held",
    "case_supervision_held",
    "case_supervision_in_date",
    "supervision_actions_closed_in_time",
    "previous_actions_reviewed",
    "management_oversight_in_date",
    "caseload_above_ceiling",
    "unallocated_referrals",
    "audits_completed",
    "audits_downgraded",
    "early_help_led_by_partner",
    "protection_concern_to_strategy_in_time",
    "police_notification_in_time",
    "police_contact_decision_in_time",
    "referral_allocated_in_time",
    "assessment_met_at_the_edge",
    "child_seen_in_time",
    "conference_in_time",
    "support_started_in_time",
    "plan_review_in_time",
    "need_visit_in_time",
    "looked_after_visit_in_time",
    "call_answered_in_time",
    "calls_abandoned",
    "medical_in_time",
    "emergency_first_action_in_time",
    "emergency_handover_in_time",
    "system_unavailable_minutes",
}


def profile(**settings) -> Profile:
    return Profile(name="Testshire", inspection="none", **settings)


def rungs(clock: str, **settings) -> list[tuple]:
    table = ladders(load_definitions(), profile(**settings))
    own = table[table.clock == clock].astype(object).where(lambda frame: frame.notna(), None)
    return [(row.from_on, row.until_on, row.limit_value, row.source == "local") for row in own.itertuples()]


def copied(root, clock: str, old: str, new: str):
    """A definition of its own below `root`, with one change in its YAML."""
    folder = root / "clocks" / clock
    folder.mkdir(parents=True)
    for path in (SQL / "clocks" / clock).iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name == "clock.yaml":
            assert old in text
            text = text.replace(old, new, 1)
        (folder / path.name).write_text(text, encoding="utf-8")
    return root


def test_the_indicators_of_this_release_are_all_defined():
    assert load_definitions().every_id == INDICATORS


def test_an_unknown_key_is_an_error_that_names_it(tmp_path):
    root = copied(tmp_path, "contact_decision_in_time", "title:", "colour: blue\ntitle:")
    with pytest.raises(ReadinessError, match="colour"):
        load_definitions(root)


def test_a_ladder_without_a_first_rung_is_an_error(tmp_path):
    root = copied(tmp_path, "contact_decision_in_time", "{value: 1,", "{from: 2020-01-01, value: 1,")
    with pytest.raises(ReadinessError, match="begins with a rung without a date"):
        load_definitions(root)


def test_a_clock_that_counts_in_the_wrong_month_is_an_error(tmp_path):
    root = copied(tmp_path, "contact_decision_in_time", "cohort: stop", "cohort: start")
    with pytest.raises(ReadinessError, match="counts in the month of its stop"):
        load_definitions(root)


def test_the_hash_changes_with_the_words_and_with_the_query(tmp_path):
    before = load_definitions(copied(tmp_path / "a", "contact_decision_in_time", "title:", "title:"))
    words = load_definitions(copied(tmp_path / "b", "contact_decision_in_time", "maturity_days: 0", "maturity_days: 1"))
    root = copied(tmp_path / "c", "contact_decision_in_time", "title:", "title:")
    query = root / "clocks" / "contact_decision_in_time" / "query.sql"
    query.write_text(query.read_text(encoding="utf-8") + "-- more\n", encoding="utf-8")
    hashes = [each.indicators["contact_decision_in_time"].hash for each in (before, words, load_definitions(root))]
    assert len(set(hashes)) == 3


def test_limits_follow_the_date():
    assert rungs("initial_assessment_in_time") == [
        (None, date(2010, 4, 1), 7, False),
        (date(2010, 4, 1), date(2013, 4, 15), 10, False),
        (date(2013, 4, 15), None, None, False),
    ]


def test_a_local_limit_wins_wherever_a_limit_is_in_force():
    local = rungs("initial_assessment_in_time", limits={"initial_assessment_in_time": 7})
    assert [(value, is_local) for _, _, value, is_local in local] == [(7, True), (7, True), (None, False)]


def test_a_local_limit_can_be_set_for_one_kind_of_case():
    held = rungs("personal_supervision_held", limits={"personal_supervision_held.newly_qualified_weekly": 10})
    assert [value for _, _, value, _ in held] == [1, 10, 14, 1]


def test_a_list_of_the_council_takes_the_place_of_the_ladder():
    own = [{"value": 2, "unit": "working_days"}, {"from": "2015-04-01", "value": 1, "unit": "working_days"}]
    assert rungs("contact_decision_in_time", limits={"contact_decision_in_time": own}) == [
        (None, date(2015, 4, 1), 2, True),
        (date(2015, 4, 1), None, 1, True),
    ]


def test_a_kind_that_only_a_council_tells_apart_has_a_ladder_where_the_council_says_so():
    table = ladders(load_definitions(), profile(limits={"contact_decision_in_time.red": 1}))
    own = table[table.clock == "contact_decision_in_time"]
    assert list(own.case_kind.fillna("")) == ["", "red"]


def test_ladders_follow_the_date_on_which_the_council_went_live():
    began = date(2014, 1, 6)
    assert [row[:3] for row in rungs("core_assessment_in_time", single_assessments_from=began)] == [
        (None, began, 35),
        (began, None, None),
    ]


def test_a_go_live_date_that_breaks_a_ladder_is_an_error():
    with pytest.raises(ReadinessError, match="initial_assessment_in_time do not follow by date"):
        rungs("initial_assessment_in_time", single_assessments_from=date(2009, 1, 5))


@pytest.mark.parametrize(
    ("name", "own", "problem"),
    [
        ("medical_in_time.urgent", 48, "shorter than the limit itself"),
        ("contact_decision_in_time", [{"value": 4, "unit": "hours"}], "needs without_times"),
        ("contact_decision_in_time", [{"from": "2020-01-01", "value": 4, "unit": "days"}], "begins with a rung"),
        (
            "protection_visit_in_time",
            [{"value": 4, "unit": "hours", "without_times": {"value": 1, "unit": "days"}}],
            "a recurring duty has limits in",
        ),
    ],
)
def test_limits_of_the_council_must_fit_the_clock(name, own, problem):
    with pytest.raises(ReadinessError, match=problem):
        ladders(load_definitions(), profile(limits={name: own}))


def test_limits_keep_what_applies_without_a_time_of_day_and_the_time_of_a_due_day():
    table = ladders(load_definitions(), profile()).set_index(["clock", "case_kind"])
    urgent = table.loc[("medical_in_time", "urgent")]
    assert (urgent.limit_value, urgent.unit, urgent.days_value, urgent.days_unit) == (24, "hours", 1, "days")
    handover = table.loc["emergency_handover_in_time"].iloc[0]
    assert (handover.limit_value, handover.unit, handover.by_second) == (1, "working_days", 9 * 3600)


@pytest.mark.parametrize("limits", [{"visits": 3}, {"protection_visit_in_time.tuesday": 3}, {"visits.tuesday": 3}])
def test_a_limit_that_no_clock_has_is_an_error(limits):
    with pytest.raises(ReadinessError, match="which no clock has"):
        ladders(load_definitions(), profile(limits=limits))


def test_every_local_limit_is_marked():
    for id, defined in load_definitions().clocks.items():
        marked = {rung.is_local for rung in defined.words.limits if rung.source == "local"}
        assert marked <= {True}, id


def test_definitions_name_the_feeds_that_their_queries_read():
    """What a query reads through the shared tables counts as well."""
    definitions, feeds = load_definitions(), set(load_contracts())
    marts = {mart.words.table: mart.query for mart in definitions.marts.values()}

    def read(sql: str) -> set[str]:
        tables = tables_read(sql)
        own = {table.removeprefix("known.").removeprefix("quarantined_") for table in tables if table[:6] == "known."}
        return own.union(*(read(marts[table]) for table in tables & marts.keys()))

    for id, defined in definitions.indicators.items():
        queried = set().union(*(read(query) for query in defined.queries.values())) & feeds
        builds_on = [definitions.indicators[other].words for other in defined.words.builds_on]
        named = {*defined.words.feeds, *defined.words.looks_up}
        assert queried <= named and named <= queried.union(*({*w.feeds, *w.looks_up} for w in builds_on)), id


def test_record_types_are_those_of_the_contract_and_of_the_query():
    codes = set(load_contracts()["record_audit"].columns["record_type"].codes)
    for id, defined in load_definitions().clocks.items():
        types = set(defined.words.record_types)
        assert types <= codes
        assert types == {code for code in codes if f"'{code}'" in defined.queries["query"]}, id


def test_tables_have_the_columns_that_their_yaml_describes(warehouse):
    may = date(2025, 5, 1)
    batches(warehouse, may)
    for feed, contract in load_contracts().items():  # a feed without any row would take its indicators away
        key = {name: (contract.columns[name].codes or ["one"])[0] for name in contract.key}
        records(warehouse, feed, [key | {"known_from": may}])
    definitions = count(warehouse, may, tuple(INDICATORS))
    for mart in definitions.marts.values():
        assert list(warehouse.columns(mart.words.table)) == list(mart.words.columns), mart.name


def test_schemas_rename_what_is_built_and_share_the_rest():
    sql = "select spans.clock from clocks.spans as spans join calendar.days on days.on_date = spans.due_on"
    assert tables_read(Schemas.scratch("asked").sql(sql)) == {"asked_clocks.spans", "calendar.days"}


def test_each_kind_of_query_has_a_table():
    files = {file for defined in load_definitions().indicators.values() for file in defined.queries}
    assert files == {table.file for table in COLLECTED}


def test_no_title_names_a_limit_that_a_council_may_change():
    numbers = ("one", "two", "ten", "35", "45", "working day", "month")
    for id, defined in load_definitions().clocks.items():
        assert not [word for word in numbers if word in defined.words.title.split()], id
