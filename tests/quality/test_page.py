"""The pages of this room: they say what is wrong, name nobody, and fetch nothing."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html.parser import HTMLParser

import pytest

from readiness.contracts import load_contract
from readiness.ledger import BatchEntry, Incident, Ledger
from readiness.pages import page_file
from readiness.periods import day_moment
from readiness.quality.page import feed_states, quality_page, quarantine_page
from readiness.quality.publishing import publish_quality
from readiness.quality.quarantine import Item, Reason, read_items
from readiness.quality.results import Course, Point
from readiness.quality.sparkline import draw, share
from readiness.warehouse import open_warehouse
from tests.quality.history import Visit, load_day

DAY = date(2026, 11, 6)
VISITS = load_contract("visits").model_copy(update={"quiet_days": 7, "is_optional": False})
CONTRACTS = {"visits": VISITS}
LOADED = BatchEntry("visits", DAY, day_moment(DAY), "loaded", 1200, 1190, 7, 3, 2)
FRESH = {"visits": DAY}


def course(*failed: int | None, **how: object) -> Course:
    """A rule over the days up to the page's; None is a day on which nothing was checked."""
    points = [
        Point(DAY - timedelta(days=len(failed) - 1 - n), 0 if found is None else 100, found or 0)
        for n, found in enumerate(failed)
    ]
    told = {
        "feed": "visits",
        "rule_id": "visits.child_id.missing",
        "subject": None,
        "severity": "critical",
        "dimension": "completeness",
        "owner": "safeguarding team managers",
        "reference": "CIN census 8840",
        "description": "'The child' is missing.",
    }
    return Course(**(told | how), points=tuple(points))


def item(**how: object) -> Item:
    told = {
        "feed": "visits",
        "key": (("visit_kind", "protection"), ("visit_id", "0123456789abcdef0123")),
        "is_keyed": True,
        "is_restricted": False,
        "reasons": (Reason(rule_id="visits.child_id.missing", description="'The child' is missing."),),
        "owner": "safeguarding team managers",
        "state": "open",
        "since": DAY,
        "first_on": date(2026, 11, 3),
        "last_on": DAY,
        "spells": 1,
        "rows": 1,
    }
    return Item(**(told | how))


def page(**how: object) -> str:
    told = {
        "authority": "Exampleshire",
        "day": DAY,
        "entries": [LOADED],
        "contracts": CONTRACTS,
        "newest_events": FRESH,
        "courses": [course(3, 2, 1)],
        "incidents": [],
        "items": [item()],
        "notices": ["Synthetic <b>."],
    }
    return quality_page(**(told | how))


