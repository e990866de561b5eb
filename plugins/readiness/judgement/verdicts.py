"""What judgement hands on: a judgement of the month, its findings, claims and overall verdict, ready to be printed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from readiness.judgement.claims import NOT_KNOWN, Verdict
from readiness.judgement.register import DecidedBy, FindingKind
from readiness.judgement.trend import Direction, Trend
from readiness.judgement.weighing import EvidenceJudgement
from readiness.periods import Month

OverallVerdict = Literal["ready", "partly_ready", "not_ready", "cannot_tell"]


@dataclass(frozen=True)
class JudgedEvidence:
    """One indicator's say, in figures (`judgement`) and in a sentence, for the council and for shared copies."""

    judgement: EvidenceJudgement
    sentence: str
    sentence_shared: str

    @property
    def indicator(self) -> str:
        return self.judgement.indicator


@dataclass(frozen=True)
class JudgedClaim:
    """A claim with its verdict. `..._shared` texts withhold small counts and what gives them away. change: which way
    it went and why, empty without any month. tipping: what would change the verdict. needs: the audit or survey that
    decides or confirms it. context: indicators beside it."""

    id: str
    statement: str
    decided_by: DecidedBy
    verdict: Verdict
    reason: str
    reason_shared: str
    direction: Direction
    change: str
    change_shared: str
    tipping: str
    tipping_shared: str
    evidence: tuple[JudgedEvidence, ...]
    context: tuple[str, ...]
    needs: str | None


@dataclass(frozen=True)
class JudgedFinding:
    """A finding of the letter, word for word, with its claims."""

    id: str
    kind: FindingKind
    heading: str
    quote: str
    claims: tuple[JudgedClaim, ...]


@dataclass(frozen=True)
class JudgedRule:
    """A rule on the report as a whole: whether it is satisfied, and why."""

    id: str
    statement: str
    quote: str
    is_satisfied: bool
    reason: str


@dataclass(frozen=True)
class Overall:
    """The verdict of the month. Its reason counts claims, never people, so it serves every copy."""

    verdict: OverallVerdict
    reason: str
    rules: tuple[JudgedRule, ...]


@dataclass(frozen=True)
class Judgement:
    """A month judged against a letter. settings_in_words: the numbers behind the rules, a
    sentence each, to be printed. trends: the control chart of every indicator that has months, by id."""

    inspection: str
    month: Month
    as_at_on: date
    overall: Overall
    findings: tuple[JudgedFinding, ...]
    settings_in_words: tuple[str, ...]
    trends: Mapping[str, Trend]

    @property
    def claims(self) -> Iterator[JudgedClaim]:
        return (claim for finding in self.findings for claim in finding.claims)

    @property
    def not_known(self) -> tuple[JudgedClaim, ...]:
        """Claims of which the evidence says neither yes nor no; the reason says what would show it."""
        return tuple(claim for claim in self.claims if claim.verdict in NOT_KNOWN)
