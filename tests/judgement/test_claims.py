"""From evidence to the verdict of a claim."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.judgement.claims import BAD, WORST_STATE_FIRST, combine_directions, decide, worst_verdict
from tests.judgement.builders import claim, entry, facts, finding, judged, only_claim, register, row, rows

STATES = st.lists(st.sampled_from([*WORST_STATE_FIRST, "not_applicable"]), min_size=1, max_size=6)
CLASSES = st.sampled_from(["records", "proxy"])
ENTRIES = st.sampled_from([None, "met", "not_met"])

GREENNESS = {
    "not_met": 0,
    "indicative_not_met": 1,
    "no_data": 2,
    "immature": 3,
    "too_few": 4,
    "not_applicable": 4,
    "indicative_met": 5,
    "met": 6,
}
"""How green a verdict is; at most as green as `CEILING` of each piece of evidence."""
CEILING = {"bad": 1, "no_data": 2, "immature": 3, "too_few": 4, "good": 6}


@given(CLASSES, STATES, ENTRIES)
def test_a_claim_is_never_greener_than_its_least_known_part(decided_by, states, entry_says):
    verdict = decide(decided_by, states, entry_says)
    in_force = [CEILING[state] for state in states if state != "not_applicable"]
    assert GREENNESS[verdict] <= min(in_force, default=4)


@given(CLASSES, STATES, ENTRIES)
def test_more_evidence_never_makes_a_claim_greener(decided_by, states, entry_says):
    if all(state == "not_applicable" for state in states):
        return
    before = GREENNESS[decide(decided_by, states, entry_says)]
    for state in WORST_STATE_FIRST:
        assert GREENNESS[decide(decided_by, [*states, state], entry_says)] <= before


@given(CLASSES, STATES, ENTRIES, st.randoms())
def test_the_order_of_the_evidence_does_not_matter(decided_by, states, entry_says, chance):
    shuffled = list(states)
    chance.shuffle(shuffled)
    assert decide(decided_by, shuffled, entry_says) == decide(decided_by, states, entry_says)


@given(STATES)
def test_a_proxy_is_met_only_with_an_entry_that_agrees(states):
    assert decide("proxy", states, None) not in ("met", "not_met")
    assert decide("proxy", states, "not_met") in BAD


@pytest.mark.parametrize(
    ("decided_by", "state", "entry_says", "verdict"),
    [
        ("records", "good", None, "met"),
        ("records", "bad", None, "not_met"),
        ("records", "no_data", None, "no_data"),
        ("records", "immature", None, "immature"),
        ("records", "too_few", None, "too_few"),
        ("records", "not_applicable", None, "not_applicable"),
        ("proxy", "good", None, "indicative_met"),
        ("proxy", "bad", None, "indicative_not_met"),
        ("proxy", "no_data", None, "no_data"),
        ("proxy", "too_few", None, "too_few"),
        ("proxy", "not_applicable", None, "not_applicable"),
        ("proxy", "good", "met", "met"),
        ("proxy", "bad", "met", "indicative_not_met"),
        ("proxy", "no_data", "met", "no_data"),
        ("proxy", "good", "not_met", "indicative_not_met"),
        ("proxy", "bad", "not_met", "not_met"),
        ("proxy", "no_data", "not_met", "indicative_not_met"),
    ],
)
def test_the_verdict_of_one_piece_of_evidence(decided_by, state, entry_says, verdict):
    assert decide(decided_by, [state], entry_says) == verdict


@pytest.mark.parametrize(("entry_says", "verdict"), [(None, "needs_evidence"), ("met", "met"), ("not_met", "not_met")])
def test_a_claim_of_the_register_follows_its_entries_alone(entry_says, verdict):
    assert decide("register", [], entry_says) == verdict


def test_the_worst_of_two_decides():
    for first, second in product(range(5), repeat=2):
        states = [WORST_STATE_FIRST[first], WORST_STATE_FIRST[second]]
        assert decide("records", states, None) == decide("records", [WORST_STATE_FIRST[min(first, second)]], None)


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        (["met", "indicative_met"], "indicative_met"),
        (["indicative_met", "too_few"], "too_few"),
        (["no_data", "indicative_not_met"], "indicative_not_met"),
        (["not_met", "indicative_not_met"], "not_met"),
        (["met", "not_applicable"], "met"),
        (["not_applicable", "not_applicable"], "not_applicable"),
    ],
)
def test_claims_together_are_as_the_weakest(verdicts, worst):
    assert worst_verdict(verdicts) == worst


@pytest.mark.parametrize(
    ("directions", "combined"),
    [
        (["improving", "worsening", "unknown"], "worsening"),
        (["improving", "no_change", "unknown"], "improving"),
        (["no_change", "unknown"], "no_change"),
        (["unknown"], "unknown"),
        ([], "unknown"),
    ],
)
def test_a_claim_worsens_if_any_evidence_does_and_improves_if_some_does(directions, combined):
    assert combine_directions(directions) == combined


def test_evidence_declared_but_not_computed_keeps_a_claim_from_being_met():
    letter = register(finding("D2", claim("D2a", evidence=["prompt", "seen"])))
    assert only_claim(judged(letter, [row(99, 100)])).verdict == "no_data"
    assert only_claim(judged(letter, [row(10, 100)])).verdict == "not_met"


def test_evidence_not_in_force_drops_out():
    letter = register(finding("D6", claim("D6a", evidence=["prompt", {"indicator": "seen", "until": "2013-04"}])))
    assert only_claim(judged(letter, [row(99, 100)])).verdict == "met"


def test_an_entry_counts_on_the_last_day_of_the_month():
    letter = register(finding("D2", claim("D2b", "register")))
    assert only_claim(judged(letter, entries=[entry("D2b", "met", "2026-09-30")])).verdict == "met"
    assert only_claim(judged(letter, entries=[entry("D2b", "met", "2026-10-01")])).verdict == "needs_evidence"
    assert only_claim(judged(letter, entries=[entry("D2b", "met", "2025-01-01", "2026-09-29")])).verdict == (
        "needs_evidence"
    )


def repeats_letter():
    return register(
        finding("D4", claim("D4a", "proxy"), claim("D4b", "proxy", evidence=["seen"])),
        finding(
            "R1",
            claim("R1", "proxy", rule={"kind": "together", "claims": ["D4a", "D4b"]}),
            kind="repeat_finding",
        ),
    )


def test_a_repeat_is_judged_without_the_margin_of_the_finding_it_repeats():
    both = [facts(), facts("seen")]
    given = [*rows([(92, 100)]), *rows([(99, 100)], name="seen")]
    d4a, d4b, r1 = judged(repeats_letter(), given, both).claims
    assert (d4a.verdict, d4b.verdict, r1.verdict) == ("indicative_met", "indicative_met", "too_few")
    assert [e.indicator for e in r1.evidence] == ["prompt", "seen"]


def test_a_repeat_is_met_when_all_that_it_repeats_is():
    both = [facts(), facts("seen")]
    given = [*rows([(980, 1000)]), *rows([(990, 1000)], name="seen")]
    audits = [entry("D4a", "met"), entry("D4b", "met")]
    *_, r1 = judged(repeats_letter(), given, both, audits).claims
    assert r1.verdict == "met"
    *_, r1 = judged(repeats_letter(), given, both, audits[:1]).claims
    assert r1.verdict == "indicative_met"
