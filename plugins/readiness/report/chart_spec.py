"""The Vega-Lite specification of an indicator's chart over time; the same for every form of the report.

Top panel: the monthly value with its Wilson interval and the target; complete months as filled points, young ones
hollow and joined by dashes; mean and limits of the control chart as thin lines, broken where they are computed anew,
and months that chance does not explain in a shape and colour of their own. Bottom panel, for clocks: what was open at
each month's end, within and over the limit.
Meaning never hangs on colour alone: points differ in shape, bars in lightness, and both are labelled.

Written as plain dictionaries: the same charts built with Altair took four times as long to specify as to draw.
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from readiness.report import words
from readiness.report.model import Annotation, Control, Definition, Indicator, MonthValue, Number, PointKind, Suppressed

Spec = dict[str, Any]
Looks = dict[str, tuple[str, ...]]

INK = "#1b2733"
QUIET = "#566273"
HAIRLINE = "#dde3ea"
LINE = "#1c4e80"
BAND = "#1c4e80"
TARGET = "#de1b1b"
WITHIN = "#c5cedb"
OVER = "#7a2e12"

CHANCE, BETTER, WORSE = "within chance", "better than chance", "worse than chance"
YOUNG, COMPLETE = "not complete yet", "complete"
KINDS: dict[PointKind, str] = {"common_cause": CHANCE, "improvement": BETTER, "concern": WORSE}
POINTS = {
    CHANCE: ("circle", "#a6a6a6", "#a6a6a6"),
    BETTER: ("diamond", "#00b0f0", "#00b0f0"),
    WORSE: ("square", "#e46c0a", "#e46c0a"),
    YOUNG: ("circle", LINE, "white"),
    COMPLETE: ("circle", LINE, LINE),
}
"""Shape, edge and filling of a month's point; the colours of better and worse are those of Making Data Count."""

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first one comes with the renderer, so that pictures are the same on every machine."""

OPEN_HEIGHT = 50


@dataclass(frozen=True)
class Size:
    """width in pixels, the most months shown, months between two labels, letters in a line of the title, names of
    points in a line, height of the upper panel."""

    width: int
    months: int
    label_every: int
    title_letters: int
    legend_columns: int
    height: int = 168


WIDE = Size(width=600, months=36, label_every=3, title_letters=86, legend_columns=4)
NARROW = Size(width=236, months=13, label_every=4, title_letters=42, legend_columns=1)
DOCUMENT = Size(width=390, months=24, label_every=6, title_letters=0, legend_columns=4, height=128)
MAIL = Size(width=330, months=15, label_every=3, title_letters=58, legend_columns=2)


def specification(
    indicator: Indicator,
    definition: Definition,
    title: str,
    print_from: int,
    size: Size,
    annotations: Sequence[Annotation] = (),
    font: str = FONT,
) -> Spec:
    """title: none if empty. annotations: those about this indicator, marked by number in the order given."""
    if definition.measure == "total":
        aim = indicator.control.target if indicator.control else None
        definition = definition.model_copy(update={"target": aim})
    kinds = {point.month: point.kind for point in indicator.control.points} if indicator.control else {}
    rows = [
        _row(row, definition, print_from) | {"at": row.month, "name": _point_name(row, kinds)}
        for row in indicator.months[-size.months :]
    ]
    has_open = any(row["running"] is not None or row["overdue"] is not None for row in rows)
    panels = [_value_panel(rows, definition, indicator.control, annotations, size, is_labelled=not has_open)]
    if has_open:
        panels.append(_open_panel(rows, size))
    return _title(title, size) | {
        "vconcat": panels,
        "resolve": {"scale": dict.fromkeys(("color", "shape", "stroke", "fill"), "independent")},
        "spacing": 18,
        "padding": {"left": 2, "right": 2, "top": 6, "bottom": 4},
        "background": "white",
        "config": {**CONFIG, "font": font},
    }


def _title(title: str, size: Size) -> Spec:
    if not title:
        return {}
    return {
        "title": {
            "text": textwrap.wrap(_with_counts_together(title), size.title_letters),
            "anchor": "start",
            "frame": "bounds",
            "fontSize": 14,
            "lineHeight": 19,
            "fontWeight": "bold",
            "color": INK,
            "offset": 16,
        }
    }


def _with_counts_together(title: str) -> str:
    """No line ends within '(390 of 495)'."""
    return re.sub(r"\([^)]{,24}\)", lambda counts: counts[0].replace(" ", "\N{NO-BREAK SPACE}"), title)


CONFIG: Spec = {
    "font": FONT,
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "labelColor": QUIET,
        "labelPadding": 6,
        "gridColor": HAIRLINE,
        "domain": False,
        "ticks": False,
        "title": None,
    },
    "legend": {
        "labelFontSize": 12,
        "labelColor": QUIET,
        "symbolType": "square",
        "symbolSize": 110,
        "orient": "top",
        "title": None,
        "offset": 2,
        "padding": 0,
        "columnPadding": 18,
    },
}


def _row(row: MonthValue, definition: Definition, print_from: int) -> dict[str, Any]:
    """One month as the chart needs it; what is not printed is not drawn. A ratio is judged by its median."""
    is_printed, has_open = words.is_printed(row, definition, print_from), words.has_open_work(definition)

    def drawn(number: Number) -> Number:
        return number if is_printed and words.is_shown(number) else None

    def counted(number: Number) -> Number:
        return number if has_open and words.is_shown(number) else None

    return {
        "month": words.short_month(row.month),
        "value": drawn(_charted(row, definition)),
        "lower": drawn(row.lower),
        "upper": drawn(row.upper),
        "young": row.maturity == "young",
        "running": counted(row.running),
        "overdue": counted(row.overdue),
        "withheld": has_open and any(isinstance(number, Suppressed) for number in (row.running, row.overdue)),
    }


def _charted(row: MonthValue, definition: Definition) -> Number:
    """A share, a ratio's median, or a total a working day (in a report of before that was kept: the total)."""
    if definition.measure == "total" and words.is_shown(row.value) and row.working_days is not None:
        return row.value / row.working_days if row.working_days else None
    return row.median if definition.measure == "ratio" else row.value


