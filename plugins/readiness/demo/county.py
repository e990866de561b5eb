"""What describes a synthetic county: its size, its teams, how well it works and how that changes over time."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from readiness.periods import Month

PUBLISHED_YEAR = "2024-03-31"
"""The year of the Department for Education's figures for Staffordshire that the sizes below follow
(`authority/published/`)."""

REFERRALS_BY_MONTH = (411, 398, 457, 369, 403, 448, 514, 380, 415, 444, 415, 391)
"""Referrals from January to December; 5,045 in the year."""

ASSESSMENT_DURATIONS = (
    (0, 305), (5, 1460), (10, 545), (20, 702), (30, 584), (40, 783), (45, 963), (50, 492), (60, 507), (140, 721),
)  # fmt: skip
"""Assessments by working days from start to authorisation (table C2): up to this day, so many; 7,062 in the year. "1 to
10" is split at the published lower quartile, 5; the last bin is published as "61 plus", that it ends at 140 is ours."""

CONFERENCE_DURATIONS = ((10, 94), (15, 615), (20, 54), (45, 41))
"""Initial conferences by working days from the strategy discussion (table C4); 804 in the year, the end is ours."""


@dataclass(frozen=True)
class Trend:
    """A share (0 to 1) that changes over time: straight lines between the points (day, share), flat outside them."""

    points: tuple[tuple[str, float], ...]

    @classmethod
    def flat(cls, share: float) -> "Trend":
        return cls((("2000-01-01", share),))

    def at(self, days: np.ndarray) -> np.ndarray:
        at = [np.datetime64(day, "D").astype(int) for day, _ in self.points]
        return np.interp(days.astype("datetime64[D]").astype(int), at, [share for _, share in self.points])


@dataclass(frozen=True)
class Durations:
    """Working days that something takes, as (up to this day, weight) bins. Within a bin every day is as likely, but the
    last two days before `limit` are `crowding` times as likely, and the last bin thins out."""

    bins: tuple[tuple[int, float], ...]
    limit: int | None = None
    crowding: float = 2.0

    def at(self, ranks: np.ndarray) -> np.ndarray:
        """The duration below which the share `ranks` (0 to 1) of all lie."""
        days, weights, first = [], [], 0
        for last, weight in self.bins:
            bin_days = np.arange(first, last + 1)
            bin_weights = np.ones(len(bin_days))
            if last == self.limit:
                bin_weights[-2:] *= self.crowding
            elif last == self.bins[-1][0]:
                bin_weights = np.exp(-np.arange(len(bin_days)) / (len(bin_days) / 3))
            days.append(bin_days)
            weights.append(bin_weights * weight / bin_weights.sum())
            first = last + 1
        cumulated = np.cumsum(np.concatenate(weights))
        return np.concatenate(days)[np.searchsorted(cumulated, ranks * cumulated[-1], side="right")]


@dataclass(frozen=True)
class Outage:
    """A time in which the case system could not be used. What falls on such a day, or the working day after, is
    recorded late more often."""

    starts_at: datetime
    ends_at: datetime
    is_planned: bool = False


@dataclass(frozen=True)
class Team:
    """posts: workers beside the managers. kind: front_door, emergency, assessment or safeguarding."""

    team_id: str
    name: str
    area_id: str
    area: str
    kind: str
    posts: int
    managers: int


@dataclass(frozen=True)
class Size:
    """A county of Staffordshire's size, before `County.scale`. Years and stocks are in children."""

    referrals_by_month: tuple[int, ...] = REFERRALS_BY_MONTH
    contacts_a_year: int = 43_000
    section47_a_year: int = 2_057
    conferences_a_year: int = 804
    plans_open: int = 654
    looked_after_open: int = 900
    need_open: int = 2_300
    reassessments_per_open_year: float = 0.97
    case_notes_a_year: int = 25_000  # a real county writes perhaps 0.7 million; these only show the kind
    calls_a_year: int = 32_000
    front_door_posts: int = 26
    emergency_posts: int = 9
    assessment_posts: int = 10
    safeguarding_posts: int = 24
    areas: tuple[str, ...] = ("North", "East", "South", "West", "Central")
    teams_per_area: int = 2  # of each kind


