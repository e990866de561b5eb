"""What one council decides: `authority/profile.yaml`."""

import re
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from readiness.errors import ReadinessError

Model = TypeVar("Model", bound=BaseModel)

Unit = Literal["working_days", "days", "months", "working_hours", "hours", "minutes", "seconds"]
CLOCK_HOURS = ("hours", "minutes", "seconds")
TIMED = ("working_hours", *CLOCK_HOURS)

Rule = Literal["default", "bank_holidays_count", "start_day_included", "start_day_is_day_one", "stop_day_excluded"]
COUNTED_FROM: dict[str, str] = {
    "default": "The day on which the clock starts is day 0",
    "bank_holidays_count": "The day on which the clock starts is day 0",
    "start_day_included": "The day on which the clock starts is counted too, if it is a working day",
    "start_day_is_day_one": "The day on which the clock starts is day 1, whatever day it is",
    "stop_day_excluded": "The day on which the clock starts is counted and the day on which it stops is not",
}

WORKING_DAY_RULES: tuple[Rule, ...] = get_args(Rule)


class Strict(BaseModel):
    """A piece of configuration: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WorkingDays(Strict):
    """Which days count as working days, and which of them a limit counts (domain 0.4: councils and tools differ).

    rule: `default` counts the days after the start, up to and including the stop, without weekends, bank holidays of
    England and Wales and the council's closure days. Each other rule changes it: `bank_holidays_count` does not leave
    bank holidays out; `start_day_included` counts the start as well, if it is a working day; `start_day_is_day_one`
    counts the start whatever day it is; `stop_day_excluded` counts the start and not the stop, and does not leave bank
    holidays out.
    """

    rule: Rule = "default"
    closure_days: tuple[date, ...] = ()

    @property
    def has_bank_holidays(self) -> bool:
        """Whether bank holidays are working days."""
        return self.rule in ("bank_holidays_count", "stop_day_excluded")

    def in_words(self) -> str:
        """The rule in one paragraph, for the report."""
        left_out = (
            "Monday to Friday, bank holidays included"
            if self.has_bank_holidays
            else "Monday to Friday without the bank holidays of England and Wales"
        )
        closures = f" and {len(self.closure_days)} local closure days" if self.closure_days else ""
        return (
            f"Working days are {left_out}{closures}. {COUNTED_FROM[self.rule]}; "
            "work is in time if the count does not exceed the limit."
        )


class OfficeHours(Strict):
    """When the office is open, by day of the week, as 'HH:MM-HH:MM'; a day without hours is closed.

    Bank holidays (where the working-day rule leaves them out) and closure days are closed. Limits in working hours
    count the time within these hours, and an outage counts while they last.
    """

    monday: str | None = "09:00-17:00"
    tuesday: str | None = "09:00-17:00"
    wednesday: str | None = "09:00-17:00"
    thursday: str | None = "09:00-17:00"
    friday: str | None = "09:00-17:00"
    saturday: str | None = None
    sunday: str | None = None

    @field_validator("*")
    @classmethod
    def _open_before_closed(cls, hours: str | None) -> str | None:
        if hours is not None:
            opens, closes = _hours(hours)
            if opens >= closes:
                raise ValueError("write hours as HH:MM-HH:MM, the office opens before it closes, as in '09:00-17:00'")
        return hours

    @model_validator(mode="after")
    def _open_at_all(self) -> "OfficeHours":
        if not any(self.of_week()):
            raise ValueError("the office must be open on some day of the week")
        return self

    def of_week(self) -> list[tuple[int, int] | None]:
        """Opening and closing, in minutes after midnight, of Monday to Sunday; None where closed."""
        days = (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday)
        return [_hours(day) if day else None for day in days]


def minutes_of(text: str) -> int:
    """Minutes after midnight of 'HH:MM'; '24:00' is the end of the day."""
    found = re.fullmatch(r"(\d{2}):(\d{2})", text.strip())
    if not found or int(found[2]) > 59 or (minutes := int(found[1]) * 60 + int(found[2])) > 24 * 60:
        raise ValueError("write times of day as HH:MM, in quotation marks, for example '09:00'")
    return minutes


def _hours(text: str) -> tuple[int, int]:
    opens, _, closes = text.partition("-")
    return minutes_of(opens), minutes_of(closes)


class WithoutTimes(Strict):
    """The limit in whole days that applies where the start or the stop has no time of day."""

    value: int = Field(ge=0)
    unit: Literal["working_days", "days"]


class Limit(Strict):
    """A limit from a date on: a number of units, or none in force (None).

    from: a day, or the name of the profile's setting that holds it (a go-live date). by: the time of day on the due
    day, for limits in working days; the first working morning after the start is day 1. without_times: needed where
    the limit is kept to the minute (hours, minutes, seconds, working hours, or a time of day).
    """

    from_on: date | Literal["single_assessments_from"] | None = Field(default=None, alias="from")
    value: int | None = Field(ge=0)
    unit: Unit
    by: str | None = None
    without_times: WithoutTimes | None = None

    def begins_on(self, profile: "Profile") -> date | None:
        """The day from which it is in force in this council; None for ever."""
        return getattr(profile, self.from_on) if isinstance(self.from_on, str) else self.from_on

    @property
    def is_timed(self) -> bool:
        return self.unit in TIMED or self.by is not None

    @model_validator(mode="after")
    def _fits_its_unit(self) -> "Limit":
        if self.by is not None:
            if self.unit != "working_days":
                raise ValueError("a limit has a time of day (by) in working days only")
            if minutes_of(self.by) == 0:
                raise ValueError("by is a time of day after midnight; leave it out for the end of the day")
            if self.value == 0:
                raise ValueError("by needs a limit of one working day or more")
        if self.without_times is not None and not self.is_timed:
            raise ValueError("without_times belongs to limits in hours, minutes or seconds, or with a time of day")
        hours = (self.value or 0) / {"hours": 1, "minutes": 60, "seconds": 3600}.get(self.unit, 1)
        if self.without_times and self.unit in CLOCK_HOURS and hours > 24 * self.without_times.value > 0:
            raise ValueError(
                "without_times is shorter than the limit itself; give the limit with its own without_times"
            )
        return self


class Teams(Strict):
    """New names and groupings for teams and areas; teams themselves come from the teams feed."""

    rename: dict[str, str] = {}
    regroup: dict[str, str] = {}


class CompareWith(Strict):
    """Whose published figures stand beside ours: by the code of the authority (E10000028), the name of the region, and
    the codes of the statistical neighbours. authority: the council's own earlier figures, if they shall stand there."""

    authority: str | None = None
    region: str | None = None
    neighbours: tuple[str, ...] = ()


