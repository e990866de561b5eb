"""The whole mission through Airflow, as a user runs it: from a case system to a mailbox, and again, and broken."""

import email
import email.policy
import io
import json
import shutil
import signal
import socket
import sqlite3
import stat
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import pyzipper
import sqlalchemy as sa
from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as NotThereYet
from pypdf import PdfReader

from readiness.ledger import DELIVERIES
from readiness.settings import PROJECT
from tests.end_to_end.conftest import Installation

CANARY_CHILD, CANARY_BIRTH = "777123456789", "2019-07-13"
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAGES_OF_THE_DATA = {
    "Data quality": "Data quality",
    "Reconciliation": "Reconciliation",
    "Quarantine": "working list",
}
INDICATOR_PAGE = "months/2026-10/1/contact_decision_in_time"
CASES = "cases/2026-10/1/contact_decision_in_time"
PASSPHRASE = "seven copper lanterns drift"
REPORT = ("report", "2026-10", "--as-at", "2026-11-03")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unpacked(name: str, content: bytes) -> bytes:
    """A file with what stands inside it: pages of a PDF, parts of a mail, members of a spreadsheet or a pack."""
    if name.endswith(".pdf"):
        return content + "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()
    if name.endswith((".xlsx", ".zip")):
        with pyzipper.AESZipFile(io.BytesIO(content)) as archive:
            archive.setpassword(PASSPHRASE.encode())
            inside = [unpacked(member, archive.read(member)) for member in archive.namelist()]
        return b"\n".join([content, *map(str.encode, archive.namelist()), *inside])
    if name.endswith(".eml"):
        parts = email.message_from_bytes(content, policy=email.policy.default).walk()
        return content + b"\n".join(part.get_payload(decode=True) or b"" for part in parts)
    return content


@pytest.fixture(scope="module")
def case_system(small_county, tmp_path_factory) -> Path:
    """The small county with a canary child, one of whose contacts is dirty."""
    file = tmp_path_factory.mktemp("canary") / "county.sqlite"
    shutil.copy(small_county, file)
    with sqlite3.connect(file) as connection:
        entered = "2026-01-05 10:00:00"
        connection.execute(
            "insert into ssd_person_history (pers_person_id, pers_forename, pers_surname, pers_dob, entered_at) "
            "values (?, 'Zebedee', 'Quagmire-Canary', ?, ?)",
            (CANARY_CHILD, CANARY_BIRTH, entered),
        )
        for contact, day in (("C-CANARY-1", "2026-01-05"), ("C-CANARY-2", "the fifth of Zebedee")):
            connection.execute(
                "insert into ssd_contacts_history (cont_contact_id, cont_person_id, cont_contact_date, entered_at) "
                "values (?, ?, ?, ?)",
                (contact, CANARY_CHILD, day, entered),
            )
    return file


@pytest.fixture(scope="module")
def first(case_system, tmp_path_factory) -> tuple[Installation, object]:
    """One month reported and delivered."""
    installation = Installation(tmp_path_factory.mktemp("first") / "home", case_system)
    return installation, installation.run(*REPORT, "--deliver")


def test_one_command_goes_from_the_case_system_to_the_mailbox(first):
    installation, answer = first
    assert answer.returncode == 0, answer.stdout + answer.stderr
    report = json.loads((installation.home / "reports/2026-10/report.json").read_text())
    assert (report["month"], report["schema"], report["reconstructed"]) == ("2026-10", 1, False)
    assert report["overall"]["verdict"] == "not_ready"
    assert sum(len(finding["claims"]) for finding in report["findings"]) == 45
    counted = {i["id"] for i in report["indicators"] if i["scope"]["type"] == "authority" and i["months"]}
    assert {"contact_decision_in_time", "protection_visit_in_time", "personal_supervision_held"} <= counted
    assert any(row["young"] for i in report["indicators"] for row in i["months"])
    assert any(i["started"] for i in report["indicators"]) and any(i["funnel"] for i in report["indicators"])
    assert report["actions"] and report["sensitivity"]
    mails = [
        email.message_from_bytes(raw, policy=email.policy.default) for raw in installation.files("outbox/*").values()
    ]
    assert len(mails) == 2
    for mail in mails:
        text = mail.get_body(("plain",)).get_content()
        assert "NOT READY" in text.upper()
        assert "synthetic" in text


def test_progress_can_be_followed(first):
    _, answer = first
    assert "contacts of 2026-11-03" in answer.stdout
    assert "Judging and rendering October 2026" in answer.stdout


