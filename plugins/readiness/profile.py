"""What one council decides: `authority/profile.yaml`."""

from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from readiness.errors import ReadinessError

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A piece of configuration: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WorkingDays(Strict):
    """Which days count as working days.

    rule: `default` leaves out bank holidays of England and Wales and the council's closure days; in
    `bank_holidays_count` only weekends and closure days are left out (domain: some councils' case systems do so).
    """

    rule: Literal["default", "bank_holidays_count"] = "default"
    closure_days: tuple[date, ...] = ()

    def in_words(self) -> str:
        """The rule in one sentence, for the report."""
        left_out = {
            "default": "Monday to Friday without the bank holidays of England and Wales",
            "bank_holidays_count": "Monday to Friday, bank holidays included",
        }[self.rule]
        closures = f" and {len(self.closure_days)} local closure days" if self.closure_days else ""
        return (
            f"Working days are {left_out}{closures}. The day on which the clock starts is day 0; "
            "work is in time if the count does not exceed the limit."
        )


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
    """The council's own rules. Limits are by clock and, where it has kinds of case, by 'clock.kind'.

    source_schema: the schema of the case system's tables, where it is not the login's own. sources: feeds that come
    from elsewhere than the case system: feed -> address of a database, or path of a file or folder. date_order: how
    dates like 03/04/2026 are meant where a column leaves both readings open; without it such a column is refused.
    answers_not_recorded, answers_refused: what the case system holds as religion or first language where nobody knows
    it, or where the family would not say; capitals do not matter.
    """

    name: str
    source: str = "ssd"
    source_schema: str | None = None
    sources: dict[str, str] = {}
    date_order: Literal["day_first", "month_first"] | None = None
    inspection: str
    working_days: WorkingDays = WorkingDays()
    single_assessments_from: date = date(2013, 4, 15)
    first_complete_month: dict[str, str] = {}
    limits: dict[str, int] = {}
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
    teams: Teams = Teams()
    compare_with: CompareWith = CompareWith()


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Read one YAML file into its model; a clear message names the file and the key that is wrong."""
    if not path.exists():
        raise ReadinessError(f"{path.name} is missing: expected it at {path}.")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" near line {where.line + 1}" if where else ""
        raise ReadinessError(f"{path.name} is not valid YAML{line}; mend the file at {path}.") from None
    try:
        return model.model_validate(content if content is not None else {})
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise ReadinessError(f"{path.name} has {error.error_count()} problem(s): {problems}. File: {path}") from None


def load_profile(authority: Path) -> Profile:
    return read_yaml(authority / "profile.yaml", Profile)
