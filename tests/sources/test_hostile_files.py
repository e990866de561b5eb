"""Broken, hostile and empty files: one clear message each, and the warehouse as it was."""

import re
from dataclasses import replace

import pytest

from readiness.errors import ReadinessError
from readiness.ledger import Ledger
from readiness.records import load_feed
from readiness.warehouse import open_warehouse
from tests.sources.case_system import MONDAY, CaseSystem, evening
from tests.sources.hostile.cases import HostileFile, every_case
from tests.sources.memory import memory_taken

MOST_MEGABYTES = 300
"""More than any of these files may ever take; a bomb unpacked would take far more."""


@pytest.mark.parametrize("case", every_case(), ids=lambda case: f"{case.kind}: {case.what}")
def test_a_file_that_cannot_be_taken_ends_in_one_clear_message(case: HostileFile, home, tmp_path):
    path = case.make(tmp_path / "delivered")
    settings = replace(home, case_system=str(path))
    with memory_taken() as taken, pytest.raises(ReadinessError) as said:
        load_feed(settings, case.feed, now=evening(MONDAY))
    message = str(said.value)
    assert re.search(case.says, message), message
    assert "\n" not in message and len(message) < 600
    assert "withheld" not in message, "an error that nobody foresaw"
    assert said.value.__cause__ is None
    assert taken.megabytes < MOST_MEGABYTES
    entries = Ledger(settings).batches()
    assert [entry.status for entry in entries] == ["stopped"]
    assert entries[0].message == message
    with open_warehouse(settings.warehouse) as warehouse:
        assert not warehouse.exists("records.batches") and not warehouse.exists(f"records.{case.feed}")


@pytest.mark.parametrize("kind", ["annex_a", "cin_census", "folder"])
def test_what_was_loaded_before_stays_as_it_was(kind, home, tmp_path):
    system = CaseSystem(f"sqlite:///{tmp_path / 'case_system.sqlite'}")
    system.add(
        "ssd_cin_episodes",
        {"cine_referral_id": "R1", "cine_person_id": "C1", "cine_referral_date": "2026-10-01"},
    )
    settings = replace(home, case_system=system.url)
    load_feed(settings, "referrals", now=evening(MONDAY))

    def stored():
        with open_warehouse(settings.warehouse) as warehouse:
            tables = ("records.referrals", "quarantine.referrals", "records.batches", "gate.rule_results")
            return {table: warehouse.query(f"select * from {table}").to_csv() for table in tables}

    before = stored()
    for number, case in enumerate(one for one in every_case() if one.kind == kind):
        hostile = replace(settings, case_system=str(case.make(tmp_path / f"delivered{number}")))
        with pytest.raises(ReadinessError):
            load_feed(hostile, case.feed, now=evening(MONDAY).replace(day=3))
    assert stored() == before


def test_what_a_bomb_would_take_is_seen():
    with memory_taken() as taken:
        unpacked = bytearray(b"x" * (MOST_MEGABYTES * 2**20))
        assert len(unpacked) > 0
    assert taken.megabytes > MOST_MEGABYTES
