"""The words of the report: verdicts, directions, numbers, months. One place, so that page and mail say the same."""

from dataclasses import dataclass
from datetime import date

from readiness.periods import Month
from readiness.report.model import (
    Counted,
    Definition,
    Direction,
    FindingKind,
    MonthValue,
    Number,
    OverallVerdict,
    Standing,
    Suppressed,
    Verdict,
)

WITHHELD = "withheld"
NOT_THERE = "–"
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Term:
    """A word of the fixed vocabulary: how it is printed, its mark (never colour alone), its tone, what it means."""

    word: str
    mark: str
    tone: str
    meaning: str


VERDICTS: dict[Verdict, Term] = {
    "met": Term("Met", "✓", "good", "The evidence shows that it is so, with enough cases and all months complete."),
    "not_met": Term("Not met", "✕", "bad", "The evidence shows that it is not so yet."),
    "indicative_met": Term(
        "Signs of met",
        "✓",
        "likely-good",
        "The case records point that way, but records alone cannot prove it; an audit or survey that agrees would.",
    ),
    "indicative_not_met": Term(
        "Signs of not met", "✕", "likely-bad", "The case records point against it; records alone cannot prove it."
    ),
    "too_few": Term("Too few to say", "?", "unknown", "There were too few cases to judge fairly."),
    "immature": Term("Too early to say", "?", "unknown", "Late entries may still arrive; no month is complete yet."),
    "no_data": Term("No data", "?", "unknown", "What would show it is not recorded, not extracted or not yet counted."),
    "needs_evidence": Term(
        "Needs an audit", "?", "unknown", "Case records cannot show it; it takes an audit, a review or a survey."
    ),
    "not_applicable": Term("Not applicable", "–", "unknown", "The rule that it is about was not in force this month."),
}

ACTION_STATES = {
    "done": Term("Done", "✓", "good", "It was done by the as-at."),
    "overdue": Term("Overdue", "✕", "bad", "Its day has come and it is not done."),
    "open": Term("Open", "·", "unknown", "It is not due yet."),
}

OVERALL: dict[OverallVerdict, Term] = {
    "ready": Term("Ready", "✓", "good", "Nothing that the letter asked to be put right is known to be unmet."),
    "partly_ready": Term("Partly ready", "✕", "likely-bad", "At least one area for development is not met."),
    "not_ready": Term("Not ready", "✕", "bad", "The priority action is not met in full, or a repeat is unmet."),
    "cannot_tell": Term("Cannot tell", "?", "unknown", "More than a third of the areas for development are not known."),
}

DIRECTIONS: dict[Direction, Term] = {
    "improving": Term("Improving", "↗", "good", "The latest complete month is better than chance explains."),
    "worsening": Term("Worsening", "↘", "bad", "The latest complete month is worse than chance explains."),
    "no_change": Term("No clear change", "→", "neutral", "Chance can explain how the latest complete month differs."),
    "unknown": Term("Not known", "·", "neutral", "Too few complete months are known to tell a change from chance."),
}

STANDINGS: dict[Standing, Term] = {
    "good": Term("On target", "✓", "good", ""),
    "bad": Term("Off target", "✕", "bad", ""),
    "too_few": Term("Too few to say", "?", "unknown", ""),
    "immature": Term("Too early to say", "?", "unknown", ""),
    "no_data": Term("No data", "?", "unknown", ""),
    "not_applicable": Term("Not applicable", "–", "unknown", ""),
}

KINDS: dict[FindingKind, str] = {
    "priority_action": "Priority action",
    "repeat_finding": "Repeated from the inspection before",
    "area_for_development": "Area for development",
    "requirement_met": "Met requirements in the letter",
}
"""Findings are printed in this order."""

COUNTED: dict[Counted, str] = {
    "single": "ended in the month",
    "recurring": "fell due in the month",
    "recording_lag": "happened in the month and are recorded",
    "check": "fall in the month",
    "level": "on the month's last day",
}

