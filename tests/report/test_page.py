"""The page: complete, traceable, escaped, self-contained, and the same bytes every time."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from readiness.report import Report, build_report, page
from readiness.report.model import FirstReported
from readiness.report.page import SCRIPT
from tests.report.conftest import small
from tests.report.sample import NOTICE, places

VOID = {"meta", "br", "img", "link", "input", "hr"}
HOSTILE = """<script>alert("x")</script>' onmouseover='y"""


class Reader(HTMLParser):
    """Collects what the tests ask about: headings, ids, links, tables; complains about tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.cells_without_scope = 0
        self.tables = self.captions = 0
        self.in_svg = 0
        self.feed(html)
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" else []
        self.sources += [given[name] for name in ("src", "srcset", "data") if name in given]
        self.cells_without_scope += tag == "th" and "scope" not in given
        self.tables += tag == "table"
        self.captions += tag == "caption"

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()


@pytest.fixture(scope="module")
def html(stored) -> str:
    return (stored.folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reader(html) -> Reader:
    return Reader(html)


def words_of(html: str) -> str:
    """The text a reader sees, in one line."""
    body = re.sub(r"<(style|svg|script)\b.*?</\1>", " ", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_the_same_report_gives_the_same_bytes(small_report):
    assert page(small_report) == page(small_report)


def test_the_first_words_are_the_verdict_and_why(html):
    start = words_of(html)[:900]
    assert "Would we be ready if the inspectors came back? Not ready." in start
    assert "Of the four claims of the priority action" in start
    assert "6 November 2026" in start


def test_the_synthetic_data_is_named_before_anything_else(html):
    assert words_of(html.split("<body>")[1]).startswith(f"Skip to the report {NOTICE}")


def test_every_claim_has_a_place_with_its_verdict_and_its_reason(report, html, reader):
    for finding in report.findings:
        for claim in finding.claims:
            assert f"claim-{claim.id}" in reader.ids
            assert claim.text in words_of(html).replace("&#39;", "'")


def test_links_within_the_page_lead_somewhere_and_none_leads_away(reader):
    assert all(link.startswith("#") for link in reader.links)
    assert {link[1:] for link in reader.links} <= set(reader.ids)
    assert len(reader.ids) == len(set(reader.ids))


def test_nothing_is_fetched_and_nothing_runs_but_the_page_s_own_script(html, reader):
    assert reader.sources == []
    assert re.findall(r"<script.*?</script>", html, re.S) == [f"<script>{SCRIPT}</script>"]
    assert not re.findall(r"fetch|XMLHttp|import|eval|innerHTML|localStorage|cookie", SCRIPT)
    assert not re.findall(r"url\(|@import", html)
    assert not re.findall(r"https?://", html.replace("http://www.w3.org/2000/svg", ""))


def test_headings_are_in_order(reader):
    assert reader.headings[0] == 1
    assert reader.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(reader.headings, reader.headings[1:], strict=False))


def test_tables_have_captions_and_scopes(reader):
    assert reader.tables == reader.captions > 10
    assert reader.cells_without_scope == 0


def test_every_number_can_be_traced(report, html):
    for definition in report.definitions.values():
        assert definition.sql in html
        assert definition.definition_hash[:12] in html


def test_no_percentage_stands_without_its_counts(html):
    """Every share in a table is followed by its counts, in the next cell or below it."""
    rows = re.findall(r"</th><td>(.*?)</td><td>(.*?)</td>", html)
    rows += re.findall(r'<span class="strong">(.*?)</span> <span class="under">(.*?)</span>', html)
    shares = [(value, counts) for value, counts in rows if value.endswith("%")]
    assert len(shares) > 300
    assert all(re.fullmatch(r"[\d,]+ of [\d,]+", counts) for _, counts in shares)


def test_open_and_overdue_stand_beside_the_rate_of_a_clock(html):
    block = html.split('id="indicator-assessment_from_referral_in_time"')[1].split("</article>")[0]
    assert "Open, within the limit" in block
    assert "Over the limit" in block


def test_a_check_has_no_open_work(html):
    block = html.split('id="indicator-parent_views_recorded"')[1].split("</article>")[0]
    assert "Over the limit" not in block
    assert "over the limit" not in block


def test_a_rate_of_too_few_cases_is_not_printed(small_report):
    def few(indicator):
        row = indicator.months[-1].model_copy(update={"numerator": 7, "denominator": 19, "value": 36.8})
        return indicator.model_copy(update={"months": (*indicator.months[:-1], row)})

    changed = small_report.model_copy(update={"indicators": tuple(few(one) for one in small_report.indicators)})
    html = page(changed)
    assert "36.8%" not in html
    assert "7 of 19" in html


def test_hostile_names_are_text(facts, tmp_path):
    hostile = places().assign(team_name=HOSTILE, area_name=HOSTILE)
    profile = facts.profile.model_copy(update={"name": HOSTILE})
    made = small(build_report(replace(facts, places=hostile, profile=profile, notices=(HOSTILE,)), tmp_path))
    html = page(made)
    assert html.count("<script") == 1
    assert "onmouseover='" not in html
    assert "&lt;script&gt;" in html
    Reader(html)


def test_missing_feeds_are_said_on_the_first_screen(small_report):
    quality = small_report.data_quality.model_copy(update={"missing": ("record_audit",)})
    start = words_of(page(small_report.model_copy(update={"data_quality": quality})))[:900]
    assert "missing: record audit" in start


def test_a_restated_month_shows_what_was_first_reported(small_report: Report):
    first = FirstReported(version=1, numerator=10, denominator=20, value=50.0)
    one = small_report.indicators[0]
    row = one.months[-1].model_copy(update={"first_reported": first})
    changed = one.model_copy(update={"months": (*one.months[:-1], row)})
    html = page(small_report.model_copy(update={"indicators": (changed, *small_report.indicators[1:])}))
    assert "First reported: 10 of 20." in html


def test_a_report_without_any_figures_still_has_a_page(report):
    bare = report.model_copy(update={"indicators": (), "definitions": {}, "also_watched": ()})
    assert "Not ready." in words_of(page(bare))


def test_colours_can_be_read(html):
    """WCAG AA for every pair of text and ground that the style uses."""
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", html))
    pairs = [
        (colours["ink"], "#ffffff"),
        (colours["quiet"], "#ffffff"),
        (colours["quiet"], colours["wash"]),
        (colours["link"], "#ffffff"),
        (colours["good"], colours["good-wash"]),
        (colours["bad"], colours["bad-wash"]),
        ("#ffffff", colours["good"]),
        ("#ffffff", colours["bad"]),
        (colours["unknown"], "#d5dbe3"),
        ("#4d3800", "#fff3d6"),
    ]
    assert all(contrast(*pair) >= 4.5 for pair in pairs)


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
