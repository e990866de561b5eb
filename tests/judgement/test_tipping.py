"""What would change a verdict: the counts named are those at which it really tips."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.judgement.counts import Pool
from readiness.judgement.shares import judge_share
from readiness.judgement.tipping import least_good
from tests.judgement.builders import (
    bar,
    claim,
    entry,
    facts,
    finding,
    judged,
    only_claim,
    pool,
    register,
    row,
    rows,
)

LETTER = register(finding("D1", claim("D1a")))
PROXY = register(finding("D1", claim("D1a", "proxy")))
AUDITED = register(finding("D1", claim("D1a", "register")))


def tipping(given_rows, letter=LETTER, **keys):
    return only_claim(judged(letter, given_rows, **keys)).tipping


def shared(given_rows, letter=LETTER, **keys):
    return only_claim(judged(letter, given_rows, **keys)).tipping_shared


@settings(max_examples=60, deadline=None)
@given(
    size=st.integers(1, 400),
    target=st.sampled_from([50.0, 85.0, 90.0, 95.0]),
    margin=st.sampled_from([0.0, 5.0]),
    direction=st.sampled_from(["up", "down"]),
)
def test_the_tipping_count_is_the_one_that_a_walk_through_all_counts_finds(size, target, margin, direction):
    held = bar(target if direction == "up" else 100 - target, margin, direction)

    def is_good(count: int) -> bool:
        month = replace(pool((0, size)).last, numerator=count)
        return judge_share(Pool((month,)), held)[0] == "good"

    good = [count for count in range(size + 1) if is_good(count)]
    expected = (min(good) if direction == "up" else max(good)) if good else None
    assert least_good(pool((0, size)), held) == expected


def test_off_target_names_the_count_that_would_do():
    """90 percent of 3,085 is 2,776.5, and with 2,777 the interval's lower bound is 88.9, within five points."""
    assert tipping(rows([(800, 1000), (800, 1000), (812, 1085)])) == (
        "It would be met if at least 2,777 of 3,085 contacts were decided within one working day (now 2,412)."
    )


def test_what_is_met_names_the_count_at_which_it_would_be_lost():
    assert tipping([row(960, 1000)]) == (
        "It would no longer be met if fewer than 900 of 1,000 contacts were decided within one working day (now 960)."
    )


def test_a_backlog_names_how_much_may_be_overdue():
    assert tipping([row(960, 1000, overdue=1200)]) == (
        "It would be met if the number of contacts undecided was at most 50 (now 1,200)."
    )


def test_off_target_with_a_backlog_or_unread_records_behind_it_names_all_that_it_takes():
    """The mean of 3,085 in three months is 1,028, of which 5 percent are 51; 162 unread are 4.99 percent of 3,247."""
    shares = [(800, 1000), (800, 1000), (812, 1085)]
    needed = "at least 2,777 of 3,085 contacts were decided within one working day (now 2,412)"
    less = "the number of contacts undecided was at most 51 (now 1,200)"
    assert tipping(rows(shares, overdue=1200)) == f"It would be met if {needed} and {less}."
    unread = "no more than 162 of the records behind it could not be read (now 300)"
    given_rows = rows(shares, overdue=1200, left_out='{"quarantined": 100}')
    assert tipping(given_rows) == f"It would be met if {needed}, {less} and {unread}."


@settings(max_examples=150, deadline=None)
@given(
    share=st.tuples(st.integers(0, 400), st.integers(30, 400)).filter(lambda pair: pair[0] <= pair[1]),
    overdue=st.integers(0, 80),
    unread=st.integers(0, 80),
)
def test_with_all_that_the_sentence_names_it_is_met_and_with_one_less_it_is_not(share, overdue, unread):
    def said(numerator, overdue, unread):
        given_rows = [row(numerator, share[1], overdue=overdue, left_out=f'{{"quarantined": {unread}}}')]
        one = only_claim(judged(LETTER, given_rows))
        return one.verdict, one.tipping

    verdict, sentence = said(share[0], overdue, unread)
    named = {
        "share": re.search(r"at least ([\d,]+) of", sentence),
        "overdue": re.search(r"undecided was at most ([\d,]+)", sentence),
        "unread": re.search(r"no more than ([\d,]+) of the records", sentence),
    }
    asked = {name: int(found[1].replace(",", "")) for name, found in named.items() if found}
    if verdict == "met" or "more cases" in sentence:
        return
    fulfilled = (asked.get("share", share[0]), asked.get("overdue", overdue), asked.get("unread", unread))
    assert said(*fulfilled)[0] == "met", sentence
    for place, name in enumerate(("share", "overdue", "unread")):
        if name in asked:
            missed = list(fulfilled)
            missed[place] += -1 if name == "share" else 1
            assert said(*missed)[0] != "met", f"{sentence} but {name} {missed[place]}"


def test_few_cases_no_data_and_months_not_complete_say_what_is_lacking():
    assert tipping([row(28, 29)]).startswith(
        "It would be met if there were more cases by which to say how many contacts"
    )
    assert tipping([row(21, 29)]) == (
        "It would be met if there were more cases and at least 90% of contacts were decided within one working day."
    )
    assert tipping([], definitions=[]) == "It would be met if there were the times of decisions."
    young = [row(99, 100, maturity="young")]
    assert tipping(young).startswith("It would be met if a month was complete enough to say how many contacts were")