class Text(HTMLParser):
    """The words of a page as they are read, and the hosts and scripts that it would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.fetched: list[str] = []
        self.in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.in_style = tag == "style"
        self.fetched += [v for k, v in attributes if k in ("src", "srcset", "data") or (k == "href" and "//" in v)]
        self.fetched += [tag] if tag in ("script", "iframe", "link", "object", "embed") else []
        self.parts += [value for name, value in attributes if name == "aria-label"]

    def handle_endtag(self, tag: str) -> None:
        self.in_style = False

    def handle_data(self, data: str) -> None:
        if not self.in_style:
            self.parts.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.parts).split())


def words(html: str) -> str:
    return Text(html).words


@pytest.mark.parametrize("html", [page(), quarantine_page([item()], "analyst")])
def test_a_page_fetches_nothing_and_runs_nothing(html):
    assert Text(html).fetched == []
    assert not re.search(r"url\(|@import|javascript:|\son\w+=", html)


def test_the_page_says_how_many_rows_are_held_back_and_by_which_rule():
    said = words(page())
    assert "The only feed is in order." in said
    assert "Of 1,200 rows read, 7 (0.58%) are held back" in said
    assert "'The child' is missing." in said
    assert "held back visits · completeness · safeguarding team managers · CIN census 8840" in said
    assert "Share of broken rows: 1%, down from 3% on 4 November 2026" in said
    assert "Synthetic <b>." in said


def test_open_incidents_are_on_the_page_and_closed_ones_for_a_month():
    stale = Incident(1, "visits", "stale", datetime(2026, 11, 5, 9), "visits: its newest row is old.")
    recent = replace(stale, number=2, closed_at=datetime(2026, 10, 6, 9), opened_at=datetime(2026, 10, 5, 9))
    old = replace(recent, number=3, closed_at=datetime(2026, 10, 5, 9), opened_at=datetime(2026, 10, 3, 9))
    said = words(page(incidents=[stale, recent, old]))
    assert "stale visits since 5 November 2026 Its newest row is old." in said
    assert "from 5 October 2026 to 6 October 2026" in said
    assert "3 October" not in said
    assert "nobody knows whether it went out" not in said
    assert "nobody knows whether it went out" in words(page(incidents=[replace(stale, is_unclear=True)]))


@pytest.mark.parametrize(
    ("entry", "newest", "state"),
    [
        (LOADED, DAY, "loaded"),
        (LOADED, DAY - timedelta(days=8), "stale"),
        (replace(LOADED, message="visits: its table is empty."), DAY, "partly"),
        (replace(LOADED, status="stopped", message="visits: no."), DAY, "stopped"),
        (replace(LOADED, status="unchanged"), DAY, "unchanged"),
        (replace(LOADED, status="absent"), None, "absent"),
        (replace(LOADED, day=DAY - timedelta(days=1)), DAY, "not_read"),
        (None, None, "absent"),
    ],
)
def test_a_feed_is_in_the_state_that_its_day_has(entry, newest, state):
    (found,) = feed_states([entry] if entry else [], CONTRACTS, {"visits": newest} if newest else {}, DAY)
    assert found.state == state


def test_an_empty_installation_has_a_page_too():
    assert "Nothing has been loaded yet." in words(page(entries=[], courses=[], items=[], newest_events={}))
    assert "Nothing is held back." in words(quarantine_page([], "analyst"))


def test_a_sparkline_breaks_where_nothing_was_checked():
    line = draw(course(0, 50, None, 50, 25))
    assert line.lines == ("3.0,27.0 34.5,3.0", "97.5,3.0 129.0,15.0")
    assert line.last == (129.0, 15.0)
    assert line.words == "up from 0% on 2 November 2026"
    assert draw(course(None)).words == "nothing to check"


@pytest.mark.parametrize(
    ("percent", "said"),
    [(0, "0%"), (0.001, "under 0.01%"), (0.054, "0.05%"), (12, "12%"), (12.34, "12.3%"), (99.99, "over 99.9%")],
)
def test_a_share_never_says_nothing_for_something(percent, said):
    assert share(percent) == said


# The working list


def test_open_items_stand_by_owner_and_feed_with_the_way_to_the_record():
    said = words(quarantine_page([item(spells=2), item(state="mended", rows=0)], "analyst"))
    assert "1 record is held back." in said
    assert "Safeguarding team managers 1 open Visits 1" in said
    assert "visit kind protection visit id 0123456789abcdef0123" in said
    assert "again since 6 November 2026" in said
    assert 'python -m readiness reidentify 0123456789abcdef0123 --who "analyst"' in said
    assert "Mended 1 A good version came" in said


def test_restricted_children_are_counted_and_not_listed():
    said = words(quarantine_page([item(), item(is_restricted=True, key=(), owner="Nobody")], "analyst"))
    assert "2 records are held back." in said
    assert "1 open record is about children whose records are restricted." in said
    assert "Nobody" not in said


def test_a_list_too_long_to_read_is_cut_and_says_so():
    keys = [item(key=(("visit_id", f"{number:020x}"),)) for number in range(203)]
    html = quarantine_page(keys, "analyst")
    assert "And 3 more" in words(html)
    assert "203 open" in words(html)


def test_what_a_user_or_a_rule_is_called_cannot_become_markup():
    html = quarantine_page([item(reasons=(Reason(rule_id="r", description="<i>bad</i>"),))], "<script>")
    assert "<i>bad" not in html
    assert "<script>" not in html


# Published after a load


def test_publishing_gives_page_list_and_incidents_and_again_the_same(home):
    with open_warehouse(home.warehouse) as warehouse:
        entry = load_day(warehouse, DAY, [Visit(child=None, on=DAY), Visit(id="V2", on=date(2026, 10, 1))])
    ledger = Ledger(home)
    ledger.record_batch(entry)
    ledger.record_batch(BatchEntry("contacts", DAY, day_moment(DAY), "stopped", message="contacts: no rows."))
    first = publish_quality(home, day_moment(DAY))
    assert (first.opened, first.items) == (2, 1)
    assert {each.feed: each.kind for each in ledger.incidents()} == {"contacts": "missing", "visits": "stale"}
    html = page_file(home, "data-quality").read_text(encoding="utf-8")
    assert "contacts" in words(html)
    again = publish_quality(home, day_moment(DAY))
    assert (again.opened, again.closed) == (0, 0)
    assert page_file(home, "data-quality").read_text(encoding="utf-8") == html
    (listed,) = read_items(home)
    assert dict(listed.key)["visit_id"] == "V1"
    assert "V1" not in html


def test_a_dimension_of_which_nothing_was_checked_has_no_share():
    assert "Completeness" in page(courses=[course(None, None)])
