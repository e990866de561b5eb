"""Every rule of every feed has a row that breaks it and rows that do not; the rows stand in rules_of_feeds.yaml."""

import json
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import yaml

from readiness.contracts import Contract, load_contract, load_contracts
from readiness.gate import Sifted, sift
from readiness.settings import EXPECTATIONS
from readiness.sources import Batch
from readiness.sources.normalising import Normaliser
from readiness.sources.vault import IdentityKey
from tests.sources.case_system import MONDAY, evening

TABLE = yaml.load((Path(__file__).parent / "rules_of_feeds.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
"""Every value as text, as a case system of text columns holds it."""

KEY = IdentityKey(b"\x07" * 32)


def rows(feed: str) -> list[dict[str, str]]:
    """The good row, others that are as good, and the bad ones, each with a key of its own and what it breaks."""
    told, contract = TABLE[feed], load_contract(feed)
    key = next(name for name in reversed(contract.key) if contract.columns[name].type in ("id", "text"))
    changes = [{}, *told.get("also_good", []), *told["bad"]]
    return [{**told["good"], key: f"{told['good'][key]}#{n}", "breaks": (), **new} for n, new in enumerate(changes)]


def sifted(contract: Contract, given: list[dict[str, str]]) -> Sifted:
    """The rows through the gate, as if read from a case system on the Monday."""
    chunk = pd.DataFrame(
        {name: pd.Series([row.get(name) for row in given], dtype=object) for name in contract.columns}
    ).replace("null", None)
    normaliser = Normaliser(contract, KEY)
    frame = normaliser.whole([normaliser.physical(chunk)])
    return sift(Batch(contract.feed, MONDAY, evening(MONDAY), frame), contract)


@pytest.mark.parametrize("feed", sorted(load_contracts()))
def test_a_row_breaks_the_rules_it_should_and_no_other(feed):
    given = rows(feed)
    found = sifted(load_contract(feed), given)
    name = len(feed) + 1
    broken = {result.rule_id[name:]: result.failed for result in found.results if result.failed}
    assert broken == Counter(rule for row in given for rule in row["breaks"])
    critical = {result.rule_id[name:] for result in found.results if result.severity == "critical"}
    assert len(found.quarantined) == sum(bool(critical & set(row["breaks"])) for row in given)


@pytest.mark.parametrize("feed", sorted(load_contracts()))
def test_every_rule_of_a_feed_has_a_row_that_breaks_it(feed):
    added = json.loads((EXPECTATIONS / f"{feed}.json").read_text(encoding="utf-8"))["expectations"]
    assert {e["meta"]["rule"] for e in added} <= {rule for row in rows(feed) for rule in row["breaks"]}


def test_every_feed_has_rules_of_its_own():
    assert {file.stem for file in EXPECTATIONS.glob("*.json")} == set(load_contracts()) == set(TABLE)


def test_an_order_of_times_is_checked_by_the_day_too():
    """A comparison of moments alone passes over dates without a time of day."""
    for file in EXPECTATIONS.glob("*.json"):
        pairs = [
            (e["meta"]["rule"], e["kwargs"]["column_A"], e["kwargs"]["column_B"])
            for e in json.loads(file.read_text(encoding="utf-8"))["expectations"]
            if e["type"] == "expect_column_pair_values_a_to_be_greater_than_b"
        ]
        moments = {(rule, a, b) for rule, a, b in pairs if a.endswith("_at")}
        assert {(rule, a[:-2] + "on", b[:-2] + "on") for rule, a, b in moments} <= set(pairs)


def test_a_result_names_who_mends_the_rows_and_the_published_number_of_the_rule():
    results = {result.rule_id: result for result in sifted(load_contract("referrals"), rows("referrals")).results}
    assert results["referrals.no_close_reason"].owner == "assessment team managers"
    assert results["referrals.no_close_reason"].reference == "CIN census 8805"
    assert results["referrals.no_team"].reference is None


def test_an_open_end_breaks_no_rule_of_order():
    found = sifted(load_contract("need_plans"), [TABLE["need_plans"]["good"] | {"ended": "null"}])
    assert [result for result in found.results if result.failed] == []


def test_an_optional_feed_may_be_empty():
    found = sifted(load_contract("staff_ids"), [])
    assert [result.rule_id for result in found.results if result.failed] == []