class Profile(Strict):
    """The council's own rules.

    limits: by clock and, where it has kinds of case, by 'clock.kind'. A number replaces the value of every rung that
    has one; a list of limits replaces the ladder (a go-live date, another unit).

    inspections (`inspection` in the file): one or several registers; the first leads, each other gets its own part.
    source_schema: the schema of the case system's tables, where it is not the login's own. sources: feeds that come
    from elsewhere than the case system: feed -> address of a database, or path of a file or folder. date_order: how
    dates like 03/04/2026 are meant where a column leaves both readings open; without it such a column is refused.
    answers_not_recorded, answers_refused: what the case system holds as religion or first language where nobody knows
    it, or where the family would not say; capitals do not matter. other_working_day_rules: by which each month is
    counted once more, to say which verdicts would turn. approve_within_days: how long a report waits to be approved;
    after that it is not sent.
    """

    name: str
    source: str = "ssd"
    source_schema: str | None = None
    sources: dict[str, str] = {}
    date_order: Literal["day_first", "month_first"] | None = None
    inspections: tuple[str, ...] = Field(alias="inspection", min_length=1)
    working_days: WorkingDays = WorkingDays()
    single_assessments_from: date = date(2013, 4, 15)
    first_complete_month: dict[str, str] = {}
    office_hours: OfficeHours = OfficeHours()
    limits: dict[str, int | tuple[Limit, ...]] = {}
    allocated_roles: tuple[str, ...] = ("Allocated Case Worker",)
    strategy_decisions: tuple[str, ...] = ("strategy discussion",)
    minimum_fte: float = 0.2
    never_recorded_days: int = 28
    ethnicity_after_working_days: int = 20
    child_views_from_age: int = 4
    answers_not_recorded: tuple[str, ...] = (
        "not known", "unknown", "not recorded", "not stated", "not asked", "not obtained", "not yet obtained",
        "information not yet obtained", "nobt", "n/a", "tbc", "-", "?",
    )  # fmt: skip
    answers_refused: tuple[str, ...] = ("refused", "refused to say", "declined", "prefer not to say", "refu")
    contact_decisions_cover_all: bool = True
    count_sibling_copies_once: bool = False
    smallest_snapshot_share: float = Field(default=0.5, ge=0, le=1)
    caseload_ceiling: float = Field(default=20, gt=0)
    unallocated_after_working_days: int = Field(default=1, ge=0)
    management_oversight_days: int = Field(default=42, ge=1)
    manager_roles: tuple[str, ...] = ("Team Manager",)
    council_organisations: tuple[str, ...] = ("Local authority",)
    print_from: int = 20
    judge_from: int = 30
    suppress_up_to: int = 5
    report_on_working_day: int = Field(default=5, ge=1, le=15)
    approve_within_days: int = Field(default=5, ge=1, le=60)
    teams: Teams = Teams()
    compare_with: CompareWith = CompareWith()
    other_working_day_rules: tuple[Rule, ...] = ()

    @field_validator("inspections", mode="before")
    @classmethod
    def _one_is_a_list_of_one(cls, given: object) -> object:
        return (given,) if isinstance(given, str) else given

    @property
    def inspection(self) -> str:
        """The one that leads."""
        return self.inspections[0]


SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it is there: each process reads more than a hundred definitions, in a tenth of the time."""


def read_content(path: Path) -> object:
    """What a YAML file holds; an empty one holds an empty dictionary."""
    if not path.exists():
        raise ReadinessError(f"{path.name} is missing: expected it at {path}.")
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" near line {where.line + 1}" if where else ""
        raise ReadinessError(f"{path.name} is not valid YAML{line}; mend the file at {path}.") from None
    return content if content is not None else {}


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Read one YAML file into its model; a clear message names the file and the key that is wrong."""
    content = read_content(path)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise ReadinessError(f"{path.name} has {error.error_count()} problem(s): {problems}. File: {path}") from None


def load_profile(authority: Path) -> Profile:
    return read_yaml(authority / "profile.yaml", Profile)
