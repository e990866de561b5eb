"""What every DAG of the project keeps to."""

import re

import pytest

from readiness.settings import PROJECT

DAG_IDS = {"case_records", "load_history", "readiness_report"}
FILES = sorted((PROJECT / "dags").glob("*.py"))

pytestmark = pytest.mark.xdist_group("airflow")


def test_all_dags_are_read_without_error(dagbag):
    assert dagbag.import_errors == {}
    assert set(dagbag.dags) == DAG_IDS


def test_one_dag_a_file_named_after_it(dagbag):
    assert {file.stem for file in FILES} == DAG_IDS


@pytest.mark.parametrize("dag_id", sorted(DAG_IDS))
def test_a_dag_explains_itself(dagbag, dag_id):
    dag = dagbag.dags[dag_id]
    assert len(dag.doc_md) > 300, f"{dag_id} needs docs that a newcomer can work with"
    assert "readiness" in dag.tags
    undocumented = [task.task_id for task in dag.tasks if task.task_id != "list_feeds" and not task.doc_md]
    assert not undocumented, f"{dag_id}: tasks without a docstring: {undocumented}"


@pytest.mark.parametrize("dag_id", sorted(DAG_IDS))
def test_a_dag_never_catches_up_and_never_runs_twice_at_once(dagbag, dag_id):
    dag = dagbag.dags[dag_id]
    assert (dag.catchup, dag.max_active_runs) == (False, 1)


@pytest.mark.parametrize("dag_id", sorted(DAG_IDS))
def test_a_lost_connection_is_tried_again(dagbag, dag_id):
    assert all(task.retries >= 1 for task in dagbag.dags[dag_id].tasks), f"{dag_id}: a task gives up at once"


def test_a_mail_server_that_is_away_for_an_hour_is_waited_for(dagbag):
    task = dagbag.dags["readiness_report"].get_task("deliver")
    assert task.retries * task.retry_delay.total_seconds() > 3600


def test_nothing_is_delivered_that_was_not_decided_on(dagbag):
    dag = dagbag.dags["readiness_report"]
    assert dag.get_task("deliver").upstream_task_ids == {"note_decision"}
    assert dag.get_task("note_decision").trigger_rule == "none_failed_min_one_success"
    assert "approve" in dag.get_task("note_decision").upstream_task_ids


@pytest.mark.parametrize("dag_id", ["case_records", "load_history"])
def test_only_few_tasks_read_the_case_system_at_a_time(dagbag, dag_id):
    readers = [task for task in dagbag.dags[dag_id].tasks if task.task_id.startswith("load_feed")]
    assert readers
    assert {task.pool for task in readers} == {"case_system"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dag_file_holds_wiring_only(file):
    text = file.read_text()
    imported = re.findall(r"^(?:from|import) (\S+)", text, re.MULTILINE)
    allowed = ("airflow.sdk", "pendulum", "readiness.tasks", "readiness.timetable")
    assert [name for name in imported if not name.startswith(allowed)] == []
    assert not re.search(r"\bds\b|data_interval|logical_date", text), "the period comes from tasks.context"
