"""The shared copy of a report: the same after disclosure control, and the only source of what is mailed or exported."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from readiness.report.disclosure import Sum, implied, is_small, primary, secondary
from readiness.report.funnels import with_shared_funnels
from readiness.report.model import (
    Ahead,
    Claim,
    Control,
    DataQuality,
    EvidenceItem,
    FeedQuality,
    Finding,
    FirstReported,
    Indicator,
    MonthValue,
    Number,
    Quarter,
    Report,
    SmallNumbers,
    Suppressed,
    Young,
)
from readiness.report.summary import summarise
from readiness.report.words import STANDINGS, VERDICTS, is_shown

COUNTS = (
    "numerator",
    "denominator",
    "running",
    "overdue",
    "subjects",
    "subjects_in_time",
    "done_late",
    "undone",
    "never_recorded",
)
LEFT_OUT = "left_out."
HIDDEN = Suppressed()

Cell = tuple[str, str, str]
"""Scope ('type id'), month and name of a count."""


def share(report: Report) -> Report:
    """The report for shared copies. Sentences come from their shared form; the first screen is written anew."""
    thresholds = report.small_numbers
    by_indicator: dict[str, list[Indicator]] = defaultdict(list)
    for indicator in report.indicators:
        by_indicator[indicator.id].append(indicator)
    hidden = {name: withheld(series, thresholds.suppress_up_to) for name, series in by_indicator.items()}
    shown = tuple(shared_indicator(i, hidden[i.id], thresholds) for i in report.indicators)
    indicators = tuple(with_shared_funnels(shown))
    hidden_months = {name: _hidden_months(cells) for name, cells in hidden.items()}
    without_control = {
        one.id for one in report.indicators if one.control and _shared_control(one, hidden_months[one.id]) is None
    }

    def shared_findings(found: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(_shared_finding(f, hidden_months, without_control, thresholds.suppress_up_to) for f in found)

    findings = shared_findings(report.findings)
    return report.model_copy(
        update={
            "audience": "shared",
            "findings": findings,
            "indicators": indicators,
            "summary": summarise(findings, report.definitions, indicators),
            "data_quality": _shared_quality(report.data_quality, thresholds.suppress_up_to),
            "further": tuple(
                other.model_copy(update={"findings": shared_findings(other.findings)}) for other in report.further
            ),
        }
    )


def withheld(series: Iterable[Indicator], up_to: int) -> set[Cell]:
    """The counts of one indicator, over all its scopes and months, that a shared copy withholds."""
    series = list(series)
    counts: dict[Cell, float] = {}
    hidden: set[Cell] = set()
    companions: dict[Cell, list[Cell]] = {}
    for indicator in series:
        scope = _scope_key(indicator)
        for row in indicator.months:
            numbers = row_counts(row)
            counts.update({(scope, row.month, name): number for name, number in numbers.items()})
            hidden.update((scope, row.month, name) for name in primary(numbers, up_to))
            for name, others in implied(numbers).items():
                companions[scope, row.month, name] = [(scope, row.month, other) for other in sorted(others)]
    return secondary(counts, _sums_over_scopes(series, counts), hidden, up_to, companions)


def row_counts(row: MonthValue) -> dict[str, float]:
    """The counts of a month by name, those left out by reason."""
    numbers = {name: getattr(row, name) for name in COUNTS if is_shown(getattr(row, name))}
    numbers |= {LEFT_OUT + reason: number for reason, number in row.left_out.items() if is_shown(number)}
    return numbers


def _scope_key(indicator: Indicator) -> str:
    return f"{indicator.scope.type} {indicator.scope.id}"


def _sums_over_scopes(series: list[Indicator], counts: dict[Cell, float]) -> Iterator[Sum]:
    """Areas add up to the authority, teams to their area; teams of no known area to the authority."""
    authority = next((_scope_key(i) for i in series if i.scope.type == "authority"), None)
    children: dict[str, list[str]] = defaultdict(list)
    for indicator in series:
        if indicator.scope.type == "area" and authority:
            children[authority].append(_scope_key(indicator))
        elif indicator.scope.type == "team" and indicator.scope.parent:
            children[f"area {indicator.scope.parent}"].append(_scope_key(indicator))
    cells = {(month, name) for _, month, name in counts}
    for total, parts in children.items():
        for month, name in sorted(cells):
            present = tuple((part, month, name) for part in parts if (part, month, name) in counts)
            if present:
                yield Sum((total, month, name), present)


def _hidden_months(cells: set[Cell]) -> set[str]:
    """Months of the authority whose share is withheld: pooled with others, they could be had by subtraction."""
    return {
        month
        for scope, month, name in cells
        if scope.startswith("authority ") and name in ("numerator", "denominator", "subjects")
    }


def shared_indicator(indicator: Indicator, hidden: set[Cell], thresholds: SmallNumbers) -> Indicator:
    """An indicator without the counts in `hidden`, and without what follows from them."""
    scope = _scope_key(indicator)
    months = tuple(
        _shared_row(
            row,
            {name for name in row_counts(row) if (scope, row.month, name) in hidden},
            is_ratio=indicator.measure == "ratio",
            thresholds=thresholds,
        )
        for row in indicator.months
    )
    return indicator.model_copy(
        update={
            "months": months,
            "ahead": _shared_ahead(indicator, thresholds.suppress_up_to),
            "control": _shared_control(indicator, _hidden_months(hidden)),
            # Months by start beside months by end: a withheld count of either could be had from both.
            "started": (),
        }
    )


def _shared_control(indicator: Indicator, hidden_months: set[str]) -> Control | None:
    """Nothing if any month behind its means is withheld, for it could be had from the others and the mean."""
    control = indicator.control
    if control is None or any(point.month in hidden_months for point in control.points):
        return None
    return control


def _shared_ahead(indicator: Indicator, up_to: int) -> Ahead | None:
    """Of the authority alone, so that no difference between places can be taken; nothing if any of it is small."""
    ahead = indicator.ahead
    if ahead is None or indicator.scope.type != "authority":
        return None
    parts = (ahead.done_in_time, ahead.too_late, ahead.possible)
    return None if any(is_small(part, up_to) for part in parts) else ahead


def _shared_row(row: MonthValue, hidden: set[str], is_ratio: bool, thresholds: SmallNumbers) -> MonthValue:
    update: dict[str, object] = {name: HIDDEN for name in COUNTS if name in hidden}
    update["left_out"] = {
        reason: HIDDEN if LEFT_OUT + reason in hidden else number for reason, number in row.left_out.items()
    }
    group = row.subjects if is_ratio else row.denominator
    is_few = not is_shown(group) or group < thresholds.print_from
    is_withheld = is_few or not hidden.isdisjoint(("numerator", "denominator", "subjects"))
    if row.young is not None:
        update["young"] = _shared_youth(row.young, is_withheld, thresholds.print_from)
    if is_withheld:
        for name in ("value", "lower", "upper", "median", "median_lower", "median_upper", "p90"):
            if getattr(row, name) is not None:
                update[name] = HIDDEN
    if row.first_reported is not None:
        is_hidden = bool(hidden & {"numerator", "denominator"})
        update["first_reported"] = _shared_first(row.first_reported, is_hidden, thresholds.suppress_up_to)
    return row.model_copy(update=update)


def _shared_youth(young: Young, is_withheld: bool, print_from: int) -> Young:
    """Never how many entries there are: beside the month's count, that tells how many came too late to be counted here.
    Nothing where the month is withheld, or its entries are few."""
    is_few = not is_shown(young.recorded) or young.recorded < print_from
    names = set(Young.model_fields) - {"state"} if is_withheld or is_few else {"recorded"}
    return young.model_copy(update={name: HIDDEN for name in names if getattr(young, name) is not None})


def _shared_first(first: FirstReported, is_hidden_now: bool, up_to: int) -> FirstReported:
    if not is_hidden_now and not _is_small_share(first.numerator, first.denominator, up_to):
        return first
    return first.model_copy(update={"numerator": HIDDEN, "denominator": HIDDEN, "value": HIDDEN})


def _is_small_share(numerator: Number, denominator: Number, up_to: int) -> bool:
    if not is_shown(numerator) or not is_shown(denominator):
        return not (numerator is None and denominator is None)
    return any(is_small(number, up_to) for number in (numerator, denominator, denominator - numerator))


def _shared_finding(finding: Finding, hidden: dict[str, set[str]], without_control: set[str], up_to: int) -> Finding:
    claims = tuple(_shared_claim(claim, hidden, without_control, up_to) for claim in finding.claims)
    return finding.model_copy(update={"claims": claims})


def _shared_claim(claim: Claim, hidden: dict[str, set[str]], without_control: set[str], up_to: int) -> Claim:
    items = tuple(_shared_item(item, hidden.get(item.id, set()), up_to) for item in claim.details)
    is_change_withheld = any(item.id in without_control for item in items)
    is_withheld = any(_is_withheld(item) for item in items)
    return claim.model_copy(
        update={
            "reason": _sentence(claim.reason, claim.reason_shared, is_withheld) or VERDICTS[claim.verdict].meaning,
            "reason_shared": None,
            "change": _sentence(claim.change, claim.change_shared, is_withheld or is_change_withheld) or "",
            "change_shared": None,
            "tipping": _sentence(claim.tipping, claim.tipping_shared, is_withheld) or "",
            "tipping_shared": None,
            "details": items,
        }
    )


def _shared_item(item: EvidenceItem, hidden_months: set[str], up_to: int) -> EvidenceItem:
    kept = item.model_copy(update={"now": _shared_quarter(item.now, hidden_months, up_to)})
    reason = _sentence(item.reason, item.reason_shared, _is_withheld(kept)) or f"{STANDINGS[item.standing].word}."
    return kept.model_copy(update={"reason": reason, "reason_shared": None})


def _is_withheld(item: EvidenceItem) -> bool:
    return item.now is not None and HIDDEN in (item.now.numerator, item.now.denominator)


def _sentence(internal: str, shared: str | None, is_withheld: bool) -> str | None:
    """The shared sentence, unless it still holds all that the council's own does while its counts are withheld here:
    judgement looks at one indicator's counts alone, this room also at what subtraction between places would tell."""
    return None if is_withheld and shared == internal else shared


