"""Judge a month against the letter: every claim, with its verdict, its reason and the evidence behind it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from readiness.judgement.annotations import Annotation
from readiness.judgement.claims import rule_on
from readiness.judgement.counts import Counts, IndicatorFacts, Thresholds
from readiness.judgement.evidence import Entry
from readiness.judgement.overall import judge_overall
from readiness.judgement.reasons import reason, reason_for_change
from readiness.judgement.register import Claim, Finding, Register
from readiness.judgement.sentences import Reader, sentence
from readiness.judgement.settings_text import settings_in_words
from readiness.judgement.tipping import what_would_change
from readiness.judgement.trend import Trend, trend_of
from readiness.judgement.verdicts import JudgedClaim, JudgedEvidence, JudgedFinding, Judgement
from readiness.judgement.weighing import Bench
from readiness.periods import Month


def judge(
    register: Register,
    counts: Counts,
    definitions: Mapping[str, IndicatorFacts],
    entries: Sequence[Entry],
    month: Month,
    as_at_on: date,
    thresholds: Thresholds,
    annotations: Sequence[Annotation] = (),
) -> Judgement:
    """Judge `month` as known at the end of `as_at_on`.

    counts: marts.indicator_values up to the month, see read_counts. definitions: what judgement must know of each
    indicator that is computed, by id; the others are no_data. entries: the evidence file. thresholds: the council's
    profile. annotations: for their rebases.
    """
    trends = dict(_trends(register, counts, definitions, annotations, as_at_on, thresholds))
    bench = Bench(register, counts, trends, definitions, tuple(entries), month, as_at_on, thresholds)
    findings = tuple(_judge_finding(bench, finding) for finding in register.findings)
    return Judgement(
        inspection=register.inspection.title,
        month=month,
        as_at_on=as_at_on,
        overall=judge_overall(register, findings),
        findings=findings,
        settings_in_words=settings_in_words(register, thresholds),
        trends=trends,
    )


def _trends(
    register: Register,
    counts: Counts,
    definitions: Mapping[str, IndicatorFacts],
    annotations: Sequence[Annotation],
    as_at_on: date,
    thresholds: Thresholds,
) -> Iterator[tuple[str, Trend]]:
    for name, facts in definitions.items():
        series, spoken = counts.of_authority(name), register.indicators.get(name)
        if series is not None:
            target = spoken.target if spoken else None
            yield (
                name,
                trend_of(series, facts, target, annotations, register.judgement, thresholds.print_from, as_at_on),
            )


def _judge_finding(bench: Bench, finding: Finding) -> JudgedFinding:
    margin = bench.register.judgement.margin_for(finding.kind)
    claims = tuple(_judge_claim(bench, claim, margin) for claim in finding.claims)
    return JudgedFinding(finding.id, finding.kind, finding.heading, finding.quote, claims)


def _judge_claim(bench: Bench, claim: Claim, margin: float) -> JudgedClaim:
    ruling = rule_on(bench, claim, margin)
    council, shared = _reader(bench, 0), _reader(bench, bench.thresholds.suppress_up_to)
    return JudgedClaim(
        id=claim.id,
        statement=claim.statement,
        decided_by=claim.decided_by,
        verdict=ruling.verdict,
        reason=reason(ruling, bench.month, council),
        reason_shared=reason(ruling, bench.month, shared),
        direction=ruling.direction,
        change=reason_for_change(ruling, council),
        change_shared=reason_for_change(ruling, shared),
        tipping=what_would_change(ruling, council),
        tipping_shared=what_would_change(ruling, shared),
        evidence=tuple(JudgedEvidence(e, sentence(e, council), sentence(e, shared)) for e in ruling.evidence),
        context=claim.context,
        needs=claim.needs,
    )


def _reader(bench: Bench, suppress_up_to: int) -> Reader:
    thresholds = bench.thresholds
    return Reader(bench.register.judgement, thresholds.print_from, thresholds.judge_from, suppress_up_to)
