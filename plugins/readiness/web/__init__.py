"""The readiness page inside the Airflow UI: published reports, their deliveries, what was loaded and how good it is.

It reads the ledger, the published versions and pages, never the warehouse. Every route needs an Airflow login: the
dependency stands on the application, so that a route cannot be added without it.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_view
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from readiness import pages
from readiness.access import load_access
from readiness.errors import ReadinessError
from readiness.ledger import BatchEntry, Ledger, ReportEntry
from readiness.periods import Month, naive_utc
from readiness.quality.page import quarantine_page
from readiness.quality.quarantine import read_items
from readiness.report import DOCUMENT, WORKBOOK, file_name
from readiness.settings import Settings
from readiness.tasks.context import settings

FILES = {
    "report.html": "text/html",
    "report.json": "application/json",
    "report.shared.json": "application/json",
}
PASSED_ON = {
    DOCUMENT: ("PDF for the meeting", "application/pdf"),
    WORKBOOK: ("Spreadsheet", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""Forms whose name says month and version: what the link to them is called, and their media type."""
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
DAYS_SHOWN = 5

TEMPLATES = Environment(
    loader=PackageLoader("readiness.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
Installation = Annotated[Settings, Depends(settings)]


def page() -> FastAPI:
    """The application that Airflow mounts; it has no documentation routes."""
    app = FastAPI(
        dependencies=[Depends(requires_access_view(AccessView.WEBSITE))],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )

    @app.middleware("http")
    async def add_security_headers(request: Request, call_next) -> Response:
        response = await call_next(request)
        response.headers.update(SECURITY_HEADERS)
        return response

    @app.get("/", response_class=HTMLResponse)
    def index(installation: Installation, user: GetUserDep) -> str:
        ledger = Ledger(installation)
        return TEMPLATES.get_template("index.html").render(
            user=user.get_name(),
            notices=ledger.notices(),
            months=months(ledger),
            downloads=lambda entry: downloads(installation, entry),
            days=days(ledger),
            deliveries=ledger.deliveries(),
            pages=[
                (name, title) for name, title in pages.NAMES.items() if pages.page_file(installation, name).exists()
            ],
            incidents=[incident for incident in ledger.incidents() if not incident.closed_at],
            may_see_quarantine=load_access(installation.authority).may_see_quarantine(user.get_name()),
        )

    @app.get("/pages/{name}", response_class=HTMLResponse)
    def data_page(name: str, installation: Installation) -> FileResponse:
        if name not in pages.NAMES or not pages.page_file(installation, name).is_file():
            raise HTTPException(404)
        return FileResponse(pages.page_file(installation, name), media_type="text/html")

    @app.get("/quarantine", response_class=HTMLResponse)
    def working_list(installation: Installation, user: GetUserDep) -> str:
        if not load_access(installation.authority).may_see_quarantine(user.get_name()):
            raise HTTPException(403, "access.yaml does not name you for the working list of the quarantine.")
        ledger = Ledger(installation)
        ledger.record_view(user.get_name(), "quarantine", naive_utc(datetime.now(UTC)))
        return quarantine_page(read_items(installation) or (), user.get_name(), ledger.notices())

    @app.get("/reports/{month}/{version}/{name}")
    def report_file(month: str, version: int, name: str, installation: Installation) -> FileResponse:
        media_types = FILES | {file_name(month, version, end): type for end, (_, type) in PASSED_ON.items()}
        return FileResponse(version_file(installation, month, version, name, media_types), media_type=media_types[name])

    return app


def version_file(installation: Settings, month: str, version: int, name: str, allowed: Collection[str]) -> Path:
    """The path of a published file; 404 for whatever is not on the list or not there."""
    try:
        folder = installation.reports / str(Month.parse(month)) / "versions" / str(version)
    except ReadinessError:
        raise HTTPException(404) from None
    if name not in allowed or not (folder / name).is_file():
        raise HTTPException(404)
    return folder / name


def downloads(installation: Settings, entry: ReportEntry) -> list[tuple[str, str]]:
    """Name and title of each form of a version that is passed on as a file; versions of before have none."""
    folder = installation.reports / entry.month / "versions" / str(entry.version)
    named = [(file_name(entry.month, entry.version, ending), title) for ending, (title, _) in PASSED_ON.items()]
    return [(name, title) for name, title in named if (folder / name).is_file()]


def months(ledger: Ledger) -> list[tuple[Month, list[ReportEntry]]]:
    """Months with a report, newest first, each with its versions, newest first."""
    reports = ledger.reports()
    found = sorted({entry.month for entry in reports}, reverse=True)
    return [(Month.parse(m), [r for r in reversed(reports) if r.month == m]) for m in found]


def days(ledger: Ledger) -> list[tuple[str, list[BatchEntry]]]:
    """The newest days on which something was loaded, newest first, each with its feeds."""
    batches = ledger.batches()
    found = sorted({entry.day for entry in batches}, reverse=True)[:DAYS_SHOWN]
    return [(f"{d:%A %d %B %Y}", [b for b in batches if b.day == d]) for d in found]
