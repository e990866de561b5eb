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


def test_the_page_needs_nothing_from_elsewhere(opened):
    assert opened(1200).evaluate("performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize(("width", "form", "months"), [(1200, "wide", 30), (390, "narrow", 13)])
def test_a_month_of_a_chart_says_its_figures_to_pointer_and_keyboard(opened, width, form, months):
    page = opened(width)
    block = page.locator("#indicator-contact_decision_in_time")
    chart = block.locator(f".chart.{form}").first
    rows = block.locator("table.all tbody tr")
    cells = [[text.strip() for text in row.locator("th, td").all_text_contents()] for row in rows.all()]
    assert len(cells) == 30
    said = chart.locator("output")

    def is_told(row: list[str]) -> bool:
        return said.inner_text().startswith(f"{row[0]}: {row[1]} ({row[2]}); likely range {row[3]}")

    chart.focus()
    assert is_told(cells[0]), "the newest month first"
    page.keyboard.press("ArrowLeft")
    assert is_told(cells[1])
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert is_told(cells[months - 1]), "the oldest that is drawn"
    found = Axe().run(page, options=RULES).response["violations"]
    assert [v["id"] for v in found] == []
    page.keyboard.press("Escape")
    assert not said.is_visible()
    chart.scroll_into_view_if_needed()
    left, plot, _ = map(float, chart.locator("svg").get_attribute("data-plot").split())
    box, drawn = chart.locator("svg").bounding_box(), chart.locator("svg").evaluate("s => s.viewBox.baseVal.width")
    third = left + plot * 2.5 / months
    page.mouse.move(box["x"] + box["width"] * third / drawn, box["y"] + box["height"] / 2)
    assert is_told(cells[months - 3])
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script_everything_can_be_read(browser, stored):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((stored.folder / PAGE).as_uri())
    block = page.locator("#indicator-contact_decision_in_time")
    assert block.locator("table.all tbody tr").count() == 30
    assert block.locator("output, [tabindex='0'].chart").count() == 0
    page.context.close()


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
