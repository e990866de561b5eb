"""The released report: the same after disclosure control. Every copy that leaves the data team is a part of it.

What is released is decided once for each version, for all places and months together and with what earlier versions
released; copies only select from it (`copies`). Whatever follows from counts is released if all of them are.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from readiness.report.disclosure import Cell, is_any_small, is_safe, withheld
from readiness.report.earlier import NOTHING, Earlier, Tree
from readiness.report.funnels import with_shared_funnels
from readiness.report.model import (
    BLOCKS,
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
    Quarter,
    Report,
    SmallNumbers,
    Suppressed,
    Young,
)
from readiness.report.summary import summarise
from readiness.report.words import VERDICTS, is_shown

HIDDEN = Suppressed()
PEOPLE = ("subjects", "subjects_in_time")
MISSED = ("done_late", "undone", "never_recorded")
FOLLOWS = ("value", "lower", "upper", "median", "median_lower", "median_upper", "p90")
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def share(report: Report, earlier: Earlier = NOTHING) -> Report:
    """The report with what must be withheld taken out. Sentences come from their shared form; the first screen is
    written anew. earlier: what other versions and months released before."""
    thresholds = report.small_numbers
    hidden = withheld_rows(report.indicators, earlier, thresholds.suppress_up_to)
    indicators = tuple(with_shared_funnels([_released(one, hidden, earlier, thresholds) for one in report.indicators]))
    titles = {id: definition.title for id, definition in report.definitions.items()}

    def released(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(_released_finding(finding, titles, report.indicators, indicators) for finding in findings)

    findings = released(report.findings)
    return report.model_copy(
        update={
            "audience": "released",
            "rare": (),  # in order, they would tell of single children
            "findings": findings,
            "indicators": indicators,
            "summary": summarise(findings, report.definitions, indicators),
            "data_quality": _released_quality(report.data_quality),
            "further": tuple(
                other.model_copy(update={"findings": released(other.findings)}) for other in report.further
            ),
        }
    )


# Rows


def withheld_rows(indicators: Iterable[Indicator], earlier: Earlier, up_to: int) -> set[tuple[Tree, str]]:
    """Rows of counts to withhold, of all places and months."""
    trees: dict[Tree, dict[str, tuple[Indicator, MonthValue]]] = {}
    for one in indicators:
        for row in one.months:
            for block in BLOCKS:
                if is_shown(getattr(row, block)):
                    trees.setdefault((block, one.id, row.month), {})[_place(one)] = (one, row)
    areas = {one.scope.id: one.scope.parent for one in indicators if one.scope.type == "team"}
    return {
        (tree, place)
        for tree, rows in trees.items()
        for place in withheld(_cells(tree[0], rows), up_to, earlier.printed(tree, areas))
    }


def _cells(block: str, rows: dict[str, tuple[Indicator, MonthValue]]) -> dict[str, Cell]:
    """The places of one indicator and month as a tree. How many children or workers a row is about weighs like a count,
    though it is not printed with it."""
    top = next((place for place in rows if place.startswith("authority ")), None)
    names = (*BLOCKS[block], "subjects") if block == "numerator" else BLOCKS[block]
    cells = {}
    for place, (one, row) in rows.items():
        area = f"area {one.scope.parent}"
        parent = None if place == top else area if area in rows else top
        cells[place] = Cell({n: getattr(row, n) for n in names if is_shown(getattr(row, n))}, parent)
    return cells


def _place(indicator: Indicator) -> str:
    return f"{indicator.scope.type} {indicator.scope.id}"


def _released(
    indicator: Indicator, hidden: Collection[tuple[Tree, str]], earlier: Earlier, thresholds: SmallNumbers
) -> Indicator:
    place, up_to = _place(indicator), thresholds.suppress_up_to
    is_authority = indicator.scope.type == "authority"
    months = []
    for row in indicator.months:
        gone = {block for block in BLOCKS if ((block, indicator.id, row.month), place) in hidden}
        update = {name: HIDDEN for block in gone for name in BLOCKS[block]}
        is_out = "numerator" in gone
        update |= {name: HIDDEN for name in _beside(indicator, row, is_out, up_to) if getattr(row, name) is not None}
        is_quiet = is_out or not _is_enough(indicator, row, thresholds)
        if is_quiet:
            update |= {name: HIDDEN for name in FOLLOWS if getattr(row, name) is not None}
        if row.young is not None:
            update["young"] = _young(row.young, is_quiet, thresholds.print_from)
        update["left_out"] = {
            reason: number if is_authority and not is_any_small([number], up_to) else HIDDEN
            for reason, number in row.left_out.items()
        }
        if row.first_reported is not None:
            update["first_reported"] = _first(row, indicator, earlier)
        months.append(row.model_copy(update=update))
    released = indicator.model_copy(update={"months": tuple(months)})
    # Months by start beside months by end: a withheld count of either could be had from both.
    update = {"ahead": _ahead(indicator, up_to), "control": _control(released), "started": ()}
    return released.model_copy(update=update)


def _young(young: Young, is_withheld: bool, print_from: int) -> Young:
    """Never how many entries there are: beside the month's count, that tells how many came too late to be counted here.
    Nothing where the month is withheld, or its entries are few."""
    is_few = not is_shown(young.recorded) or young.recorded < print_from
    names = set(Young.model_fields) - {"state"} if is_withheld or is_few else {"recorded"}
    return young.model_copy(update={name: HIDDEN for name in names if getattr(young, name) is not None})


def _beside(indicator: Indicator, row: MonthValue, is_out: bool, up_to: int) -> Iterator[str]:
    """Counts of the same cases told in another way: of the authority alone, and only together."""
    numbers = {name: getattr(row, name) for name in (*PEOPLE, *MISSED) if is_shown(getattr(row, name))}
    people = {"numerator": numbers.get("subjects_in_time", 0), "denominator": numbers.get("subjects", 0)}
    is_authority = indicator.scope.type == "authority"
    if is_out or not (is_authority or indicator.measure == "ratio") or not is_safe(people, up_to):
        yield from PEOPLE
    if is_out or not is_authority or not _are_parts_safe(row, numbers, up_to):
        yield from MISSED


def _are_parts_safe(row: MonthValue, numbers: dict[str, float], up_to: int) -> bool:
    """Parts of what was due and not done in time; they overlap, so each stands beside the rest of it, and what was done
    between the month's end and now beside both."""
    parts = [numbers[name] for name in MISSED if name in numbers]
    missed = row.denominator - row.numerator
    since = numbers.get("done_late", 0) + numbers.get("undone", 0) - missed
    return not is_any_small([*parts, *(missed - part for part in parts), since], up_to)


