"""The page in a browser: no violation that a machine can find, room on a small screen, sense without colour."""

import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from readiness.report import StoredVersion
from readiness.report.versions import PAGE
from tests.end_to_end.test_mission import CHROMIUM

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, stored: StoredVersion):
    """The page at a width in CSS pixels."""
    pages = []

    def at(width: int):
        pages.append(browser.new_page(viewport={"width": width, "height": 900}))
        pages[-1].goto((stored.folder / PAGE).as_uri())
        return pages[-1]

    yield at
    for page in pages:
        page.close()


@pytest.mark.parametrize("width", [1200, 390])
def test_axe_finds_no_violation(opened, width):
    found = Axe().run(opened(width), options=RULES).response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"][:3]]) for v in found] == []


def test_the_page_reflows_at_320_pixels(opened):
    page = opened(320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_page_needs_no_script_and_nothing_from_elsewhere(opened):
    page = opened(1200)
    assert page.locator("script").count() == 0
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0


def test_every_fold_opens_by_keyboard(opened):
    page = opened(1200)
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")


def test_verdicts_are_told_without_colour(opened):
    page = opened(1200)
    badges = page.locator(".badge")
    assert badges.count() > 50
    assert all(re.search("[A-Z][a-z]+", text) for text in badges.all_text_contents())
