"""Three teams in two areas, for tests that count by scope."""

import pandas as pd

from readiness.warehouse import Warehouse

AREAS = {"t0": "a", "t1": "a", "t2": "b"}
TEAMS = {"authority": {*AREAS, None}, "a": {"t0", "t1"}, "b": {"t2"}, **{team: {team} for team in AREAS}}
"""The teams whose work counts in each scope; None is work of no team."""


def load_scopes(warehouse: Warehouse) -> None:
    """Make marts.team_scopes."""
    rows = [(team, kind, id) for team, area in AREAS.items() for kind, id in (("team", team), ("area", area))]
    scopes = pd.DataFrame(rows, columns=["team_id", "scope_type", "scope_id"])
    warehouse.load("marts.team_scopes", scopes, dict.fromkeys(scopes, "text"))
