"""Stock Data Docs: only when asked for, and without any value of a row."""

import stat
from dataclasses import replace

import pytest

from readiness.contracts import load_contract
from readiness.gate import GateBroken
from readiness.quality import datadocs
from readiness.quality.datadocs import build_data_docs
from readiness.sources import Source, read_feed
from tests.sources.case_system import MONDAY, CaseSystem, contact, evening

CANARY = "Zebedee Canary"
CONTACTS = load_contract("contacts")


@pytest.fixture
def batch(home, tmp_path):
    """A contact whose source and date name the canary, one without its child, and one that is well."""
    system = CaseSystem(f"sqlite:///{tmp_path / 'case_system.sqlite'}")
    system.fill(
        "ssd_contacts",
        contact("K1", cont_contact_source_desc=CANARY, cont_contact_source_code=CANARY, cont_contact_date=CANARY),
        contact("K2", cont_person_id=None),
        contact(CANARY),
        contact("K3"),
    )
    return read_feed(replace(home, case_system=system.url), CONTACTS, source=Source(system.url), now=evening(MONDAY))


def test_nothing_is_written_unless_it_is_asked_for(home, batch):
    assert build_data_docs(home, CONTACTS, batch) is None
    assert not (home.home / "data_docs").exists()


def test_the_site_is_private_and_holds_no_value_of_a_row(home, batch):
    first = build_data_docs(home, CONTACTS, batch, is_wanted=True, known_teams=["T1"])
    assert build_data_docs(home, CONTACTS, batch, is_wanted=True, known_teams=["T1"]) == first
    assert first == home.home / "data_docs" / "contacts" / "index.html"
    files = [path for path in (home.home / "data_docs").rglob("*") if path.is_file()]
    assert len([path for path in files if path.suffix == ".html"]) > 2
    assert not [path for path in files if CANARY.encode() in path.read_bytes() or b"Zebedee" in path.read_bytes()]
    assert {path.name for path in (home.home / "data_docs").iterdir()} == {"contacts"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((home.home / "data_docs").stat().st_mode) == 0o700


def test_a_rule_that_cannot_be_evaluated_writes_nothing_that_it_could_quote(home, batch, monkeypatch):
    monkeypatch.setattr(datadocs, "_raised", lambda result: True)
    with pytest.raises(GateBroken, match="contacts"):
        build_data_docs(home, CONTACTS, batch, is_wanted=True)
    assert list((home.home / "data_docs").iterdir()) == []
