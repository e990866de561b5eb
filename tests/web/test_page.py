"""The readiness page: every route refuses whoever is not signed in, and shows what the ledger knows to who is."""

from datetime import date, datetime

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from readiness.ledger import BatchEntry, Ledger, ReportEntry

pytestmark = pytest.mark.xdist_group("airflow")

AS_AT = datetime(2026, 11, 6, 23, 59, 59)


@pytest.fixture
def app(airflow_home, home):
    from readiness.tasks.context import settings
    from readiness.web import page

    app = page()
    app.dependency_overrides[settings] = lambda: home
    return app


@pytest.fixture
def anonymous(app, monkeypatch):
    from airflow.api_fastapi.app import create_auth_manager

    app.state.auth_manager = create_auth_manager()
    return TestClient(app)


@pytest.fixture
def signed_in(app):
    """A client whom Airflow would let in: its own checks are replaced, ours are not."""
    from airflow.api_fastapi.core_api.security import get_user

    class User:
        def get_name(self) -> str:
            return "analyst"

    app.dependency_overrides[get_user] = User
    for dependency in app.router.dependencies:
        app.dependency_overrides[dependency.dependency] = lambda: None
    return TestClient(app)


@pytest.fixture
def published(home):
    """One month with two versions, one delivery cut short, one day loaded."""
    ledger = Ledger(home)
    ledger.record_batch(
        BatchEntry("contacts", date(2026, 11, 6), AS_AT, "loaded", 1200, 1190, 7, 3, 2, "Synthetic <b>")
    )
    ledger.record_batch(BatchEntry("visits", date(2026, 11, 6), AS_AT, "stopped", message="visits: no rows"))
    for version in (1, 2):
        ledger.record_report(
            ReportEntry("2026-10", version, f"h{version}", AS_AT, False, "not_ready", ("visits",), AS_AT)
        )
        folder = home.reports / "2026-10" / "versions" / str(version)
        folder.mkdir(parents=True)
        (folder / "report.html").write_text(f"<p>version {version}</p>")
        (folder / "case_list.csv").write_text("secret")
        (folder / "notes.pdf").write_text("secret")
    (folder / "readiness-2026-10-v2.pdf").write_bytes(b"%PDF- version 2")
    ledger.begin_delivery("2026-10", 2, "director@example.gov.uk", AS_AT)
    return home


def test_every_route_refuses_whoever_is_not_signed_in(app, anonymous, published):
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    assert len(routes) >= 2
    for route in routes:
        path = route.path.format(month="2026-10", version=2, name="report.html")
        for method in route.methods:
            answer = anonymous.request(method, path)
            assert answer.status_code == 401, f"{method} {path} answered {answer.status_code}"
            assert "version 2" not in answer.text


def test_there_is_nothing_beside_the_routes(app):
    assert all(isinstance(route, APIRoute) for route in app.routes), "a mounted app would escape the login check"


def test_a_forged_token_is_refused(anonymous):
    assert anonymous.get("/", headers={"Authorization": "Bearer forged"}).status_code in (401, 403)


def test_the_page_shows_reports_deliveries_and_loads(signed_in, published):
    text = signed_in.get("/").text
    assert "October 2026" in text
    assert 'href="reports/2026-10/2/report.html"' in text
    assert 'href="reports/2026-10/1/report.html"' in text
    assert "begun, outcome unknown" in text
    assert "stopped: visits: no rows" in text
    assert "1,190" in text
    assert "Missing: visits." in text


def test_what_stands_in_the_ledger_is_escaped(signed_in, published):
    assert "Synthetic &lt;b&gt;" in signed_in.get("/").text


def test_only_listed_files_of_a_version_are_served(signed_in, published):
    assert "version 1" in signed_in.get("/reports/2026-10/1/report.html").text
    for path in (
        "2026-10/2/case_list.csv",
        "2026-10/3/report.html",
        "2026-10/2/report.json",
        "october/2/report.html",
        "2026-10/2/..%2f..%2f..%2f..%2fledger.sqlite",
    ):
        assert signed_in.get(f"/reports/{path}").status_code == 404, path


def test_forms_to_pass_on_are_linked_where_they_are_there_and_served_under_their_own_name_only(signed_in, published):
    text = signed_in.get("/").text
    assert 'href="reports/2026-10/2/readiness-2026-10-v2.pdf"' in text
    assert "readiness-2026-10-v2.xlsx" not in text
    answer = signed_in.get("/reports/2026-10/2/readiness-2026-10-v2.pdf")
    assert (answer.headers["content-type"], answer.content) == ("application/pdf", b"%PDF- version 2")
    for path in ("2026-10/2/readiness-2026-10-v2.xlsx", "2026-10/1/readiness-2026-10-v2.pdf", "2026-10/2/notes.pdf"):
        assert signed_in.get(f"/reports/{path}").status_code == 404, path


def test_nothing_foreign_can_be_loaded_into_the_page(signed_in, published):
    answer = signed_in.get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "http" not in answer.text.replace("http-equiv", "")


def test_a_home_without_reports_says_what_to_run(signed_in):
    text = signed_in.get("/").text
    assert "readiness_report" in text
    assert "load_history" in text


class TestPagesOfTheData:
    @pytest.fixture
    def with_pages(self, published):
        from readiness import pages

        pages.publish(published, "source-check", "<p>what the source can tell</p>")
        (published.home / "pages" / "secret.html").write_text("secret")
        return published

    def test_are_served_by_name_and_linked(self, signed_in, with_pages):
        assert 'href="pages/source-check"' in signed_in.get("/").text
        assert 'href="pages/data-quality"' not in signed_in.get("/").text
        answer = signed_in.get("/pages/source-check")
        assert "what the source can tell" in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]

    @pytest.mark.parametrize("name", ["secret", "data-quality", "..%2fledger.sqlite", "source-check.html"])
    def test_no_others_are_served(self, signed_in, with_pages, name):
        assert signed_in.get(f"/pages/{name}").status_code == 404

    def test_a_silent_feed_is_the_first_thing_said(self, signed_in, with_pages):
        Ledger(with_pages).open_incident("visits", "stale", "visits: nothing new since <1 November>", AS_AT)
        text = signed_in.get("/").text
        assert "Stale" in text and "nothing new since &lt;1 November&gt;" in text
        Ledger(with_pages).close_incident("visits", AS_AT)
        assert "nothing new since" not in signed_in.get("/").text


class TestTheWorkingList:
    @pytest.fixture
    def named(self, home, app, tmp_path):
        """An installation whose access.yaml names the analyst."""
        from dataclasses import replace

        from readiness.tasks.context import settings

        (tmp_path / "access.yaml").write_text("quarantine: [analyst]\n", encoding="utf-8")
        installation = replace(home, authority=tmp_path)
        app.dependency_overrides[settings] = lambda: installation
        return installation

    def test_is_refused_to_whoever_is_not_named(self, signed_in, published):
        answer = signed_in.get("/quarantine")
        assert answer.status_code == 403
        assert "access.yaml" in answer.json()["detail"]
        assert Ledger(published).views() == []
        assert 'href="quarantine"' not in signed_in.get("/").text

    def test_is_shown_to_whoever_is_and_the_look_is_noted(self, signed_in, named):
        answer = signed_in.get("/quarantine")
        assert answer.status_code == 200
        assert "analyst" in answer.text
        assert [(view.who, view.what) for view in Ledger(named).views()] == [("analyst", "quarantine")]
        assert 'href="quarantine"' in signed_in.get("/").text
