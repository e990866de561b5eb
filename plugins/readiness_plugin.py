"""What Airflow loads: the readiness page in the navigation and the timetable of the monthly report."""

from airflow.plugins_manager import AirflowPlugin

from readiness.timetable import WorkingDayTimetable
from readiness.web import page

URL_PREFIX = "/readiness"


class ReadinessPlugin(AirflowPlugin):
    name = "readiness"
    timetables = [WorkingDayTimetable]
    fastapi_apps = [{"app": page(), "url_prefix": URL_PREFIX, "name": "readiness"}]
    external_views = [{"name": "Readiness", "href": f"{URL_PREFIX}/", "destination": "nav", "url_route": "readiness"}]
