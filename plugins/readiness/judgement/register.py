"""The inspection register: a letter as data, `authority/inspections/<inspection>.yaml`.

It says which claims a letter makes, what would show that each is true, which share is aimed at, and with which numbers
the rules of judgement work. A second letter is a second file; nothing in the code knows a particular one.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from readiness.errors import ReadinessError
from readiness.judgement.mistakes import mistakes_in_words
from readiness.periods import Month
from readiness.profile import Strict, read_content

DecidedBy = Literal["records", "proxy", "register"]
FindingKind = Literal["priority_action", "area_for_development", "requirement_met", "repeat_finding"]
Source = Literal["national", "local"]
MonthText = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Inspection(Strict):
    """Which inspection the letter reports. notice: a sentence that stands wherever the register is reported, for
    example that it is invented."""

    title: str
    authority: str
    letter_on: date
    visited_on: tuple[date, ...]
    notice: str | None = Field(default=None, min_length=1)


class Numbers(Strict):
    """The numbers of the rules of judgement (catalogue 4); each is explained in docs/verdicts.md."""

    pooled_months: int = Field(ge=1)
    confidence_percent: float = Field(gt=0, lt=100)
    margin_points: float = Field(ge=0)
    strict_margin_points: float = Field(ge=0)
    strict_kinds: tuple[FindingKind, ...]
    backlog_percent: float = Field(ge=0)
    quarantined_percent: float = Field(ge=0, lt=100)
    minimum_points: int = Field(default=12, ge=2)
    chart_months: int = Field(default=36, ge=2)
    unknown_share: Annotated[str, Field(pattern=r"^\d+/[1-9]\d*$")]

    @property
    def confidence(self) -> float:
        return self.confidence_percent / 100

    @property
    def unknown_fraction(self) -> Fraction:
        return Fraction(self.unknown_share)

    @property
    def unknown_share_in_words(self) -> str:
        named = {Fraction(1, 2): "half", Fraction(1, 3): "a third", Fraction(1, 4): "a quarter"}
        return named.get(self.unknown_fraction, self.unknown_share)

    def margin_for(self, kind: FindingKind) -> float:
        """Percentage points by which the Wilson bound may miss the target, for a finding of this kind."""
        return self.strict_margin_points if kind in self.strict_kinds else self.margin_points


class Rule(Strict):
    """A rule on the report as a whole, with the sentence of the letter it follows from."""

    id: str
    kind: Literal["priority_action_first", "every_claim_reported"]
    statement: str
    quote: str


class Target(Strict):
    """What is aimed at: a share in percent, a ceiling for a median, or an amount a month."""

    value: float
    unit: Literal["percent", "ceiling", "a_month"] = "percent"
    source: Source


class Indicator(Strict):
    """How the register speaks of an indicator. `counted` completes "90% of ..." and "how many ...", `overdue` completes
    "the number of ...", `needs` completes "it takes ..."; {limit} in `counted` is filled with the limit in force."""

    counted: str
    needs: str
    overdue: str | None = None
    target: Target | None = None


class Evidence(Strict):
    """An indicator that speaks to a claim, from and until a month if its limit was in force only then."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    indicator: str
    from_month: MonthText | None = Field(default=None, alias="from")
    until_month: MonthText | None = Field(default=None, alias="until")

    def is_in_force(self, month: Month) -> bool:
        begun = self.from_month is None or Month.parse(self.from_month) <= month
        return begun and (self.until_month is None or month <= Month.parse(self.until_month))


class EveryMonth(Strict):
    """Good if each indicator of another claim is on target in every one of the latest mature months."""

    kind: Literal["every_month"]
    of: str
    months: int = Field(ge=1)

    @property
    def others(self) -> tuple[str, ...]:
        return (self.of,)


class AreaGap(Strict):
    """Good if the shares of the areas lie no further apart than so many points."""

    kind: Literal["area_gap"]
    at_most_points: float = Field(ge=0)
    source: Source


class Together(Strict):
    """The same as several other claims together: as the weakest of them, judged by this finding's own margin."""

    kind: Literal["together"]
    claims: tuple[str, ...] = Field(min_length=2)

    @property
    def others(self) -> tuple[str, ...]:
        return self.claims


def _evidence_from_name(value: Any) -> Any:
    return {"indicator": value} if isinstance(value, str) else value


