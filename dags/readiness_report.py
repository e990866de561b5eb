"""Every month: judge each claim of the inspection letter, render the report and deliver it."""

from airflow.sdk import Asset, Param, dag, get_current_context, task
from pendulum import datetime, duration

from readiness.tasks import approval, monthly
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
            type=["null", "string"],
            enum=[None, "yes", "no", "dry_run"],
            title="Send the e-mails",
            description="Each recipient gets a version once. Empty: only if it is the latest closed month. dry_run: "
            "nothing is sent; the log of plan_delivery says who would get what.",
        ),
        "correction": Param(False, type="boolean", title="Send a new version of a month already sent, as a correction"),
    },
    tags=["readiness"],
    doc_md=__doc__
    + """
**check_completeness** asks the ledger which feeds the month lacks. **judge** rebuilds the indicators as they were known
at the as-at moment, holds every claim of the letter against them and freezes the result as a version. **render** makes
page and charts from that version. **plan_delivery** says who would get what, and whose area or team in
`recipients.yaml` there is not. **approve** waits for a person under *Required Actions*: open the report, then approve
it, or reject it with a reason; `access.yaml` names who may, and without an answer within `approve_within_days` nothing
is sent. **note_decision** keeps who decided and why in the ledger. **deliver** sends each recipient that the question
named the copy that it named, once; it tries again for an hour and a half while the mail server is away. The same month
twice makes no second version and no second mail. A new version of a month already sent goes out as a correction that
says what changed.
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

    @task.branch
    @obeyed_by_airflow
    def plan_delivery(version: dict) -> list[str]:
        """Who would get what; goes on to approve, or nowhere if nothing is to be sent."""
        return monthly.plan_delivery(version, get_current_context())

    @task(trigger_rule="none_failed_min_one_success")
    @obeyed_by_airflow
    def note_decision(version: dict) -> dict:
        """Who approved or rejected, when and why, into the ledger; fails if nobody answered in time."""
        return monthly.note_decision(version, get_current_context())

    @task(retry_delay=duration(minutes=30))
    @obeyed_by_airflow
    def deliver(decided: dict) -> dict:
        """One copy to each recipient, through Airflow's SMTP connection."""
        return monthly.deliver(decided, get_current_context())

    version = render(judge(check_completeness()))
    planned, noted = plan_delivery(version), note_decision(version)
    approve = approval.approve()
    planned >> [approve, noted]
    approve >> noted
    deliver(noted)


readiness_report()