def _point_name(row: MonthValue, kinds: Mapping[str, PointKind]) -> str:
    if row.maturity == "young":
        return YOUNG
    return KINDS[kinds[row.month]] if row.month in kinds else COMPLETE


def _months_axis(rows: list[dict], size: Size, is_labelled: bool) -> Spec:
    months = [row["month"] for row in rows]
    labelled = [month for back, month in enumerate(reversed(months)) if back % size.label_every == 0]
    return {
        "field": "month",
        "type": "nominal",
        "sort": None,
        "scale": {"type": "band", "domain": months, "paddingInner": 0.28, "paddingOuter": 0.14},
        "axis": {"values": labelled, "labelAngle": 0, "grid": False} if is_labelled else None,
    }


def _value_panel(
    rows: list[dict],
    definition: Definition,
    control: Control | None,
    annotations: Sequence[Annotation],
    size: Size,
    is_labelled: bool,
) -> Spec:
    lines = _control_lines(rows, control)
    x, y = _months_axis(rows, size, is_labelled), _value_axis(rows, lines, definition)
    layers = [_band(part, x, y) for part in _unbroken(rows, "lower")]
    layers += _annotations(rows, annotations, x, size)
    layers += [_control_line(line, x, y) for line in lines]
    layers += _target(definition, y, size.width) if definition.target is not None else []
    layers += [layer for part in _unbroken(rows, "value") for layer in _line(part, x, y)]
    layers.append(_points(rows, x, y, size))
    layers += _last_value(rows, definition, x, y)
    return {"width": size.width, "height": size.height, "layer": layers}


def _value_axis(rows: list[dict], lines: list[dict], definition: Definition) -> Spec:
    shown = [row[key] for row in rows for key in ("value", "lower", "upper") if row[key] is not None]
    shown += [line["value"] for line in lines]
    shown += [definition.target] if definition.target is not None else []
    if definition.measure != "proportion":
        domain = [0, max(shown, default=1) * 1.2 or 1]
        return {"field": "value", "type": "quantitative", "scale": {"domain": domain, "nice": True}}
    # A share starts at 0, 25 or 50: low enough for all that is drawn, high enough to see a change.
    floor = next(step for step in (50, 25, 0) if step == 0 or min(shown, default=0) >= step + 4)
    ceiling = 100 if max(shown, default=100) > 25 else 30
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [floor, ceiling], "nice": False},
        "axis": {"tickCount": 5, "labelExpr": "datum.value + '%'"},
    }


def _unbroken(rows: list[dict], key: str) -> list[list[dict]]:
    """Runs of months that have `key`: a gap in the data stays a gap in the picture."""
    return [list(run) for has, run in groupby(rows, key=lambda row: row[key] is not None) if has]


def _band(rows: list[dict], x: Spec, y: Spec) -> Spec:
    return {
        "data": {"values": [{key: row[key] for key in ("month", "lower", "upper")} for row in rows]},
        "mark": {"type": "area", "color": BAND, "opacity": 0.15},
        "encoding": {"x": x, "y": {**y, "field": "lower"}, "y2": {"field": "upper"}},
    }


