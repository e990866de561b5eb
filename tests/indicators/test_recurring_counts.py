"""Children of recurring duties, each once per scope, however many duties and teams they have."""

from random import Random

import pandas as pd
import pytest

from readiness.clocks import load_definitions
from tests.indicators.scopes import AREAS, TEAMS, load_scopes

STATES = {"is_open": 1, "is_overdue": 1, "slots": 2}


@pytest.mark.parametrize("seed", range(4))
def test_a_child_with_duties_in_several_teams_is_counted_once_in_each_scope(warehouse, seed):
    random = Random(seed)
    duties = [(n, 1 + n % 7, "visits", random.choice([*AREAS, None])) for n in range(20)]
    states = []
    for number, *_ in duties:
        is_open, is_overdue, slots = (random.randint(0, most) for most in STATES.values())
        states.append((number, 10, is_open, is_open * is_overdue, slots, random.randint(0, slots)))
    columns = ["duty_number", "person_number", "clock", "team_id"]
    types = {"duty_number": "bigint", "person_number": "bigint", "clock": "text", "team_id": "text"}
    warehouse.load("clocks.started_duties", pd.DataFrame(duties, columns=columns), types)
    columns = ["duty_number", "month_number", "is_open", "is_overdue", "slots", "slots_in_time"]
    types = dict.fromkeys(columns, "integer") | {"duty_number": "bigint"}
    warehouse.load("marts.duty_months", pd.DataFrame(states, columns=columns), types)
    months = pd.DataFrame([("2026-10", 10)], columns=["month", "month_number"])
    warehouse.load("calendar.months", months, {"month": "text", "month_number": "integer"})
    load_scopes(warehouse)
    found = warehouse.query(load_definitions().marts["recurring_counts"].query).set_index("scope_id")
    assert set(found.index) == set(TEAMS)
    for scope, teams in TEAMS.items():
        people: dict[int, list[tuple[int, ...]]] = {}
        for (_, person, _, team), (_, _, *state) in zip(duties, states, strict=True):
            if team in teams:
                people.setdefault(person, []).append(tuple(state))
        each = [
            [f(column) for f, column in zip((max, max, sum, sum), zip(*rows, strict=True), strict=True)]
            for rows in people.values()
        ]
        expected = {
            "running": sum(is_open and not is_overdue for is_open, is_overdue, _, _ in each),
            "overdue": sum(is_overdue for _, is_overdue, _, _ in each),
            "subjects": sum(slots > 0 for _, _, slots, _ in each),
            "subjects_in_time": sum(slots > 0 and slots == in_time for _, _, slots, in_time in each),
        }
        assert found.loc[scope, list(expected)].astype(int).to_dict() == expected
