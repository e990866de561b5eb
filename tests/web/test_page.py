"""The readiness page: every route refuses whoever is not signed in, and shows what the ledger knows to who is."""

import base64
import csv
import hashlib
import io
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
import pyzipper
import sqlalchemy as sa
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from readiness.ledger import Approval, BatchEntry, Ledger, ReportEntry
from readiness.report import build_report, publish, store
from readiness.sources.vault import USES, Vault
from readiness.web import cases
from tests.report.conftest import small
from tests.report.sample import month_facts

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
    airflows, _ = app.router.dependencies
    app.dependency_overrides[airflows.dependency] = lambda: None
    return TestClient(app)


CASES = (
    "counted_as,subject_id,child_id,worker_id,team_id,due_on,why\n"
    "overdue,s1,child1,,101,2026-10-02,\n"
    "numerator,s2,child2,worker2,201,2026-10-05,=1+1\n"
    "denominator,s3,child3,,,2026-10-03,late\n"
)
INDICATOR = "contact_decision_in_time"


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> Path:
    """Two versions of October 2026 as the tasks leave them, with a case list."""
    folder = tmp_path_factory.mktemp("web") / "reports"
    first = small(build_report(month_facts(), folder))
    for report in (first, first.model_copy(update={"notices": ("Corrected.",)})):
        version = store(report, folder).folder
        publish(version)
        (version / "case_lists").mkdir()
        (version / f"case_lists/{INDICATOR}.csv").write_text(CASES)
        (version / "case_lists/restricted_rows.csv").write_text(f"indicator,restricted_rows\n{INDICATOR},4\n")
    return folder


@pytest.fixture
def published(home, stored):
    """One month with two versions, one delivery cut short, one day loaded."""
    ledger = Ledger(home)
    (home.home / "reports").symlink_to(stored)
    ledger.record_batch(
        BatchEntry("contacts", date(2026, 11, 6), AS_AT, "loaded", 1200, 1190, 7, 3, 2, "Synthetic <b>")
    )
    ledger.record_batch(BatchEntry("visits", date(2026, 11, 6), AS_AT, "stopped", message="visits: no rows"))
    for version in (1, 2):
        ledger.record_report(
            ReportEntry("2026-10", version, f"h{version}", AS_AT, False, "not_ready", ("visits",), AS_AT)
        )
    ledger.record_approval(Approval("2026-10", 2, AS_AT, "approved", "jo", None))
    ledger.begin_delivery("2026-10", 2, "director@example.gov.uk", AS_AT)
    return home


PARTS = {"month": "2026-10", "version": 2, "indicator": INDICATOR, "name": "report.json"}


def requests(app) -> list[tuple[str, str]]:
    """A method and a path that exists, of every route."""
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    return [(method, route.path.format(**PARTS)) for route in routes for method in route.methods]


def test_every_route_refuses_whoever_is_not_signed_in(app, anonymous, published):
    assert len(requests(app)) >= 12
    for method, path in requests(app):
        for headers in ({}, {"Authorization": "Bearer forged"}, {"Cookie": "_token=forged"}):
            answer = anonymous.request(method, path, headers=headers)
            assert answer.status_code in ((401, 403) if headers else (401,)), f"{method} {path}: {answer.status_code}"
            for secret in ("child1", "1,190", "director@", "Contacts decided"):
                assert secret not in answer.text


def test_the_policy_lets_the_report_s_one_script_run_and_no_other(signed_in, published):
    answer = signed_in.get("/reports/2026-10/1/report.html")
    (script,) = re.findall("<script>(.*?)</script>", answer.text, re.S)
    mark = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{mark}'" in answer.headers["Content-Security-Policy"]


