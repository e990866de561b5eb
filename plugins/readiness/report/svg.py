"""Lighter SVG for the page: the same picture in a fifth of the bytes.

The renderer nests groups, names every mark for screen readers (to which the page's charts are hidden) and repeats each
style at each point. Here groups are dissolved into positions to a tenth of a pixel, what stands in one style is drawn
as one path, and the font is the page's. What is not known here (a turned title, a curve) stays as it was drawn.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

STYLE = ("fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "fill-opacity")
LETTERS = ("text-anchor", "font-size", "font-weight")
USUAL = {"opacity": "1", "fill-opacity": "1", "stroke-width": "1", "stroke-dasharray": "1,0", "text-anchor": "start"}
"""What need not be said."""
TRANSLATE = re.compile(r"translate\((-?[\d.e-]+),(-?[\d.e-]+)\)")
COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
XMLNS = re.compile(r' xmlns(:\w+)?="[^"]*"')
OF_GROUPS = ("transform", "fill", "class", "role", "pointer-events", "stroke-miterlimit")
"""What a group may say and still be dissolved, beside what is for screen readers."""
SIZES = {"M": 2, "L": 2, "A": 7, "H": 1, "V": 1, "Z": 0}

Position = tuple[float, float]

ElementTree.register_namespace("", "http://www.w3.org/2000/svg")


@dataclass(frozen=True)
class Mark:
    """One path or text, or an element kept as it was drawn. style: its attributes, as they are written."""

    style: str = ""
    path: str = ""
    text: str = ""
    kept: str = ""


def lighter(drawn: str, months: int = 0, width: int = 0) -> str:
    """The picture without its canvas and own size: it fits its column. drawn: as the renderer gives it.

    months, width: of a chart over time, how many months over how many pixels; with where they begin, they stand in
    `data-plot`, for the page's script.
    """
    root = ElementTree.fromstring(drawn)
    plot = f' data-plot="{_short(_left(root))} {width} {months}"' if months else ""
    marks = (mark for child in list(root)[_canvas(root) :] for mark in _marks(child, (0.0, 0.0), "none"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{root.attrib["viewBox"]}" font-size="12" '
        f'aria-hidden="true" focusable="false"{plot}>{"".join(_written(marks))}</svg>'
    )


def _canvas(root: ElementTree.Element) -> int:
    """How many elements at the beginning are the white ground."""
    return int(len(root) > 0 and _name(root[0]) == "rect")


def _left(root: ElementTree.Element) -> float:
    """Where the panels begin."""
    moved = (TRANSLATE.fullmatch(child.get("transform", "")) for child in root if _name(child) == "g")
    return next((float(found[1]) for found in moved if found), 0.0)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _marks(element: ElementTree.Element, at: Position, fill: str) -> Iterator[Mark]:
    """fill: the one that a group hands down."""
    given, name = element.attrib, _name(element)
    if given.get("display") == "none" or given.get("class") == "background":
        return
    moved = TRANSLATE.fullmatch(given.get("transform", "translate(0,0)"))
    if moved is None or (name == "g" and not _is_plain(given)):
        yield _kept(element, at, fill)
        return
    outer, at = at, (at[0] + float(moved[1]), at[1] + float(moved[2]))
    if name == "g":
        for child in element:
            yield from _marks(child, at, given.get("fill", fill))
    elif name == "path" and _is_known(given["d"]):
        yield Mark(_style(given, STYLE, fill), path=_placed(given["d"], at))
    elif name == "line":
        ends = [float(given.get(end, 0)) for end in ("x1", "y1", "x2", "y2")]
        yield Mark(_style(given, STYLE, fill), path=_placed("M{},{}L{},{}".format(*ends), at))
    elif name == "text":
        yield Mark(f"{_position(given, at)}{_style(given, (*STYLE, *LETTERS), fill)}", text=_letters(element, at))
    else:
        yield _kept(element, outer, fill)


def _kept(element: ElementTree.Element, at: Position, fill: str) -> Mark:
    drawn = XMLNS.sub("", ElementTree.tostring(element, encoding="unicode"))
    return Mark(kept=f'<g transform="translate({_short(at[0])},{_short(at[1])})" fill={quoteattr(fill)}>{drawn}</g>')


def _is_plain(group: dict[str, str]) -> bool:
    return all(name in OF_GROUPS or name.startswith("aria-") for name in group)


def _is_known(d: str) -> bool:
    """Whether every command of a path is one of SIZES, with as many numbers as it takes."""
    for command, text in COMMAND.findall(d):
        numbers, size = len(NUMBER.findall(text)), SIZES.get(command.upper())
        if size is None or (numbers % size if size else numbers):
            return False
    return True


def _style(given: dict[str, str], names: tuple[str, ...], fill: str) -> str:
    said = {"fill": fill} | {name: given[name] for name in names if name in given}
    if "stroke" not in said:
        said = {name: value for name, value in said.items() if not name.startswith("stroke")}
    said = {name: value.removesuffix("px") for name, value in said.items()}
    usual = USUAL | {"font-size": "12"}
    return "".join(f" {name}={quoteattr(value)}" for name, value in said.items() if usual.get(name) != value)


def _letters(element: ElementTree.Element, at: Position) -> str:
    lines = [
        f"<tspan{_position(line.attrib, at) if 'x' in line.attrib else ''}"
        f"{_rest(line.attrib)}>{escape(line.text or '')}</tspan>"
        for line in element
    ]
    return escape(element.text or "") + "".join(lines)


def _rest(line: dict[str, str]) -> str:
    return f' dy="{line["dy"]}"' if "dy" in line else ""


def _position(given: dict[str, str], at: Position) -> str:
    x = f' x="{_short(at[0] + float(given.get("x", 0)))}"'
    return x if "dy" in given else f'{x} y="{_short(at[1] + float(given.get("y", 0)))}"'


def _placed(d: str, at: Position) -> str:
    """A path moved to its place: where it begins in the picture, then step by step from point to point."""
    pen, parts = (0.0, 0.0), []
    start = pen
    for command, numbers in _commands(d):
        is_step = command.islower()
        origin = pen if is_step else at
        kind = command.upper()
        if kind == "Z":
            parts.append("z")
            pen = start
            continue
        x = pen[0] if kind == "V" else round(origin[0] + numbers[-1 if kind == "H" else -2], 1)
        y = pen[1] if kind == "H" else round(origin[1] + numbers[-1], 1)
        step = (x - pen[0], y - pen[1])
        if kind == "M":
            parts.append(f"M{_joined(x, y)}")
            start = (x, y)
        elif kind == "A":
            parts.append(f"a{_joined(*numbers[:5], *step)}")
        elif step[0] == 0 or step[1] == 0:
            parts.append(f"v{_short(step[1])}" if step[0] == 0 else f"h{_short(step[0])}")
        else:
            parts.append(f"l{_joined(*step)}")
        pen = (x, y)
    return "".join(parts)


def _commands(d: str) -> Iterator[tuple[str, list[float]]]:
    for command, text in COMMAND.findall(d):
        numbers, size = [float(number) for number in NUMBER.findall(text)], SIZES[command.upper()]
        if not size:
            yield command, []
        for place in range(0, len(numbers), size or 1):
            yield command, numbers[place : place + size]
            command = {"M": "L", "m": "l"}.get(command, command)


def _joined(*numbers: float) -> str:
    return re.sub(r" -", "-", " ".join(map(_short, numbers)))


def _short(number: float) -> str:
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _written(marks: Iterator[Mark]) -> Iterator[str]:
    """Paths that follow each other in one style are one; what is seen through would be darker where they meet."""
    style, paths = "", []
    for mark in marks:
        if mark.path and mark.style == style and "opacity" not in style:
            paths.append(mark.path)
            continue
        if paths:
            yield f'<path d="{"".join(paths)}"{style}/>'
        style, paths = (mark.style, [mark.path]) if mark.path else ("", [])
        if mark.kept:
            yield mark.kept
        if mark.text:
            yield f"<text{mark.style}>{mark.text}</text>"
    if paths:
        yield f'<path d="{"".join(paths)}"{style}/>'