LEFT_OUT: dict[str, str] = {
    "withdrawn": "closed unfinished",
    "invalid": "ending before they start",
    "no_limit": "with no limit in force",
    "no_referral": "without a known referral",
    "second_assessment": "second assessments on the same referral",
    "quarantined": "with an unreadable record",
    "before_first_record": "begun before our records",
    "automatic_entry": "entered automatically",
    "migration": "brought over from another system",
    "sibling_copy": "copies of one entry to siblings",
    "starter": "new, with nothing due yet",
    "absent": "away for longer than the interval",
    "refused": "where the family would not say",
    "unborn": "not born yet",
    "age_unknown": "of unknown age",
    "not_in_post": "held by someone not in post",
    "not_case_holding": "held by someone who holds no cases",
    "no_full_time_equivalency": "held by someone whose share of a post is unknown",
    "below_minimum_full_time_equivalency": "held by someone with too small a share of a post",
    "no_child": "that name no child",
    "no_start": "without a start",
    "no_type": "of unknown type",
    "no_source": "of unknown source",
    "no_count": "without a count",
    "impossible_count": "with an impossible count",
    "no_decision_row": "without a row for the decision",
    "no_decision": "not decided on yet",
    "no_day_seen": "seen, without a word on when",
    "no_entry_time": "without the time of entry",
    "no_workforce_row": "whose worker the workforce table does not know",
    "no_further_action": "of enquiries that ended without further action",
    "no_enquiry": "without a known enquiry",
    "on_plan": "with a plan already running",
    "core_assessment_follows": "followed by a core assessment",
    "no_due_date": "without a due date",
    "no_audit_date": "without a day of the audit",
    "grade_unknown": "with a grade that is not on the scale",
    "no_session_before": "without an earlier session",
    "no_actions_before": "after a session that agreed no action",
    "no_session_since_qualifying": "qualified in post, without a session since",
}
"""Why cases are left out, as it follows their number; every reason that a query gives is here."""

DECIDED_BY = {"records": "Records", "proxy": "Records, confirmed by audit", "register": "Audit, review or survey"}

PARTS = {
    "start": "Clock starts",
    "stop": "Clock stops",
    "counted": "Counted",
    "left_out": "Left out",
    "applies_to": "Applies to",
    "passes": "Passes",
    "population": "Of whom",
    "met": "Met",
}

FEED_STATES = {
    "loaded": "loaded",
    "absent": "not in the source",
    "stopped": "could not be loaded",
    "missing": "missing",
}

GLOSSARY = {
    "Young": "A month for which late entries may still arrive: by the calendar, or because more than one in forty of "
    "its entries is expected still to come. It is shown, drawn hollow, and not judged.",
    "Better or worse than chance": "In the charts the thin line is the mean of the monthly values and the dotted ones "
    "are how far chance reaches (an XmR control chart). A diamond is a month better than chance explains, a square a "
    "worse one.",
    "Left out": "Cases that the definition excludes, or whose record could not be read; always counted.",
    "Likely range": "The 95% interval of a percentage: the fewer the cases, the wider.",
    "Median / 90%": "Half of the cases took no longer than the first figure, nine in ten no longer than the second. In "
    "brackets the 95% interval of the median: the fewer the cases, the wider.",
    "Teams beside each other": "A funnel chart: each team by how many cases it had and its share. The dashed lines are "
    "how far chance reaches around the share of all teams, the wider the fewer the cases: 95 of 100 teams lie within "
    "the inner ones and 998 of 1,000 within the outer ones, if only chance differs.",
}
"""Words of the report beside those for verdicts and directions."""

RESTATED = {
    "definition": "the definition changed",
    "corrections": "corrections were made",
    "entries": "records were entered or changed since",
}
"""Why a month is told otherwise than it was first reported."""


def month_in_words(month: str) -> str:
    """'2026-10' -> 'October 2026'."""
    return Month.parse(month).in_words()


def short_month(month: str) -> str:
    """'2026-10' -> 'Oct 2026'."""
    return f"{Month.parse(month).first_on:%b %Y}"


