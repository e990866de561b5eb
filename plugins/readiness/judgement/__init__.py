"""Judgement: the letter as data, and the rules by which the month's evidence becomes verdicts."""

from readiness.judgement.annotations import Annotation, load_annotations
from readiness.judgement.counts import Counts, IndicatorFacts, Thresholds, read_counts
from readiness.judgement.evidence import Entry, load_evidence
from readiness.judgement.facts import facts_of
from readiness.judgement.judge import judge
from readiness.judgement.register import Register, load_register, load_registers
from readiness.judgement.sensitivity import Variation, compared, vary
from readiness.judgement.trend import Trend
from readiness.judgement.verdicts import (
    JudgedClaim,
    JudgedEvidence,
    JudgedFinding,
    JudgedRule,
    Judgement,
    Overall,
)
from readiness.judgement.words import limit_in_words

__all__ = [
    "Annotation",
    "Counts",
    "Entry",
    "IndicatorFacts",
    "JudgedClaim",
    "JudgedEvidence",
    "JudgedFinding",
    "JudgedRule",
    "Judgement",
    "Overall",
    "Register",
    "Thresholds",
    "Trend",
    "Variation",
    "compared",
    "facts_of",
    "judge",
    "limit_in_words",
    "load_annotations",
    "load_evidence",
    "load_register",
    "load_registers",
    "read_counts",
    "vary",
]