def test_everything_in_the_home_is_open_to_its_owner_only(first):
    installation, _ = first
    found = [path for path in installation.home.rglob("*") if not path.is_symlink()]
    assert len(found) > 20
    open_to_others = [path for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == []


def test_no_trace_of_the_canary_child_is_left_anywhere_but_in_the_vault(first):
    installation, answer = first
    told = answer.stdout + answer.stderr
    vault = {"vault.sqlite"}
    packed = installation.run("evidence-pack", "2026-10", READINESS_PACK_PASSPHRASE=PASSPHRASE)
    assert packed.returncode == 0, packed.stdout + packed.stderr
    files = {name: unpacked(name, content) for name, content in installation.files("**/*").items()}
    assert {".pdf", ".xlsx", ".eml", ".zip", ".html", ".json", ".log"} <= {Path(name).suffix for name in files}
    for trace in (CANARY_CHILD, "Quagmire", "Zebedee", "C-CANARY"):
        assert trace not in told
        holding = {name for name, content in files.items() if trace.encode() in content or trace in name}
        assert holding <= vault, f"{trace} stands in {holding - vault}"
    outward = ("reports/", "outbox/", "evidence_packs/", "pages/")
    assert [n for n, content in files.items() if n.startswith(outward) and CANARY_BIRTH.encode() in content] == []


def test_the_same_month_again_changes_nothing_and_sends_nothing(first):
    installation, _ = first
    before = installation.files("reports/**/*") | installation.files("outbox/*")
    answer = installation.run(*REPORT, "--deliver")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert installation.files("reports/**/*") | installation.files("outbox/*") == before


def test_a_run_killed_in_the_middle_gives_the_same_report_when_run_again(first, case_system, tmp_path):
    reference, _ = first
    installation = Installation(tmp_path / "home", case_system)
    for sign in ("visits of", "Judging"):
        process = installation.start(*REPORT)
        for line in process.stdout:
            if sign in line:
                break
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        process.wait()
    answer = installation.run(*REPORT)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    name = "reports/2026-10/report.json"
    assert installation.files(name) == reference.files(name)
    assert not installation.files("outbox/*"), "nothing may be mailed without an explicit wish"


def test_a_missing_table_is_said_and_the_rest_is_reported(case_system, tmp_path):
    broken = tmp_path / "county.sqlite"
    shutil.copy(case_system, broken)
    with sqlite3.connect(broken) as connection:
        connection.execute("drop view ext_supervision_sessions")
        connection.execute("drop table ext_supervision_sessions_history")
        connection.execute("drop view ssd_cp_plans")
        connection.execute("alter table ssd_cp_plans_history drop column cppl_cp_plan_start_date")
    installation = Installation(tmp_path / "home", broken)
    answer = installation.run(*REPORT)
    assert answer.returncode == 3, answer.stdout + answer.stderr
    report = json.loads((installation.home / "reports/2026-10/report.json").read_text())
    assert report["data_quality"]["missing"] == ["protection_plans", "supervision_sessions"]
    claims = {claim["id"]: claim for finding in report["findings"] for claim in finding["claims"]}
    assert claims["D2a"]["verdict"] == "no_data"
    stopped = next(feed for feed in report["data_quality"]["feeds"] if feed["feed"] == "protection_plans")
    assert "cppl_cp_plan_start_date" in stopped["message"]
    page = (installation.home / "reports/2026-10/report.html").read_text()
    assert "protection plans" in page.lower()


def test_a_case_system_that_is_not_there_ends_in_a_clear_message(tmp_path):
    installation = Installation(tmp_path / "home", tmp_path / "nothing.sqlite")
    answer = installation.run(*REPORT)
    assert answer.returncode == 1
    assert "There is no case system at" in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stdout + answer.stderr


def look_behind_a_number(page: Page, address: str, installation: Installation, authority: Path) -> None:
    """Inside Airflow's frame: from the overview to a case, its file and who it is; then as one whom nobody names."""
    page.goto(address)
    page.get_by_text("Readiness", exact=True).first.click()
    board = page.frame_locator("iframe")
    board.get_by_role("link", name="Findings and figures").click()
    board.get_by_role("link", name="Contacts decided on in time").first.click()
    board.get_by_role("link", name="Cases behind it").click()
    board.get_by_text("this look has been noted").wait_for()
    with page.expect_download() as downloaded:
        board.get_by_role("link", name="Download (CSV)").click()
    assert downloaded.value.suggested_filename == "contact_decision_in_time-2026-10-v1.csv"
    lines = Path(downloaded.value.path()).read_text().splitlines()
    assert lines[0].startswith("counted_as,") and len(lines) > 10
    board.get_by_role("radio").first.check()
    board.get_by_label("Who is it?").fill("a test of the way back")
    board.get_by_role("button", name="Ask").click()
    assert board.locator("#found").inner_text().isdigit()
    noted = [view.what.partition(":")[0] for view in installation.ledger().views()]
    assert {"case list", "download of the case list", "question from the case list"} <= set(noted)
    (authority / "access.yaml").write_text("approve: [admin]\n")
    for path, status in ((CASES, 403), (f"{CASES}/download", 403), ("quarantine", 403), (INDICATOR_PAGE, 200)):
        assert page.goto(f"{address}/readiness/{path}").status == status
        assert page.get_by_role("link", name="Cases behind it").count() == 0


def approve(page: Page, address: str, installation: Installation) -> None:
    """One copy is taken for not sent: the run waits until a person lets it go."""
    ledger, director = installation.ledger(), "director@example.gov.uk"
    with ledger.engine.begin() as connection:
        connection.execute(sa.delete(DELIVERIES).where(DELIVERIES.c.recipient == director))
    run = start_report(page, address)
    until(lambda: ledger.approvals()[-1].decision == "asked")
    until(
        lambda: shows_the_question(page, f"{address}/dags/readiness_report/runs/{run}/tasks/approve/required_actions")
    )
    assert len(installation.files("outbox/*director*")) == 1
    page.wait_for_timeout(5_000)  # an answer within the second, which no person gives, reaches the scheduler too early
    page.get_by_role("button", name="Approve", exact=True).click()
    until(lambda: (entry := ledger.delivery("2026-10", 1, director)) is not None and entry.status == "sent")
    assert len(installation.files("outbox/*director*")) == 2
    decided = ledger.approvals()[-1]
    assert (decided.decision, decided.who) == ("approved", "admin")
    page.goto(f"{address}/readiness/deliveries")
    page.get_by_role("cell", name="Approved").first.wait_for()


def shows_the_question(page: Page, address: str) -> bool:
    """The question is noted a moment before its task begins, and Airflow's page does not look again by itself."""
    page.goto(address)
    try:
        page.get_by_role("link", name="Open the report").first.wait_for(timeout=15_000)
    except NotThereYet:
        return False
    return True


def start_report(page: Page, address: str) -> str:
    """A run of the monthly DAG as the user who is signed in; gives its id, quoted."""
    token = {"Authorization": f"Bearer {page.context.cookies()[0]['value']}"}
    dag = f"{address}/api/v2/dags/readiness_report"
    assert page.request.patch(dag, data={"is_paused": False}, headers=token).ok
    conf = {"month": "2026-10", "as_at": "2026-11-03", "deliver": "yes"}
    answer = page.request.post(f"{dag}/dagRuns", data={"logical_date": None, "conf": conf}, headers=token)
    return urllib.parse.quote(answer.json()["dag_run_id"])


def until(holds: Callable[[], bool], within: float = 240) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.5)