def _line(rows: list[dict], x: Spec, y: Spec) -> list[Spec]:
    """Solid between complete months, dashed towards a young one."""
    solid = [row for row in rows if not row["young"]]
    dashed = [pair for pair in pairwise(rows) if pair[1]["young"]]
    lines = [(solid, [1, 0])] if len(solid) > 1 else []
    lines += [(list(pair), [4, 4]) for pair in dashed]
    return [
        {
            "data": {"values": [{"month": row["month"], "value": row["value"]} for row in part]},
            "mark": {"type": "line", "color": LINE, "strokeWidth": 2, "strokeDash": dash},
            "encoding": {"x": x, "y": y},
        }
        for part, dash in lines
    ]


def _points(rows: list[dict], x: Spec, y: Spec, size: Size) -> Spec:
    """Each month's point by what the control chart says of it; young months hollow."""
    drawn = [{key: row[key] for key in ("month", "value", "young", "name")} for row in rows if row["value"] is not None]
    names = [name for name in POINTS if any(row["name"] == name for row in drawn)]
    is_charted = any(name in KINDS.values() for name in names)
    return named_points(drawn, {name: POINTS[name] for name in names}, x, y, size, has_legend=is_charted)


def named_points(rows: list[dict], looks: Looks, x: Spec, y: Spec, size: Size, has_legend: bool = True) -> Spec:
    """Points by the `name` of their row. looks: shape, stroke and fill of each name that is drawn, or shape and one
    colour."""
    legend = {"columns": size.legend_columns, "symbolSize": 64, "offset": 8} if has_legend else None

    def by_name(part: int) -> Spec:
        scale = {"domain": list(looks), "range": [look[part] for look in looks.values()]}
        return {"field": "name", "type": "nominal", "scale": scale, "legend": legend}

    return {
        "data": {"values": rows},
        "mark": {"type": "point", "size": 56, "strokeWidth": 2, "opacity": 1},
        "encoding": {"x": x, "y": y, "shape": by_name(0), "stroke": by_name(1), "fill": by_name(-1)},
    }


def one_panel(layers: list[Spec], size: Size) -> Spec:
    """A chart of one panel without a title, for the page."""
    return {
        "width": size.width,
        "height": size.height,
        "layer": layers,
        "resolve": {"scale": dict.fromkeys(("color", "shape", "stroke", "fill"), "independent")},
        "padding": {"left": 2, "right": 2, "top": 6, "bottom": 4},
        "background": "white",
        "config": CONFIG,
    }


def _control_lines(rows: list[dict], control: Control | None) -> list[dict[str, Any]]:
    """Mean and limits of each phase, over those of its months that are drawn."""
    lines = []
    for phase in control.phases if control else ():
        within = [row["month"] for row in rows if phase.first_month <= row["at"] <= phase.last_month]
        for name in ("mean", "lower", "upper"):
            value = getattr(phase, name)
            if within and value is not None:
                lines.append({"name": name, "from": within[0], "to": within[-1], "value": value})
    return lines


def _control_line(line: dict[str, Any], x: Spec, y: Spec) -> Spec:
    """Half a month beyond the first and the last, so that a phase of one month is a line too."""
    dash = {"strokeDash": [1, 0]} if line["name"] == "mean" else {"strokeDash": [2, 3]}
    return {
        "data": {"values": [line]},
        "mark": {"type": "rule", "color": QUIET, "strokeWidth": 1, **dash},
        "encoding": {
            "x": {**x, "field": "from", "bandPosition": 0},
            "x2": {"field": "to", "bandPosition": 1},
            "y": y,
        },
    }


def _annotations(rows: list[dict], annotations: Sequence[Annotation], x: Spec, size: Size) -> list[Spec]:
    """A thin upright line with its number at the foot, for what is told beside the chart."""
    shown = {row["at"]: row["month"] for row in rows}
    numbers: dict[str, list[str]] = {}
    for number, annotation in enumerate(annotations, start=1):
        if annotation.month in shown:
            numbers.setdefault(shown[annotation.month], []).append(str(number))
    if not numbers:
        return []
    data = {"values": [{"month": month, "text": ", ".join(found)} for month, found in numbers.items()]}
    text = {"type": "text", "align": "left", "dx": 4, "dy": -7, "fontSize": 11, "color": QUIET}
    return [
        {"data": data, "mark": {"type": "rule", "color": QUIET, "strokeDash": [1, 2]}, "encoding": {"x": x}},
        {"data": data, "mark": text, "encoding": {"x": x, "y": {"value": size.height}, "text": {"field": "text"}}},
    ]


