"""Charts: the same bytes every time, what is not printed is not drawn, and a smaller file is the same picture."""

import struct
import zlib

import numpy as np
import pytest
import vl_convert

from readiness.report import charts
from readiness.report.chart_spec import FONT, MAIL, NARROW, WIDE, specification
from readiness.report.control_words import control_sentences
from readiness.report.model import (
    Annotation,
    Control,
    ControlPhase,
    ControlPoint,
    Definition,
    Indicator,
    MonthValue,
    Scope,
    Suppressed,
)
from readiness.report.png import compacted
from readiness.report.svg import lighter

DEFINITION = Definition(
    title="Contacts decided in time",
    definition={},
    family="timeliness",
    measure="proportion",
    unit="percent",
    counted="single",
    target=90,
    target_source="local",
    definition_hash="h",
    sql="q",
)


def month(name: str, numerator, denominator, **more) -> MonthValue:
    value = 100 * numerator / denominator if isinstance(numerator, int) and denominator else Suppressed()
    return MonthValue(month=name, numerator=numerator, denominator=denominator, value=value, **more)


def indicator(*months: MonthValue) -> Indicator:
    scope = Scope(type="authority", id="", name="County")
    return Indicator(
        id="i", family="timeliness", measure="proportion", unit="percent", scope=scope, months=months, target=90
    )


SERIES = indicator(
    month("2026-05", 80, 100, running=30, overdue=4),
    month("2026-06", 85, 100, running=31, overdue=6),
    month("2026-07", 3, 10, running=5, overdue=1),
    month("2026-08", Suppressed(), 100, running=Suppressed(), overdue=Suppressed()),
    month("2026-09", 92, 100, running=25, overdue=0),
    month("2026-10", 97, 100, running=28, overdue=0, maturity="young"),
)


def layers(kind: str, size=WIDE, series=None) -> list[dict]:
    panel = specification(series or SERIES, DEFINITION, "Title", 20, size)["vconcat"][0]
    return [layer for layer in panel["layer"] if layer["mark"]["type"] == kind]


def test_the_same_chart_has_the_same_bytes():
    assert charts.png(SERIES, DEFINITION, "Title", 20) == charts.png(SERIES, DEFINITION, "Title", 20)
    assert charts.svg(SERIES, DEFINITION, "Title", 20) == charts.svg(SERIES, DEFINITION, "Title", 20)


def test_a_share_of_too_few_cases_and_a_withheld_one_are_not_drawn():
    (points,) = layers("point")
    assert [(row["month"], row["value"]) for row in points["data"]["values"]] == [
        ("May 2026", 80.0),
        ("Jun 2026", 85.0),
        ("Sep 2026", 92.0),
        ("Oct 2026", 97.0),
    ]


def test_the_line_breaks_where_a_month_is_missing_and_is_dashed_towards_a_young_month():
    drawn = [([row["month"] for row in line["data"]["values"]], line["mark"]["strokeDash"]) for line in layers("line")]
    assert drawn == [(["May 2026", "Jun 2026"], [1, 0]), (["Sep 2026", "Oct 2026"], [4, 4])]


def test_a_young_month_is_a_hollow_point():
    (points,) = layers("point")
    fill = points["encoding"]["fill"]["scale"]
    assert dict(zip(fill["domain"], fill["range"], strict=True))["not complete yet"] == "white"
    assert {row["young"] for row in points["data"]["values"] if row["name"] == "not complete yet"} == {True}
    assert [row["young"] for row in points["data"]["values"]] == [False, False, False, True]


CONTROL = Control(
    state="charted",
    minimum_points=2,
    variation="improvement",
    phases=(
        ControlPhase(first_month="2026-05", last_month="2026-06", points=2, mean=82.5, lower=70.0, upper=95.0),
        ControlPhase(first_month="2026-07", last_month="2026-08", reason="a new team", points=0),
        ControlPhase(first_month="2026-09", last_month="2026-10", reason="it", points=2, mean=88, lower=85, upper=91),
    ),
    points=(
        ControlPoint(month="2026-05", kind="common_cause"),
        ControlPoint(month="2026-06", kind="concern", rule="shift"),
        ControlPoint(month="2026-09", kind="improvement", rule="outside_limits"),
    ),
)
CHARTED = SERIES.model_copy(update={"control": CONTROL})


