"""The command: who is asked for, where the passphrase comes from, and that restricted children stay out."""

import os
import pwd
import shutil
from dataclasses import replace
from datetime import date, datetime

import pytest
import pyzipper

from readiness.commands.evidence_pack import PASSPHRASE, evidence_pack_command
from readiness.errors import ReadinessError
from readiness.periods import Month
from readiness.report import build_report, publish, store
from readiness.settings import PROJECT
from readiness.warehouse import open_warehouse
from tests.clocks.history import batches, records
from tests.report.sample import month_facts

MAY, NOW, WORDS = date(2025, 5, 1), datetime(2026, 11, 9, 8), "amber kettle violet ladder"


@pytest.fixture
def installation(home, tmp_path):
    """A report with a case list of two children; one of them was restricted after the list was made."""
    report = build_report(month_facts(), home.reports).model_copy(update={"indicators": (), "definitions": {}})
    folder = store(report, home.reports).folder
    publish(folder)
    (folder / "case_lists").mkdir()
    (folder / "case_lists" / "visits.csv").write_text("child_id\nopen-child\nrestricted-child\n")
    (folder / "case_lists" / "restricted_rows.csv").write_text("indicator,restricted_rows\nvisits,0\n")
    with open_warehouse(home.warehouse) as warehouse:
        batches(warehouse, MAY)
        records(warehouse, "restricted_records", [{"child_id": "restricted-child", "known_from": MAY}])
    authority = tmp_path / "authority"
    shutil.copytree(PROJECT / "authority", authority)
    (authority / "access.yaml").write_text(f"case_lists: {{{pwd.getpwuid(os.getuid()).pw_name}: all}}")
    return replace(home, authority=authority)


def test_a_child_restricted_by_now_is_in_no_pack(installation, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(PASSPHRASE, WORDS)
    file = tmp_path / "pack.zip"
    assert evidence_pack_command(installation, Month.parse("2026-10"), str(file), True, NOW) == 0
    with pyzipper.AESZipFile(file) as archive:
        archive.setpassword(WORDS.encode())
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"open-child" in everything and b"restricted-child" not in everything
    said = capsys.readouterr()
    assert WORDS not in said.out + said.err


def test_without_a_passphrase_or_a_terminal_to_ask_it_says_what_to_set(home, monkeypatch):
    monkeypatch.delenv(PASSPHRASE, raising=False)
    with pytest.raises(ReadinessError, match=PASSPHRASE):
        evidence_pack_command(home, Month.parse("2026-10"), None, False, NOW)
