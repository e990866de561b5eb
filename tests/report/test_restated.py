"""As first reported beside as now known, and why the two differ."""

from datetime import timedelta

import pytest

from readiness.periods import naive_utc
from readiness.report import Report, page, store
from readiness.report.first_reported import FirstReports
from readiness.report.model import Scope

AUTHORITY = Scope(type="authority", id="authority", name="Exampleshire")


@pytest.fixture
def stored(small_report: Report, tmp_path):
    """A month that was reported; gives what is asked of it later, with some things changed."""
    store(small_report, tmp_path)
    name = small_report.indicators[0].id
    reported = small_report.indicators[0].months[-1]
    definition = small_report.definitions[name]
    first_at = naive_utc(small_report.as_at)

    def asked(days: int = 30, corrections=(), scope: Scope = AUTHORITY, definition_hash: str | None = None, **changes):
        now = reported.model_copy(update=changes)
        other = definition.model_copy(update={"definition_hash": definition_hash or definition.definition_hash})
        return FirstReports(tmp_path, first_at + timedelta(days=days), corrections).of(now, name, scope, other)

    return asked, reported, definition, first_at.date()


def test_what_did_not_change_needs_no_reason(stored):
    asked, reported, *_ = stored
    found = asked()
    assert (found.version, found.numerator, found.denominator) == (1, reported.numerator, reported.denominator)
    assert found.reasons == ()


def test_a_month_or_place_that_was_never_published_says_nothing(stored):
    asked, *_ = stored
    assert asked(month="2019-01") is None
    assert asked(scope=Scope(type="team", id="nobody", name="Nobody")) is None


def test_later_knowledge_means_entries(stored):
    asked, *_ = stored
    assert asked(numerator=1).reasons == ("entries",)


def test_another_definition_at_the_same_as_at_is_the_only_reason(stored):
    asked, *_ = stored
    assert asked(days=0, numerator=1, definition_hash="another").reasons == ("definition",)
    assert asked(numerator=1, definition_hash="another").reasons == ("definition", "entries")


def test_corrections_of_its_feeds_decided_since_are_named(stored):
    asked, _, definition, first_on = stored
    later, earlier = first_on + timedelta(days=1), first_on
    feed = definition.feeds[0]
    assert asked(numerator=1, corrections=[(feed, later)]).reasons == ("corrections", "entries")
    assert asked(numerator=1, corrections=[(feed, earlier)]).reasons == ("entries",)
    assert asked(numerator=1, corrections=[("no_such_feed", later)]).reasons == ("entries",)


def test_the_page_says_why(small_report: Report, stored):
    asked, reported, *_ = stored
    first = asked(numerator=1, definition_hash="another")
    row = reported.model_copy(update={"numerator": 1, "first_reported": first})
    one = small_report.indicators[0]
    changed = one.model_copy(update={"months": (*one.months[:-1], row)})
    html = page(small_report.model_copy(update={"indicators": (changed, *small_report.indicators[1:])}))
    assert "(the definition changed and records were entered or changed since)." in html
