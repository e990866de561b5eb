"""Clocks: what was known at a moment, and the spans, checks and levels that follow from it.

know(warehouse, contracts, profile, as_at)      the schema `known`
build(warehouse, load_definitions(), profile)   the schema `clocks`
"""

from readiness.clocks.building import build
from readiness.clocks.definitions import Definitions, load_definitions
from readiness.clocks.knowledge import know, renew_calendar
from readiness.clocks.schemas import CURRENT, Schemas

__all__ = ["CURRENT", "Definitions", "Schemas", "build", "know", "load_definitions", "renew_calendar"]
