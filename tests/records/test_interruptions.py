"""A load that dies at the worst moment, and one that meets another: the next run gives the same result."""

import shutil
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from readiness.errors import WarehouseBusy
from readiness.ledger import Ledger
from readiness.records.merging import Merger
from readiness.settings import PROJECT
from readiness.sources import Vault
from tests.records.conftest import Installation
from tests.sources.case_system import MONDAY, TUESDAY, contact

TABLES = ("records.contacts", "quarantine.contacts", "gate.rule_results", "records.batches", "records.source_shape")

TERMINATE = "select pg_terminate_backend(pg_backend_pid())"


class Killed(BaseException):
    """Stands for the end of the process: nothing in the house may catch it."""


@pytest.fixture
def undisturbed(embedded: Installation, tmp_path) -> Installation:
    """The same case system and key with a home of its own, to be loaded without any trouble."""
    Vault(embedded.settings).key()
    home = tmp_path / "undisturbed"
    home.mkdir()
    shutil.copy(embedded.settings.identity_key, home / "identity.key")
    settings = replace(embedded.settings, home=home, warehouse=f"duckdb:///{home / 'warehouse.duckdb'}")
    return Installation(settings, embedded.system)


def two_days(installation: Installation, tuesday=lambda load: load()) -> None:
    installation.load_rows("contacts", "ssd_contacts", MONDAY, contact("K1"), contact("K2"), contact("K3"))
    rows = [contact("K1", cont_contact_source_desc="police"), contact("K2", cont_contact_date="soon"), contact("K4")]
    installation.system.fill("ssd_contacts", *rows)
    tuesday(lambda: installation.load("contacts", TUESDAY))


def dying_at(monkeypatch, owner: type, method: str, after: bool):
    """A load that dies before or after the call of a method, and is then run again."""

    def run(load) -> None:
        original = getattr(owner, method)

        def deadly(*arguments, **how):
            if after:
                original(*arguments, **how)
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(owner, method, deadly)
            with pytest.raises(Killed):
                load()
        load()

    return run


@pytest.mark.parametrize(
    ("owner", "method", "after"),
    [
        (Vault, "keep", True),
        (Merger, "_rows", False),
        (Merger, "_rows", True),
        (Merger, "_note", True),
        (Ledger, "record_batch", False),
        (Ledger, "record_batch", True),
    ],
    ids=["vault kept", "before the merge", "rows merged", "batch noted", "before the ledger", "after the ledger"],
)
def test_a_load_that_died_gives_the_same_result_when_it_is_run_again(
    embedded, undisturbed, monkeypatch, owner, method, after
):
    two_days(undisturbed)
    two_days(embedded, dying_at(monkeypatch, owner, method, after))
    for table in TABLES:
        assert embedded.content(table) == undisturbed.content(table)
    assert embedded.ledger("contacts") == undisturbed.ledger("contacts")


def test_on_a_server_a_load_that_died_leaves_nothing_behind(installation, monkeypatch):
    def tuesday(load) -> None:
        before = {table: installation.content(table) for table in TABLES}

        def deadly(*arguments, **how):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(Merger, "_note", deadly)
            with pytest.raises(Killed):
                load()
        assert {table: installation.content(table) for table in TABLES} == before
        assert load().status == "loaded"

    two_days(installation, tuesday)
    assert installation.versions("contacts", "contact_id", "source_name") == [
        *(
            ("K1", None, 2, 3),
            ("K1", "police", 3, None),
            ("K2", None, 2, None),
            ("K3", None, 2, 3),
            ("K4", None, 3, None),
        ),
    ]


def test_a_lost_connection_to_the_warehouse_may_be_tried_again(embedded, postgresql_url, monkeypatch):
    installation = Installation(replace(embedded.settings, warehouse=postgresql_url), embedded.system)

    def tuesday(load) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(Merger, "_note", lambda merger, *_: merger.warehouse.query(TERMINATE))
            with pytest.raises(WarehouseBusy, match="was lost"):
                load()
        assert load().status == "loaded"

    two_days(installation, tuesday)
    assert [entry.status for entry in installation.ledger("contacts")] == ["loaded", "loaded"]


def test_a_process_killed_in_the_middle_of_its_transaction_changes_nothing(embedded, undisturbed):
    two_days(undisturbed)

    def tuesday(load) -> None:
        killed = subprocess.run(
            [sys.executable, "-c", _suicidal(embedded)], cwd=PROJECT, capture_output=True, timeout=120
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        assert [entry.day for entry in embedded.ledger("contacts")] == [MONDAY]
        load()

    two_days(embedded, tuesday)
    for table in TABLES:
        assert embedded.content(table) == undisturbed.content(table)
    assert embedded.ledger("contacts") == undisturbed.ledger("contacts")


def _suicidal(installation: Installation) -> str:
    """A program that loads Tuesday and kills itself after the rows are merged, before the commit."""
    settings = installation.settings
    return textwrap.dedent(f"""
        import os, signal, sys
        from datetime import date, datetime
        from pathlib import Path
        sys.path[:0] = ["plugins"]
        from readiness.records import load_feed
        from readiness.records.merging import Merger
        from readiness.settings import Settings
        Merger._note = lambda *how: os.kill(os.getpid(), signal.SIGKILL)
        settings = Settings(Path({str(settings.home)!r}), {settings.case_system!r}, {settings.warehouse!r},
                            Path({str(settings.authority)!r}))
        load_feed(settings, "contacts", date(2026, 11, 3), now=datetime(2026, 11, 3, 20))
    """)


def test_on_a_server_two_loads_of_the_same_day_at_once_are_one(embedded, postgresql_url):
    """An embedded warehouse has one process at a time anyway."""
    installation = Installation(replace(embedded.settings, warehouse=postgresql_url), embedded.system)
    installation.load("teams", MONDAY)
    installation.system.fill("ssd_contacts", contact("K1"), contact("K2", cont_contact_date="soon"))
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: installation.load("contacts", MONDAY), range(2)))
    assert {result.accepted for result in results} == {1}
    assert len(installation.query("select 1 as one from records.batches where feed = 'contacts'")) == 1
    assert len(installation.query("select 1 as one from records.contacts")) == 1
