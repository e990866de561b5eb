"""What a task needs from Airflow: settings, the period it works on, the mail server, and errors that Airflow obeys."""

import functools
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowNotFoundException

from readiness.delivery import CopiesDelayed, SmtpSettings
from readiness.errors import ReadinessError, WarehouseBusy
from readiness.ledger import Ledger
from readiness.periods import Month, latest_closed_month
from readiness.settings import Settings
from readiness.sources import SourceUnavailable

LOG = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

CASE_SYSTEM = "case_system"
WAREHOUSE = "warehouse"
SMTP = "smtp_default"

DRIVERS = {
    "postgres": "postgresql+psycopg",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "mssql": "mssql+pyodbc",
    "oracle": "oracle+oracledb",
}
FILE_DATABASES = ("sqlite", "duckdb")


def settings() -> Settings:
    """The installation; the environment wins over the Airflow connections `case_system` and `warehouse`."""
    return Settings.from_environment(connection_url)


def connection_url(name: str) -> str | None:
    """The SQLAlchemy URL of an Airflow connection, or None if Airflow does not know it."""
    try:
        connection = Connection.get(name)
    except AirflowNotFoundException:
        return None
    if connection.conn_type not in DRIVERS:
        raise ReadinessError(
            f"The Airflow connection '{name}' is of type {connection.conn_type}; "
            f"Readiness reads {', '.join(DRIVERS)}. Or give the address in READINESS_{name.upper()}."
        )
    driver = DRIVERS[connection.conn_type]
    if driver in FILE_DATABASES:
        return f"{driver}:///{connection.host or connection.schema}"
    url = sa.URL.create(
        driver, connection.login, connection.password, connection.host, connection.port, connection.schema
    )
    return url.render_as_string(hide_password=False)


def smtp_settings() -> SmtpSettings:
    """The mail server of the Airflow connection `smtp_default`. TLS is on unless the connection switches it off."""
    try:
        connection = Connection.get(SMTP)
    except AirflowNotFoundException:
        raise ReadinessError(
            f"No mail server is known: define the Airflow connection '{SMTP}' "
            "(Admin, Connections; type SMTP; from_email in its extra field)."
        ) from None
    return SmtpSettings.from_connection(
        connection.host, connection.port, connection.login, connection.password, connection.extra_dejson
    )


def setting(context: Mapping[str, Any], name: str) -> Any:
    """A value of the run's configuration, else of the DAG's parameters, else None."""
    conf = context["dag_run"].conf or {}
    return conf.get(name) if conf.get(name) is not None else (context.get("params") or {}).get(name)


def month(context: Mapping[str, Any], installation: Settings) -> Month:
    """The month a run reports: as asked for, else the latest month that the newest batch has closed."""
    asked = setting(context, "month")
    if asked:
        return Month.parse(asked)
    newest = Ledger(installation).newest_batch()
    if newest is None:
        raise ReadinessError("Nothing has been loaded yet, so no month can be reported. Run case_records first.")
    return latest_closed_month(newest)


def retries() -> int:
    """How often a task tries again after a lost connection (READINESS_RETRIES); bad data is never tried again."""
    return int(os.environ.get("READINESS_RETRIES", "3"))


def obeyed_by_airflow(function: Callable[P, T]) -> Callable[P, T]:
    """Turn our errors into Airflow's: a lost connection is worth another try, anything else fails at once.

    The original error is dropped (`from None`), so that no traceback can carry a row's values into a log.
    """

    @functools.wraps(function)
    def obeying(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except ReadinessError as error:
            LOG.error("%s", error)
            is_worth_another_try = isinstance(error, SourceUnavailable | WarehouseBusy | CopiesDelayed)
            raise (AirflowException if is_worth_another_try else AirflowFailException)(str(error)) from None

    return obeying
