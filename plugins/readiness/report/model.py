"""The frozen report of one month: what stands in report.json, as types.

`report.json` (internal), `report.shared.json` (what disclosure control released) and the copies selected from that have
the same shape; `audience` says which of them it is. Percentages are 0-100 with one decimal, counts are whole numbers, a
suppressed number is an object, a missing one is null. Nothing here is computed from the clock of the machine.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA = 1

Verdict = Literal[
    "met",
    "not_met",
    "indicative_met",
    "indicative_not_met",
    "too_few",
    "immature",
    "no_data",
    "needs_evidence",
    "not_applicable",
]
OverallVerdict = Literal["ready", "partly_ready", "not_ready", "cannot_tell"]
Direction = Literal["improving", "no_change", "worsening", "unknown"]
FindingKind = Literal["priority_action", "repeat_finding", "area_for_development", "requirement_met"]
Family = Literal["timeliness", "supervision", "recording_lag", "records", "workload"]
Measure = Literal["proportion", "ratio", "total"]
Counted = Literal["single", "recurring", "recording_lag", "check", "level"]
PointKind = Literal["common_cause", "improvement", "concern"]
Assurance = Literal["consistent_pass", "consistent_fail", "inconsistent"]
Signal = Literal["outside_limits", "trend", "two_of_three", "shift"]
Standing = Literal["good", "bad", "too_few", "immature", "no_data", "not_applicable"]


class Piece(BaseModel):
    """A frozen part of the report; a key that is not described here is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _is_nothing(value: object) -> bool:
    """Left out of the text where it is nothing, so that versions frozen before there was such a thing stay the same."""
    return not value


class Suppressed(Piece):
    """A number withheld by disclosure control; never 0, -1 or a text. It cannot be printed, compared or counted with by
    mistake: whoever prints a number asks `words.is_shown` first."""

    suppressed: Literal[True] = True

    def __str__(self) -> str:
        raise TypeError("This number is withheld; ask words.is_shown before you print or reckon with it.")

    def __format__(self, spec: str) -> str:
        return str(self)

    def __bool__(self) -> bool:
        return bool(str(self))


Number = int | float | Suppressed | None


def _percent_of(part: Number, whole: Number) -> Number:
    """100 times part over whole; withheld if either is, nothing if there is nothing to divide."""
    if isinstance(part, Suppressed) or isinstance(whole, Suppressed):
        return Suppressed()
    return None if part is None or not whole else 100 * part / whole


BLOCKS = {"numerator": ("numerator", "denominator"), "running": ("running",), "overdue": ("overdue",)}
"""Counts of a month that are released together or not at all, by the first of them."""


class FirstReported(Piece):
    """What a month's first published version said of it. reasons: why that differs from what is known now; empty where
    it does not."""

    version: int
    reasons: tuple[Literal["definition", "corrections", "entries"], ...] = ()
    numerator: Number = None
    denominator: Number = None
    value: Number = None


class Young(Piece):
    """A young month, in percent: how much of it is on record so far, with its interval, of what will be within 90 days;
    of a recording lag also the share in time to expect (value, lower, upper), corrected for what is not in yet.

    state: too_few where too little is on record to tell how late entries come. recorded: entries of the month so far.
    """

    state: Literal["known", "too_few"]
    recorded: Number = None
    completeness: Number = None
    completeness_lower: Number = None
    completeness_upper: Number = None
    value: Number = None
    lower: Number = None
    upper: Number = None


class Delays(Piece):
    """An alarm: entries of late have not come in as late as before. side: more or fewer late ones than expected.
    week_from_on, week_to_on: the week of recording that raised it."""

    side: Literal["more_late", "fewer_late"]
    week_from_on: date
    week_to_on: date


class Started(Piece):
    """The cases that began in a month: how many have ended and how many are open at the as-at (of those, past the
    limit), and the share in percent that ends within the limit, by Kaplan and Meier.

    state: why there is no share, if there is none: the month's cases do not all have one limit, time is counted in
    another unit than the limit, or none of them has been watched for as long as the limit.
    """

    month: str
    state: Literal["known", "limits_differ", "limit_in_months", "not_yet"]
    started: int
    ended: int
    open: int
    overdue: int
    value: float | None = None
    lower: float | None = None
    upper: float | None = None