def test_the_page_stands_in_the_airflow_ui_behind_its_login(first, tmp_path):
    installation, _ = first
    port, authority = free_port(), tmp_path / "authority"
    shutil.copytree(PROJECT / "authority", authority)
    up = installation.run("up", READINESS_PORT=str(port), READINESS_AUTHORITY=str(authority))
    try:
        assert up.returncode == 0, up.stdout + up.stderr
        password = json.loads((installation.home / "airflow/passwords.json").read_text())["admin"]
        address = f"http://127.0.0.1:{port}"
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/readiness/reports/2026-10/1/report.json")
        assert refused.value.code == 401
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
            page = browser.new_page()
            page.set_default_timeout(150_000)  # a busy machine serves Airflow's pages slowly
            page.goto(address)
            page.fill("input[name=username]", "admin")
            page.fill("input[name=password]", password)
            page.keyboard.press("Enter")
            page.get_by_text("Readiness", exact=True).first.click()
            board = page.frame_locator("iframe")
            board.get_by_role("link", name="Open the report").click()
            board.get_by_text("inspectors came back?").first.wait_for()
            for link, words in PAGES_OF_THE_DATA.items():
                page.goto(f"{address}/readiness/")
                page.get_by_role("link", name=link).click()
                page.get_by_role("heading", name=words).first.wait_for()
            page.goto(f"{address}/dags/case_records")
            page.get_by_text("build_indicators").first.wait_for()
            look_behind_a_number(page, address, installation, authority)
            approve(page, address, installation)
            browser.close()
    finally:
        down = installation.run("down", READINESS_PORT=str(port))
    assert down.returncode == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/")
