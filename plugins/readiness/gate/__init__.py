"""Runs a feed's suite over a batch: accepts, puts into quarantine, or stops the feed. Results hold no row's value."""

from readiness.gate.results import GateBroken, GateStopped, RuleResult, Sifted
from readiness.gate.sifting import sift

__all__ = ["GateBroken", "GateStopped", "RuleResult", "Sifted", "sift"]
