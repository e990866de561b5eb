"""Reads a feed from the case system into a table that fits its contract.

Ids become keyed hashes and times get their zone here, so that nothing after this room holds a real child's or
worker's id. Nothing is ever written to the case system.
"""

from readiness.sources.batch import Batch, Remembered, Since
from readiness.sources.borders import DayNotReadable, SourceChanged, SourceUnavailable, guarded
from readiness.sources.days import SourceDays, source_days
from readiness.sources.reading import read_feed
from readiness.sources.vault import IdentityKeyChanged, Vault, reidentify

__all__ = [
    "Batch",
    "DayNotReadable",
    "IdentityKeyChanged",
    "Remembered",
    "Since",
    "SourceChanged",
    "SourceDays",
    "SourceUnavailable",
    "Vault",
    "guarded",
    "read_feed",
    "reidentify",
    "source_days",
]
