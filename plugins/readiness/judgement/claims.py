"""From evidence to the verdict of a claim (catalogue 4, rules 2 and 3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from readiness.judgement.evidence import Standing, standing_on
from readiness.judgement.register import Claim, DecidedBy, EveryMonth, Together
from readiness.judgement.shares import State
from readiness.judgement.trend import Direction
from readiness.judgement.weighing import Bench, EvidenceJudgement, weigh

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

WORST_STATE_FIRST: tuple[State, ...] = ("bad", "no_data", "immature", "too_few", "good")
WORST_VERDICT_FIRST: tuple[Verdict, ...] = (
    "not_met",
    "indicative_not_met",
    "no_data",
    "needs_evidence",
    "immature",
    "too_few",
    "indicative_met",
    "met",
)
BAD: frozenset[Verdict] = frozenset({"not_met", "indicative_not_met"})
NOT_KNOWN: frozenset[Verdict] = frozenset({"no_data", "needs_evidence", "immature", "too_few"})


@dataclass(frozen=True)
class Ruling:
    """A claim's verdict before it is put into words. parts: the rulings it follows from, for a claim judged from
    others together; such a claim's evidence is that of its parts."""

    claim: Claim
    verdict: Verdict
    direction: Direction
    evidence: tuple[EvidenceJudgement, ...] = ()
    standing: Standing = Standing()
    parts: tuple["Ruling", ...] = ()

    @property
    def counting(self) -> tuple[EvidenceJudgement, ...]:
        """The evidence that counts this month, the worst first."""
        in_force = [e for e in self.evidence if e.state != "not_applicable"]
        return tuple(sorted(in_force, key=lambda e: WORST_STATE_FIRST.index(e.state)))

    @property
    def weakest_part(self) -> "Ruling":
        """The first of the parts with this ruling's verdict."""
        return next(part for part in self.parts if part.verdict == self.verdict)

    @property
    def decided_by(self) -> DecidedBy:
        return self.claim.decided_by


def rule_on(bench: Bench, claim: Claim, margin: float) -> Ruling:
    """Judge one claim; `margin` is that of its finding, or of the finding that asks."""
    if isinstance(claim.rule, Together):
        return _rule_together(bench, claim, margin)
    evidence = tuple(_weigh_all(bench, claim, margin))
    standing = standing_on(bench.entries, claim.id, bench.day) if claim.takes_entries else Standing()
    return Ruling(
        claim=claim,
        verdict=decide(claim.decided_by, [e.state for e in evidence], standing.result),
        direction=combine_directions(e.direction for e in evidence),
        evidence=evidence,
        standing=standing,
    )


def decide(decided_by: DecidedBy, states: Sequence[State], entry: Literal["met", "not_met"] | None) -> Verdict:
    """Rule 2: the verdict from the states of all evidence and what the entries in date say.

    An audit that says not met is never outshone by records: it turns what would be better into indicative_not_met.
    """
    if decided_by == "register":
        return entry or "needs_evidence"
    worst = worst_state(states)
    if decided_by == "records":
        return {"good": "met", "bad": "not_met"}.get(worst, worst)
    if entry == "not_met":
        return "not_met" if worst == "bad" else "indicative_not_met"
    if worst == "good":
        return "met" if entry == "met" else "indicative_met"
    return "indicative_not_met" if worst == "bad" else worst


def worst_state(states: Iterable[State]) -> State:
    """The worst of the states; evidence that is not applicable drops out."""
    in_force = [state for state in states if state != "not_applicable"]
    return min(in_force, key=WORST_STATE_FIRST.index, default="not_applicable")


def worst_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of the verdicts; a claim that is not applicable drops out."""
    in_force = [verdict for verdict in verdicts if verdict != "not_applicable"]
    return min(in_force, key=WORST_VERDICT_FIRST.index, default="not_applicable")


def combine_directions(directions: Iterable[Direction]) -> Direction:
    """Rule 3: worsening if any is, improving if some are and none worsens; unknown if nothing is known."""
    found = set(directions)
    for direction in ("worsening", "improving", "no_change"):
        if direction in found:
            return direction
    return "unknown"


def _weigh_all(bench: Bench, claim: Claim, margin: float) -> Iterable[EvidenceJudgement]:
    if isinstance(claim.rule, EveryMonth):
        for evidence in bench.register.claim(claim.rule.of).evidence:
            yield weigh(bench, evidence, margin, claim.rule)
        return
    for evidence in claim.evidence:
        yield weigh(bench, evidence, margin, claim.rule)


def _rule_together(bench: Bench, claim: Claim, margin: float) -> Ruling:
    parts = tuple(rule_on(bench, bench.register.claim(part), margin) for part in claim.others)
    return Ruling(
        claim=claim,
        verdict=worst_verdict(part.verdict for part in parts),
        direction=combine_directions(part.direction for part in parts),
        evidence=tuple(evidence for part in parts for evidence in part.evidence),
        parts=parts,
    )
