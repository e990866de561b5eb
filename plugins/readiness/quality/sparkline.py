"""A rule's course as a small line: how the share of broken rows went over the days."""

from dataclasses import dataclass

from readiness.quality.results import Course, Point

WIDTH, HEIGHT, MARGIN = 132, 30, 3


@dataclass(frozen=True)
class Sparkline:
    """lines: points of each unbroken stretch, 'x,y x,y'; a day on which nothing was checked breaks the line.
    last: where the newest point lies, None if nothing was checked then. words: the same for those who cannot see it."""

    lines: tuple[str, ...]
    last: tuple[float, float] | None
    words: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(course: Course) -> Sparkline:
    """Days from left to right at their true distance; shares from 0 at the bottom to the greatest one at the top."""
    points = course.points
    days = (points[-1].day - points[0].day).days or 1
    greatest = max((point.percent or 0 for point in points), default=0) or 1

    def place(point: Point) -> tuple[float, float]:
        across = (point.day - points[0].day).days / days if len(points) > 1 else 1
        up = (point.percent or 0) / greatest
        return (
            round(MARGIN + across * (WIDTH - 2 * MARGIN), 1),
            round(HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN), 1),
        )

    stretches: list[list[str]] = [[]]
    for point in points:
        if point.percent is None:
            stretches.append([])
        else:
            stretches[-1].append("{},{}".format(*place(point)))
    return Sparkline(
        lines=tuple(" ".join(stretch) for stretch in stretches if len(stretch) > 1),
        last=place(points[-1]) if points[-1].percent is not None else None,
        words=in_words(course),
    )


def in_words(course: Course) -> str:
    """The newest share beside the first one shown: 'up from 0.3% on 4 August 2026'."""
    checked = [point for point in course.points if point.percent is not None]
    if not checked:
        return "nothing to check"
    first, last = checked[0], checked[-1]
    if first == last:
        return f"first checked on {first.day:%-d %B %Y}"
    if share(first.percent) == share(last.percent):
        return f"as on {first.day:%-d %B %Y}"
    way = "up" if last.percent > first.percent else "down"
    return f"{way} from {share(first.percent)} on {first.day:%-d %B %Y}"


def share(percent: float | None) -> str:
    """A share to one decimal, a small one to two; never 0% for something, nor 100% for less than all."""
    if percent is None:
        return "–"
    if 0 < percent < 0.01:
        return "under 0.01%"
    if 99.9 < percent < 100:
        return "over 99.9%"
    return (f"{percent:.2f}" if 0 < percent < 1 else f"{percent:.1f}".removesuffix(".0")) + "%"
