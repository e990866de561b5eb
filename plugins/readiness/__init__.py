"""Readiness: would we be ready if the inspectors came back?

Data walks through the rooms of this package in one direction: sources, gate, records, clocks, indicators, judgement,
report, delivery. A room imports from rooms before it and from the ground floor (the modules beside this file).
"""

__version__ = "0.1.0"
