"""The Vega-Lite specification of a chart of rare events: what lay between two of them, in order, without dates."""

from readiness.report.chart_spec import COMPLETE, KINDS, LINE, POINTS, QUIET, YOUNG, Size, Spec, named_points, one_panel
from readiness.report.model import RareEvents

OPEN = "since the latest"
SHAPES = {**POINTS, OPEN: POINTS[YOUNG]}


def rare_specification(found: RareEvents, size: Size) -> Spec:
    """The latest gaps, as many as a chart has months, and the open one; centre and limits as thin lines."""
    gaps = [(gap.value, KINDS[gap.kind] if gap.kind else COMPLETE) for gap in found.gaps[-size.months :]]
    gaps += [(found.open_gap, OPEN)] if found.open_gap is not None else []
    rows = [{"place": place, "value": value, "name": name} for place, (value, name) in enumerate(gaps, start=1)]
    top = max([row["value"] for row in rows] + [found.upper or 0]) * 1.1 or 1
    x = {"field": "place", "type": "quantitative", "axis": None, "scale": {"domain": [0, len(rows) + 1]}}
    y = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": False},
        "axis": {"title": f"{found.in_words} between", "tickCount": 5, "format": ",d", "titleFontWeight": "normal"},
    }
    layers = [_line(value, dash, y) for value, dash in _lines(found)]
    layers.append({"data": {"values": rows}, "mark": {"type": "line", "color": LINE}, "encoding": {"x": x, "y": y}})
    looks = {name: look for name, look in SHAPES.items() if any(row["name"] == name for row in rows)}
    layers.append(named_points(rows, looks, x, y, size))
    return one_panel(layers, size)


def _lines(found: RareEvents) -> list[tuple[float, list[int]]]:
    lines = [(found.centre, [1, 0]), (found.lower, [2, 3]), (found.upper, [2, 3])]
    return [(value, dash) for value, dash in lines if value is not None]


def _line(value: float, dash: list[int], y: Spec) -> Spec:
    return {
        "data": {"values": [{"value": value}]},
        "mark": {"type": "rule", "color": QUIET, "strokeWidth": 1, "strokeDash": dash},
        "encoding": {"y": y},
    }
