"""What an indicator's control chart says, in plain sentences, and what its annotations tell."""

from collections.abc import Iterator, Sequence

from readiness.report import words
from readiness.report.model import Annotation, Assurance, Control, Indicator, PointKind, Signal

VARIATION: dict[PointKind, str] = {
    "improvement": "Getting better",
    "concern": "Getting worse",
    "common_cause": "No change that chance could not explain",
}
RULES: dict[Signal, str] = {
    "outside_limits": "lies beyond the limits to which chance reaches",
    "trend": "is one of seven or more months that all went the same way",
    "two_of_three": "lies far from the mean, with another of the months around it",
    "shift": "is one of seven or more months in a row on the same side of the mean",
}
ASSURANCE: dict[Assurance, str] = {
    "consistent_pass": "go on reaching the target",
    "consistent_fail": "go on missing the target",
    "inconsistent": "reach the target or miss it by chance: hit and miss",
}


def control_sentences(indicator: Indicator) -> tuple[str, ...]:
    """Variation, assurance (which takes a process that does not change), rebases and wider limits; nothing where a
    shared copy withholds the chart."""
    if not indicator.control or not indicator.control.phases:
        return ()
    by_day = f"Months are compared by {indicator.unit} a working day, so that a short month is no change."
    return (*_sentences(indicator.control), *([by_day] if indicator.measure == "total" else []))


def annotation_sentences(annotations: Sequence[Annotation]) -> tuple[str, ...]:
    """Each by the number with which the chart marks its month."""
    return tuple(
        f"{number}: {words.month_in_words(annotation.month)}, {annotation.text.rstrip('.')}."
        for number, annotation in enumerate(annotations, start=1)
    )


def _sentences(control: Control) -> Iterator[str]:
    phase = control.phases[-1]
    if control.state == "too_few":
        known = words.plural(phase.points, "complete month is", "complete months are")
        yield f"Too early to tell a change from chance: {known} known of the {control.minimum_points} that it takes."
    elif control.variation is None:
        yield "No change can be told from chance: no recent month has enough cases."
    else:
        latest = control.points[-1]
        why = f": {words.month_in_words(latest.month)} {RULES[latest.rule]}" if latest.rule else ""
        yield f"{VARIATION[control.variation]}{why}."
    if control.assurance:
        since = words.month_in_words(phase.first_month)
        outlook = ASSURANCE[control.assurance]
        if control.variation == "common_cause":
            yield f"If it stays as it has been since {since}, it will {outlook}."
        else:
            yield f"By all months since {since} together it would {outlook}; but it is changing, so that need not hold."
    if control.settled_since:
        since = words.month_in_words(control.settled_since)
        yield (
            f"Since {since} the months have settled at a new level: if its cause is known and will last, a rebase "
            "(mean and limits computed anew from there) can be decided in annotations.yaml, with its reason."
        )
    for begun in control.phases:
        if begun.reason:
            since = words.month_in_words(begun.first_month)
            yield f"Mean and limits are computed anew from {since}: {begun.reason}."
    if control.is_alike:
        yield (
            "Many of the same cases stand in it from one month to the next, so chance lasts, and the limits are drawn "
            "wider by how alike the months are: only a month beyond them counts as a change."
        )
