"""What a check is turned into: words, a page and a stored file; and that no person is in any of them."""

import json
import re
import shutil
import stat
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace

import pytest
from playwright.sync_api import sync_playwright

from readiness.commands.check_source import check_source_command
from readiness.source_check import SourceCheck, last_check, page, store, words
from readiness.source_check.drawing import bars
from readiness.source_check.model import Months
from tests.sources.case_system import MONDAY, CaseSystem, assessment, audit, contact, evening, visit

CANARY = "777123456789"
TRACES = ("Zebedee", "Quagmire", CANARY, "2019-07-13", "13 July 2019", "13/07/2019", "PURPLE", "99Z", "C-CANARY")
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def canary(sqlite_system) -> CaseSystem:
    """A child with an improbable name, and dirt in every column that could give it away."""
    person = {"pers_person_id": CANARY, "pers_forename": "Zebedee", "pers_surname": "Quagmire-Canary"}
    sqlite_system.add("ssd_person", person | {"pers_dob": "2019-07-13", "pers_ethnicity": "PURPLE"})
    sqlite_system.add("ssd_person", person | {"pers_dob": "13/07/2019", "pers_person_id": f"{CANARY}1"})
    sqlite_system.add("ssd_contacts", contact("C-CANARY-1", cont_person_id=CANARY, cont_contact_source_code="99Z"))
    sqlite_system.add(
        "ssd_contacts", contact("C-CANARY-1", cont_person_id=CANARY, cont_contact_date="fifth of Zebedee")
    )
    sqlite_system.add("ssd_cin_assessments", assessment("C-CANARY-2", cina_assessment_child_seen="Quagmire"))
    sqlite_system.add("ext_record_audit", audit("C-CANARY-3", entry_channel="PURPLE", person_id=CANARY))
    return sqlite_system.add("ssd_cp_visits", visit("C-CANARY-4", cppv_person_id=CANARY))


@pytest.fixture
def found(canary, check) -> SourceCheck:
    return check(canary)


class TestPrivacy:
    def test_no_person_is_in_the_words_the_page_or_the_file(self, home, found, caplog):
        store(home, found)
        store(home, found.model_copy(update={"day": found.day.replace(day=3)}))
        files = [
            file.read_text(encoding="utf-8") for file in home.home.rglob("*.*") if file.suffix in (".json", ".html")
        ]
        assert len(files) == 3
        for text in (*files, words(found, found), page(found, found), found.model_dump_json(), caplog.text):
            assert [trace for trace in TRACES if trace in text] == []

    def test_nothing_that_is_stored_is_open_to_others(self, home, found):
        file = store(home, found)
        stored = home.home / "source_checks" / "2026-11-02.json"
        assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(stored.stat().st_mode) == 0o600
        assert stat.S_IMODE(stored.parent.stat().st_mode) == 0o700

    def test_a_password_in_the_address_is_masked(self, home, check, postgresql_url):
        CaseSystem(postgresql_url)
        address = postgresql_url.replace("postgres:@", "postgres:hush@")
        assert "hush" in address
        found = check(SimpleNamespace(url=address))
        assert "hush" not in page(found) + words(found) + found.model_dump_json()


class TestWords:
    def test_no_line_is_wider_than_a_terminal(self, found):
        lines = words(found, found).splitlines()
        assert max(len(line) for line in lines) <= 100

    def test_the_answer_comes_first(self, found):
        head = words(found).split("\n\n")
        assert head[0].startswith("SOURCE CHECK · Exampleshire County Council")
        assert head[1].startswith(("Yes, with gaps.", "Not yet."))
        assert head[2].startswith("WHAT TO DO NEXT")

    def test_what_a_kind_of_source_cannot_answer_is_said(self, found):
        limited = found.model_copy(update={"limits": ("It is silent on Sundays.",)})
        assert "WHAT THIS KIND OF SOURCE CANNOT ANSWER\n  - It is silent on Sundays." in words(limited)
        assert "It is silent on Sundays." in page(limited)


class TestPage:
    def test_it_fetches_nothing_from_another_host(self, found):
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//|<script|@import|url\(", page(found))

    def test_what_the_source_says_is_escaped(self, found):
        feed = found.feeds[0].model_copy(update={"state": "read", "unknown_columns": ("t.<b>x</b>",)})
        text = page(found.model_copy(update={"feeds": (feed, *found.feeds[1:])}))
        assert "<b>x</b>" not in text
        assert "&lt;b&gt;x&lt;/b&gt;" in text

    def test_it_fits_the_narrowest_telephone(self, found, tmp_path):
        file = tmp_path / "page.html"
        file.write_text(page(found, found), encoding="utf-8")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
            view = browser.new_page(viewport={"width": 320, "height": 800})
            view.goto(file.as_uri())
            view.evaluate("document.querySelectorAll('details').forEach(block => block.open = true)")
            width = view.evaluate("document.documentElement.scrollWidth")
            browser.close()
        assert width == 320

    def test_bars_are_said_in_words_too(self):
        rows = {"2026-05": 3, "2026-06": 20, "2026-07": 40, "2026-09": 4}
        drawn = bars(
            Months(
                column="contact", rows=rows, typical=20, first_complete="2026-06", empty=("2026-08",), thin=("2026-09",)
            )
        )
        assert [(bar.month, bar.height, bar.tone) for bar in drawn.bars] == [
            ("2026-05", 7.5, "before"),
            ("2026-06", 50, "whole"),
            ("2026-07", 100, "whole"),
            ("2026-08", 0, "empty"),
            ("2026-09", 10, "thin"),
        ]
        assert drawn.in_words == (
            "Rows by month from May 2026 to September 2026: usually about 20 rows, at most 40 (July 2026). "
            "Complete from June 2026. No rows in August 2026. Few rows in September 2026."
        )


class TestStoring:
    def test_a_check_is_compared_with_the_day_before_rather_than_with_itself(self, home, found):
        assert last_check(home, found) is None
        store(home, found)
        assert last_check(home, found) == found
        later = found.model_copy(update={"day": found.day.replace(day=5)})
        store(home, later)
        assert last_check(home, later).day == found.day

    def test_a_check_of_another_source_is_not_compared_with(self, home, found):
        store(home, found)
        assert last_check(home, found.model_copy(update={"source": "sqlite:////elsewhere"})) is None

    def test_a_check_in_another_form_is_not_compared_with(self, home, found):
        store(home, found)
        file = home.home / "source_checks" / "2026-11-02.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"colour": "green"}))
        assert last_check(home, found) is None

    def test_the_page_says_what_changed(self, home, found):
        store(home, found)
        feeds = tuple(feed.model_copy(update={"rows": 99}) if feed.feed == "visits" else feed for feed in found.feeds)
        before = found.model_copy(update={"feeds": feeds, "day": found.day.replace(day=1)})
        assert "Visits: 1 row, fewer than half of the 99 before." in page(found, before)


def test_the_command_says_how_it_went(home, canary):
    settings, told = replace(home, case_system=canary.url), StringIO()
    assert check_source_command(settings, None, evening(MONDAY), told) == 0
    assert "Reading contacts" in told.getvalue()
    assert f"The same as a page: {home.home / 'pages' / 'source-check.html'}" in told.getvalue()
    canary.run("alter table ssd_contacts rename column cont_contact_date to contacted")
    assert check_source_command(settings, None, evening(MONDAY), told) == 3
    nowhere = replace(home, case_system="sqlite:////nowhere.sqlite")
    assert check_source_command(nowhere, None, evening(MONDAY), told) == 1
