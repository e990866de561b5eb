"""The month judged with other numbers: which verdicts would turn."""

from readiness.judgement.sensitivity import vary
from tests.judgement.builders import claim, facts, finding, judged, register, row


def variations(given, letter=None, definitions=None):
    letter = letter or register(finding("D1", claim("D1a")))
    known = definitions or [facts()]
    base = judged(letter, given, definitions=known)
    found = vary(base, lambda other: judged(other, given, definitions=known), letter, {f.id: f for f in known})
    return {
        each.words.partition(" (")[0]: [(t.claim_id, t.verdict, t.otherwise) for t in each.turned] for each in found
    }


def test_a_share_just_under_its_target_turns_with_an_easier_one_alone():
    """88 percent of 1,000 against 90, and against 85 with a lower bound of 85.8."""
    found = variations([row(880, 1000)])
    assert found.pop("every target in percent 5 points easier to reach") == [("D1a", "not_met", "met")]
    assert set(map(tuple, found.values())) == {()}


def test_a_share_just_over_its_target_turns_with_a_harder_one_and_without_a_margin():
    """91 percent of 1,000: the Wilson bound is 89.1, within five points of 90 and not above it."""
    found = variations([row(910, 1000)])
    assert found["every target in percent 5 points harder to reach"] == [("D1a", "met", "not_met")]
    assert found["no margin for chance"] == [("D1a", "met", "too_few")]
    assert found["every target in percent 5 points easier to reach"] == []


def test_overdue_work_between_the_two_margins_turns():
    found = variations([row(950, 1000, overdue=80)])
    assert found["twice the margin for overdue work"] == [("D1a", "not_met", "met")]


def test_where_less_is_better_harder_is_lower():
    down = [facts(direction="down")]
    letter = register(finding("D1", claim("D1a")), indicators={"prompt": DOWN})
    found = variations([row(80, 1000)], letter, down)
    assert found["every target in percent 5 points harder to reach"] == [("D1a", "met", "not_met")]
    assert found["every target in percent 5 points easier to reach"] == []


DOWN = {"counted": "calls were given up", "needs": "the calls", "target": {"value": 10, "source": "local"}}
