"""Run the project's DAGs in this process, without a scheduler or a server.

Airflow reads its settings when it is imported, so one process serves one home: `airflow_environment` comes first,
and everything of Airflow is imported after it.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

from readiness.errors import ReadinessError
from readiness.settings import PROJECT, Settings, private_folder

LOG_FILE = "headless.log"
DONE = ("success", "skipped")


@dataclass(frozen=True)
class Run:
    """What became of a DAG run: task name (with the mapped feed, if any) -> state."""

    dag_id: str
    states: dict[str, str]

    @property
    def failed(self) -> list[str]:
        return [name for name, state in self.states.items() if state not in DONE]


def airflow_environment(settings: Settings) -> dict[str, str]:
    """The environment in which Airflow works on this home. What the user has set already stays."""
    wanted = {
        "AIRFLOW_HOME": str(settings.airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "GX_ANALYTICS_ENABLED": "false",
        "READINESS_HOME": str(settings.home),
        "READINESS_AUTHORITY": str(settings.authority),
    }
    return wanted | {name: os.environ[name] for name in wanted if name.startswith("AIRFLOW__") and name in os.environ}


class Headless:
    """Airflow in this process, its metadata ready; `run` runs one DAG to its end.

    settings: the installation as the tasks see it, Airflow's connections included.
    """

    def __init__(self, dags: dict, settings: Settings) -> None:
        self.dags = dags
        self.settings = settings

    @classmethod
    @contextmanager
    def open(cls, settings: Settings, progress: TextIO) -> Iterator["Headless"]:
        """Prepare Airflow's home. Airflow's own output goes to a log file, ours ('readiness' loggers) to `progress`."""
        private_folder(settings.home)
        os.environ.update(airflow_environment(settings) | {"READINESS_RETRIES": "0"})
        log_file = private_folder(settings.airflow_home / "logs") / LOG_FILE
        with _output_in(log_file), _told_to(progress):
            from airflow.dag_processing.dagbag import DagBag
            from airflow.utils import db

            from readiness.tasks.context import settings as settings_of_tasks

            db.initdb()
            bag = DagBag(str(PROJECT / "dags"))
            if bag.import_errors:
                raise ReadinessError(f"These DAG files could not be read: {', '.join(bag.import_errors)}.")
            yield cls(bag.dags, settings_of_tasks())

    def run(self, dag_id: str, conf: dict) -> Run:
        """Run a DAG with its period in `conf`, under a logical date of its own, and give the state of every task."""
        run = self.dags[dag_id].test(logical_date=datetime.now(UTC), run_conf=conf)
        instances = run.get_task_instances()
        if not instances:
            raise ReadinessError(f"The DAG {dag_id} ran no task at all.")
        return Run(dag_id, {_name(instance): str(instance.state) for instance in instances})


def _name(instance) -> str:
    return f"{instance.task_id}[{instance.rendered_map_index}]" if instance.map_index >= 0 else instance.task_id


@contextmanager
def _output_in(log_file) -> Iterator[None]:
    """Send whatever this process prints to a file, child processes included."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    with log_file.open("ab", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for original, standard in zip(kept, (1, 2), strict=True):
            os.dup2(original, standard)
            os.close(original)


@contextmanager
def _told_to(progress: TextIO) -> Iterator[None]:
    logger = logging.getLogger("readiness")
    handler = logging.StreamHandler(progress)
    handler.setFormatter(logging.Formatter("  %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def own_stdout() -> TextIO:
    """A handle on today's standard output that survives its redirection."""
    return os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1, encoding="utf-8")
