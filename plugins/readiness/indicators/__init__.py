"""Indicators: monthly values with their intervals, and the way back from a number to its cases."""

from readiness.indicators.tracing import Trace, trace
from readiness.indicators.values import build

__all__ = ["Trace", "build", "trace"]
