"""Every reason for which a query leaves a case out has its words in the report."""

import re

from readiness.clocks import load_definitions
from readiness.report.words import LEFT_OUT

OUTCOMES = {
    *("in_time", "late", "running", "overdue", "left_out", "mature", "young"),
    *("numerator", "denominator", "urgent", "routine", "single", "initial", "core", "outage", "need", "protection"),
    "working_days",
}
"""What else queries give as a text: outcomes, kinds of case."""


def test_every_reason_has_words():
    definitions = load_definitions()
    queries = [query for each in definitions.indicators.values() for query in each.queries.values()]
    queries += [mart.query for mart in definitions.marts.values()]
    given = {reason for query in queries for reason in re.findall(r"then '([a-z_]+)'", query)}
    assert {"quarantined", "withdrawn", "starter", "on_plan"} <= given
    assert given - OUTCOMES <= LEFT_OUT.keys()
