"""Load past days, in order, from a source that can be read as of a day."""

from airflow.sdk import Asset, Param, dag, get_current_context, task
from pendulum import datetime, duration

from readiness.tasks import daily
from readiness.tasks.context import CASE_SYSTEM, obeyed_by_airflow, retries

RECORDS = Asset("records")
INDICATORS = Asset("indicators")
LOAD = "Extract, check and keep one feed of each day in the range."


@dag(
    schedule=None,
    start_date=datetime(2000, 1, 1, tz="Europe/London"),
    max_active_runs=1,
    default_args={"retries": retries(), "retry_delay": duration(minutes=5)},
    params={
        "from": Param(None, type=["null", "string"], format="date", title="First day"),
        "to": Param(None, type=["null", "string"], format="date", title="Last day"),
    },
    tags=["readiness"],
    doc_md=__doc__
    + """
Give the first and the last day. Each feed loads its days one after the other; days that are loaded already are passed
over, so an interrupted load goes on where it stopped. A live case system shows only its present state and refuses:
its history begins with the first daily run. Nothing is mailed.
""",
)
def load_history():
    @task
    def list_feeds() -> list[str]:
        return daily.list_feeds()

    @task(map_index_template="{{ feed_name }}", pool=CASE_SYSTEM, outlets=[RECORDS], doc_md=LOAD)
    @obeyed_by_airflow
    def load_feed_days(feed: str) -> dict:
        context = get_current_context()
        context["feed_name"] = feed.replace("_", " ")
        return daily.load_feed_days(feed, daily.asked_days(context))

    @task(trigger_rule="all_done", outlets=[INDICATORS])
    @obeyed_by_airflow
    def build_indicators() -> dict:
        """Spans, checks, levels and monthly values from the records as they are known now."""
        return daily.build_indicators()

    @task(trigger_rule="all_done")
    @obeyed_by_airflow
    def account_for_the_days() -> dict:
        """Say what was loaded; fails if a feed lacks a day of the range."""
        return daily.account_for_the_days(get_current_context())

    load_feed_days.expand(feed=list_feeds()) >> build_indicators() >> account_for_the_days()


load_history()
