"""Tables in a schema of their own, as on most servers."""

from dataclasses import replace
from datetime import date

import pytest
import yaml

from readiness.contracts import load_contract
from readiness.sources import Source, SourceChanged, SourceDays, read_feed, source_days
from tests.sources.case_system import MONDAY, CaseSystem, contact, evening


@pytest.fixture
def system(postgresql_url) -> CaseSystem:
    system = CaseSystem(postgresql_url).add("ssd_contacts", contact("K1"))
    return system.run("create schema children", "alter table ssd_contacts set schema children")


def read(system: CaseSystem, home, schema: str | None):
    settings = replace(home, case_system=system.url)
    return read_feed(settings, load_contract("contacts"), source=Source(system.url, schema=schema), now=evening(MONDAY))


def test_tables_are_found_in_the_schema_that_the_profile_names(system, home):
    assert read(system, home, "children").source_rows == 1


def test_without_it_they_are_not_there(system, home):
    assert read(system, home, None).is_absent


def test_a_schema_that_does_not_exist_is_named(system, home):
    with pytest.raises(SourceChanged, match="no schema kids.*source_schema in profile.yaml"):
        read(system, home, "kids")


def test_a_schema_whose_name_needs_quotes_is_read(system, home):
    system.run('alter schema children rename to "Children Data"')
    assert read(system, home, "Children Data").source_rows == 1


def test_a_dated_source_in_a_schema_knows_its_days(postgresql_url, home, tmp_path):
    system = CaseSystem(postgresql_url).keep_history("ssd_contacts")
    system.add("ssd_contacts_history", contact("K1", entered_at="2026-11-02 09:00:00"))
    system.run("create schema children", "alter table ssd_contacts_history set schema children")
    profile = yaml.safe_load((home.authority / "profile.yaml").read_text(encoding="utf-8"))
    (tmp_path / "profile.yaml").write_text(yaml.safe_dump(profile | {"source_schema": "children"}), encoding="utf-8")
    settings = replace(home, case_system=system.url, authority=tmp_path)
    assert source_days(settings) == SourceDays(date(2026, 11, 2), date(2026, 11, 2))
    source = Source(system.url, schema="children")
    batch = read_feed(settings, load_contract("contacts"), source=source, now=evening(MONDAY), day=MONDAY)
    assert batch.source_rows == 1
