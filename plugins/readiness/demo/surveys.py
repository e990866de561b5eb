"""Surveys of children, parents, staff and partner agencies: how many answered a question, and how many positively."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from readiness.demo.chance import generator
from readiness.demo.county import County, Trend
from readiness.demo.days import DAY, WorkingCalendar, days_later, in_office_hours
from readiness.demo.history import versions


@dataclass(frozen=True)
class Question:
    """share: of positive answers, over both counties' time; the letter's is at its beginning."""

    text: str
    share: Trend


@dataclass(frozen=True)
class Survey:
    """responses: in the whole county of today; months: of the year, in which it is asked."""

    group: str
    responses: int
    months: tuple[int, ...]
    questions: tuple[Question, ...]


def _moving(then: float, before: float, now: float) -> Trend:
    return Trend((("2011-06-30", then), ("2024-05-01", before), ("2026-10-31", now)))


SURVEYS = (
    Survey("children", 70, (3, 6, 9, 12), (
        Question("My social worker listens to me", _moving(0.55, 0.64, 0.76)),
        Question("I know why I have a social worker", _moving(0.60, 0.66, 0.72)),
        Question("The medical was explained to me", _moving(0.48, 0.62, 0.70)),
    )),
    Survey("parents", 110, (3, 6, 9, 12), (
        Question("My views are in the assessment", _moving(0.46, 0.52, 0.54)),
        Question("I know what has to change", _moving(0.58, 0.66, 0.70)),
    )),
    Survey("staff", 240, (1, 7), (
        Question("The recording system is fast and reliable", _moving(0.28, 0.44, 0.52)),
        Question("My supervision challenges me to think again", _moving(0.41, 0.52, 0.63)),
        Question("My caseload is manageable", _moving(0.70, 0.63, 0.68)),
        Question("I know what the Emergency Duty Service is there for", _moving(0.45, 0.72, 0.85)),
    )),
    Survey("partners", 130, (5, 11), (
        Question("I can reach First Response when I need to", _moving(0.38, 0.51, 0.82)),
        Question("I hear what was decided on what I told", _moving(0.42, 0.50, 0.66)),
    )),
)  # fmt: skip


def survey_versions(county: County, calendar: WorkingCalendar) -> pd.DataFrame:
    """`ext_survey_results`: asked in the middle of a month, entered two weeks later."""
    rng = generator(county.seed, "surveys")
    size = sum(county.size.referrals_by_month) / 5_045 * county.scale
    rows = [
        {
            "survey_id": f"{survey.group}-{month}",
            "question": question.text,
            "asked_on": np.datetime64(month.first_on) + 13,
            "group": survey.group,
            "responses": max(int(rng.poisson(survey.responses * size)), 1),
            "share": question.share,
        }
        for month in county.months
        for survey in SURVEYS
        if month.number in survey.months
        for question in survey.questions
    ]
    found = pd.DataFrame(rows)
    asked_on = calendar.on_or_after(found.asked_on.to_numpy(DAY))
    share = [float(trend.at(day)) for trend, day in zip(found.share, asked_on, strict=True)]
    final = found.drop(columns="share").assign(asked_on=asked_on, positive=rng.binomial(found.responses, share))
    return versions(county, final, in_office_hours(rng, calendar.on_or_after(days_later(asked_on, 14))))
