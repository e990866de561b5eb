"""The history of every feed: extract, gate, merge, account. Loading the same day twice changes nothing."""

from readiness.records.loading import DayOutOfOrder, LoadResult, load_feed
from readiness.records.memory import accept_source_change

__all__ = ["DayOutOfOrder", "LoadResult", "accept_source_change", "load_feed"]
