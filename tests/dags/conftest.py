"""Airflow in this test process, with a metadata database of its own."""

import pytest


@pytest.fixture(scope="session")
def dagbag(airflow_home):
    from airflow.dag_processing.dagbag import DagBag

    from readiness.settings import PROJECT

    return DagBag(str(PROJECT / "dags"))
