"""Runs a feed's suite over a batch: accepts, puts into quarantine, or stops the feed. Results hold no row's value."""

from readiness.gate.results import GateBroken, GateStopped, RuleResult, Sifted
from readiness.gate.sifting import broken_critical_rules, sift

__all__ = ["GateBroken", "GateStopped", "RuleResult", "Sifted", "broken_critical_rules", "sift"]
