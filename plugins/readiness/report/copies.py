"""Copies of the released report, one for each audience: each holds the authority's figures and its own, and no others.

Nothing is decided here: a copy selects from what was released, so that a number never differs between copies and two
copies laid side by side tell no more than the released report.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TypeVar

from readiness.errors import ReadinessError
from readiness.report.model import Action, Annotation, Audience, Comment, Report, Scope

Told = TypeVar("Told", Annotation, Comment, Action)


class UnknownPlace(ReadinessError):
    """A copy was asked for an area or team that the report does not know."""


def copy_for(released: Report, audience: Audience, places: Sequence[str] = ()) -> Report:
    """The copy of one audience. places: ids or names of the areas or teams that a copy for an area or a team is for.

    director: every area and team. area: the areas and their teams. team: the teams. shared: the authority alone.
    """
    if released.audience != "released":
        raise ReadinessError("Copies are made from the released report (report.shared.json) alone.")
    own = tuple(_place(released, audience, place) for place in places)
    ids = {scope.id for scope in own}

    def is_held(scope: Scope) -> bool:
        is_own = scope.type == audience and scope.id in ids
        is_part = audience == "area" and scope.type == "team" and scope.parent in ids
        return scope.type == "authority" or audience == "director" or is_own or is_part

    held = [one for one in released.indicators if is_held(one.scope)]
    if audience != "director":  # a funnel names every team
        held = [one.model_copy(update={"funnel": None}) for one in held]
    names = {one.scope.name for one in held}
    others = {one.scope.name for one in released.indicators} - names
    return released.model_copy(
        update={
            "audience": audience,
            "places": own,
            "indicators": tuple(held),
            "annotations": tuple(_without_names(released.annotations, others, names)),
            "comments": tuple(_without_names(released.comments, others, names)),
            "actions": tuple(_without_names(released.actions, others, names)),
        }
    )


def _place(released: Report, audience: Audience, asked: str) -> Scope:
    known = {one.scope.id: one.scope for one in released.indicators if one.scope.type == audience}
    found = [scope for scope in known.values() if asked in (scope.id, scope.name)]
    if len(found) != 1:
        names = [name for scope in known.values() for name in (scope.id, scope.name)]
        near = set(get_close_matches(asked, names)) or names
        listed = sorted(f"{one.id} ({one.name})" for one in known.values() if {one.id, one.name} & set(near))
        if found:
            raise UnknownPlace(f"The scope '{asked}' names several {audience}s: {', '.join(listed)}. Give the id.")
        raise UnknownPlace(
            f"The scope '{asked}' is no {audience} of the report. It may be: {', '.join(listed) or '–'}."
        )
    return found[0]


def _without_names(told: Sequence[Told], others: set[str], held: set[str]) -> Iterator[Told]:
    """What is told of a month, unless it names a place that the copy does not hold: an area's name within that of a
    team which it does hold is not meant."""
    theirs, own = _any_of(others), _any_of(held)
    for one in told:
        text = own.sub(" ", " ".join(map(str, one.model_dump().values())))
        if not theirs.search(text):
            yield one


def _any_of(names: set[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first) or r"(?!)", re.IGNORECASE)