def test_what_chance_does_not_explain_differs_in_colour_and_shape():
    (points,) = layers("point", series=CHARTED)
    assert [(row["month"], row["name"]) for row in points["data"]["values"]] == [
        ("May 2026", "within chance"),
        ("Jun 2026", "worse than chance"),
        ("Sep 2026", "better than chance"),
        ("Oct 2026", "not complete yet"),
    ]
    for part in ("shape", "stroke"):
        scale = points["encoding"][part]["scale"]
        drawn = dict(zip(scale["domain"], scale["range"], strict=True))
        assert len({drawn[f"{name} chance"] for name in ("better than", "worse than", "within")}) == 3
        assert points["encoding"][part]["legend"] is not None


def test_mean_and_limits_break_where_they_are_computed_anew():
    rules = [layer["data"]["values"][0] for layer in layers("rule", series=CHARTED) if "x2" in layer["encoding"]]
    assert [(line["name"], line["from"], line["to"], line["value"]) for line in rules] == [
        ("mean", "May 2026", "Jun 2026", 82.5),
        ("lower", "May 2026", "Jun 2026", 70),
        ("upper", "May 2026", "Jun 2026", 95),
        ("mean", "Sep 2026", "Oct 2026", 88),
        ("lower", "Sep 2026", "Oct 2026", 85),
        ("upper", "Sep 2026", "Oct 2026", 91),
    ]


def test_without_a_control_chart_there_are_neither_lines_nor_a_key():
    assert not [layer for layer in layers("rule") if "x2" in layer["encoding"]]
    (points,) = layers("point")
    assert points["encoding"]["shape"]["legend"] is None


def test_an_annotation_marks_its_month_by_number_and_one_of_a_month_not_drawn_marks_none():
    given = [Annotation(month=month, text="What happened") for month in ("2020-01", "2026-06", "2026-06", "2026-09")]
    panel = specification(SERIES, DEFINITION, "Title", 20, WIDE, given)["vconcat"][0]
    marks = [layer["data"]["values"] for layer in panel["layer"] if layer["mark"]["type"] == "rule"]
    assert [{"month": "Jun 2026", "text": "2, 3"}, {"month": "Sep 2026", "text": "4"}] in marks


def test_the_figure_in_the_chart_is_that_of_the_last_complete_month():
    assert {
        layer["data"]["values"][0]["text"] for layer in layers("text") if "month" in layer["data"]["values"][0]
    } == {"92.0%"}


def test_overdue_and_open_work_stand_below_by_name_not_by_colour_alone():
    bars = specification(SERIES, DEFINITION, "Title", 20, WIDE)["vconcat"][1]["layer"]
    assert {row["kind"] for row in bars[0]["data"]["values"]} == {"over the limit", "open, within the limit"}
    said = [layer["encoding"]["text"]["value"] for layer in bars[1:]]
    assert said == ["×", "× withheld", "28 within", "0 over"], "a withheld month is crossed, never drawn as none"
    assert "Aug 2026" not in {row["month"] for row in bars[0]["data"]["values"]}


@pytest.mark.parametrize("size", [WIDE, NARROW, MAIL])
def test_the_counts_in_a_title_are_never_torn_apart(size):
    title = "81.0% of assessments were finished within 45 working days of the referral in October 2026 (1,224 of 1,546)"
    lines = specification(SERIES, DEFINITION, title, 20, size)["title"]["text"]
    assert "(1,224\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}1,546)" in lines[-1]
    assert all(len(line) <= size.title_letters for line in lines)


def test_one_printed_month_is_no_chart():
    assert charts.has_chart(SERIES, DEFINITION, 20)
    assert not charts.has_chart(indicator(SERIES.months[0], SERIES.months[2]), DEFINITION, 20)


def test_an_svg_scales_and_asks_nothing_of_anybody():
    drawn = charts.svg(SERIES, DEFINITION, "Title <b>&", 20)
    assert drawn.startswith("<svg ")
    assert " width=" not in drawn.split(">")[0]
    assert "viewBox" in drawn.split(">")[0]
    assert "<b>" not in drawn
    assert "http" not in drawn.replace("http://www.w3.org/", "")
    assert "<script" not in drawn


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_lighter_picture_is_the_same_picture_in_fewer_bytes(size):
    drawn = charts._drawn(specification(SERIES, DEFINITION, "A title (1 of 2)", 20, size))
    light = lighter(drawn)
    assert len(light) < len(drawn) / 2.5
    before = pixels(vl_convert.svg_to_png(drawn)).astype(int)
    after = light.replace("<svg ", f'<svg font-family="{FONT}" ', 1)
    after = pixels(vl_convert.svg_to_png(after.replace(">", '><rect width="100%" height="100%" fill="white"/>', 1)))
    assert after.shape == before.shape
    assert (abs(after.astype(int) - before) > 100).mean() < 0.003, "a tenth of a pixel here and there"