def _is_enough(indicator: Indicator, row: MonthValue, thresholds: SmallNumbers) -> bool:
    group = row.subjects if indicator.measure == "ratio" else row.denominator
    return is_shown(group) and group >= thresholds.print_from


def _first(row: MonthValue, indicator: Indicator, earlier: Earlier) -> FirstReported:
    """What was first reported is told if it was released then."""
    first = row.first_reported
    if earlier.is_released(("numerator", indicator.id, row.month), _place(indicator), first):
        return first
    return first.model_copy(update={"numerator": HIDDEN, "denominator": HIDDEN, "value": HIDDEN})


def _ahead(indicator: Indicator, up_to: int) -> Ahead | None:
    """Of the authority alone, so that no difference between places can be taken; nothing if any of it is small."""
    ahead = indicator.ahead
    if ahead is None or indicator.scope.type != "authority":
        return None
    return None if is_any_small((ahead.done_in_time, ahead.too_late, ahead.possible), up_to) else ahead


def _control(released: Indicator) -> Control | None:
    """Nothing if any month behind its means and limits is withheld, for it could be had from the others and the mean;
    how alike months are is measured on all of them. That limits could be computed anew is for the council to decide."""
    control = released.control
    if control is None:
        return None
    behind = {row.month for row in released.months} if control.is_alike else {point.month for point in control.points}
    if _withheld_months(released) & behind:
        return None
    return control.model_copy(update={"settled_since": None})


def _withheld_months(released: Indicator) -> set[str]:
    return {row.month for row in released.months if HIDDEN in (row.numerator, row.denominator)}


# Sentences


