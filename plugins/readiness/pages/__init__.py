"""The pages that the data team reads beside the report: one frame and one style for all of them.

A room that has something to show keeps its template in its own `templates/` folder, begins it with
`{% extends "base.html.j2" %}`, and publishes what `render` gives. The readiness page in the Airflow UI serves what is
published. Nothing is fetched from another host, and nothing here needs JavaScript.
"""

from datetime import date, datetime
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from readiness.settings import Settings, write_privately

NAMES = {
    "source-check": "Source check",
    "data-quality": "Data quality",
    "reconciliation": "Reconciliation",
    "changes": "What changed",
    "year": "The year",
}
"""The pages there are: file name without its ending -> title."""


def render(room: str, template: str, **content: object) -> str:
    """A page from the template of a room, for example `render("readiness.source_check", "page.html.j2", …)`.

    Filters: `count` (1,234), `day` (2 November 2026), `words` (a name without underscores).
    """
    return _environment(room).get_template(template).render(**content)


def publish(settings: Settings, name: str, html: str) -> Path:
    """Put a page in its place, whole or not at all; open to the owner only. `name` is one of NAMES."""
    if name not in NAMES:
        raise ValueError(f"no page is called {name}; there are {', '.join(NAMES)}")
    return write_privately(page_file(settings, name), html)


def page_file(settings: Settings, name: str) -> Path:
    return settings.home / "pages" / f"{name}.html"


@cache
def _environment(room: str) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(room), PackageLoader("readiness.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": _count, "day": _day, "words": lambda name: name.replace("_", " ")}
    return environment


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _day(day: date | datetime | None) -> str:
    return "–" if day is None else f"{day:%-d %B %Y}"