def _last_value(rows: list[dict], definition: Definition, x: Spec, y: Spec) -> list[Spec]:
    """The last complete month's value in figures, on a white edge so that lines behind it do not disturb."""
    complete = [place for place, row in enumerate(rows) if row["value"] is not None and not row["young"]]
    if not complete:
        return []
    last = rows[complete[-1]]
    unit = {"proportion": "%", "total": " a day"}.get(definition.measure, "")
    text = f"{last['value']:.1f}{unit}"
    is_below = _is_room_below(rows, complete[-1], definition)
    mark = {"type": "text", "dy": 18 if is_below else -17, "fontSize": 13, "fontWeight": "bold"}
    layer = {
        "data": {"values": [{"month": last["month"], "value": last["value"], "text": text}]},
        "encoding": {"x": x, "y": y, "text": {"field": "text"}},
    }
    edge = {**mark, "color": "white", "stroke": "white", "strokeWidth": 5, "strokeJoin": "round"}
    return [{**layer, "mark": edge}, {**layer, "mark": {**mark, "color": LINE}}]


def _is_room_below(rows: list[dict], place: int, definition: Definition) -> bool:
    """Whether the figure reads better under its point: the line comes from above, or the target runs close over it
    and not close under it."""
    if definition.measure == "total":  # most lie at the foot of the chart
        return False
    value, target = rows[place]["value"], definition.target
    if target is not None and 0 <= value - target < 6:
        return False
    around = [row["value"] for row in rows[max(place - 1, 0) : place + 2] if row["value"] is not None]
    is_dip = max(around) - value > value - min(around)
    return is_dip or (target is not None and 0 < target - value < 12)


def _target(definition: Definition, y: Spec, width: int) -> list[Spec]:
    """A dashed line, named beside the plot where it covers nothing."""
    aim = definition.target
    number = words.whole_percent(aim) if definition.measure == "proportion" else f"{aim:g}"
    name = "ceiling" if definition.measure == "ratio" else "target"
    data = {"values": [{"value": aim, "text": [name, number]}]}
    text = {"type": "text", "align": "left", "baseline": "middle", "dx": 8, "dy": -6, "fontSize": 12, "lineHeight": 14}
    return [
        {
            "data": data,
            "mark": {"type": "rule", "color": TARGET, "strokeWidth": 1.5, "strokeDash": [7, 4]},
            "encoding": {"y": y},
        },
        {
            "data": data,
            "mark": {**text, "color": TARGET, "fontWeight": "bold"},
            "encoding": {"x": {"value": width}, "y": y, "text": {"field": "text"}},
        },
    ]


def _open_panel(rows: list[dict], size: Size) -> Spec:
    kinds = [("overdue", "over the limit", OVER), ("running", "open, within the limit", WITHIN)]
    values = [
        {"month": row["month"], "kind": kind, "open": row[field], "order": order}
        for row in rows
        for order, (field, kind, _) in enumerate(kinds)
        if row[field] is not None and not row["withheld"]
    ]
    bars = {
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "x": _months_axis(rows, size, is_labelled=True),
            "y": {"field": "open", "type": "quantitative", "axis": {"tickCount": 2, "format": ",d"}},
            "color": {
                "field": "kind",
                "type": "nominal",
                "scale": {"domain": [kind for _, kind, _ in kinds], "range": [colour for _, _, colour in kinds]},
            },
            "order": {"field": "order", "type": "quantitative"},
        },
    }
    return {
        "width": size.width,
        "height": OPEN_HEIGHT,
        "layer": [bars, *_withheld(rows, size), *_last_open(rows[-1], size)],
    }


def _withheld(rows: list[dict], size: Size) -> list[Spec]:
    """A cross where a month's bar is withheld, so that nobody reads it as none."""
    months = [{"month": row["month"]} for row in rows if row["withheld"]]
    if not months:
        return []
    at_the_foot = {"x": _months_axis(rows, size, is_labelled=True), "y": {"value": OPEN_HEIGHT - 6}}
    return [
        {
            "data": {"values": months},
            "mark": {"type": "text", "color": QUIET},
            "encoding": {**at_the_foot, "text": {"value": "×"}},
        },
        {
            "data": {"values": [{}]},
            "mark": {"type": "text", "align": "left", "dx": 6, "color": QUIET},
            "encoding": {"x": {"value": size.width}, "y": {"value": OPEN_HEIGHT / 2}, "text": {"value": "× withheld"}},
        },
    ]


def _last_open(row: dict, size: Size) -> list[Spec]:
    """The last month's open work in figures, beside its bar."""
    texts = [(row["running"], "within", 12, QUIET, "normal"), (row["overdue"], "over", OPEN_HEIGHT - 8, OVER, "bold")]
    return [
        {
            "data": {"values": [{}]},
            "mark": {
                "type": "text",
                "align": "left",
                "baseline": "middle",
                "dx": 8,
                "fontSize": 12,
                "color": colour,
                "fontWeight": weight,
            },
            "encoding": {
                "x": {"value": size.width},
                "y": {"value": y},
                "text": {"value": f"{words.count(number)} {name}"},
            },
        }
        for number, name, y, colour, weight in texts
        if number is not None
    ]