def test_every_answer_carries_the_headers_that_keep_it_private(app, signed_in, published):
    from readiness.web import SCRIPT_HASH

    for method, path in requests(app):
        answer = signed_in.request(method, path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "http" not in policy
        assert re.findall("script[^;]*", policy) in ([], [f"script-src 'sha256-{SCRIPT_HASH}'"]), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    assert not (published.home / "warehouse.duckdb").exists(), "a task may hold the warehouse; no page opens it"


def test_whoever_is_not_named_sees_counts_and_no_case_and_nothing_is_noted(app, signed_in, published):
    for method, path in requests(app):
        answer = signed_in.request(
            method, path, data=ASKED | PASSPHRASE if method == "POST" else None, headers=OWN_PAGE
        )
        needs_a_name = path.startswith(("/cases/", "/quarantine")) or path.endswith("/evidence-pack")
        assert (answer.status_code == 403) == needs_a_name, path
        assert "child1" not in answer.text
    assert Ledger(published).views() == []


def test_there_is_nothing_beside_the_routes(app):
    assert all(isinstance(route, APIRoute) for route in app.routes), "a mounted app would escape the login check"


def test_the_overview_shows_months_and_what_is_silent(signed_in, published):
    text = signed_in.get("/").text
    assert "October 2026" in text and "Missing: visits." in text
    assert 'href="/months/2026-10/2"' in text and 'href="/months/2026-10/1"' in text
    assert "Approved by jo." in text


def test_a_report_that_waits_is_the_first_thing_said(signed_in, published):
    Ledger(published).record_approval(Approval("2026-10", 1, datetime(2026, 11, 9, 9), "asked"))
    assert "October 2026, version 1, waits to be approved" in signed_in.get("/").text


def test_approvals_deliveries_and_loads_are_told(signed_in, published):
    text = signed_in.get("/deliveries").text
    assert "Approved" in text and ">jo<" in text
    assert "Begun, outcome unknown" in text and "readiness settle" in text
    text = signed_in.get("/sources").text
    assert "1,190" in text and "visits: no rows" in text


def test_a_finding_leads_to_its_evidence_and_that_to_definition_sql_and_teams(signed_in, published):
    month = signed_in.get("/months/2026-10/2").text
    assert f'href="/months/2026-10/2/{INDICATOR}"' in month
    text = signed_in.get(f"/months/2026-10/2/{INDICATOR}").text
    assert "A manager decides what happens with it." in text
    assert f"sql/clocks/{INDICATOR}/query.sql" in text and "select" in text
    assert "/cases/" not in text, "no link for whoever is not named"
    assert signed_in.get("/months/2026-10/2/no_such_indicator").status_code == 404


def test_what_stands_in_the_ledger_is_escaped(signed_in, published):
    assert "Synthetic &lt;b&gt;" in signed_in.get("/").text


def test_only_listed_files_of_a_version_are_served(signed_in, published):
    answer = signed_in.get("/reports/2026-10/1/report.html")
    assert "Would we be ready" in answer.text and 'href="/"' in answer.text
    saved = signed_in.get("/reports/2026-10/1/report.shared.json").headers["Content-Disposition"]
    assert saved == 'attachment; filename="report-2026-10-v1.shared.json"'
    for path in (
        f"2026-10/2/case_lists/{INDICATOR}.csv",
        f"2026-10/2/{INDICATOR}.csv",
        "2026-10/3/report.html",
        "october/2/report.html",
        "2026-10/2/..%2f..%2f..%2f..%2fledger.sqlite",
    ):
        assert signed_in.get(f"/reports/{path}").status_code == 404, path


def test_forms_to_pass_on_are_linked_and_served_under_their_own_name_only(signed_in, published):
    text = signed_in.get("/months/2026-10/2").text
    for name, kind, begins in (
        ("readiness-2026-10-v2.pdf", "application/pdf", b"%PDF"),
        ("readiness-2026-10-v2.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ):
        assert f'reports/2026-10/2/{name}"' in text
        answer = signed_in.get(f"/reports/2026-10/2/{name}")
        assert (answer.headers["content-type"], answer.content[: len(begins)]) == (kind, begins)
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    for path in ("2026-10/1/readiness-2026-10-v2.pdf", "2026-10/2/readiness-2026-10-v1.pdf", "2026-10/2/report.eml"):
        assert signed_in.get(f"/reports/{path}").status_code == 404, path


def test_nothing_foreign_can_be_loaded_into_the_page(signed_in, published):
    for path in ("/", "/months/2026-10/2", f"/months/2026-10/2/{INDICATOR}", "/deliveries", "/sources", "/style.css"):
        answer = signed_in.get(path)
        assert "http" not in answer.text and "@import" not in answer.text
        assert "<script" not in answer.text and "style=" not in answer.text, "the policy would not let it through"


def test_a_home_without_reports_says_what_to_run(signed_in):
    text = signed_in.get("/").text
    assert "readiness_report" in text
    assert "load_history" in signed_in.get("/sources").text


class TestPagesOfTheData:
    @pytest.fixture
    def with_pages(self, published):
        from readiness import pages

        pages.publish(published, "source-check", "<p>what the source can tell</p>")
        (published.home / "pages" / "secret.html").write_text("secret")
        return published

    def test_are_served_by_name_and_linked(self, signed_in, with_pages):
        assert 'href="/pages/source-check"' in signed_in.get("/").text
        assert 'href="/pages/data-quality"' not in signed_in.get("/").text
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


@pytest.fixture
def named(published, app, tmp_path):
    """Gives a function that writes an access.yaml; the installation then uses it."""
    from readiness.tasks.context import settings

    def named(text: str):
        (tmp_path / "access.yaml").write_text(text, encoding="utf-8")
        installation = replace(published, authority=tmp_path)
        app.dependency_overrides[settings] = lambda: installation
        return installation

    return named


LIST = f"/cases/2026-10/2/{INDICATOR}"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
ASKED = {"hash": "child1", "why": "overdue since 2 October"}
PASSPHRASE = {"passphrase": "seven copper lanterns drift"}
ALL = "case_lists: {analyst: all}\nreidentify: [analyst]\n"


def views(installation) -> list[tuple[str, str]]:
    return [(view.who, view.what) for view in Ledger(installation).views()]


class TestCaseLists:
    def test_are_shown_whole_to_whoever_may_see_all_and_the_look_is_noted(self, signed_in, named):
        installation = named("case_lists: {analyst: all}")
        text = signed_in.get(LIST).text
        assert all(child in text for child in ("child1", "child2", "child3"))
        assert "4 more are counted and in no list" in text
        assert 'type="radio"' not in text, "asking who it is takes another permission"
        assert views(installation) == [("analyst", f"case list: {INDICATOR}, 2026-10, version 2")]
        assert f'href="{LIST}"' in signed_in.get(f"/months/2026-10/2/{INDICATOR}").text

    @pytest.mark.parametrize(
        ("places", "seen"),
        [('{teams: ["101"]}', {"child1"}), ("{areas: [200]}", {"child2"}), ("{areas: [900], teams: []}", set())],
    )
    def test_hold_only_the_cases_of_ones_own_teams(self, signed_in, named, monkeypatch, places, seen):
        monkeypatch.setattr(cases, "areas_of_teams", lambda report: {"101": "100", "201": "200"})
        named(f"case_lists: {{analyst: {places}}}")
        for path in (LIST, f"{LIST}/download", f"{LIST}?team=201", f"{LIST}?team=&kind=overdue"):
            text = signed_in.get(path).text
            assert {child for child in ("child1", "child2", "child3") if child in text} <= seen
        assert {child for child in ("child1", "child2", "child3") if child in signed_in.get(LIST).text} == seen
        assert "4 more" not in signed_in.get(LIST).text

    def test_can_be_filtered_and_begin_with_what_is_overdue(self, signed_in, named):
        named("case_lists: {analyst: all}")
        rows = list(csv.DictReader(io.StringIO(signed_in.get(f"{LIST}/download").text)))
        assert [row["child_id"] for row in rows] == ["child1", "child3", "child2"]
        text = signed_in.get(f"{LIST}/download?kind=denominator").text
        assert "child3" in text and "child1" not in text

    def test_are_saved_as_a_file_in_which_no_text_is_a_formula(self, signed_in, named):
        installation = named("case_lists: {analyst: all}")
        answer = signed_in.get(f"{LIST}/download")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{INDICATOR}-2026-10-v2.csv"'
        assert "'=1+1" in answer.text and ",=1+1" not in answer.text
        assert views(installation)[-1][1].startswith("download of the case list")

    @pytest.mark.parametrize("indicator", ["restricted_rows", "no_such", "..%2f..%2freport", "unallocated_referrals"])
    def test_are_of_indicators_only(self, signed_in, named, indicator):
        installation = named("case_lists: {analyst: all}")
        assert signed_in.get(f"/cases/2026-10/2/{indicator}").status_code == 404
        assert views(installation) == []


class TestTheEvidencePack:
    PACK = "/months/2026-10/2/evidence-pack"

    def test_is_offered_to_whoever_may_approve_and_comes_encrypted_without_cases(self, signed_in, named):
        installation = named("approve: [analyst]")
        assert "evidence-pack" in signed_in.get("/months/2026-10/2").text
        answer = signed_in.post(self.PACK, data=PASSPHRASE, headers=OWN_PAGE)
        assert answer.headers["content-disposition"] == 'attachment; filename="readiness-2026-10-v2.zip"'
        with pyzipper.AESZipFile(io.BytesIO(answer.content)) as pack:
            assert all(entry.flag_bits & 1 for entry in pack.infolist())
            pack.setpassword(PASSPHRASE["passphrase"].encode())
            assert b"child1" not in b"".join(pack.read(name) for name in pack.namelist())
            assert "index.html" in pack.namelist()
        assert [what for _, what in views(installation)] == ["evidence pack of 2026-10, version 2"]

    def test_is_not_offered_to_others(self, signed_in, named):
        named("approve: [somebody]")
        assert "evidence-pack" not in signed_in.get("/months/2026-10/2").text

    def test_a_weak_passphrase_or_another_sites_form_makes_none(self, signed_in, named):
        installation = named("approve: [analyst]")
        assert signed_in.post(self.PACK, data={"passphrase": "aaaaaaaaaaaaaaaa"}, headers=OWN_PAGE).status_code == 409
        assert signed_in.post(self.PACK, data=PASSPHRASE, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert views(installation) == []


class TestWhoItIs:
    @pytest.fixture
    def known(self, home):
        Vault(home).keep("child", pd.DataFrame({"hash": ["child1", "elsewhere"], "id": ["1106501", "1106502"]}))

    def uses(self, home) -> list[tuple]:
        with Vault(home).engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.select(USES.c.who, USES.c.why, USES.c.hash))]

    def test_is_answered_with_the_case_systems_id_and_written_down(self, signed_in, named, known, home):
        installation = named(ALL)
        answer = signed_in.post(f"{LIST}/reidentify", data=ASKED, headers=OWN_PAGE)
        assert "1106501" in answer.text and answer.headers["Cache-Control"] == "no-store"
        assert self.uses(home) == [("analyst", ASKED["why"], "child1")]
        assert views(installation)[-1][1].startswith("question from the case list")

    @pytest.mark.parametrize(
        ("access", "asked", "headers", "status"),
        [
            ("case_lists: {analyst: all}", ASKED, OWN_PAGE, 403),
            ("reidentify: [analyst]", ASKED, OWN_PAGE, 403),
            (ALL.replace("all", '{teams: ["201"]}'), ASKED, OWN_PAGE, 403),
            (ALL, ASKED | {"hash": "elsewhere"}, OWN_PAGE, 403),
            (ALL, ASKED, {"Sec-Fetch-Site": "cross-site"}, 403),
            (ALL, ASKED, {"Origin": "http://evil.example"}, 403),
            (ALL, ASKED, {}, 403),
            (ALL, ASKED | {"why": " "}, OWN_PAGE, 409),
            (ALL, {"hash": "child1"}, OWN_PAGE, 400),
        ],
        ids=["no_permission", "no_list", "other_team", "not_listed", "other_site", "origin", "bare", "why", "field"],
    )
    def test_is_answered_to_nobody_else(self, signed_in, named, known, home, access, asked, headers, status):
        named(access)
        answer = signed_in.post(f"{LIST}/reidentify", data=asked, headers=headers)
        assert (answer.status_code, "110650" in answer.text) == (status, False)
        assert self.uses(home) == []


class TestTheWorkingList:
    def test_is_refused_to_whoever_is_not_named(self, signed_in, published):
        answer = signed_in.get("/quarantine")
        assert answer.status_code == 403
        assert "access.yaml" in answer.text
        assert Ledger(published).views() == []
        assert 'href="/quarantine"' not in signed_in.get("/").text

    def test_is_shown_to_whoever_is_and_the_look_is_noted(self, signed_in, named):
        installation = named("quarantine: [analyst]")
        answer = signed_in.get("/quarantine")
        assert answer.status_code == 200
        assert "analyst" in answer.text
        assert views(installation) == [("analyst", "quarantine")]
        assert 'href="/quarantine"' in signed_in.get("/").text
