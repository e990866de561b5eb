"""Loads that are really killed, at random points and many times: once they were run to the end, nothing is lost, and
nothing is there twice.

Each attempt is a process of its own, forked from one that has imported everything, which tells on the way what it is
about to do. The test lets it do a random number of things, waits for a random moment, and kills it.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from multiprocessing.connection import Connection
from random import Random

import pytest

from readiness.control import control_engine
from readiness.ledger import Ledger
from readiness.records import load_feed, loading
from readiness.records.merging import Merger
from readiness.settings import Settings
from readiness.sources import Vault
from readiness.sources.vault import IDENTITIES, METADATA
from tests.records.conftest import Installation
from tests.records.fresh import fresh_installations
from tests.sources.case_system import CaseSystem, audit, contact, team, visit

KILLS = {"duckdb": 25, "postgresql": 10}
FIRST_DAY = date(2026, 11, 2)
DAYS = [FIRST_DAY + timedelta(days=n) for n in range(3)]
FEEDS = ("contacts", "record_audit", "visits")
TABLES = (
    *(f"{room}.{feed}" for feed in FEEDS for room in ("records", "quarantine")),
    *("gate.rule_results", "records.batches", "records.source_shape", "records.identity"),
)

STEPS = (
    (loading, "read_feed", "reading"),
    (loading, "sift", "at the gate"),
    (Vault, "keep", "keeping identities"),
    (Merger, "_rows", "merging rows"),
    (Merger, "_note", "noting the batch"),
    (Ledger, "record_batch", "writing the ledger"),
)
COMMITTING = "committing"


def load_all(settings: Settings, feeds: tuple[str, ...], telling: Connection) -> None:
    """What the killed processes run: every day of every feed, telling each step before it is made."""
    for owner, name, step in STEPS:
        setattr(owner, name, _told(getattr(owner, name), step, telling.send))
    for day in DAYS:
        for feed in feeds:
            if load_feed(settings, feed, day).status == "loaded":
                telling.send("between two loads")


def _told(function: Callable, step: str, tell: Callable[[str], None]) -> Callable:
    def telling(*arguments, **how):
        tell(step)
        found = function(*arguments, **how)
        if step == "noting the batch":
            tell(COMMITTING)
        return found

    return telling


@pytest.fixture
def fresh(home, tmp_path, warehouse_url):
    return fresh_installations(home, tmp_path, warehouse_url)


def case_system(url: str) -> CaseSystem:
    """Three days on which rows come, change, go, and stand in quarantine for a while."""
    random = Random(4)
    visits = ("ssd_cp_visits", "ssd_cin_visits", "ssd_cla_visits")
    system = CaseSystem(url).keep_history("ssd_contacts", "ext_record_audit", "ssd_department", *visits)
    system.add("ssd_department_history", team() | {"entered_at": "2026-10-01 08:00:00"})
    makers = {
        "ssd_contacts_history": lambda n, good, day: contact(
            f"K{n}", cont_person_id=f"C{n % 5}" if good else None, cont_contact_source_desc=str(day)
        ),
        "ext_record_audit_history": lambda n, good, day: audit(
            f"V{n}", occurred_at="2026-10-01 09:00" if good else "soon", created_at=f"{day} 08:30:00"
        ),
        "ssd_cp_visits_history": lambda n, good, day: visit(
            f"V{n}", cppv_cp_visit_date="2026-10-01 09:00" if good else "soon", cppv_cp_plan_id=f"P{day:%d}"
        ),
    }
    for table, made in makers.items():
        for n in range(30):
            since = random.choice([0, 0, 1, 2])
            changes = sorted({since, *random.sample(range(since, len(DAYS)), 1)})
            for place, following in zip(changes, [*changes[1:], None], strict=True):
                until = following if following is not None else random.choice([None, None, 2])
                replaced = None if until is None or until <= place else f"{DAYS[until]} 09:00:00"
                row = made(n, random.random() > 0.2, DAYS[place])
                system.add(table, row | {"entered_at": f"{DAYS[place]} 09:00:00", "replaced_at": replaced})
    return system


def state_of(installation: Installation) -> dict[str, list]:
    """Everything that loads leave behind."""
    ledger, vault = Ledger(installation.settings), control_engine(installation.settings.vault_url, "vault", METADATA)
    with vault.connect() as connection:
        identities = sorted(tuple(map(str, row)) for row in connection.execute(IDENTITIES.select()))
    return {
        **{table: installation.content(table) for table in TABLES},
        "ledger": sorted(map(str, ledger.batches())),
        "vault": identities,
    }


def run_to_the_end(forking, installation: Installation) -> None:
    told, telling = forking.Pipe(duplex=False)
    process = forking.Process(target=load_all, args=(installation.settings, FEEDS, telling))
    process.start()
    telling.close()
    _drained(told)
    process.join(120)
    assert process.exitcode == 0


def run_and_kill(forking, installation: Installation, steps: int, pause: float) -> str | None:
    """The step that a process was killed at, after so many steps and a pause in seconds; None if it came to its end."""
    told, telling = forking.Pipe(duplex=False)
    process = forking.Process(target=load_all, args=(installation.settings, FEEDS, telling))
    process.start()
    telling.close()
    at = None
    try:
        for _ in range(steps):
            at = told.recv()
    except EOFError:
        process.join(120)
        assert process.exitcode == 0
        return None
    time.sleep(pause)
    os.kill(process.pid, signal.SIGKILL)
    at = _drained(told) or at
    process.join(120)
    return at if process.exitcode == -signal.SIGKILL else None


def _drained(told: Connection) -> str | None:
    """The last step that was told before the other end was closed."""
    last = None
    while True:
        try:
            last = told.recv()
        except EOFError:
            return last


def test_a_load_killed_at_random_points_loses_nothing_and_doubles_nothing(
    forking, fresh, tmp_path, warehouse_url, record_property
):
    engine = warehouse_url.partition(":")[0].partition("+")[0]
    random = Random(engine)
    system = case_system(f"sqlite:///{tmp_path / 'case_system.sqlite'}")
    undisturbed = fresh(system)
    Vault(undisturbed.settings).key()
    run_to_the_end(forking, undisturbed)
    expected = state_of(undisturbed)
    assert all(expected.values())
    hit: Counter[str] = Counter()
    rounds = 0
    while hit.total() < KILLS[engine]:
        killed, rounds = fresh(system, key_of=undisturbed), rounds + 1
        while hit.total() < KILLS[engine]:
            at = run_and_kill(forking, killed, random.randint(1, 16), random.uniform(0, 0.03))
            if at is None:
                break
            hit[at] += 1
        run_to_the_end(forking, killed)
        assert state_of(killed) == expected
    where = ", ".join(f"{times} {step}" for step, times in hit.most_common())
    line = f"{hit.total()} loads on {engine} killed in {rounds} rounds: {where}"
    record_property("summary", line)
    print(line)