def _released_finding(
    finding: Finding, titles: Mapping[str, str], before: Iterable[Indicator], after: Iterable[Indicator]
) -> Finding:
    names = {item.id for claim in finding.claims for item in claim.details}
    pairs: dict[str, list[tuple[Indicator, Indicator]]] = {}
    for internal, released in zip(before, after, strict=True):
        if internal.id in names and internal.scope.type != "team":
            pairs.setdefault(internal.id, []).append((internal, released))
    claims = tuple(_released_claim(claim, titles, pairs) for claim in finding.claims)
    return finding.model_copy(update={"claims": claims})


def _released_claim(
    claim: Claim, titles: Mapping[str, str], pairs: Mapping[str, list[tuple[Indicator, Indicator]]]
) -> Claim:
    found = {item.id: _evidence(item, titles.get(item.id, item.id), pairs.get(item.id, ())) for item in claim.details}
    numbers = {number for _, tells in found.values() for number in tells}
    is_withheld = any(item.now is not None and item.now.numerator == HIDDEN for item, _ in found.values())
    is_change_withheld = is_withheld or any(
        internal.control and released.control is None for name in found for internal, released in pairs.get(name, ())
    )
    return claim.model_copy(
        update={
            "reason": _told(claim.reason, claim.reason_shared, is_withheld, numbers) or VERDICTS[claim.verdict].meaning,
            "reason_shared": None,
            "change": _told(claim.change, claim.change_shared, is_change_withheld, numbers),
            "change_shared": None,
            "tipping": _told(claim.tipping, claim.tipping_shared, is_withheld, numbers),
            "tipping_shared": None,
            "details": tuple(item for item, _ in found.values()),
        }
    )


def _evidence(
    item: EvidenceItem, title: str, pairs: Iterable[tuple[Indicator, Indicator]]
) -> tuple[EvidenceItem, set[str]]:
    """The evidence as released, and the numbers that its sentences must not tell."""
    if item.now is None:
        return item.model_copy(update={"reason": item.reason_shared or item.reason, "reason_shared": None}), set()
    numbers = {number for internal, released in pairs for number in _numbers(internal, released, item.now.months)}
    is_withheld = any(
        released.scope.type == "authority" and _withheld_months(released) & set(item.now.months)
        for _, released in pairs
    )
    now = _without_counts(item.now) if is_withheld else item.now
    untold = f"{title}: the figures would give small numbers away, so this copy leaves them out."
    reason = _told(item.reason, item.reason_shared, is_withheld, numbers) or untold
    return item.model_copy(update={"now": now, "reason": reason, "reason_shared": None}), numbers


def _told(internal: str, shared: str | None, is_withheld: bool, numbers: set[str]) -> str:
    """The shared sentence, or none: if it still holds all that the council's own does while its counts are withheld
    here, or tells a number that is. Judgement looks at one indicator's counts alone, this room also at what subtraction
    between places and versions would tell."""
    if not shared or (is_withheld and shared == internal):
        return ""
    return "" if numbers & set(NUMBER.findall(shared)) else shared


def _numbers(internal: Indicator, released: Indicator, months: Iterable[str]) -> Iterator[str]:
    """Withheld counts of a place in these months, and what they come to together, as sentences print them."""
    gone = [
        (before, after)
        for before, after in zip(internal.months, released.months, strict=True)
        if before.month in months
    ]
    if _withheld_months(released) & set(months):
        for name in BLOCKS["numerator"]:
            yield f"{sum(getattr(before, name) for before, _ in gone if is_shown(getattr(before, name))):,}"
    for before, after in gone:
        for name in ("numerator", "denominator", "running", "overdue", "subjects"):
            if getattr(after, name) == HIDDEN:
                yield f"{getattr(before, name):,g}"


def _without_counts(quarter: Quarter) -> Quarter:
    hidden = dict.fromkeys(("numerator", "denominator", "value", "lower", "upper"), HIDDEN)
    return Quarter(months=quarter.months, **hidden)


# Data quality


def _released_quality(quality: DataQuality) -> DataQuality:
    """Which feeds there are. Counts of rows are for the data team, who mends them."""
    feeds = (FeedQuality(feed=feed.feed, status=feed.status, newest_on=feed.newest_on) for feed in quality.feeds)
    return DataQuality(feeds=tuple(feeds), missing=quality.missing)