def test_several_indicators_are_told_and_of_many_the_rest_is_counted():
    names = ["prompt", "seen"]
    letter = register(finding("D1", claim("D1a", evidence=names)))
    known = [facts(name) for name in names]
    both = [row(50, 100, name=name) for name in names]
    assert tipping(both, letter, definitions=known).count("at least") == 1  # the same words stand once
    three = register(finding("D1", claim("D1a", evidence=["prompt", "seen", "third"])), indicators={"third": WORDS})
    assert tipping(both, three, definitions=known).endswith("and there were the third thing.")


WORDS = {"counted": "third", "needs": "the third thing", "target": {"value": 90, "source": "local"}}


class TestAudits:
    def test_what_only_an_audit_can_show_takes_one(self):
        assert tipping([], AUDITED) == "It takes an audit of the work."

    def test_an_audit_in_date_counts_until_a_later_one_or_its_expiry(self):
        assert tipping([], AUDITED, entries=[entry("D1a", "met")]) == (
            "A later audit or survey that finds otherwise, or 11 May 2027, when this one expires."
        )

    def test_records_that_speak_for_it_need_an_audit(self):
        assert tipping([row(960, 1000)], PROXY) == (
            "It would be met with an audit of the work that finds the same; records would say no more so if fewer than "
            "900 of 1,000 contacts were decided within one working day (now 960)."
        )

    def test_an_audit_against_it_must_be_followed_by_another(self):
        found = tipping([row(500, 1000)], PROXY, entries=[entry("D1a", "not_met")])
        assert found.startswith("It would be met with a later audit that finds it so, and if at least 900 of 1,000")
        found = tipping([row(960, 1000)], PROXY, entries=[entry("D1a", "not_met")])
        assert found == "It would be met with a later audit that finds it so."


class TestEveryMonth:
    LETTER = register(finding("D1", claim("D1a"), claim("D1b", rule={"kind": "every_month", "of": "D1a", "months": 6})))

    @pytest.mark.parametrize(("missed", "words"), [(0, "one more month was"), (2, "three more months in a row were")])
    def test_the_months_until_the_last_miss_is_out_of_the_window(self, missed, words):
        shares = [(95, 100)] * 6
        shares[missed] = (50, 100)
        claims = judged(self.LETTER, rows(shares)).claims
        found = next(one for one in claims if one.id == "D1b").tipping
        assert found.startswith(f"It would be met if {words} on target in how many contacts were decided")
        assert found.endswith("2026).")

    def test_too_few_cases_in_a_month_and_a_backlog_are_named_beside_it(self):
        given_rows = rows([(50, 100), (20, 20), *[(95, 100)] * 4])
        given_rows[-1]["overdue"] = 7
        claims = judged(self.LETTER, given_rows).claims
        found = next(one for one in claims if one.id == "D1b").tipping
        assert found.startswith("It would be met if one more month was on target in how many contacts were decided")
        assert found.endswith(
            "(the last to miss it was April 2026), each of six months had 30 cases or more and the number of contacts "
            "undecided was at most 5 (now 7)."
        )


def test_areas_that_are_too_few_to_judge_must_lie_close_together_too():
    gap = {"kind": "area_gap", "at_most_points": 10, "source": "local"}
    letter = register(finding("D7", claim("D7c", "proxy", rule=gap, needs="a review")))
    areas = [row(*share, scope_type="area", scope_id=area) for area, share in {"a1": (90, 100), "a2": (80, 90)}.items()]
    found = tipping([row(200, 240), *areas, row(1, 5, scope_type="area", scope_id="a3")], letter)
    assert found == (
        "Records would speak for it if every area had cases enough to judge, and the best and the weakest of them were "
        "at most 10 points apart; and it would be met with a review that finds the same."
    )


class TestSharedCopies:
    def test_small_counts_are_not_given_away(self):
        assert shared(rows([(30, 33), (28, 30), (30, 34)])) == (
            "It would be met if more contacts were decided within one working day."
        )
        assert shared([row(95, 100, overdue=6)]).endswith("the number of contacts undecided was smaller.")

    @pytest.mark.parametrize("share", [(150, 270), (30, 75), (60, 90)])
    def test_what_stands_behind_a_share_off_target_gives_no_small_count_away(self, share):
        """That it is named, or is not, must not tell which of the counts 1 to 5 is withheld."""
        overdue = {shared([row(*share, overdue=n)]) for n in range(1, 6)}
        unread = {shared([row(*share, left_out=f'{{"quarantined": {n}}}')]) for n in range(1, 6)}
        assert len(overdue) == len(unread) == 1
        assert "undecided was at most 13 (now 14)" in shared([row(150, 270, overdue=14)])

    def test_large_counts_stand_as_they_are(self):
        given_rows = rows([(800, 1000), (800, 1000), (812, 1085)])
        assert shared(given_rows) == tipping(given_rows)