class MonthValue(Piece):
    """One month of an indicator in one scope (catalogue 2).

    running, overdue: open at the month's end, within and over the limit. left_out: reason -> count. median, p90: in the
    indicator's unit of time; median_lower, median_upper: the 95 percent interval of the median, of the authority's
    months. subjects: children or workers behind the slots of a recurring duty, workers behind a caseload. done_late,
    undone, never_recorded: recurring duties only. working_days: of totals, which are charted and judged a working
    day. young: of a young month of the authority whose entries are watched.
    """

    month: str
    numerator: Number
    denominator: Number
    running: Number = None
    overdue: Number = None
    left_out: dict[str, Number] = {}
    value: Number = None
    lower: Number = None
    upper: Number = None
    median: Number = None
    median_lower: Number = None
    median_upper: Number = None
    p90: Number = None
    maturity: Literal["mature", "young"] = "mature"
    subjects: Number = None
    subjects_in_time: Number = None
    done_late: Number = None
    undone: Number = None
    never_recorded: Number = None
    working_days: int | None = Field(default=None, exclude_if=_is_nothing)
    young: Young | None = None
    first_reported: FirstReported | None = None


class Scope(Piece):
    """Whom a number is about. parent: the area of a team, if known."""

    type: Literal["authority", "area", "team"]
    id: str
    name: str
    parent: str | None = None


class PublishedFigure(Piece):
    """What was published of one area; numerator and denominator are rounded by the publisher."""

    area: str
    value: float
    numerator: int | None = None
    denominator: int | None = None


class Published(Piece):
    """Published figures to compare with, in percent. difference: in words, how their definition differs from ours.
    neighbours: how many statistical neighbours the median is of. quartiles: lower quartile, median and upper quartile
    of so many authorities; None where too few published a figure."""

    title: str
    year_ending: date
    source: str
    difference: str
    figures: tuple[PublishedFigure, ...]
    neighbours: int = 0
    neighbours_median: float | None = None
    authorities: int = 0
    quartiles: tuple[float, float, float] | None = None


class Ahead(Piece):
    """What of the work begun by the as-at falls due in the month after the report's: done in time, too late already
    (done late, or open and past the limit), and still possible. Not a forecast: what is not begun yet is not in it."""

    month: str
    done_in_time: Number
    too_late: Number
    possible: Number


class ControlPhase(Piece):
    """Months between two rebases: how many points it has, and its mean and limits, None while they are too few.
    reason: why mean and limits were computed anew; None for the first phase."""

    first_month: str
    last_month: str
    reason: str | None = None
    points: int
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None


class ControlPoint(Piece):
    """A month that the control chart speaks of; rule: by which it is a signal, None if chance explains it."""

    month: str
    kind: PointKind
    rule: Signal | None = None


class Control(Piece):
    """The control chart (XmR, rules of Making Data Count) of an indicator's latest months, in its unit.

    state: too_few while the last phase has fewer than `minimum_points` points. variation: what its latest complete
    month is; assurance: whether the process, left as it is, will reach the target; None where it cannot be said.
    points: complete months of enough cases, in phases that have mean and limits. is_alike: of a level in which many of
    the same cases stand month after month; its limits are the wider for it, and only they count. target: of totals, a
    working day, like the mean and limits. settled_since: the month in which a new level began that has lasted; in
    the internal report only.
    """

    state: Literal["charted", "too_few"]
    minimum_points: int
    variation: PointKind | None = None
    assurance: Assurance | None = None
    phases: tuple[ControlPhase, ...]
    points: tuple[ControlPoint, ...] = ()
    is_alike: bool | None = Field(default=None, exclude_if=_is_nothing)
    target: float | None = Field(default=None, exclude_if=_is_nothing)
    settled_since: str | None = Field(default=None, exclude_if=_is_nothing)


class RareGap(Piece):
    """What lay between two rare events. kind, rule: None while there are too few of them."""

    value: int
    kind: PointKind | None = None
    rule: Signal | None = None


class RareEvents(Piece):
    """Events too rare to be counted by month, by what lies between two of them (a g-chart of cases, a t-chart of days);
    in the internal report only, and without their dates. claims: those beside which they stand. events: how many there
    were. gaps: the oldest first; the open one, since the latest event, is no part of mean and limits."""

    id: str
    title: str
    event: str
    between: Literal["cases", "days"]
    in_words: str
    caveat: str
    claims: tuple[str, ...]
    minimum_points: int
    state: Literal["charted", "too_few", "no_data"]
    events: int
    gaps: tuple[RareGap, ...] = ()
    centre: float | None = None
    lower: float | None = None
    upper: float | None = None
    open_gap: int | None = None


class FunnelTeam(Piece):
    """A team over the funnel's months. beyond: the outermost limits (95 or 99.8 percent) that it lies outside of; side:
    above (high) or below (low)."""

    name: str
    numerator: int
    denominator: int
    value: float
    beyond: float | None = None
    side: Literal["high", "low"] | None = None


