"""Every month: judge each claim of the inspection letter, render the report and deliver it."""

from airflow.sdk import Asset, Param, dag, get_current_context, task
from pendulum import datetime, duration

from readiness.tasks import monthly
from readiness.tasks.context import obeyed_by_airflow, retries, settings
from readiness.timetable import monthly_timetable

INDICATORS = Asset("indicators")
REPORT = Asset("report")


@dag(
    schedule=monthly_timetable(settings().authority),
    start_date=datetime(2000, 1, 1, tz="Europe/London"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": retries(), "retry_delay": duration(minutes=5)},
    params={
        "month": Param(
            None,
            type=["null", "string"],
            pattern=r"^\d{4}-\d{2}$",
            title="Month",
            description="YYYY-MM; empty for the latest closed month",
        ),
        "as_at": Param(
            None,
            type=["null", "string"],
            format="date",
            title="As at",
            description="The knowledge to use. Empty: that of the month's last report, else the newest batch.",
        ),
        "deliver": Param(
            None,
            type=["null", "boolean"],
            title="Send the e-mails",
            description="Each recipient gets a version once. Empty: only if it is the latest closed month.",
        ),
        "correction": Param(False, type="boolean", title="Send a new version of a month already sent, as a correction"),
    },
    tags=["readiness"],
    doc_md=__doc__
    + """
**check_completeness** asks the ledger which feeds the month lacks. **judge** rebuilds the indicators as they were known
at the as-at moment, holds every claim of the letter against them and freezes the result as a version. **render** makes
page, charts and mail from that version. **deliver** sends each recipient one copy, once. The same month twice makes no
second version and no second mail.
""",
)
def readiness_report():
    @task(inlets=[INDICATORS])
    @obeyed_by_airflow
    def check_completeness() -> dict:
        """Month, as-at moment, and the feeds that are missing then."""
        return monthly.check_completeness(get_current_context())

    @task
    @obeyed_by_airflow
    def judge(asked: dict) -> dict:
        """Indicators as known at the as-at, a verdict for every claim, frozen as a version."""
        return monthly.judge(asked)

    @task(outlets=[REPORT])
    @obeyed_by_airflow
    def render(version: dict) -> dict:
        """Page, PDF and workbook of the version."""
        return monthly.render(version)

    @task
    @obeyed_by_airflow
    def deliver(version: dict) -> dict:
        """One copy to each recipient, through Airflow's SMTP connection."""
        return monthly.deliver(version, get_current_context())

    deliver(render(judge(check_completeness())))


readiness_report()