@dataclass(frozen=True)
class Practice:
    """How well the county works. Trends are shares in time or recorded, 0 to 1; teams and areas are named where they
    differ from the rest."""

    contact_decision: Trend
    contact_recorded: Trend
    visit_recorded: Trend
    protection_visit: Trend
    protection_visit_by_due_date: Trend  # of those made in time, on record by the day on which they were due
    concern_discussed: Trend  # protection concerns with a strategy discussion within a working day of the decision
    supervision: Trend
    supervision_newly_qualified: Trend
    child_views: Trend
    parent_views: Trend
    identity_considered: Trend
    ethnicity_missing: Trend  # by the day on which the case was closed, or the last day if it is open
    calls_answered: Trend  # of the calls that are answered, within the queue's target
    police_notified: Trend  # within a working day of the incident
    medicals: Trend
    emergency_action: Trend
    emergency_handover: Trend
    partner_led: Trend  # early help that is led by another agency
    multi_agency: Trend  # strategy discussions with both police and health
    factors_recorded: Trend
    need_plan_started: Trend
    plan_reviewed: Trend
    looked_after_reviewed: Trend
    case_supervision: dict[str, Trend]  # by visit kind
    supervision_on_file: Trend  # case supervision of which the child's own file says something
    actions_closed: Trend
    actions_logged_from: date  # the log of actions from supervision was begun on this day
    audited: Trend
    audits_downgraded: Trend  # of those moderated
    undecided_contacts: float = 0.0003
    contacts_without_decision_row: float = 0.0003
    supervision_by_area: dict[str, Trend] = field(default_factory=dict)
    medicals_by_area: dict[str, Trend] = field(default_factory=dict)
    slow_assessment_teams: dict[str, float] = field(default_factory=dict)  # by how many standard deviations
    posts_by_team: dict[str, float] = field(default_factory=dict)  # share of the usual posts
    on_paper_team: str | None = None  # visits dated before they were due, entered long after
    on_paper_from: date = date.max


@dataclass(frozen=True)
class County:
    """A synthetic authority and the time for which its case system runs.

    name: what it is called; seed: the same seed gives the same content; first_on: the case system went live on this
    day, and what runs for long was carried over into it; loaded_on: the day whose state the history is loaded from;
    ends_on: the last day in the file; assessments: 'single', or 'initial_and_core' as before April 2013; scale: 0.02 is
    a fiftieth of the size.
    """

    name: str
    seed: int
    first_on: date
    loaded_on: date
    ends_on: date
    assessments: str
    size: Size
    practice: Practice
    assessment_durations: Durations
    core_durations: Durations
    outages: tuple[Outage, ...]
    scale: float = 1.0

    def resized(self, scale: float, months: int | None = None) -> "County":
        """The same county at another scale and, if given, going live only `months` before the month of loaded_on."""
        first_on = self.first_on if months is None else Month.of(self.loaded_on).shift(-months).first_on
        return replace(self, scale=scale, first_on=first_on)

    @property
    def notice(self) -> str:
        """The sentence that goes with everything made from this county."""
        return f"The data of {self.name} is synthetic: no child, worker or council in it exists."

    @property
    def migrated_at(self) -> np.datetime64:
        """When the running cases were carried over: the night of the Saturday before the case system went live."""
        night = self.first_on - timedelta(days=(self.first_on.weekday() + 2) % 7 or 7)
        return np.datetime64(datetime.combine(night, time(3, 15)), "s")

    @property
    def ends_at(self) -> np.datetime64:
        return np.datetime64(datetime.combine(self.ends_on, time(23, 59, 59)), "s")

    @property
    def months(self) -> list[Month]:
        return list(Month.of(self.first_on).until(Month.of(self.ends_on)))

    @property
    def days_in_file(self) -> int:
        return (self.ends_on - self.first_on).days + 1

    @property
    def teams(self) -> tuple[Team, ...]:
        """First Response and the emergency team for the whole county, then the teams of each area."""
        size = self.size
        found = [
            Team("101", "First Response", "100", "County-wide", "front_door", self._posts(size.front_door_posts), 3),
            Team("102", "Emergency Duty", "100", "County-wide", "emergency", self._posts(size.emergency_posts), 1),
        ]
        for number, area in enumerate(size.areas, start=2):
            kinds = (
                ("assessment", "Assessment", size.assessment_posts, 1),
                ("safeguarding", "Safeguarding", size.safeguarding_posts, 2),
            )
            for offset, (kind, title, posts, managers) in enumerate(kinds):
                for i in range(1, size.teams_per_area + 1):
                    name = f"{area} {title} {i}" if size.teams_per_area > 1 else f"{area} {title}"
                    team_id = str(number * 100 + offset * size.teams_per_area + i)
                    own_posts = self._posts(posts * self.practice.posts_by_team.get(name, 1.0))
                    found.append(Team(team_id, name, str(number * 100), area, kind, own_posts, managers))
        return tuple(found)

    def _posts(self, posts: float) -> int:
        return max(2, round(posts * self.scale))
