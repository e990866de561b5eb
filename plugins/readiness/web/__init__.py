"""The readiness page inside the Airflow UI: reports and the way from each figure to its cases, approvals and
deliveries, what was loaded and how good it is.

It reads the ledger and what the tasks have published, never the warehouse. Every route needs an Airflow login, and
every change must come from the page itself: the dependencies stand on the application, so that a route cannot be added
without them. What goes beyond counts takes a name in access.yaml, and each look is noted before anything is shown.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Annotated, Literal

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_view
from fastapi import Depends, FastAPI, Form, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException as StarletteHTTPException

from readiness import pages
from readiness.access import Access, Places, load_access
from readiness.delivery.evidence_pack import make_pack
from readiness.errors import ReadinessError
from readiness.ledger import Ledger
from readiness.periods import Month, in_london, naive_utc
from readiness.quality.page import quarantine_page
from readiness.quality.quarantine import read_items
from readiness.report import PAGE, Report, words
from readiness.report.page import SCRIPT
from readiness.report.view import tally, verdict_reason
from readiness.settings import Settings, private_folder
from readiness.sources import reidentify
from readiness.tasks.context import settings
from readiness.web import reading
from readiness.web.cases import COLUMNS, COUNTED_AS, PAGE_SIZE, WHOM, CaseList, case_list

ROOM = "readiness.web"
FAMILIES = {
    "timeliness": "Timeliness",
    "supervision": "Supervision",
    "recording_lag": "Recording lag",
    "records": "Records",
    "workload": "Workload",
}
DECISIONS = {
    "asked": ("unknown", "Asked"),
    "approved": ("good", "Approved"),
    "rejected": ("bad", "Rejected"),
    "no_answer": ("warn", "No answer in time"),
}
COPIES = {
    "sent": ("good", "Sent"),
    "refused": ("bad", "Refused"),
    "failed": ("warn", "Not sent yet"),
    "intent": ("bad", "Begun, outcome unknown"),
}
OVERALL_TONES = {"good": "good", "bad": "bad", "likely-bad": "warn", "likely-good": "good", "unknown": "unknown"}

STRICT = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'; img-src 'self' data:; "
OWN_PAGE = STRICT + "style-src 'self'"
SCRIPT_HASH = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
WHOLE_PAGE = STRICT + f"style-src 'unsafe-inline'; font-src data:; script-src 'sha256-{SCRIPT_HASH}'"
"""For published pages, which carry their styles with them, and the report its one script. Neither allows another script
or another host."""
SECURITY_HEADERS = {
    "Content-Security-Policy": OWN_PAGE,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Installation = Annotated[Settings, Depends(settings)]


@dataclass(frozen=True)
class AskedCases:
    """Whose case list is asked for, and by whom."""

    month: str
    version: int
    indicator: str
    installation: Installation
    user: GetUserDep

    @property
    def who(self) -> str:
        return self.user.get_name()

    @property
    def access(self) -> Access:
        return load_access(self.installation.authority)


Asked = Annotated[AskedCases, Depends()]


def from_this_page(request: Request) -> None:
    """Refuse a change that another site's page asks for in the name of whoever is signed in."""
    if request.method in ("GET", "HEAD"):
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    is_own = site == "same-origin" if site else origin.partition("://")[2] == request.headers.get("host")
    if not is_own:
        raise HTTPException(403, "This can only be asked from the readiness page itself.")


