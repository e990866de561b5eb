"""Reads a feed from the case system, or from files, into a table that fits its contract.

Ids become keyed hashes and times get their zone here, so that nothing after this room holds a real child's or
worker's id. Nothing is ever written to the case system.
"""

from readiness.sources.batch import Batch, Delivery, Remembered, Since
from readiness.sources.borders import DayNotReadable, SourceChanged, SourceUnavailable, guarded
from readiness.sources.days import SourceDays, source_days
from readiness.sources.files.tables import FileRefused
from readiness.sources.reading import read_feed
from readiness.sources.source import Source, find_delivery, source_of
from readiness.sources.vault import IdentityKeyChanged, Vault, reidentify

__all__ = [
    "Batch",
    "DayNotReadable",
    "Delivery",
    "FileRefused",
    "IdentityKeyChanged",
    "Remembered",
    "Since",
    "Source",
    "SourceChanged",
    "SourceDays",
    "SourceUnavailable",
    "Vault",
    "find_delivery",
    "guarded",
    "read_feed",
    "reidentify",
    "source_days",
    "source_of",
]
