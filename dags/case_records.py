"""Every day: read the case system, check it, keep its history, and bring spans and indicators up to date."""

from airflow.sdk import Asset, Param, dag, get_current_context, task
from pendulum import datetime, duration

from readiness.tasks import daily
from readiness.tasks.context import CASE_SYSTEM, obeyed_by_airflow, retries

RECORDS = Asset("records")
INDICATORS = Asset("indicators")
LOAD = "Extract, check and keep one feed of the day."


@dag(
    schedule="30 5 * * *",
    start_date=datetime(2000, 1, 1, tz="Europe/London"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": retries(), "retry_delay": duration(minutes=5), "retry_exponential_backoff": 2.0},
    params={
        "day": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Day",
            description="Only for a source that can be read as of a day; leave empty for the state of now.",
        ),
        "notify": Param(True, type="boolean", title="Mail the data team if a feed falls silent"),
        "check_source": Param(True, type="boolean", title="Look at the source as a whole, and renew its page"),
    },
    tags=["readiness"],
    doc_md=__doc__
    + """
Each feed is one mapped task: **extract** from the case system, **check** with Great Expectations (rows that break a
critical rule go to quarantine, a broken batch stops the feed), **load** into the history. A stopped feed does not hold
up the others: indicators are rebuilt from what is there, and the run ends failed and names what is missing.

**check_quality** judges the rules across feeds, notes which feeds fell silent, and renews the pages of data quality and
reconciliation; **check_source** renews the page that says what the source can and cannot tell.

A day that is loaded is not loaded again, so a run can be repeated at any time. Logs hold counts, never a value of a
person.
""",
)
def case_records():
    @task
    def list_feeds() -> list[str]:
        return daily.list_feeds()

    @task(map_index_template="{{ feed_name }}", pool=CASE_SYSTEM, outlets=[RECORDS], doc_md=LOAD)
    @obeyed_by_airflow
    def load_feed(feed: str) -> dict:
        context = get_current_context()
        context["feed_name"] = feed.replace("_", " ")
        return daily.load_feed(feed, daily.asked_day(context))

    @task(trigger_rule="all_done", outlets=[INDICATORS])
    @obeyed_by_airflow
    def build_indicators() -> dict:
        """Spans, checks, levels and monthly values from the records as they are known now."""
        return daily.build_indicators()

    @task(trigger_rule="all_done")
    @obeyed_by_airflow
    def account_for_the_day() -> dict:
        """Say what was loaded and what is missing; fails, and tells the data team, if a feed is missing."""
        return daily.account_for_the_day(get_current_context())

    @task(trigger_rule="all_done")
    @obeyed_by_airflow
    def check_quality() -> dict:
        """Rules across feeds, silent feeds, the quarantine's working list, returned figures; one mail if need be."""
        return daily.check_quality(get_current_context())

    @task(pool=CASE_SYSTEM)
    @obeyed_by_airflow
    def check_source() -> dict:
        """What the source can and cannot tell, as a page; nothing is loaded by it."""
        return daily.check_source(get_current_context())

    @task(trigger_rule="one_failed")
    @obeyed_by_airflow
    def end_as_failed() -> None:
        """Runs only if a task before it failed, so that the run as a whole ends failed whatever its last task says."""
        daily.end_as_failed()

    built, checked = build_indicators(), check_quality()
    load_feed.expand(feed=list_feeds()) >> built >> checked >> account_for_the_day()
    [built, checked] >> end_as_failed()
    check_source()


case_records()
