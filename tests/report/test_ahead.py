"""What falls due next month: in the report, in words, and in shared copies."""

from readiness.report import share
from readiness.report.beside import ahead_sentence
from readiness.report.model import Ahead, Indicator, Scope


def indicator(done: int, late: int, possible: int, scope: str = "authority") -> Indicator:
    return Indicator(
        id="contact_decision_in_time",
        family="timeliness",
        measure="proportion",
        unit="percent",
        scope=Scope(type=scope, id=scope, name="Exampleshire"),
        months=(),
        ahead=Ahead(month="2026-11", done_in_time=done, too_late=late, possible=possible),
    )


def test_the_span_runs_from_nothing_more_to_all_that_still_can_be():
    assert ahead_sentence(indicator(20, 10, 70), 20) == (
        "Looking ahead to November 2026, 100 of those begun fall due: on record, 20 are done in time, 10 are too late, "
        "and 70 can still be in time. That is between 20% (if nothing more is done) and 90% (if all of them are) in "
        "time; what is not begun yet is not in it."
    )


def test_with_nothing_left_to_do_there_is_one_number():
    assert ahead_sentence(indicator(30, 10, 0), 20).endswith("and none is still open in time: 75% in time.")


def test_of_few_cases_or_none_nothing_is_said():
    assert ahead_sentence(indicator(10, 4, 5), 20) == ""
    assert ahead_sentence(indicator(0, 0, 0).model_copy(update={"ahead": None}), 20) == ""


def test_a_shared_copy_holds_it_for_the_authority_alone_and_only_without_small_counts(report):
    def shared(*given, **keys) -> Ahead | None:
        return (
            share(report.model_copy(update={"indicators": (indicator(*given, **keys),), "findings": ()}))
            .indicators[0]
            .ahead
        )

    assert shared(20, 10, 70) == indicator(20, 10, 70).ahead
    assert shared(20, 0, 70) is not None
    for small in ((5, 10, 70), (20, 1, 70), (20, 10, 5)):
        assert shared(*small) is None
    assert shared(20, 10, 70, scope="team") is None
