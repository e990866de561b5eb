"""Figures that the council has returned or published beside what Readiness computes, with the difference explained."""