class Claim(Strict):
    """One assertion of the letter, turned to what should be so.

    decided_by: `records` - indicators alone decide; `proxy` - they only indicate, an entry of the evidence file
    confirms; `register` - only such an entry decides, indicators are context. `needs` names that audit or survey.
    `events` are rare ones (sql/marts/rare_events/events.yaml) that stand beside it and decide nothing.
    """

    id: str
    statement: str
    decided_by: DecidedBy
    evidence: tuple[Annotated[Evidence, BeforeValidator(_evidence_from_name)], ...] = ()
    context: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    rule: Annotated[EveryMonth | AreaGap | Together, Field(discriminator="kind")] | None = None
    needs: str | None = None

    @model_validator(mode="after")
    def _has_what_decides_it(self) -> "Claim":
        if self.others and self.evidence:
            raise ValueError(f"claim {self.id} is judged from other claims, so it has no evidence of its own")
        if self.decided_by == "register" and (self.evidence or self.rule):
            raise ValueError(f"claim {self.id} is decided by the register: list its indicators under context")
        if self.decided_by != "register" and not (self.evidence or self.others):
            raise ValueError(f"claim {self.id} is decided by {self.decided_by} but names no evidence")
        if self.takes_entries != (self.needs is not None):
            raise ValueError(f"claim {self.id}: `needs` names the audit or survey of a claim that one can decide")
        return self

    @property
    def others(self) -> tuple[str, ...]:
        """The claims from which this one is judged, if it is."""
        return () if self.rule is None or isinstance(self.rule, AreaGap) else self.rule.others

    @property
    def takes_entries(self) -> bool:
        """Whether an entry of the evidence file can bear on the claim itself."""
        return self.decided_by != "records" and not isinstance(self.rule, Together)


class Finding(Strict):
    """One bullet of the letter, word for word, with its claims."""

    id: str
    kind: FindingKind
    heading: str
    quote: str
    claims: tuple[Claim, ...] = Field(min_length=1)


class Register(Strict):
    """A letter as data. Findings stand in the order in which the report shows them."""

    inspection: Inspection
    judgement: Numbers
    rules: tuple[Rule, ...]
    indicators: dict[str, Indicator]
    findings: tuple[Finding, ...]

    @model_validator(mode="after")
    def _names_hang_together(self) -> "Register":
        problems = [*self._repeated_ids(), *self._unknown_claims(), *self._unknown_indicators()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def claims(self) -> Iterator[tuple[Finding, Claim]]:
        """Every claim with its finding, repeats included."""
        for finding in self.findings:
            for claim in finding.claims:
                yield finding, claim

    def claim(self, claim_id: str) -> Claim:
        return next(claim for _, claim in self.claims() if claim.id == claim_id)

    def _repeated_ids(self) -> Iterator[str]:
        for what, ids in (
            ("claim", [claim.id for _, claim in self.claims()]),
            ("finding", [finding.id for finding in self.findings]),
            ("rule", [rule.id for rule in self.rules]),
        ):
            yield from (f"{what} {name} stands twice" for name in sorted({i for i in ids if ids.count(i) > 1}))

    def _unknown_claims(self) -> Iterator[str]:
        plain = {claim.id for _, claim in self.claims() if not claim.others}
        for _, claim in self.claims():
            for other in claim.others:
                if other not in plain:
                    yield f"claim {claim.id} is judged from {other}, which is no claim with evidence of its own"

    def _unknown_indicators(self) -> Iterator[str]:
        for _, claim in self.claims():
            for name in (*(e.indicator for e in claim.evidence), *claim.context):
                if name not in self.indicators:
                    yield f"claim {claim.id} names {name}, which does not stand under indicators"
            for evidence in claim.evidence:
                if evidence.indicator in self.indicators and self.indicators[evidence.indicator].target is None:
                    yield f"{evidence.indicator} is evidence for claim {claim.id} and needs a target"


def load_register(authority: Path, inspection: str) -> Register:
    """The register named in the profile; a message lists the known ones if there is none of that name."""
    folder = authority / "inspections"
    path = folder / f"{inspection}.yaml"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.yaml"))) or "none"
        raise ReadinessError(f"There is no inspection '{inspection}' in {folder} (known: {known}). Mend profile.yaml.")
    content = read_content(path)
    try:
        return Register.model_validate(content)
    except ValidationError as error:
        raise ReadinessError(mistakes_in_words(path, content, error)) from None


def load_registers(authority: Path, inspections: Sequence[str]) -> tuple[Register, ...]:
    """Those that the profile names, the leading one first. Ids are shared by the evidence file and the page, so no two
    registers may have the same claim or finding."""
    registers = tuple(load_register(authority, inspection) for inspection in inspections)
    taken: dict[str, str] = {}
    for inspection, register in zip(inspections, registers, strict=True):
        ids = {*(finding.id for finding in register.findings), *(claim.id for _, claim in register.claims())}
        for id in sorted(ids):
            if id in taken:
                raise ReadinessError(
                    f"{inspection}.yaml and {taken[id]}.yaml both have {id}. Give the findings and claims of one of "
                    "them ids of their own, or name only one of the two under inspection in profile.yaml."
                )
        taken |= dict.fromkeys(ids, inspection)
    return registers
