"""The Vega-Lite specification of a funnel chart: teams by their cases and their share, within the limits of chance.

Teams outside the limits differ in shape and colour and bear their name; beside the chart they are named in words.
"""

import numpy as np

from readiness.indicators.statistics.funnel import LEVELS, control_limits
from readiness.report.chart_spec import INK, LINE, QUIET, Size, Spec, named_points, one_panel
from readiness.report.model import Funnel, FunnelTeam

WITHIN, BEYOND_95, BEYOND_998 = "within the limits", "beyond 95%", "beyond 99.8%"
POINTS = {
    WITHIN: ("circle", "#a6a6a6"),
    BEYOND_95: ("diamond", LINE),
    BEYOND_998: ("square", "#7a2e12"),
}
DASHES = {0.95: [2, 3], 0.998: [6, 3]}
SIZES_DRAWN = 60


def funnel_specification(found: Funnel, size: Size) -> Spec:
    most = max(team.denominator for team in found.teams)
    x = {
        "field": "cases",
        "type": "quantitative",
        "scale": {"domain": [0, most * 1.08], "nice": False},
        "axis": {"title": "cases", "tickCount": 5, "grid": False, "format": ",d"},
    }
    lowest = min(team.value for team in found.teams)
    floor = next(step for step in (50, 25, 0) if step == 0 or lowest >= step + 4)
    y = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [floor, 100], "clamp": True},
        "axis": {"tickCount": 5, "labelExpr": "datum.value + '%'"},
    }
    layers = [_limits(found, most, level, x, y) for level in LEVELS]
    layers += [_centre(found, y), _points(found, x, y, size), _names(found, x, y, most)]
    return one_panel(layers, size)


def _limits(found: Funnel, most: int, level: float, x: Spec, y: Spec) -> Spec:
    sizes = np.unique(np.geomspace(1, most * 1.08, SIZES_DRAWN).astype(int))
    sides = zip(("lower", "upper"), control_limits(found.centre / 100, sizes, level), strict=True)
    values = [
        {"cases": int(cases), "value": round(100 * float(limit), 2), "side": side}
        for side, limits in sides
        for cases, limit in zip(sizes, limits, strict=True)
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "line", "color": QUIET, "strokeWidth": 1, "strokeDash": DASHES[level]},
        "encoding": {"x": x, "y": y, "detail": {"field": "side"}},
    }


def _centre(found: Funnel, y: Spec) -> Spec:
    return {
        "data": {"values": [{"value": round(found.centre, 2)}]},
        "mark": {"type": "rule", "color": QUIET, "strokeWidth": 1},
        "encoding": {"y": y},
    }


def _points(found: Funnel, x: Spec, y: Spec, size: Size) -> Spec:
    values = [{"cases": team.denominator, "value": team.value, "name": _name(team)} for team in found.teams]
    looks = {name: look for name, look in POINTS.items() if any(value["name"] == name for value in values)}
    return named_points(values, looks, x, y, size)


def _names(found: Funnel, x: Spec, y: Spec, most: int) -> Spec:
    """The names of those outside, to the side on which there is room; of teams on one point, one under the other."""
    places: dict[tuple[int, float], list[str]] = {}
    for team in found.teams:
        if team.beyond:
            places.setdefault((team.denominator, team.value), []).append(team.name)
    values = [
        {"cases": cases, "value": value, "name": names, "isRight": cases > most / 2}
        for (cases, value), names in places.items()
    ]
    return {
        "data": {"values": values},
        "mark": {
            "type": "text",
            "fontSize": 12,
            "lineHeight": 14,
            "baseline": "middle",
            "color": INK,
            "align": {"expr": "datum.isRight ? 'right' : 'left'"},
            "dx": {"expr": "datum.isRight ? -9 : 9"},
        },
        "encoding": {"x": x, "y": y, "text": {"field": "name"}},
    }


def _name(team: FunnelTeam) -> str:
    if team.beyond is None:
        return WITHIN
    return BEYOND_998 if team.beyond > 99 else BEYOND_95
