"""Reviews of protection plans and of looked-after children, each due some months after the one before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers, pick
from readiness.demo.county import County, Trend
from readiness.demo.courses import entered
from readiness.demo.days import DAY, MOMENT, NEVER, WorkingCalendar, at_midnight, days_later, in_office_hours
from readiness.demo.history import Change, versions
from readiness.demo.referrals import Referred

MOST_REVIEWS = 12
TAKES_PART = {"PN1": 26, "PN2": 6, "PN3": 22, "PN4": 4, "PN5": 18, "PN6": 9, "PN7": 15}
TOO_YOUNG = "PN0"
AGE_OF_A_VIEW = 4 * 365.25  # days
SHARE_CANCELLED_BEFORE_LATE = 0.3


@dataclass(frozen=True)
class Duty:
    """first: days, or months, to the first review; then: months to each later one."""

    share: Trend
    first_months: int = 0
    first_days: int = 0
    then_months: tuple[int, ...] = (6,)


def plan_review_versions(
    county: County, calendar: WorkingCalendar, planned: pd.DataFrame, born_on: np.ndarray
) -> pd.DataFrame:
    """`ssd_cp_reviews`: entered when it is known by when it is due, changed when held; a review that the end of the
    plan overtakes is deleted. The first is due after three months, the others after six."""
    rng = generator(county.seed, "plan reviews")
    families = planned.drop_duplicates("episode").rename(columns={"started_on": "from_on", "ended_on": "until_on"})
    duty = Duty(county.practice.plan_reviewed, first_months=3)
    made = _made(rng, county, calendar, families[["episode", "from_on", "until_on"]], duty)
    made = made.assign(meeting_id=identifiers(78_001, len(made)))
    rows = made.merge(planned[["episode", "plan_id", "child", "child_id"]], on="episode", sort=False)
    held_on, size = rows.held_on.to_numpy(DAY), len(rows)
    is_held = ~np.isnat(held_on)
    goes_on = (rows.until_on.to_numpy(DAY) - held_on).astype(int) > 21
    final = pd.DataFrame(
        {
            "cppr_cp_review_id": identifiers(79_001, size),
            "cppr_person_id": rows.child_id,
            "cppr_cp_plan_id": rows.plan_id,
            "cppr_cp_review_due": at_midnight(rows.due_on.to_numpy(DAY)),
            "cppr_cp_review_date": at_midnight(held_on),
            "cppr_cp_review_meeting_id": np.where(is_held, rows.meeting_id, None),
            "cppr_cp_review_outcome_continue_cp": np.where(is_held, np.where(goes_on, "Y", "N"), None),
            "cppr_cp_review_quorate": np.where(is_held, np.where(coin(rng, 0.95, size), "Y", "N"), None),
            "cppr_cp_review_participation": _participation(rng, held_on, born_on[rows.child]),
        }
    )
    return _versions(rng, county, calendar, rows, final, tuple(final.columns[4:]), ~is_held)


def looked_after_review_versions(
    county: County, calendar: WorkingCalendar, found: Referred, born_on: np.ndarray
) -> pd.DataFrame:
    """`ssd_cla_reviews`: the first is due after four weeks, the second three months later, the others after six. Some
    that are held late had been cancelled before, which is a row of its own."""
    rng = generator(county.seed, "looked after reviews")
    families = found.episodes[found.episodes.care_from.notna()].rename_axis("episode").reset_index()
    families = families.rename(columns={"care_from": "from_on", "closed_on": "until_on"})
    duty = Duty(county.practice.looked_after_reviewed, first_days=28, then_months=(3, 6))
    made = _made(rng, county, calendar, families[["episode", "from_on", "until_on"]], duty)
    was_cancelled = (made.held_on > made.due_on) & coin(rng, SHARE_CANCELLED_BEFORE_LATE, len(made))
    cancelled = made[was_cancelled].assign(set_at=made.due_on, held_on=pd.NaT, held_at=pd.NaT, is_cancelled=True)
    made = pd.concat([made.assign(is_cancelled=False), cancelled], ignore_index=True)
    rows = made.merge(found.children, on="episode", sort=False).sort_values("set_at", kind="stable")
    held_on = rows.held_on.to_numpy(DAY)
    final = pd.DataFrame(
        {
            "clar_cla_review_id": identifiers(770_001, len(rows)),
            "clar_cla_id": rows.referral_id.to_numpy(),
            "clar_cla_review_due_date": at_midnight(rows.due_on.to_numpy(DAY)),
            "clar_cla_review_date": at_midnight(held_on),
            "clar_cla_review_participation": _participation(rng, held_on, born_on[rows.child]),
            "clar_cla_review_cancelled": np.where(rows.is_cancelled, "Y", "N"),
        }
    )
    when_held = ("clar_cla_review_date", "clar_cla_review_participation")
    is_overtaken = np.isnat(held_on) & ~rows.is_cancelled.to_numpy(bool)
    return _versions(rng, county, calendar, rows, final, when_held, is_overtaken)


def _made(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, spans: pd.DataFrame, duty: Duty
) -> pd.DataFrame:
    """The reviews of spans (episode, from_on, until_on) from the go-live on: set_at (when it came to stand there, with
    the entry of the one before), due_on, held_on (NaT: not held before the span's end), held_at (when that was
    entered), in the order of set_at."""
    set_at = in_office_hours(rng, calendar.add(spans.from_on.to_numpy(DAY), 1))
    pending = spans.assign(since_on=spans.from_on, set_at=set_at)
    reviews = []
    for number in range(MOST_REVIEWS):
        months = duty.first_months if number == 0 else duty.then_months[min(number, len(duty.then_months)) - 1]
        gap = pd.DateOffset(months=months, days=duty.first_days if number == 0 else 0)
        due_on = (pd.DatetimeIndex(pending.since_on) + gap).to_numpy().astype(DAY)
        size = len(pending)
        early = calendar.on_or_before(days_later(due_on, -rng.integers(0, 13, size)))
        late = calendar.on_or_after(days_later(due_on, 1 + np.minimum(rng.exponential(16, size), 90)))
        held_on = np.where(coin(rng, duty.share.at(due_on), size), early, late)
        is_held = held_on < pending.until_on.to_numpy(DAY)
        held_on = np.where(is_held, held_on, NEVER).astype(DAY)
        held_at = entered(rng, calendar, at_midnight(held_on), 0.85)
        reviews.append(pending.assign(due_on=due_on, held_on=held_on, held_at=held_at))
        goes_on = is_held & (held_on <= np.datetime64(county.ends_on))
        pending = pending.assign(since_on=held_on, set_at=held_at)[goes_on]
    made = pd.concat(reviews, ignore_index=True)
    is_of_before = made.held_on.fillna(made.until_on) < pd.Timestamp(county.first_on)
    return made[~is_of_before].sort_values("set_at", kind="stable")


def _participation(rng: np.random.Generator, held_on: np.ndarray, born_on: np.ndarray) -> np.ndarray:
    size = len(held_on)
    is_young = (held_on - born_on).astype(int) < AGE_OF_A_VIEW
    said = np.where(is_young, TOO_YOUNG, pick(rng, TAKES_PART, size))
    return np.where(np.isnat(held_on) | coin(rng, 0.03, size), None, said)


def _versions(
    rng: np.random.Generator,
    county: County,
    calendar: WorkingCalendar,
    rows: pd.DataFrame,
    final: pd.DataFrame,
    when_held: tuple[str, ...],
    is_overtaken: np.ndarray,
) -> pd.DataFrame:
    entered_at = rows.set_at.to_numpy(MOMENT)
    known_at = np.maximum(rows.held_at.to_numpy(MOMENT), entered_at)
    over_at = in_office_hours(rng, calendar.add(rows.until_on.to_numpy(DAY), 2)).astype(MOMENT)
    removed_at = np.where(is_overtaken, np.maximum(over_at, entered_at + np.timedelta64(1, "D")), NEVER).astype(MOMENT)
    return versions(county, final, entered_at, [Change(when_held, known_at)], removed_at)
