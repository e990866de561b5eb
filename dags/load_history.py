"""Load past days, in order, from a source that can be read as of a day."""

from airflow.sdk import Asset, Param, dag, get_current_context, task
from pendulum import datetime, duration

from readiness.tasks import daily
from readiness.tasks.context import CASE_SYSTEM, obeyed_by_airflow, retries
from readiness.tasks.history_days import EVERY

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
        "every": Param("day", enum=list(EVERY), title="Load every", description="The last day is always loaded."),
    },
    tags=["readiness"],
    doc_md=__doc__
    + """
Give the first and the last day, and whether every day, every week or every month end between them is loaded: ten years
of month ends are 120 days a feed. Each feed loads its days one after the other and says in its log how far it has come;
days that are loaded already are passed over, so an interrupted load goes on where it stopped. History is written
forwards only: days left out cannot be loaded later. A live case system shows only its present state and refuses:
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

    @task(trigger_rule="all_done")
    @obeyed_by_airflow
    def check_quality() -> dict:
        """Rules across feeds, the quarantine's working list, returned figures; nothing is mailed."""
        return daily.check_quality(get_current_context())

    @task(trigger_rule="one_failed")
    @obeyed_by_airflow
    def end_as_failed() -> None:
        """Runs only if a task before it failed, so that the run as a whole ends failed whatever its last task says."""
        daily.end_as_failed()

    built, checked = build_indicators(), check_quality()
    load_feed_days.expand(feed=list_feeds()) >> built >> checked >> account_for_the_days()
    [built, checked] >> end_as_failed()


load_history()
