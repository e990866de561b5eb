"""The numbers behind the verdicts, a sentence each, as the report prints them."""

from collections.abc import Iterator

from readiness.judgement.counts import Thresholds
from readiness.judgement.register import AreaGap, EveryMonth, FindingKind, Register
from readiness.judgement.words import list_in_words, number_in_words

KINDS: dict[FindingKind, str] = {
    "priority_action": "the priority action",
    "area_for_development": "areas for development",
    "requirement_met": "requirements met",
    "repeat_finding": "repeat findings",
}


def settings_in_words(register: Register, thresholds: Thresholds) -> tuple[str, ...]:
    """Every number that a verdict depends on, besides the targets and limits printed with their indicators."""
    numbers = register.judgement
    strict = list_in_words([KINDS[kind] for kind in numbers.strict_kinds])
    return (
        f"Shares are judged over the latest {number_in_words(numbers.pooled_months)} mature months together, levels on "
        "the last day of the latest mature month.",
        f"A share on target counts as good from {thresholds.judge_from} cases, if the far end of its "
        f"{numbers.confidence_percent:g}% Wilson interval misses the target by no more than {numbers.margin_points:g} "
        f"points ({numbers.strict_margin_points:g} for {strict}).",
        f"Overdue work above {numbers.backlog_percent:g}% of a usual month's work turns good into bad; unread records "
        f"above {numbers.quarantined_percent:g}% keep a share from being good.",
        f"Percentages are printed from {thresholds.print_from} cases.",
        "Better or worse means that the latest mature month is more than chance explains on a control chart (XmR, the "
        f"rules of Making Data Count) of the latest {numbers.chart_months} months, from "
        f"{number_in_words(numbers.minimum_points)} mature months of {thresholds.print_from} cases or more.",
        "Limits of a level in which many of the same cases stand month after month are wider by how alike its months "
        "are, and nothing but a month beyond them counts.",
        "Nobody can tell how ready the council is while nothing is known of more than "
        f"{register.judgement.unknown_share_in_words} of the claims for development.",
        *_rules_of_claims(register),
    )


def _rules_of_claims(register: Register) -> Iterator[str]:
    for _, claim in register.claims():
        if isinstance(claim.rule, EveryMonth):
            months = number_in_words(claim.rule.months)
            yield f"{claim.id} asks for the targets of {claim.rule.of} in each of the latest {months} mature months."
        if isinstance(claim.rule, AreaGap):
            points = f"{claim.rule.at_most_points:g} points apart ({claim.rule.source})"
            yield f"{claim.id} accepts areas that lie at most {points}."
