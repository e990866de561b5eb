"""A run of which any task failed ends failed, whatever its last task says."""

from datetime import UTC, date, datetime

import pytest
from airflow.utils.state import DagRunState

from readiness.errors import ReadinessError
from readiness.tasks import daily

CONF = {"case_records": {}, "load_history": {"from": "2026-11-02", "to": "2026-11-03"}}
WORK = ("load_feed", "load_feed_days", "build_indicators", "check_quality", "check_source")
"""What the tasks do; those that account for the days only ask the ledger, which may know no failure."""


@pytest.fixture
def work(monkeypatch):
    """Tasks that do nothing; gives a function that lets some of them fail."""
    monkeypatch.setattr(daily, "list_feeds", lambda: ["contacts", "visits"])
    monkeypatch.setattr(daily, "asked_day", lambda context: date(2026, 11, 3))
    for name in (*WORK, "account_for_the_day", "account_for_the_days"):
        monkeypatch.setattr(daily, name, lambda *_: {})

    def fails(*names: str) -> None:
        def failing(*_):
            raise ReadinessError("This went wrong.")

        for name in names:
            monkeypatch.setattr(daily, name, failing)

    return fails


def run(dagbag, dag_id: str) -> tuple[str, dict[str, str]]:
    found = dagbag.dags[dag_id].test(logical_date=datetime.now(UTC), run_conf=CONF[dag_id])
    return found.state, {instance.task_id: str(instance.state) for instance in found.get_task_instances()}


@pytest.mark.parametrize("dag_id", sorted(CONF))
def test_a_run_without_failure_ends_well(dagbag, work, dag_id):
    state, tasks = run(dagbag, dag_id)
    assert state == DagRunState.SUCCESS
    assert tasks["end_as_failed"] == "skipped"


@pytest.mark.parametrize("broken", ["build_indicators", "check_quality"])
@pytest.mark.parametrize("dag_id", sorted(CONF))
def test_a_run_whose_task_failed_ends_failed(dagbag, work, dag_id, broken):
    work(broken)
    state, tasks = run(dagbag, dag_id)
    assert state == DagRunState.FAILED
    assert {name for name, task in tasks.items() if task == "failed"} == {broken, "end_as_failed"}
    assert tasks["check_quality"] == ("failed" if broken == "check_quality" else "success")


def test_a_failed_source_check_fails_the_run_too(dagbag, work):
    work("check_source")
    state, tasks = run(dagbag, "case_records")
    assert state == DagRunState.FAILED
    assert tasks["account_for_the_day"] == "success"
