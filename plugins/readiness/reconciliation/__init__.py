"""Figures that the council has returned or published beside what Readiness computes, with the difference explained."""

from readiness.reconciliation.page import page, words
from readiness.reconciliation.reconciling import Line, reconcile, reconcile_file
from readiness.reconciliation.returned import Returned, load_returned

__all__ = ["Line", "Returned", "load_returned", "page", "reconcile", "reconcile_file", "words"]