class Funnel(Piece):
    """Teams around their common share `centre`, in percent, over some months together; limits allow for chance alone.
    withheld: how many teams a shared copy leaves out of it."""

    months: tuple[str, ...]
    centre: float
    teams: tuple[FunnelTeam, ...]
    withheld: int = 0


class Indicator(Piece):
    """An indicator's months in one scope; what it means stands once in `Report.definitions`. started, delays: of the
    authority; `started` in the internal report only."""

    id: str
    family: Family
    measure: Measure
    unit: str
    scope: Scope
    months: tuple[MonthValue, ...]
    target: float | None = None
    limit: str | None = None
    published: Published | None = None
    ahead: Ahead | None = None
    control: Control | None = None
    started: tuple[Started, ...] = ()
    delays: Delays | None = None
    funnel: Funnel | None = None


class Definition(Piece):
    """What an indicator means and where its numbers come from.

    definition: its parts in words (start, stop, counted, left_out; applies_to, passes; population, met). counted: how
    its months are formed (catalogue 2). in_words completes "90% of ...", overdue_in_words "the number of ...".
    elapsed_unit: unit of median and p90. limit: the one in force in the month of the report. limits: the ladder in
    words, oldest first. sql: path of the query in the repository.
    """

    title: str
    definition: dict[str, str]
    caveat: str | None = None
    family: Family
    measure: Measure
    unit: str
    counted: Counted
    in_words: str | None = None
    overdue_in_words: str | None = None
    elapsed_unit: str | None = None
    good_direction: Literal["up", "down"] = "up"
    maturity_days: int = 0
    limit: str | None = None
    limits: tuple[str, ...] = ()
    target: float | None = None
    target_source: Literal["national", "local"] | None = None
    definition_hash: str
    sql: str
    feeds: tuple[str, ...] = ()


class Quarter(Piece):
    """Three months pooled (levels: one month)."""

    months: tuple[str, ...]
    numerator: Number = None
    denominator: Number = None
    value: Number = None
    lower: Number = None
    upper: Number = None


class EvidenceItem(Piece):
    """What one indicator said of a claim this month; `_shared` texts stand in the internal report only."""

    id: str
    standing: Standing
    cause: str
    direction: Direction = "unknown"
    reason: str
    reason_shared: str | None = None
    now: Quarter | None = None


class Claim(Piece):
    """One assertion of the letter and what the evidence says of it.

    change: which way it went and why, empty without any month. tipping: what would change the verdict.
    `_shared` texts are for shared copies and stand in the internal report only. needs: what would decide or confirm it.
    """

    id: str
    text: str
    verdict: Verdict
    reason: str
    reason_shared: str | None = None
    direction: Direction = "unknown"
    change: str = ""
    change_shared: str | None = None
    tipping: str = ""
    tipping_shared: str | None = None
    decided_by: Literal["records", "proxy", "register"]
    evidence: tuple[str, ...] = ()
    details: tuple[EvidenceItem, ...] = ()
    context: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class Finding(Piece):
    """One bullet of the letter, word for word, and its claims."""

    id: str
    kind: FindingKind
    heading: str
    quote: str
    claims: tuple[Claim, ...]


class Rule(Piece):
    """One of the rules by which the overall verdict was reached."""

    id: str
    statement: str
    quote: str
    is_satisfied: bool
    reason: str


class Overall(Piece):
    """The verdict of the month; its reason counts claims, never people, so that it serves every copy."""

    verdict: OverallVerdict
    reason: str
    rules: tuple[Rule, ...] = ()


class Authority(Piece):
    name: str


class Note(Piece):
    """A sentence for the first screen, the claims that it is about, and what would show it if it is not known."""

    text: str
    claims: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class Summary(Piece):
    better: tuple[Note, ...] = ()
    worse: tuple[Note, ...] = ()
    not_known: tuple[Note, ...] = ()
    backlog: tuple[Note, ...] = ()


class FeedQuality(Piece):
    """One feed at the as-at. source_rows = accepted + quarantined + copies of the newest batch."""

    feed: str
    status: Literal["loaded", "absent", "stopped", "missing"]
    newest_on: date | None = None
    source_rows: Number = None
    accepted: Number = None
    quarantined: Number = None
    copies: Number = None
    warnings: Number = None
    message: str | None = None