def months_in_words(months: tuple[str, ...]) -> str:
    """'July to September 2026', 'December 2025 to February 2026', 'September 2026'."""
    if not months:
        return ""
    first, last = Month.parse(months[0]), Month.parse(months[-1])
    if first == last:
        return first.in_words()
    start = f"{first.first_on:%B}" if first.year == last.year else first.in_words()
    return f"{start} to {last.in_words()}"


def day_in_words(day: date) -> str:
    """date(2026, 11, 6) -> '6 November 2026'."""
    return f"{day.day} {day:%B %Y}"


def is_shown(number: Number) -> bool:
    return number is not None and not isinstance(number, Suppressed)


def count(number: Number) -> str:
    """A count with thousands separated; 'withheld' if suppressed, a dash if there is none."""
    if isinstance(number, Suppressed):
        return WITHHELD
    if number is None:
        return NOT_THERE
    if isinstance(number, float) and not number.is_integer():
        return f"{number:,.1f}"
    return f"{int(number):,}"


def percent(value: Number) -> str:
    if isinstance(value, Suppressed):
        return WITHHELD
    return NOT_THERE if value is None else f"{value:.1f}%"


def whole_percent(value: float) -> str:
    """A target: 90 -> '90%'."""
    return f"{value:g}%"


def is_printed(row: MonthValue, definition: Definition, print_from: int) -> bool:
    """Whether a month's rate or ratio is printed: from a denominator of `print_from`, and if it is not withheld.

    A caseload's denominator is full-time equivalents, so its workers are counted instead.
    """
    base = row.subjects if definition.measure == "ratio" else row.denominator
    return is_shown(row.value) and is_shown(base) and base >= print_from


def has_open_work(definition: Definition) -> bool:
    """Whether work can be open: of a clock on a case or a duty, not of a recording lag, a check or a level."""
    return definition.counted in ("single", "recurring")


def value(row: MonthValue, definition: Definition, print_from: int) -> str:
    """A month's rate or ratio as printed; the counts always stand beside it."""
    if isinstance(row.value, Suppressed):
        return WITHHELD
    if row.value is None:
        return NOT_THERE
    if not is_printed(row, definition, print_from):
        return "too few"
    return percent(row.value) if definition.measure == "proportion" else f"{row.value:.1f}"


def counts(row: MonthValue, definition: Definition) -> str:
    """'412 of 507'; of a caseload '3,120 children for 171.5 full-time posts'; of a total '220 of 10,560, 10.0 a working
    day'."""
    if definition.measure == "ratio":
        return f"{count(row.numerator)} children for {count(row.denominator)} full-time posts"
    if not is_shown(row.numerator) and not is_shown(row.denominator):
        return WITHHELD if isinstance(row.numerator, Suppressed) else NOT_THERE
    told = f"{count(row.numerator)} of {count(row.denominator)}"
    if definition.measure == "total" and row.working_days and is_shown(row.value):
        return f"{told}, {row.value / row.working_days:,.1f} a working day"
    return told


def interval(row: MonthValue, definition: Definition, print_from: int) -> str:
    if not is_printed(row, definition, print_from) or not is_shown(row.lower) or not is_shown(row.upper):
        return NOT_THERE
    return f"{row.lower:.1f} to {row.upper:.1f}"


def target(definition: Definition, value: float | None = None) -> str:
    """'90% (local)'; '' without a target."""
    aim = definition.target if value is None else value
    if aim is None:
        return ""
    number = whole_percent(aim) if definition.measure == "proportion" else f"{aim:g}"
    return f"{number} ({definition.target_source})" if definition.target_source else number


def left_out(row: MonthValue) -> str:
    """'12 closed unfinished, 3 no known referral'; '' if nothing was."""
    parts = [
        f"{count(number)} {LEFT_OUT.get(reason, reason.replace('_', ' '))}"
        for reason, number in sorted(row.left_out.items())
        if number != 0
    ]
    return ", ".join(parts)


def plural(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
