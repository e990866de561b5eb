"""The overall verdict: by rule, never by averaging."""

import pytest

from tests.judgement.builders import claim, entry, finding, judged, register

CLAIMS = 21
"""Claims for development, as many as in the letter; all decided by audits so that a test can set each verdict."""


def letter():
    return register(
        finding("P1", claim("P1a", "register"), claim("P1b", "register"), kind="priority_action"),
        finding("D1", *(claim(f"D{n}", "register") for n in range(CLAIMS))),
        finding("S1", claim("S1a", "register"), kind="requirement_met"),
        finding("R2", claim("R2", "register"), kind="repeat_finding"),
    )


def overall(**found: str):
    """The overall judgement if everything is met but what is named; None means that nobody audited it."""
    results = {"P1a": "met", "P1b": "met", "R2": "met", "S1a": "met"} | {f"D{n}": "met" for n in range(CLAIMS)} | found
    entries = [entry(name, result) for name, result in results.items() if result]
    return judged(letter(), entries=entries).overall


def unknown(count: int) -> dict[str, None]:
    return {f"D{n}": None for n in range(count)}


def test_ready_when_nothing_is_known_to_fail():
    found = overall()
    assert found.verdict == "ready"
    assert found.reason.startswith("Ready: the priority action is resolved")


@pytest.mark.parametrize("result", ["not_met", None])
def test_one_claim_of_the_priority_action_not_met_is_not_ready_whatever_else_is(result):
    found = overall(P1b=result)
    assert found.verdict == "not_ready"
    assert "only one is met" in found.reason
    assert [rule.is_satisfied for rule in found.rules] == [False, True]


def test_a_bad_repeat_is_not_ready():
    found = overall(R2="not_met")
    assert found.verdict == "not_ready"
    assert "the repeat finding R2 is not put right" in found.reason
    assert found.rules[0].is_satisfied


def test_an_unknown_repeat_alone_does_not_make_it_not_ready():
    assert overall(R2=None).verdict == "ready"


def test_a_third_unknown_can_still_be_told_and_one_more_cannot():
    assert overall(**unknown(7)).verdict == "ready"
    found = overall(**unknown(8))
    assert found.verdict == "cannot_tell"
    assert "eight of the 21 claims for development" in found.reason


def test_too_much_unknown_comes_before_a_failing_claim():
    assert overall(**unknown(8), D20="not_met").verdict == "cannot_tell"


def test_one_failing_claim_for_development_is_partly_ready():
    found = overall(**unknown(7), D20="not_met")
    assert found.verdict == "partly_ready"
    assert "one of the 21 claims for development is not met (D20)" in found.reason


def test_a_requirement_that_was_met_does_not_decide():
    assert overall(S1a="not_met").verdict == "ready"


def test_every_claim_is_in_the_report_also_when_nothing_is_known():
    judgement = judged(letter())
    assert [c.id for c in judgement.claims] == [c.id for _, c in letter().claims()]
    assert {c.verdict for c in judgement.claims} == {"needs_evidence"}
    assert judgement.overall.rules[1].reason == "All 24 claims and one repeat finding are in this report."