@pytest.mark.parametrize(
    "part",
    [
        '<circle r="9"/>',
        '<path d="M0,0L5,5" stroke="blue"/><path d="M0,0 9,9 18,0Z" stroke="blue"/>',
        '<g opacity="0.5" stroke="blue"><path d="M0,0h9v4z" stroke="blue"/></g>',
        '<path d="M0,0C10,10,20,-20,30,3Z" stroke="blue"/>',
        '<g transform="translate(5,9)"><path d="M0,0h9v4z" transform="rotate(30)"/></g>',
        '<text transform="translate(9,30) rotate(-90) translate(0,-2)">contacts between &lt; 3</text>',
    ],
)
def test_what_is_not_known_to_be_made_lighter_is_drawn_as_it_was(part):
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60"><rect width="60" height="60" fill="white"/>'
        f'<g transform="translate(20,20)" fill="red"><path d="M0,0L5,5" stroke="black"/>{part}</g></svg>'
    )
    light = lighter(drawn)
    after = light.replace(">", '><rect width="60" height="60" fill="white"/>', 1)
    assert (pixels(vl_convert.svg_to_png(after)) == pixels(vl_convert.svg_to_png(drawn))).all()


def test_a_compacted_picture_is_the_same_picture_in_fewer_bytes():
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="60" height="40" fill="white"/>'
        '<rect x="5" y="5" width="20" height="20" fill="#7a2e12"/><circle cx="40" cy="20" r="10" fill="#1c4e80"/></svg>'
    )
    before = vl_convert.svg_to_png(drawing)
    after = compacted(before)
    assert len(after) < len(before)
    assert np.array_equal(pixels(after), pixels(before))
    assert compacted(after) == after


def pixels(png: bytes) -> np.ndarray:
    """Red, green, blue of each pixel; an independent reader of the two kinds of file that occur here."""
    chunks, position = {}, 8
    while position < len(png):
        (length,) = struct.unpack(">I", png[position : position + 4])
        name = png[position + 4 : position + 8]
        chunks[name] = chunks.get(name, b"") + png[position + 8 : position + 8 + length]
        position += length + 12
    width, height, _, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    depth = 4 if kind == 6 else 1
    raw, result = zlib.decompress(chunks[b"IDAT"]), np.zeros((height, width, 3), np.uint8)
    palette = np.frombuffer(chunks.get(b"PLTE", b""), np.uint8).reshape(-1, 3)
    for y in range(height):
        line = raw[y * (width * depth + 1) : (y + 1) * (width * depth + 1)]
        left = [0] * depth
        for x in range(width):
            here = list(line[1 + x * depth : 1 + (x + 1) * depth])
            if line[0] == 1:
                here = [(a + b) % 256 for a, b in zip(here, left, strict=True)]
            left = here
            result[y, x] = palette[here[0]] if kind == 3 else here[:3]
    return result


def test_a_total_is_drawn_a_working_day_with_its_target_and_told_so():
    """220 minutes in 22 days and 200 in 20 are ten a day; the target of 63 a month stands in the chart as 3 a day."""
    definition = DEFINITION.model_copy(update={"measure": "total", "unit": "minutes", "target": 63})
    months = (
        MonthValue(month="2026-08", numerator=220, denominator=10_560, value=220, working_days=22),
        MonthValue(month="2026-09", numerator=200, denominator=9_600, value=200, working_days=20),
        MonthValue(month="2026-10", numerator=9, denominator=10_080, value=9, working_days=0),
    )
    phase = ControlPhase(first_month="2025-10", last_month="2026-10", points=12, mean=9, lower=0, upper=20)
    control = Control(state="charted", minimum_points=12, phases=(phase,), target=3)
    series = indicator(*months).model_copy(update={"measure": "total", "unit": "minutes", "control": control})
    panel = specification(series, definition, "Title", 20, WIDE)["vconcat"][0]
    (points,) = [layer for layer in panel["layer"] if layer["mark"]["type"] == "point"]
    assert [row["value"] for row in points["data"]["values"]] == [10, 10]
    texts = [row["text"] for layer in panel["layer"] for row in layer["data"]["values"] if "text" in row]
    assert "10.0 a day" in texts
    assert ["target", "3"] in texts
    assert "Months are compared by minutes a working day, so that a short month is no change." in control_sentences(
        series.model_copy(update={"control": control.model_copy(update={"state": "too_few"})})
    )
    withheld = specification(series.model_copy(update={"control": None}), definition, "Title", 20, WIDE)["vconcat"][0]
    assert not any(row.get("text", [""])[0] == "target" for la in withheld["layer"] for row in la["data"]["values"])