class RuleQuality(Piece):
    """One rule, of a feed or across feeds: how many rows it looked at and how many broke it, now and a month before.

    reference: the published number of the rule. before_on: the day that the earlier counts are of.
    """

    feed: str
    rule_id: str
    severity: str
    dimension: str | None = None
    description: str
    reference: str | None = None
    checked: Number
    failed: Number
    before_on: date | None = None
    checked_before: Number = None
    failed_before: Number = None

    @property
    def percent(self) -> Number:
        return _percent_of(self.failed, self.checked)

    @property
    def percent_before(self) -> Number:
        return _percent_of(self.failed_before, self.checked_before)


class DataQuality(Piece):
    """notes: sentences about what was laid over the records or left as it was; for the council's own copy."""

    feeds: tuple[FeedQuality, ...] = ()
    rules: tuple[RuleQuality, ...] = ()
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Paragraph(Piece):
    heading: str
    text: str


class Turned(Piece):
    """A claim whose verdict would be another one."""

    claim: str
    verdict: Verdict
    otherwise: Verdict


class Variation(Piece):
    """The same month judged with another number in its rules, or counted by another rule: what would turn."""

    words: str
    overall: OverallVerdict
    turned: tuple[Turned, ...] = ()


class Annotation(Piece):
    """What happened in a month. indicators: those it is about, empty for all. reason: why mean and limits of their
    control charts were computed anew from that month on; None if they were not."""

    month: str
    text: str
    indicators: tuple[str, ...] = ()
    reason: str | None = None

    def is_about(self, indicator: str) -> bool:
        return not self.indicators or indicator in self.indicators


class Comment(Piece):
    """What a manager says of the month. about: a finding's id, None for the month as a whole. by: a post."""

    about: str | None = None
    text: str
    by: str


class Action(Piece):
    """What will be done about a finding, as it stood at the as-at. owner: a post. overdue: not done on its day."""

    id: str
    about: str
    text: str
    owner: str
    set_on: date
    due_on: date
    done_on: date | None = None
    state: Literal["open", "overdue", "done"]


class Before(Piece):
    """What the newest version of the month before said: the verdict on the whole, and those of the claims by id."""

    month: str
    version: int
    overall: OverallVerdict
    verdicts: dict[str, Verdict]


class Made(Piece):
    """By what the report was made. `warehouse` is no part of the version's hash: engines agree."""

    readiness: str
    definitions: str
    warehouse: str


class Version(Piece):
    number: int
    hash: str


class Inspection(Piece):
    """The letter that the report answers. notice: what must stand beside it, for example that it is invented."""

    id: str
    title: str
    authority: str
    letter_on: date
    visited_on: tuple[date, ...] = ()
    notice: str | None = Field(default=None, exclude_if=_is_nothing)


class FurtherInspection(Piece):
    """Another inspection that the month is judged against, beside the one that leads. settings: the numbers behind its
    rules, a sentence each."""

    inspection: Inspection
    overall: Overall
    findings: tuple[Finding, ...]
    settings: tuple[str, ...] = ()


class SmallNumbers(Piece):
    """The thresholds in force (settings of the profile)."""

    print_from: int = 20
    judge_from: int = 30
    suppress_up_to: int = 5


Audience = Literal["director", "area", "team", "shared"]
"""Whom a copy is for; `shared` is the one that may be passed on."""


class Report(Piece):
    """One month, one version. See the module for conventions; design 4 for the promise. places: whose own figures a
    copy for an area or a team holds beside the authority's."""

    schema_: Literal[1] = Field(default=SCHEMA, alias="schema")
    audience: Literal["internal", "released"] | Audience = "internal"
    places: tuple[Scope, ...] = ()
    authority: Authority
    inspection: str
    inspection_detail: Inspection
    month: str
    as_at: datetime
    as_at_on: date
    reconstructed: bool
    working_day_rule: str
    notices: tuple[str, ...] = ()
    overall: Overall
    summary: Summary
    findings: tuple[Finding, ...]
    definitions: dict[str, Definition]
    indicators: tuple[Indicator, ...]
    also_watched: tuple[str, ...] = ()
    data_quality: DataQuality
    how_we_counted: tuple[Paragraph, ...] = ()
    sensitivity: tuple[Variation, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    comments: tuple[Comment, ...] = ()
    actions: tuple[Action, ...] = ()
    before: Before | None = None
    small_numbers: SmallNumbers
    versions: Made
    version: Version | None = None
    further: tuple[FurtherInspection, ...] = Field(default=(), exclude_if=_is_nothing)
    rare: tuple[RareEvents, ...] = Field(default=(), exclude_if=_is_nothing)

    @property
    def every_finding(self) -> tuple[Finding, ...]:
        """Of every inspection, the leading one's first."""
        return (*self.findings, *(finding for other in self.further for finding in other.findings))
