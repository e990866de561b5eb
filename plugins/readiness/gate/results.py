"""What the gate says of a batch: counts and rules, never a value."""

from dataclasses import dataclass, field

import pandas as pd

from readiness.errors import ReadinessError


class GateStopped(ReadinessError):
    """A batch as a whole breaks a rule, so nothing of it is loaded."""


class GateBroken(ReadinessError):
    """A rule could not be evaluated; nobody knows which rows break it, so nothing is loaded."""


@dataclass(frozen=True)
class RuleResult:
    """One rule over one batch. owner: who in a council can mend the rows that break it. reference: the published number
    of the rule, for example 'CIN census 8805', if it has one. checked, failed: numbers of rows; for a rule on the batch
    as a whole, 1 and 0 or 1."""

    rule_id: str
    severity: str
    dimension: str
    description: str
    owner: str
    reference: str | None
    checked: int
    failed: int


@dataclass(frozen=True)
class Sifted:
    """A batch after the gate; source rows = accepted + quarantined + copies.

    accepted: physical columns. quarantined: the same with rule_ids (joined by ';') and row_digest. copies: rows that
    were equal to another one in every column of the contract, and left out.
    """

    source_rows: int
    accepted: pd.DataFrame = field(repr=False)
    quarantined: pd.DataFrame = field(repr=False)
    copies: int
    results: tuple[RuleResult, ...]

    @property
    def warnings(self) -> int:
        """How often a warning rule was broken."""
        return sum(result.failed for result in self.results if result.severity == "warning")

    def reasons(self) -> dict[str, str]:
        """Rule id -> the reason in plain English, of the rules that put rows into quarantine."""
        return {r.rule_id: r.description for r in self.results if r.severity == "critical" and r.failed}