def _shared_quarter(quarter: Quarter | None, hidden_months: set[str], up_to: int) -> Quarter | None:
    if quarter is None:
        return None
    if hidden_months.isdisjoint(quarter.months) and not _is_small_share(quarter.numerator, quarter.denominator, up_to):
        return quarter
    return Quarter(
        months=quarter.months, numerator=HIDDEN, denominator=HIDDEN, value=HIDDEN, lower=HIDDEN, upper=HIDDEN
    )


def _shared_quality(quality: DataQuality, up_to: int) -> DataQuality:
    return quality.model_copy(
        update={
            "notes": (),
            "feeds": tuple(_shared_feed(feed, up_to) for feed in quality.feeds),
            "rules": tuple(
                rule.model_copy(
                    update={
                        name: HIDDEN
                        for name in ("checked", "failed", "checked_before", "failed_before")
                        if is_shown(getattr(rule, name)) and is_small(getattr(rule, name), up_to)
                    }
                )
                for rule in quality.rules
            ),
        }
    )


def _shared_feed(feed: FeedQuality, up_to: int) -> FeedQuality:
    """A message may count rows in words, so it stays with the data team."""
    names = ("source_rows", "accepted", "quarantined", "copies", "warnings")
    numbers = {name: getattr(feed, name) for name in names if is_shown(getattr(feed, name))}
    small = {name for name, number in numbers.items() if is_small(number, up_to)}
    total = Sum("source_rows", tuple(name for name in names[1:4] if name in numbers))
    hidden = secondary(numbers, [total], small, up_to)
    return feed.model_copy(update=dict.fromkeys(hidden, HIDDEN) | {"message": None})
