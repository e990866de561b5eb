"""The page of rules is made from contracts and suites, and is up to date."""

import importlib.util
from functools import cache
from types import ModuleType

from readiness.contracts import load_contracts
from readiness.quality.across import load_subjects
from readiness.settings import PROJECT


@cache
def making() -> ModuleType:
    spec = importlib.util.spec_from_file_location("data_quality", PROJECT / "docs" / "data_quality.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def section(feed: str) -> str:
    heading = f"## {feed.replace('_', ' ').capitalize()}\n"
    return making().data_quality_page().partition(heading)[2].partition("\n## ")[0]


def test_the_page_is_up_to_date():
    page = making()
    assert page.PAGE.read_text(encoding="utf-8") == page.data_quality_page(), "run docs/data_quality.py"


def test_every_feed_has_a_section_that_says_who_mends_it():
    for feed, contract in load_contracts().items():
        assert f"Mended by: {contract.owner}." in section(feed)


def test_every_rule_across_feeds_stands_with_the_feed_whose_rows_break_it():
    for subject in load_subjects().values():
        for rule in subject.rules:
            assert f"| `{rule.name}` | {rule.description}" in section(rule.feed)


def test_a_rule_says_what_becomes_of_the_row():
    contacts = section("contacts")
    assert "| `too_few_rows` | Far fewer rows than in the batch before. | completeness | stopped |" in contacts
    assert "| `contact.missing` | 'When the contact was made' is missing. | completeness | held back |" in contacts
    assert "| asked |" in section("referrals")
    assert "(CIN census 1103) | consistency | counted |" in section("assessments")
