"""What managers say of a month and what they will do about it: `authority/actions.yaml`.

Written by hand and printed in every copy, the mailed ones too, so nothing in it may tell of a child: owners are posts,
and a text with a number that could be a record's is refused.
"""

import re
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from readiness.errors import ReadinessError
from readiness.judgement.register import MonthText
from readiness.periods import Month
from readiness.profile import Strict, read_yaml
from readiness.report.model import Action, Comment

FILE = "actions.yaml"
COULD_BE_AN_ID = re.compile(r"\d{5,}")


def _tells_of_nobody(text: str) -> str:
    if COULD_BE_AN_ID.search(text):
        raise ValueError("it holds a number of five or more digits, which could be a child's; the text goes to all")
    return text.strip()


Text = Annotated[str, Field(min_length=1), AfterValidator(_tells_of_nobody)]


class GivenComment(Strict):
    """What is said of `month`, of one finding (its id) or of the month as a whole. by: the post of who says it."""

    month: MonthText
    about: str | None = None
    text: Text
    by: Text
    is_example: bool = False


class GivenAction(Strict):
    """What will be done about a finding. owner: a post, never a person's name. done_on: empty while it is not done."""

    id: str = Field(min_length=1)
    about: str
    text: Text
    owner: Text
    set_on: date
    due_on: date
    done_on: date | None = None
    is_example: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> "GivenAction":
        if self.due_on < self.set_on or (self.done_on and self.done_on < self.set_on):
            raise ValueError(f"action {self.id} is due or done before the day on which it was set")
        return self


class ActionsFile(Strict):
    """is_example, above: invented for the example authority; it counts beside synthetic records only."""

    commentary: tuple[GivenComment, ...] = ()
    actions: tuple[GivenAction, ...] = ()


def load_actions(authority: Path, findings: Collection[str], with_examples: bool) -> ActionsFile:
    """The file of a council, nothing without it. findings: ids of the letter's findings. Raises ReadinessError if the
    file names another finding, or one action's id twice."""
    if not (authority / FILE).exists():
        return ActionsFile()
    given = read_yaml(authority / FILE, ActionsFile)
    named = {one.about for one in (*given.commentary, *given.actions) if one.about is not None}
    if unknown := sorted(named - set(findings)):
        raise ReadinessError(f"{FILE}: there is no finding {' or '.join(unknown)}. There are {', '.join(findings)}.")
    ids = [action.id for action in given.actions]
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise ReadinessError(f"{FILE}: two actions are called {' or '.join(twice)}. Give each an id of its own.")
    return ActionsFile(
        commentary=tuple(one for one in given.commentary if with_examples or not one.is_example),
        actions=tuple(one for one in given.actions if with_examples or not one.is_example),
    )


def comments_of(given: ActionsFile, month: Month) -> tuple[Comment, ...]:
    return tuple(Comment(about=c.about, text=c.text, by=c.by) for c in given.commentary if c.month == str(month))


def actions_at(given: ActionsFile, month: Month, as_at_on: date) -> tuple[Action, ...]:
    """What was set by the end of `as_at_on`: all that is not done by then, and what was done since the month began or
    was due in it. By due day."""
    found = (_action(one, as_at_on) for one in given.actions if one.set_on <= as_at_on)
    told = (a for a in found if a.state != "done" or max(a.done_on, a.due_on) >= month.first_on)
    return tuple(sorted(told, key=lambda action: (action.due_on, action.id)))


def _action(given: GivenAction, as_at_on: date) -> Action:
    done_on = given.done_on if given.done_on and given.done_on <= as_at_on else None
    return Action(
        id=given.id,
        about=given.about,
        text=given.text,
        owner=given.owner,
        set_on=given.set_on,
        due_on=given.due_on,
        done_on=done_on,
        state="done" if done_on else "overdue" if given.due_on <= as_at_on else "open",
    )