def page() -> FastAPI:
    """The application that Airflow mounts; it has no documentation routes."""
    app = FastAPI(
        dependencies=[Depends(requires_access_view(AccessView.WEBSITE)), Depends(from_this_page)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )

    @app.middleware("http")
    async def add_security_headers(request: Request, call_next) -> Response:
        response = await call_next(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.exception_handler(StarletteHTTPException)
    def refused(request: Request, error: StarletteHTTPException) -> HTMLResponse:
        content = show(request, "refused.html.j2", code=error.status_code, says=error.detail)
        return HTMLResponse(content, error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    def not_understood(request: Request, error: RequestValidationError) -> HTMLResponse:
        return HTMLResponse(show(request, "refused.html.j2", code=400, says="The request cannot be read."), 400)

    @app.exception_handler(ReadinessError)
    def gone_wrong(request: Request, error: ReadinessError) -> HTMLResponse:
        return HTMLResponse(show(request, "refused.html.j2", code=409, says=str(error)), 409)

    @app.get("/style.css")
    def style() -> Response:
        sheets = (files("readiness.pages") / "templates/base.css", files(ROOM) / "templates/web.css")
        return Response("\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets), media_type="text/css")

    @app.get("/", response_class=HTMLResponse)
    def index(request: Request, installation: Installation, user: GetUserDep) -> str:
        ledger = Ledger(installation)
        months, newest = reading.months(ledger), None
        if months:
            newest = _readable(installation, months[0][1][0].month, months[0][1][0].version)
        return show(
            request,
            "index.html.j2",
            user=user.get_name(),
            notices=ledger.notices(),
            months=months,
            newest=newest,
            reason=verdict_reason(newest.overall) if newest else None,
            tally=tally(newest.findings) if newest else (),
            sending=reading.sending(ledger),
            pages=_published(installation),
            incidents=[incident for incident in ledger.incidents() if not incident.closed_at],
            may_see_quarantine=load_access(installation.authority).may_see_quarantine(user.get_name()),
        )

    @app.get("/months/{month}/{version}", response_class=HTMLResponse)
    def version_page(request: Request, month: str, version: int, installation: Installation, user: GetUserDep) -> str:
        report, ledger = reading.report_of(installation, month, version), Ledger(installation)
        return show(
            request,
            "version.html.j2",
            report=report,
            notices=report.notices,
            reason=verdict_reason(report.overall),
            tally=tally(report.findings),
            others=[entry for entry in reversed(ledger.reports(report.month)) if entry.version != version],
            sending=reading.sending(ledger, report.month).get((report.month, version)),
            families={
                title: [one for one in report.indicators if one.scope.type == "authority" and one.family == family]
                for family, title in FAMILIES.items()
            },
            row=reading.in_month,
            forms=reading.forms(installation, month, version),
            may_pack=load_access(installation.authority).may_approve(user.get_name()),
        )

    @app.get("/months/{month}/{version}/{indicator}", response_class=HTMLResponse)
    def indicator_page(
        request: Request, month: str, version: int, indicator: str, installation: Installation, user: GetUserDep
    ) -> str:
        report = reading.report_of(installation, month, version)
        return show(
            request,
            "indicator.html.j2",
            report=report,
            notices=report.notices,
            id=indicator,
            series=reading.series(report, indicator),
            definition=report.definitions[indicator],
            row=reading.in_month,
            claims=[claim for finding in report.findings for claim in finding.claims if indicator in claim.evidence],
            queries=reading.queries(indicator),
            is_redefined=reading.is_redefined(report, indicator),
            seen=load_access(installation.authority).cases_of(user.get_name()),
            areas=reading.areas_of_teams(report),
        )

    @app.post("/months/{month}/{version}/evidence-pack")
    def evidence_pack(
        month: str,
        version: int,
        installation: Installation,
        user: GetUserDep,
        passphrase: Annotated[str, Form(max_length=200)],
    ) -> FileResponse:
        if not load_access(installation.authority).may_approve(user.get_name()):
            raise HTTPException(403, "access.yaml does not name you under `approve`.")
        of_month = reading.report_of(installation, month, version).month
        at = naive_utc(datetime.now(UTC))
        own = Path(mkdtemp(prefix="pack-", dir=private_folder(installation.home / "evidence_packs")))
        file = own / f"readiness-{of_month}-v{version}.zip"
        try:
            make_pack(installation, Month.parse(of_month), passphrase, at, file=file, version=version)
        except BaseException:
            rmtree(own)
            raise
        Ledger(installation).record_view(user.get_name(), f"evidence pack of {of_month}, version {version}", at)
        return FileResponse(
            file,
            media_type="application/zip",
            headers=_as_download(file.name),
            background=BackgroundTask(rmtree, own),
        )

    @app.get("/cases/{month}/{version}/{indicator}", response_class=HTMLResponse)
    def cases_page(
        request: Request, asked: Asked, kind: str | None = None, team: str | None = None, start: int = 0
    ) -> str:
        report, cases = _cases(asked, "case list")
        chosen, start = cases.only(kind or None, team or None), max(0, start)
        return show(
            request,
            "cases.html.j2",
            report=report,
            notices=report.notices,
            id=asked.indicator,
            definition=report.definitions[asked.indicator],
            cases=cases,
            chosen=chosen,
            rows=chosen.rows[start : start + PAGE_SIZE],
            kind=kind,
            team=team,
            start=start,
            teams=reading.names_of_teams(report),
            may_reidentify=asked.access.may_reidentify(asked.who),
        )

    @app.get("/cases/{month}/{version}/{indicator}/download")
    def cases_file(asked: Asked, kind: str | None = None, team: str | None = None) -> Response:
        report, cases = _cases(asked, "download of the case list")
        name = f"{asked.indicator}-{report.month}-v{asked.version}.csv"
        return Response(
            cases.only(kind or None, team or None).as_csv(), media_type="text/csv", headers=_as_download(name)
        )

    @app.post("/cases/{month}/{version}/{indicator}/reidentify", response_class=HTMLResponse)
    def who_is_it(
        request: Request,
        asked: Asked,
        hashed: Annotated[str, Form(alias="hash", max_length=40)],
        why: Annotated[str, Form(max_length=300)],
    ) -> str:
        if not asked.access.may_reidentify(asked.who):
            raise HTTPException(403, "access.yaml does not name you under `reidentify`.")
        report, cases = _cases(asked, "question from the case list")
        if not cases.holds(hashed):
            raise HTTPException(403, "Nobody in the case list that you may see has this pseudonym.")
        found = reidentify(asked.installation, hashed, asked.who, why)
        return show(request, "found.html.j2", report=report, id=asked.indicator, hash=hashed, found=found)

    @app.get("/deliveries", response_class=HTMLResponse)
    def deliveries(request: Request, installation: Installation) -> str:
        ledger = Ledger(installation)
        return show(
            request,
            "deliveries.html.j2",
            notices=ledger.notices(),
            approvals=ledger.approvals()[::-1],
            deliveries=ledger.deliveries()[::-1],
        )

    @app.get("/sources", response_class=HTMLResponse)
    def sources(request: Request, installation: Installation) -> str:
        ledger = Ledger(installation)
        return show(
            request,
            "sources.html.j2",
            notices=ledger.notices(),
            loads=reading.last_loads(ledger),
            incidents=[incident for incident in ledger.incidents() if not incident.closed_at],
            days=reading.days(ledger),
            pages=_published(installation),
        )

    @app.get("/pages/{name}", response_class=HTMLResponse)
    def data_page(request: Request, name: str, installation: Installation) -> HTMLResponse:
        if name not in pages.NAMES or not pages.page_file(installation, name).is_file():
            raise HTTPException(404, "There is no such page yet.")
        return _whole(request, pages.page_file(installation, name).read_text(encoding="utf-8"))

    @app.get("/quarantine", response_class=HTMLResponse)
    def working_list(request: Request, installation: Installation, user: GetUserDep) -> HTMLResponse:
        if not load_access(installation.authority).may_see_quarantine(user.get_name()):
            raise HTTPException(403, "access.yaml does not name you for the working list of the quarantine.")
        ledger = Ledger(installation)
        ledger.record_view(user.get_name(), "quarantine", naive_utc(datetime.now(UTC)))
        return _whole(request, quarantine_page(read_items(installation) or (), user.get_name(), ledger.notices()))

    @app.get("/reports/{month}/{version}/{name}")
    def report_file(request: Request, month: str, version: int, name: str, installation: Installation) -> Response:
        file = reading.version_file(installation, month, version, name)
        if name == PAGE:
            return _whole(request, file.read_text(encoding="utf-8"))
        return FileResponse(
            file,
            media_type=reading.media_type(name),
            headers=_as_download(_named(name, reading.canonical(month), version)),
        )

    return app


def _cases(asked: AskedCases, what: str) -> tuple[Report, CaseList]:
    """The case list as far as the user may see it; the look is noted. 403 for whoever may see nobody's."""
    seen: Literal["all"] | Places | None = asked.access.cases_of(asked.who)
    if seen is None:
        raise HTTPException(403, "access.yaml does not name you under `case_lists`.")
    report = reading.report_of(asked.installation, asked.month, asked.version)
    cases = case_list(asked.installation, report, asked.indicator, seen)
    told = f"{what}: {asked.indicator}, {report.month}, version {asked.version}"
    Ledger(asked.installation).record_view(asked.who, told, naive_utc(datetime.now(UTC)))
    return report, cases


def show(request: Request, template: str, **content: object) -> str:
    """A page of this room. root: where the application is mounted, without a slash at its end."""
    here = template.partition(".")[0]
    return pages.render(ROOM, template, root=_root(request), here=here, **VOCABULARY, **content)


def _root(request: Request) -> str:
    return request.scope.get("root_path", "").rstrip("/")


def _whole(request: Request, html: str) -> HTMLResponse:
    """A published page, with a way back above it; inside Airflow's frame there is no other."""
    back = f'<body><p style="margin:0;padding:.5rem 1.5rem"><a href="{_root(request)}/">Readiness: overview</a></p>'
    headers = {"Content-Security-Policy": WHOLE_PAGE}
    return HTMLResponse(html.replace("<body>", back, 1), headers=headers)


def _named(name: str, month: str, version: int) -> str:
    """What a file is called once it is on somebody's machine: some do not say month and version of themselves."""
    title, _, ending = name.partition(".")
    return name if name.startswith("readiness-") else f"{title}-{month}-v{version}.{ending}"


def _as_download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _published(installation: Settings) -> list[tuple[str, str]]:
    return [(name, title) for name, title in pages.NAMES.items() if pages.page_file(installation, name).exists()]


def _readable(installation: Settings, month: str, version: int) -> Report | None:
    """The report, unless its files are gone or were written by another version of Readiness."""
    try:
        return reading.report_of(installation, month, version)
    except (HTTPException, ReadinessError):
        return None


def _moment(at: datetime | None) -> str:
    return f"{in_london(at):%-d %b %Y, %H:%M}" if at else "–"


def _cell(name: str, row: dict[str, str], teams: dict[str, str]) -> str:
    """A value of a case list as it is read."""
    value = row.get(name) or "–"
    if name == "team_id":
        return teams.get(value, value)
    if name == "elapsed" and value != "–":
        return f"{float(value):g} {(row.get('unit') or '').replace('_', ' ')}"
    if name in ("slots", "slots_in_time", "amount") and value != "–":
        return f"{float(value):g}"
    return value.replace("_", " ") if name in ("why", "left_out_reason", "case_kind") else value


VOCABULARY = {
    "words": words,
    "VERDICTS": words.VERDICTS,
    "OVERALL": words.OVERALL,
    "KINDS": words.KINDS,
    "TONES": OVERALL_TONES,
    "PARTS": words.PARTS,
    "DECISIONS": DECISIONS,
    "COPIES": COPIES,
    "COLUMNS": COLUMNS,
    "COUNTED_AS": COUNTED_AS,
    "WHOM": WHOM,
    "PAGE_SIZE": PAGE_SIZE,
    "Month": Month,
    "moment": _moment,
    "cell": _cell,
}
